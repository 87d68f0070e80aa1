//! A timer is due.

use crate::dialogue::{
    Expecting, Owner, TimerKind, evaluate::Fault, flows, people, repairs::timeout, turn::Turn,
};

/// A timer that is not set any more does nothing.
pub fn run(turn: &mut Turn<'_>, timer: u64, kind: TimerKind) -> Result<(), Fault> {
    match turn.state.timers.get(&timer) {
        Some((set, _)) if *set == kind => turn.state.timers.remove(&timer),
        Some(_) | None => return Ok(()),
    };
    match kind {
        TimerKind::Session if turn.session_is_over() => timeout::run(turn),
        TimerKind::Wait => waited(turn, timer),
        TimerKind::Handoff if matches!(turn.state.owner, Owner::Team { .. }) => people::nobody_came(turn),
        TimerKind::Session | TimerKind::Handoff => Ok(()),
    }
}

/// The flow that waited goes on: now, when a person gives the conversation back, or when what
/// interrupted it is done.
fn waited(turn: &mut Turn<'_>, timer: u64) -> Result<(), Fault> {
    let waiting = Expecting::Timer { timer };
    if turn.state.expecting == waiting {
        return flows::go_past(turn);
    }
    if turn.state.held == waiting {
        turn.state.held = Expecting::Anything;
        let next = turn.here().and_then(|(_, node)| node.next);
        return flows::advance(turn, next);
    }
    // One that was interrupted sees that its timer is gone when it comes back.
    Ok(())
}

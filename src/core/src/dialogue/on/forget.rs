//! The visitor asked that everything said be forgotten.

use crate::dialogue::{Expecting, Happening, Owner, State, TimerKind, people, turn::Turn};

/// Wipes the state. What no longer speaks of anybody stays: numbers, so that none is given twice,
/// language, who may speak, so that the bot does not talk over a person, and since when the platform counts. Who waits for a
/// person does so no more: nobody could know what for.
pub fn run(turn: &mut Turn<'_>) {
    if let Owner::Team { .. } = turn.state.owner {
        people::change_owner(turn, Owner::Bot, None);
    }
    turn.unremind_all(TimerKind::Wait);
    turn.unremind_all(TimerKind::Session);
    let old = std::mem::take(&mut turn.state);
    let expecting = if old.owner == Owner::Bot { Expecting::Anything } else { Expecting::Person };
    turn.state = State {
        version: turn.context.version,
        language: old.language,
        language_wished: old.language_wished,
        wished_at: old.wished_at,
        before_wish: old.before_wish,
        sequence: old.sequence,
        counter: old.counter,
        owner: old.owner,
        lease: old.lease,
        status: old.status,
        timers: old.timers,
        expecting,
        heard_at: Some(turn.now),
        said_at: old.said_at,
        ..State::default()
    };
    turn.erase();
    turn.record(Happening::Erased);
    turn.state.erased = turn.state.sequence;
}

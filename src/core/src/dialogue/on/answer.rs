//! A remote call was answered, or was given up.

use crate::dialogue::{
    CallOutcome, Expecting, Happening,
    evaluate::Fault,
    flows,
    nodes::http::{move_on, settle},
    people,
    turn::Turn,
};

/// Goes on with the flow that waits for it; an answer that nobody waits for is only recorded.
pub fn run(turn: &mut Turn<'_>, call: u64, outcome: &CallOutcome) -> Result<(), Fault> {
    turn.record(Happening::Answered { call, outcome: outcome.clone() });
    let waiting = Expecting::Answer { call };
    if turn.state.expecting == waiting {
        let settled = settle(turn, outcome);
        if move_on(turn, &settled)? {
            flows::run(turn);
        } else {
            people::apologise(turn);
        }
    } else if turn.state.held == waiting {
        let settled = settle(turn, outcome);
        turn.state.held = Expecting::Anything;
        if !move_on(turn, &settled)? {
            // A person is there already, which is all that a failed call would have led to.
            let stack = std::mem::take(&mut turn.state.stack);
            for frame in stack.into_iter().rev() {
                turn.record(Happening::FlowEnded { flow: frame.flow });
            }
        }
    } else if let Some(place) =
        turn.state.interrupted.iter().position(|suspended| suspended.expecting == waiting)
    {
        settle_interrupted(turn, place, outcome);
    }
    Ok(())
}

/// Takes the answer for a flow that was put aside, without a word in what goes on now.
fn settle_interrupted(turn: &mut Turn<'_>, place: usize, outcome: &CallOutcome) {
    let mut suspended = turn.state.interrupted.remove(place);
    std::mem::swap(&mut turn.state.stack, &mut suspended.stack);
    let settled = settle(turn, outcome);
    // `Person` makes the flow apologise and hand off once its turn comes.
    let goes_on = move_on(turn, &settled).unwrap_or(false);
    suspended.expecting = if goes_on { Expecting::Anything } else { Expecting::Person };
    std::mem::swap(&mut turn.state.stack, &mut suspended.stack);
    if !suspended.stack.is_empty() {
        turn.state.interrupted.insert(place, suspended);
    }
}

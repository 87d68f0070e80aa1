//! A remote call was answered, or was given up.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::dialogue::{
    CallOutcome, Expecting, Happening, RemoteAnswer,
    evaluate::Fault,
    flows,
    nodes::http::{move_on, settle},
    people,
    turn::Turn,
};

/// Goes on with the flow that waits for it; an answer that nobody waits for is only recorded.
pub fn run(turn: &mut Turn<'_>, call: u64, outcome: &CallOutcome) -> Result<(), Fault> {
    let waiting = Expecting::Answer { call };
    let awaited = turn.state.expecting == waiting
        || turn.state.held == waiting
        || turn.state.interrupted.iter().any(|suspended| suspended.expecting == waiting);
    // What nobody waits for may belong to what was erased since: that it came is all that is kept of it.
    let outcome_kept = if awaited { outcome.clone() } else { without_content(outcome) };
    turn.record(Happening::Answered { call, outcome: outcome_kept });
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

/// How the call ended, without what was answered.
fn without_content(outcome: &CallOutcome) -> CallOutcome {
    match outcome {
        CallOutcome::Answered(answer) => CallOutcome::Answered(RemoteAnswer {
            status: answer.status,
            headers: BTreeMap::new(),
            body: Value::Null,
        }),
        CallOutcome::Failed(_) => CallOutcome::Failed("not waited for any more".to_owned()),
    }
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

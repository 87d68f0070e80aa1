//! `go`: to another step, or to another flow without coming back.

use std::collections::BTreeSet;

use super::Go;
use crate::{
    bot::{Flow, Jump},
    dialogue::{FaultReason, Happening, answered, evaluate::Fault, flows, turn::Turn},
};

pub fn run(turn: &mut Turn<'_>, jump: &Jump) -> Result<Go, Fault> {
    match jump {
        Jump::Node(node) => Ok(Go::To(Some(*node))),
        Jump::Flow(name) => to_flow(turn, name),
    }
}

/// Takes the place of this flow: what called it goes on after the other one. Out of a digression from that very flow it begins
/// anew, and there is nothing to come back to, unless that one had been called: its caller waits for it still.
fn to_flow(turn: &mut Turn<'_>, name: &str) -> Result<Go, Fault> {
    let flow = turn
        .bot
        .flows
        .get(name)
        .ok_or_else(|| Fault::of(FaultReason::NoFlow, format!("there is no flow `{name}`")))?;
    let top = turn.state.stack.last().map(|frame| frame.flow.clone()).unwrap_or_default();
    // From the beginning again with its old answers, a flow would run through without asking.
    let still_known = if top == name { BTreeSet::new() } else { got_to_know(turn, flow) };
    turn.state.stack.pop();
    turn.record(Happening::FlowEnded { flow: top.clone() });
    flows::give_up_aside(turn, flow);
    flows::forget_answers(turn, flow, &still_known);
    flows::enter_named(turn, name, format!("go from {top}"))?;
    Ok(Go::Again)
}

/// Slots of the next flow that the visitor filled just now, or in answer to the flow that is left.
fn got_to_know(turn: &Turn<'_>, next: &Flow) -> BTreeSet<String> {
    let asked = answered::asks(next).map(|ask| &ask.slot);
    asked
        .filter(|slot| turn.just_filled.contains(*slot) || answered::in_this_run(turn, slot))
        .cloned()
        .collect()
}

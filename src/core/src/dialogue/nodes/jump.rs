//! `go`: to another step, or to another flow without coming back.

use super::Go;
use crate::{
    bot::Jump,
    dialogue::{Happening, evaluate::Fault, flows, turn::Turn},
};

pub fn run(turn: &mut Turn<'_>, jump: &Jump) -> Result<Go, Fault> {
    match jump {
        Jump::Node(node) => Ok(Go::To(Some(*node))),
        Jump::Flow(name) => to_flow(turn, name),
    }
}

/// Takes the place of this flow: what called it goes on after the other one.
fn to_flow(turn: &mut Turn<'_>, name: &str) -> Result<Go, Fault> {
    let flow = turn.bot.flows.get(name).ok_or_else(|| Fault(format!("there is no flow `{name}`")))?;
    let left = turn.state.stack.pop().map(|frame| frame.flow).unwrap_or_default();
    turn.record(Happening::FlowEnded { flow: left.clone() });
    if left == name {
        // From the beginning again: with its old answers it would run through without asking.
        turn.just_filled.clear();
        flows::forget_answers(turn, flow);
    }
    flows::enter_named(turn, name, format!("go from {left}"))?;
    Ok(Go::Again)
}

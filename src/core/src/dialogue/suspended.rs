//! Does a message answer a question that a digression put aside?

use serde_json::Value;

use super::{
    Expecting, aside, evaluate::Fault, flows, nodes::ask, turn::Turn, turn::node_of, validate::choice,
};
use crate::bot::{Ask, Expects, NodeKind};

/// An option of a question that waits.
pub struct Answer<'a> {
    /// The question's place among what was put aside.
    place: usize,
    ask: &'a Ask,
    value: Value,
}

/// The latest question put aside of which the whole text is an option.
pub fn find<'a>(turn: &Turn<'a>, text: &str) -> Option<Answer<'a>> {
    turn.state.interrupted.iter().enumerate().rev().find_map(|(place, suspended)| {
        let Expecting::Reply { .. } = suspended.expecting else { return None };
        let (_, node) = node_of(turn.bot, suspended.stack.last()?)?;
        let NodeKind::Ask(ask) = &node.kind else { return None };
        let Expects::Choice { options } = &ask.expects else { return None };
        Some(Answer { place, ask, value: choice::exactly(options, text)? })
    })
}

/// Ends the digression, and goes on with the answer.
pub fn resume(turn: &mut Turn<'_>, answer: Answer<'_>, text: &str) -> Result<(), Fault> {
    flows::end_running(turn);
    let suspended = turn.state.interrupted.remove(answer.place);
    turn.state.stack = suspended.stack;
    turn.state.expecting = suspended.expecting;
    aside::restore(turn, suspended.known);
    ask::accept(turn, answer.ask, answer.value, text)
}

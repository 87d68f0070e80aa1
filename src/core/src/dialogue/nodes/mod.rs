//! What does a step of a flow do? One file per kind.

pub mod ask;
mod call;
pub mod choose;
mod end;
mod handoff;
pub mod http;
mod jump;
pub mod rate;
mod say;
pub mod search;
mod set;
pub mod tag;
mod wait;

use super::{evaluate::Fault, turn::Turn};
use crate::bot::{Node, NodeKind};

/// How a flow goes on after a node.
pub enum Go {
    /// With the node after it.
    Next,
    /// With this node; `None` ends the flow.
    To(Option<usize>),
    /// With whatever now stands at the top of the stack.
    Again,
    /// Not before something happens: `state.expecting` says what.
    Wait,
}

/// Runs the node at the top of the stack.
pub fn run(turn: &mut Turn<'_>, node: &Node) -> Result<Go, Fault> {
    match &node.kind {
        NodeKind::Say(say) => say::run(turn, say),
        NodeKind::Ask(ask) => ask::run(turn, ask),
        NodeKind::Choose(choose) => choose::run(turn, choose),
        NodeKind::Set(set) => set::run(turn, set),
        NodeKind::Call(call) => call::run(turn, call),
        NodeKind::Jump(jump) => jump::run(turn, jump),
        NodeKind::Search(search) => search::run(turn, search),
        NodeKind::Http(http) => http::run(turn, http),
        NodeKind::Handoff(handoff) => handoff::run(turn, handoff),
        NodeKind::Rate(rate) => rate::run(turn, rate),
        NodeKind::Tag(tag) => Ok(tag::run(turn, tag)),
        NodeKind::Wait(wait) => wait::run(turn, wait),
        NodeKind::End => Ok(end::run()),
    }
}

#[cfg(test)]
mod tests;

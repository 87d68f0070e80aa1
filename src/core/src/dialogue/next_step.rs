//! What will make a conversation go on?

use super::{Expecting, Frame, Owner, SearchPurpose, State, Status, turn::node_of};
use crate::bot::{Bot, NodeKind};

/// What a conversation waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Nothing runs: anything that the visitor does starts something.
    Idle,
    /// The visitor's answer to a question.
    Reply,
    /// The visitor's rating.
    Rating,
    /// The answer to this remote call.
    Answer(u64),
    /// This timer, which is set.
    Timer(u64),
    /// The documents' answer to this question, within the turn.
    Found(u64),
    /// A person.
    Person,
    /// It is over; a message opens it again.
    Closed,
}

impl State {
    /// What makes this conversation go on; `None` if nothing would, which no step leaves behind.
    pub fn next_step(&self, bot: &Bot) -> Option<NextStep> {
        if !is_sound(self, bot) {
            return None;
        }
        if self.status == Status::Closed {
            return Some(NextStep::Closed);
        }
        if self.owner != Owner::Bot {
            return (self.expecting == Expecting::Person).then_some(NextStep::Person);
        }
        match self.expecting {
            Expecting::Anything => {
                (self.stack.is_empty() && self.interrupted.is_empty()).then_some(NextStep::Idle)
            }
            Expecting::Reply { .. } => Some(NextStep::Reply),
            Expecting::Rating { .. } => Some(NextStep::Rating),
            Expecting::Answer { call } => Some(NextStep::Answer(call)),
            Expecting::Timer { timer } => self.timers.contains_key(&timer).then_some(NextStep::Timer(timer)),
            Expecting::Found { question, .. } => Some(NextStep::Found(question)),
            Expecting::Person => None,
        }
    }
}

/// Whether all that runs stands in this bot, at nodes that fit what is waited for.
pub fn is_sound(state: &State, bot: &Bot) -> bool {
    let running = if state.owner == Owner::Bot { &state.expecting } else { &state.held };
    let open = state.status == Status::Open;
    (!open || (state.owner == Owner::Bot) != (state.expecting == Expecting::Person))
        && stands(bot, &state.stack, running)
        && state.interrupted.iter().all(|suspended| stands(bot, &suspended.stack, &suspended.expecting))
}

/// Whether a stack stands in a bot so that it can wait for this.
pub fn stands(bot: &Bot, stack: &[Frame], expecting: &Expecting) -> bool {
    let Some((top, below)) = stack.split_last() else {
        return match expecting {
            Expecting::Anything | Expecting::Person => true,
            Expecting::Found { purpose, .. } => *purpose == SearchPurpose::Fallback,
            Expecting::Reply { .. }
            | Expecting::Rating { .. }
            | Expecting::Answer { .. }
            | Expecting::Timer { .. } => false,
        };
    };
    let calls = below
        .iter()
        .all(|frame| matches!(node_of(bot, frame).map(|(_, node)| &node.kind), Some(NodeKind::Call(_))));
    let Some((_, node)) = node_of(bot, top) else { return false };
    calls
        && match expecting {
            Expecting::Anything | Expecting::Person => true,
            Expecting::Reply { slot, .. } => matches!(&node.kind, NodeKind::Ask(ask) if ask.slot == *slot),
            Expecting::Rating { slot, .. } => {
                matches!(&node.kind, NodeKind::Rate(rate) if rate.slot == *slot)
            }
            Expecting::Answer { .. } => matches!(node.kind, NodeKind::Http(_)),
            Expecting::Timer { .. } => matches!(node.kind, NodeKind::Wait(_)),
            Expecting::Found { purpose, .. } => {
                *purpose == SearchPurpose::Node && matches!(node.kind, NodeKind::Search(_))
            }
        }
}

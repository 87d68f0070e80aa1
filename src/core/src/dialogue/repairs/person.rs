//! Person: somebody wants to talk to a person, and the bot has no flow of its own for that.

use super::{is_called, run_own_flow};
use crate::{
    bot::NodeKind,
    dialogue::{Happening, RepairKind, people, trigger, turn::Turn, utterance::Utterance},
};

/// Whether the visitor asks for a person. What the author has written for these very words, or a flow
/// that brings in a person, comes first.
pub fn applies(turn: &Turn<'_>, utterance: &Utterance<'_>) -> bool {
    let own = || {
        trigger::by_utterance(turn, utterance).is_some_and(|triggered| {
            let brings = |node: &crate::bot::Node| matches!(node.kind, NodeKind::Handoff(_));
            triggered.exact || triggered.flow.nodes.iter().any(brings)
        })
    };
    is_called(turn, &turn.bot.repairs.person, "person-words", utterance) && !own()
}

/// Hands off; what runs goes on when the conversation comes back.
pub fn run(turn: &mut Turn<'_>) {
    let person = &turn.bot.repairs.person;
    turn.record(Happening::Repaired { repair: RepairKind::Person });
    turn.state.unanswered.clear();
    turn.state.misunderstood = 0;
    if run_own_flow(turn, person, "person") {
        return;
    }
    let held = std::mem::take(&mut turn.state.expecting);
    let reason = Some("asked for a person".to_owned());
    people::hand_off(turn, None, reason, person.say.as_ref(), held, Some(RepairKind::Person));
}

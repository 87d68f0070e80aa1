//! Denied: "I don't want to cancel my order" begins nothing. What it would have begun and is under way ends; a question about
//! something else stays open.

use super::{cancel, run_own_flow, say};
use crate::{
    bot::{Bot, Flow},
    dialogue::{
        Happening, RepairKind, evaluate::Fault, flows::ask_again, queue, trigger, turn::Turn,
        utterance::Utterance,
    },
};

/// Whether the visitor says what is not wanted.
pub fn applies(turn: &Turn<'_>, utterance: &Utterance<'_>) -> bool {
    turn.bot.repairs.denied.enabled && !utterance.understanding.denied.is_empty()
}

/// Whether what is not wanted is under way.
pub fn is_running(turn: &Turn<'_>, utterance: &Utterance<'_>) -> bool {
    flows(turn, utterance).any(|flow| turn.state.stack.iter().any(|frame| frame.flow == flow.name))
}

/// Whether it is a person who is not wanted.
pub fn is_a_person(turn: &Turn<'_>, utterance: &Utterance<'_>) -> bool {
    flows(turn, utterance).any(queue::leads_to_a_person)
}

/// What would begin if it were wanted.
fn flows<'t>(turn: &'t Turn<'_>, utterance: &'t Utterance<'_>) -> impl Iterator<Item = &'t Flow> {
    let bot: &'t Bot = turn.bot;
    let denied = utterance.understanding.denied.iter();
    denied.filter_map(move |intent| trigger::by_intent(bot, intent)).map(|triggered| triggered.flow)
}

pub fn run(turn: &mut Turn<'_>, utterance: &Utterance<'_>) -> Result<(), Fault> {
    if turn.bot.repairs.cancel.enabled && is_running(turn, utterance) {
        return cancel::run(turn);
    }
    let repair = &turn.bot.repairs.denied;
    turn.record(Happening::Repaired { repair: RepairKind::Denied });
    turn.state.misunderstood = 0;
    if run_own_flow(turn, repair, "denied") {
        return Ok(());
    }
    say(turn, repair, "denied", RepairKind::Denied)?;
    ask_again(turn, Some(RepairKind::Denied))
}

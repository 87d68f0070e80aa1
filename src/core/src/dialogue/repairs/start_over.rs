//! Start over: forgets what the conversation was about and begins anew.

use super::{is_called, run_own_flow, say};
use crate::dialogue::{
    Happening, RepairKind, evaluate::Fault, flows, trigger, turn::Turn, utterance::Utterance,
};

pub fn applies(turn: &Turn<'_>, utterance: &Utterance<'_>) -> bool {
    is_called(turn, &turn.bot.repairs.start_over, "start-over-words", utterance)
}

/// Runs the author's flow, or the one of the first contact, or asks what it is about.
pub fn run(turn: &mut Turn<'_>) -> Result<(), Fault> {
    let start_over = &turn.bot.repairs.start_over;
    turn.record(Happening::Repaired { repair: RepairKind::StartOver });
    turn.state.unanswered.clear();
    flows::start_clean(turn);
    if run_own_flow(turn, start_over, "start over") {
        return Ok(());
    }
    if start_over.say.is_none()
        && let Some(welcome) = trigger::first_contact(turn.bot)
    {
        flows::begin(turn, welcome.flow, "repair start over".to_owned());
        return Ok(());
    }
    say(turn, start_over, "started-over", RepairKind::StartOver)
}

//! Cancel: ends what runs; what it had interrupted is taken up again. With nothing to end it is said
//! that all is well, and while nobody has taken a handoff, the handoff is what ends.

use super::{denied, is_called, is_worded, run_own_flow, say, spoken};
use crate::dialogue::{
    Expecting, Happening, Owner, RepairKind, courtesy::Courtesy, evaluate::Fault, flows, people, trigger,
    turn::Turn, utterance::Utterance,
};

const WORDS: &str = "cancel-words";

/// Whether the visitor wants what runs to stop.
pub fn applies(turn: &Turn<'_>, utterance: &Utterance<'_>) -> bool {
    !turn.state.stack.is_empty() && is_called(turn, &turn.bot.repairs.cancel, WORDS, utterance)
}

/// Whether the visitor declines what the open question asks for: "no thanks". The author's own words come first.
pub fn declines(turn: &Turn<'_>, utterance: &Utterance<'_>) -> bool {
    turn.bot.repairs.cancel.enabled
        && spoken(turn).any(|language| Courtesy::of(language).declines(utterance.text))
        && !trigger::is_exact(turn, utterance)
}

pub fn run(turn: &mut Turn<'_>) -> Result<(), Fault> {
    begin(turn);
    flows::end_running(turn);
    if run_own_flow(turn, &turn.bot.repairs.cancel, "cancel") {
        return Ok(());
    }
    if turn.is_interruption() {
        // What goes on speaks for itself: "what else can I do for you?" would contradict its question.
        turn.say_own("switched", &[], Some(RepairKind::Cancel));
    } else {
        say(turn, &turn.bot.repairs.cancel, "cancelled", RepairKind::Cancel)?;
    }
    flows::run(turn);
    Ok(())
}

/// Whether the visitor wants to stop while nothing runs. A flow that has these very words comes first.
pub fn applies_idle(turn: &Turn<'_>, utterance: &Utterance<'_>) -> bool {
    let cancel = &turn.bot.repairs.cancel;
    turn.state.stack.is_empty()
        && cancel.enabled
        && is_worded(turn, cancel, WORDS, utterance)
        && !trigger::is_exact(turn, utterance)
}

/// Whether the visitor who waits for a person does not want one any more. Who has been taken over
/// tells the person.
pub fn withdraws(turn: &Turn<'_>, utterance: &Utterance<'_>) -> bool {
    let cancel = &turn.bot.repairs.cancel;
    matches!(turn.state.owner, Owner::Team { .. })
        && (is_called(turn, cancel, WORDS, utterance)
            || (cancel.enabled && denied::is_a_person(turn, utterance)))
}

/// The bot has the conversation again. A flow that passed it on ends; one that was only interrupted goes on.
pub fn withdraw(turn: &mut Turn<'_>) -> Result<(), Fault> {
    begin(turn);
    people::change_owner(turn, Owner::Bot, None);
    turn.state.expecting = std::mem::take(&mut turn.state.held);
    if turn.state.expecting == Expecting::Person {
        flows::end_running(turn);
    }
    if run_own_flow(turn, &turn.bot.repairs.cancel, "cancel") {
        return Ok(());
    }
    turn.state.held = std::mem::take(&mut turn.state.expecting);
    let asks = matches!(turn.state.held, Expecting::Reply { .. } | Expecting::Rating { .. });
    if asks || turn.is_interruption() {
        // What the author says of what is over does not fit what goes on.
        turn.say_own("handoff-withdrawn", &[], Some(RepairKind::Cancel));
    } else {
        say(turn, &turn.bot.repairs.cancel, "handoff-withdrawn", RepairKind::Cancel)?;
    }
    people::resume(turn)
}

/// Says that there is nothing to stop.
pub fn run_idle(turn: &mut Turn<'_>) -> Result<(), Fault> {
    begin(turn);
    if run_own_flow(turn, &turn.bot.repairs.cancel, "cancel") {
        return Ok(());
    }
    say(turn, &turn.bot.repairs.cancel, "nothing-to-cancel", RepairKind::Cancel)
}

fn begin(turn: &mut Turn<'_>) {
    turn.record(Happening::Repaired { repair: RepairKind::Cancel });
    turn.state.unanswered.clear();
    turn.state.misunderstood = 0;
}

//! Misunderstood: asks for other words, then helps, then gets a person.

use super::{run_own_flow, say};
use crate::{
    bot::Repair,
    dialogue::{Happening, RepairKind, evaluate::Fault, people, turn::Turn},
};

/// Counts a misunderstanding and repairs it.
pub fn run(turn: &mut Turn<'_>) -> Result<(), Fault> {
    let Some((kind, repair)) = note(turn) else {
        return Ok(());
    };
    let name = match kind {
        RepairKind::MisunderstoodOnce => "misunderstood once",
        RepairKind::MisunderstoodTwice => "misunderstood twice",
        RepairKind::MisunderstoodOften => "misunderstood often",
        RepairKind::Cancel
        | RepairKind::StartOver
        | RepairKind::Repeat
        | RepairKind::Correct
        | RepairKind::Digress
        | RepairKind::Person
        | RepairKind::Timeout
        | RepairKind::Denied => "",
    };
    let count = turn.state.misunderstood;
    if run_own_flow(turn, repair, name) {
        // The flow was not what the visitor wanted but what the bot could offer.
        turn.state.misunderstood = if kind == RepairKind::MisunderstoodOften { 0 } else { count };
        return Ok(());
    }
    match kind {
        RepairKind::MisunderstoodOnce => say(turn, repair, "misunderstood-once", kind),
        RepairKind::MisunderstoodTwice if turn.bot.repairs.person.enabled => {
            say(turn, repair, "misunderstood-twice", kind)
        }
        RepairKind::MisunderstoodTwice => say(turn, repair, "misunderstood-twice-no-person", kind),
        RepairKind::MisunderstoodOften
        | RepairKind::Cancel
        | RepairKind::StartOver
        | RepairKind::Repeat
        | RepairKind::Correct
        | RepairKind::Digress
        | RepairKind::Person
        | RepairKind::Timeout
        | RepairKind::Denied => {
            turn.state.misunderstood = 0;
            let held = std::mem::take(&mut turn.state.expecting);
            let reason = Some("the bot did not understand several times".to_owned());
            people::hand_off(turn, None, reason, repair.say.as_ref(), held, Some(kind));
            Ok(())
        }
    }
}

/// Counts a misunderstanding, for the review as well; the repair whose turn it is.
pub fn note<'a>(turn: &mut Turn<'a>) -> Option<(RepairKind, &'a Repair)> {
    turn.state.misunderstood = turn.state.misunderstood.saturating_add(1);
    let due = repair(turn);
    if let Some((kind, _)) = due {
        turn.record(Happening::Repaired { repair: kind });
    }
    due
}

/// The repair whose turn it is; one that is switched off leaves its turn to the one before, or else after it.
fn repair<'a>(turn: &Turn<'a>) -> Option<(RepairKind, &'a Repair)> {
    let repairs = &turn.bot.repairs;
    let all = [
        (RepairKind::MisunderstoodOnce, &repairs.misunderstood_once),
        (RepairKind::MisunderstoodTwice, &repairs.misunderstood_twice),
        (RepairKind::MisunderstoodOften, &repairs.misunderstood_often),
    ];
    let due = usize::try_from(turn.state.misunderstood.clamp(1, 3) - 1).unwrap_or_default();
    let before = all[..=due].iter().rev();
    let after = all[due + 1..].iter();
    before.chain(after).find(|(_, repair)| repair.enabled).copied()
}

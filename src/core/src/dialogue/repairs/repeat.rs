//! Repeat: says what was said last once more.

use super::{is_called, run_own_flow};
use crate::dialogue::{
    Happening, RepairKind, Why, evaluate::Fault, speech::Speech, turn::Turn, utterance::Utterance,
};

pub fn applies(turn: &Turn<'_>, utterance: &Utterance<'_>) -> bool {
    is_called(turn, &turn.bot.repairs.repeat, "repeat-words", utterance)
}

pub fn run(turn: &mut Turn<'_>) -> Result<(), Fault> {
    let repeat = &turn.bot.repairs.repeat;
    turn.record(Happening::Repaired { repair: RepairKind::Repeat });
    if run_own_flow(turn, repeat, "repeat") {
        return Ok(());
    }
    let (contents, translation) = (turn.state.last_said.clone(), turn.state.last_translation.clone());
    if let Some(saying) = &repeat.say {
        turn.say(saying, Some(RepairKind::Repeat))?;
    }
    if contents.is_empty() {
        turn.say_own("nothing-to-repeat", &[], Some(RepairKind::Repeat));
    }
    let why = Why { translation, ..turn.why(Some(RepairKind::Repeat)) };
    turn.speak(Speech { contents: contents.clone(), why, ..Speech::default() });
    // What is said around it is not repeated with it.
    turn.state.last_said = contents;
    Ok(())
}

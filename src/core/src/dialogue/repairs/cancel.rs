//! Cancel: ends what runs; what it had interrupted is taken up again.

use super::{is_called, run_own_flow, say};
use crate::dialogue::{Happening, RepairKind, evaluate::Fault, flows, turn::Turn, utterance::Utterance};

/// Whether the visitor wants what runs to stop.
pub fn applies(turn: &Turn<'_>, utterance: &Utterance<'_>) -> bool {
    !turn.state.stack.is_empty() && is_called(turn, &turn.bot.repairs.cancel, "cancel-words", utterance)
}

pub fn run(turn: &mut Turn<'_>) -> Result<(), Fault> {
    let cancel = &turn.bot.repairs.cancel;
    turn.record(Happening::Repaired { repair: RepairKind::Cancel });
    turn.state.unanswered.clear();
    flows::end_running(turn);
    turn.state.misunderstood = 0;
    if run_own_flow(turn, cancel, "cancel") {
        return Ok(());
    }
    say(turn, cancel, "cancelled", RepairKind::Cancel)?;
    flows::run(turn);
    Ok(())
}

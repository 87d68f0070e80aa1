//! Time-out: after a long silence a conversation starts anew, without a word unless the author gave one.

use super::run_own_flow;
use crate::dialogue::{Happening, RepairKind, evaluate::Fault, flows, turn::Turn};

pub fn run(turn: &mut Turn<'_>) -> Result<(), Fault> {
    let timeout = &turn.bot.repairs.timeout;
    turn.record(Happening::Repaired { repair: RepairKind::Timeout });
    flows::start_clean_after_silence(turn);
    if run_own_flow(turn, timeout, "timeout") {
        return Ok(());
    }
    if let Some(saying) = &timeout.say {
        turn.say(saying, Some(RepairKind::Timeout))?;
    }
    flows::run(turn);
    Ok(())
}

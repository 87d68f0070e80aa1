//! `handoff`: passes the conversation to people; at hand back the flow goes on after it.

use super::Go;
use crate::{
    bot::Handoff,
    dialogue::{
        Expecting,
        evaluate::{Fault, render},
        people,
        turn::Turn,
    },
};

pub fn run(turn: &mut Turn<'_>, handoff: &Handoff) -> Result<Go, Fault> {
    let reason = handoff.reason.as_ref().map(|reason| render(reason, &turn.names())).transpose()?;
    if let Some(wait) = handoff.wait.or(turn.bot.handoff.wait) {
        turn.go_on_unattended(Some(wait))?;
    }
    turn.state.urgent |= handoff.urgent;
    people::hand_off(turn, handoff.team.clone(), reason, handoff.message.as_ref(), Expecting::Person, None);
    Ok(Go::Wait)
}

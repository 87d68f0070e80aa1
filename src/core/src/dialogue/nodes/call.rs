//! `call`: runs another flow and comes back.

use super::Go;
use crate::{
    bot::Call,
    dialogue::{evaluate::Fault, flows, turn::Turn},
};

pub fn run(turn: &mut Turn<'_>, call: &Call) -> Result<Go, Fault> {
    let caller = turn.here().map(|(flow, _)| flow.name.as_str()).unwrap_or_default();
    flows::enter_named(turn, &call.flow, format!("call from {caller}"))?;
    Ok(Go::Again)
}

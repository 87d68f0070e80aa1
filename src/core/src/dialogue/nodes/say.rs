//! `say`: tells the visitor something.

use super::Go;
use crate::{
    bot::Say,
    dialogue::{evaluate::Fault, turn::Turn},
};

pub fn run(turn: &mut Turn<'_>, say: &Say) -> Result<Go, Fault> {
    turn.say(&say.what, None)?;
    Ok(Go::Next)
}

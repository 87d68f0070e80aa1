//! `set`: fills slots. Every value sees the slots as they were before the step.

use super::Go;
use crate::{
    bot::Set,
    dialogue::{
        evaluate::{Fault, expression},
        turn::Turn,
    },
};

pub fn run(turn: &mut Turn<'_>, set: &Set) -> Result<Go, Fault> {
    let names = turn.names();
    for (slot, written) in &set.values {
        let value = expression(written, &names)?;
        turn.fill(slot, value)?;
    }
    Ok(Go::Next)
}

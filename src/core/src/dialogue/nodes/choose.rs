//! `choose`: takes the first branch whose condition holds.

use super::Go;
use crate::{
    bot::Choose,
    dialogue::{
        evaluate::{Fault, condition},
        turn::Turn,
    },
};

pub fn run(turn: &mut Turn<'_>, choose: &Choose) -> Result<Go, Fault> {
    let names = turn.names();
    for branch in &choose.branches {
        let holds = match &branch.condition {
            Some(source) => condition(source, &names)?,
            None => true,
        };
        if holds {
            return Ok(Go::To(branch.target));
        }
    }
    Ok(Go::Next)
}

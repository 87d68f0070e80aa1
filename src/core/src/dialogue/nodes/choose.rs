//! `choose`: takes the first branch whose condition holds.

use super::Go;
use crate::{
    bot::{Branch, Choose},
    dialogue::{
        evaluate::{Fault, Names, condition},
        turn::Turn,
    },
};

pub fn run(turn: &mut Turn<'_>, choose: &Choose) -> Result<Go, Fault> {
    let branch = branch(choose, &turn.names())?;
    Ok(branch.map_or(Go::Next, |branch| Go::To(branch.target)))
}

/// The branch that is taken; none where no condition holds.
pub fn branch<'c>(choose: &'c Choose, names: &Names) -> Result<Option<&'c Branch>, Fault> {
    for branch in &choose.branches {
        let holds = match &branch.condition {
            Some(source) => condition(source, names)?,
            None => true,
        };
        if holds {
            return Ok(Some(branch));
        }
    }
    Ok(None)
}

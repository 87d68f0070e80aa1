//! What is printed when a promise was broken?

use std::fmt;

use studio_core::invariants::Ledgers;

use crate::{
    check::{Broken, messages},
    sabotage::Sabotage,
    world::World,
};

/// Lines of the history that are shown.
const SHOWN: usize = 60;

/// A history in which a promise was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub seed: u64,
    pub sabotage: Option<Sabotage>,
    pub step: u64,
    pub broken: Broken,
    /// The last things that happened.
    trace: Vec<String>,
    /// The ledgers of the conversations concerned.
    ledgers: Vec<(usize, Ledgers)>,
}

impl Failure {
    pub(crate) fn of(world: &World, broken: Broken) -> Self {
        let mut concerned: Vec<usize> = broken.iter().map(|(conversation, _)| *conversation).collect();
        concerned.dedup();
        let ledgers = concerned.into_iter().map(|conversation| {
            let visitor = &world.visitors[conversation];
            let kept = world.store.conversations.get(&conversation).map(messages).unwrap_or_default();
            let (sent, heard) = (visitor.sent.clone(), visitor.heard.clone());
            (conversation, Ledgers { sent, kept, heard })
        });
        let begin = world.trace.len().saturating_sub(SHOWN);
        Self {
            seed: world.seed,
            sabotage: world.sabotage,
            step: world.tally.steps,
            broken,
            trace: world.trace[begin..].to_vec(),
            ledgers: ledgers.collect(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.trace {
            writeln!(f, "{line}")?;
        }
        for (conversation, Ledgers { sent, kept, heard }) in &self.ledgers {
            writeln!(f, "conversation {conversation}")?;
            writeln!(f, "  sent:")?;
            for sent in sent {
                let answer = if sent.acknowledged { "acknowledged" } else { "not acknowledged" };
                writeln!(f, "    {} {answer}", sent.id)?;
            }
            writeln!(f, "  stored:")?;
            for kept in kept {
                writeln!(
                    f,
                    "    {:>5} {}: {}",
                    kept.sequence,
                    kept.id.as_deref().unwrap_or("said"),
                    kept.text
                )?;
            }
            writeln!(f, "  heard:")?;
            for heard in heard {
                let mark = if heard.uncertain { " (uncertain)" } else { "" };
                writeln!(f, "    {:>5} {}{mark}", heard.sequence, heard.text)?;
            }
        }
        for (conversation, violation) in &self.broken {
            writeln!(f, "! conversation {conversation}: {violation}")?;
        }
        write!(f, "seed {} failed at step {}", self.seed, self.step)
    }
}

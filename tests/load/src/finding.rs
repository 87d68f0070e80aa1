//! What is printed when a promise was broken?

use std::fmt;

use studio_core::invariants::{Kept, Violation};

use crate::ledger::Conversation;

/// A conversation whose ledgers do not agree.
#[derive(Clone, Debug)]
pub struct Finding {
    pub seed: u64,
    /// Kills so far.
    pub kill: usize,
    pub thread: String,
    pub violations: Vec<Violation>,
    pub conversation: Conversation,
    pub kept: Vec<Kept>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Conversation { id, sent, acknowledged_after, heard, heard_after, asked, .. } = &self.conversation;
        writeln!(
            f,
            "seed {}, found after kill {}, conversation {id} ({})",
            self.seed, self.kill, self.thread
        )?;
        for violation in &self.violations {
            writeln!(f, "  ! {violation}")?;
        }
        writeln!(f, "  sent:")?;
        for (place, sent) in sent.iter().enumerate() {
            let answer = match acknowledged_after.get(place) {
                Some(kill) => format!("acknowledged after kill {kill}"),
                None => "not acknowledged".to_owned(),
            };
            writeln!(f, "    {} {answer}", sent.id)?;
        }
        if !asked.is_empty() {
            writeln!(f, "  asked for by agents:")?;
        }
        for asked in asked {
            let answer = if asked.acknowledged { "acknowledged" } else { "not acknowledged" };
            writeln!(f, "    {:?} {answer}", asked.act)?;
        }
        writeln!(f, "  stored:")?;
        for kept in &self.kept {
            let who = kept.id.as_deref().unwrap_or("bot");
            writeln!(f, "    {:>5} {who}: {}", kept.sequence, kept.text)?;
        }
        writeln!(f, "  heard:")?;
        for (heard, kill) in heard.iter().zip(heard_after) {
            let mark = if heard.uncertain { " (uncertain)" } else { "" };
            writeln!(f, "    {:>5} {}{mark} after kill {kill}", heard.sequence, heard.text)?;
        }
        Ok(())
    }
}

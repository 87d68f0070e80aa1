//! What is printed when a promise was broken?

use std::fmt;

use studio_core::invariants::{Kept, Violation};

use crate::ledger::Conversation;

/// Violations of a conversation in its summary.
const SUMMED: usize = 8;
/// Characters of a message that are shown; the rest is padding.
const SHOWN: usize = 60;

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

/// How far a conversation has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stand {
    violations: Vec<Violation>,
    acknowledged: usize,
    kept: usize,
    heard: usize,
    /// Tries to bring its messages.
    tries: usize,
}

/// All that the three ledgers have of it.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Conversation { id, sent, acknowledged_after, heard, heard_after, asked, .. } = &self.conversation;
        writeln!(f, "conversation {id} ({})", self.thread)?;
        writeln!(f, "  sent:")?;
        for (place, sent) in sent.iter().enumerate() {
            let answer = match acknowledged_after.get(place) {
                Some(kill) => format!("acknowledged after kill {kill}"),
                None => "not acknowledged".to_owned(),
            };
            writeln!(f, "    {} {answer}: {}", sent.id, beginning(&sent.text))?;
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
            writeln!(f, "    {:>5} {who}: {}", kept.sequence, beginning(&kept.text))?;
        }
        writeln!(f, "  heard:")?;
        for (heard, kill) in heard.iter().zip(heard_after) {
            let mark = if heard.uncertain { " (uncertain)" } else { "" };
            writeln!(f, "    {:>5} {}{mark} after kill {kill}", heard.sequence, beginning(&heard.text))?;
        }
        Ok(())
    }
}

impl Finding {
    /// While this changes, the ledgers may yet come to agree.
    pub fn stand(&self) -> Stand {
        let Conversation { sent, asked, heard, tries, .. } = &self.conversation;
        let sent = sent.iter().filter(|sent| sent.acknowledged).count();
        let asked = asked.iter().filter(|asked| asked.acknowledged).count();
        Stand {
            violations: self.violations.clone(),
            acknowledged: sent + asked,
            kept: self.kept.len(),
            heard: heard.len(),
            tries: tries.values().sum(),
        }
    }

    /// What is wrong, in a few lines.
    pub(crate) fn summary(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, kill, thread, violations, conversation, .. } = self;
        write!(f, "seed {seed}, found after kill {kill}, conversation {} ({thread})", conversation.id)?;
        for violation in violations.iter().take(SUMMED) {
            write!(f, "\n  ! {violation}")?;
        }
        let more = violations.len().saturating_sub(SUMMED);
        if more > 0 { write!(f, "\n  ! and {more} more") } else { Ok(()) }
    }
}

fn beginning(text: &str) -> &str {
    text.char_indices().nth(SHOWN).map_or(text, |(end, _)| &text[..end])
}

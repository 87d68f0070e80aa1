//! What did a campaign of kills do and see?

use std::{collections::BTreeMap, fmt, path::PathBuf, time::Duration};

use crate::{compare::Compared, faults::Lost, phase::Phase};

/// What was done and seen.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub seed: u64,
    pub kills: usize,
    /// How far the studio had come at each, by its own log.
    pub fell: BTreeMap<Phase, usize>,
    /// Of those that fell while it was ready, after it had acknowledged something.
    pub at_work: usize,
    /// Stops that ended before the kill came. They are no kills.
    pub stopped_before: usize,
    /// Besides, of the database's server.
    pub of_database: usize,
    /// Tables that the database has written, as far as they were seen.
    pub tables: usize,
    /// Wishes to be forgotten that were acknowledged.
    pub forgotten: usize,
    pub compared: Compared,
    /// Of these, on the messaging platforms.
    pub on_platforms: Compared,
    /// Times from start to ready, ascending once the campaign is over.
    pub ready: Vec<Duration>,
    pub took: Duration,
    pub parts: Parts,
    /// What was never synced, and lost with the power.
    pub lost: Lost,
    /// What came after its conversation had been compared, unmarked or for the first time.
    pub strays: Vec<String>,
    /// How often all that the store holds was looked at, and what was wrong with it.
    pub audits: usize,
    pub wrong: Vec<String>,
    /// Data and log, kept where something was found.
    pub folder: Option<PathBuf>,
}

/// How long each part took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Parts {
    /// Starts, load and kills.
    pub kills: Duration,
    /// Until the ledgers agreed.
    pub comparisons: Duration,
    /// Looks at all that the store holds.
    pub audits: Duration,
}

impl Tally {
    pub fn is_clean(&self) -> bool {
        self.compared.findings.is_empty() && self.strays.is_empty() && self.wrong.is_empty()
    }

    /// What was found, behind all else: the end is what a reader sees, and what the log of a long run keeps.
    fn found(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.compared.findings {
            writeln!(f)?;
            finding.summary(f)?;
        }
        for stray in &self.strays {
            write!(f, "\nheard after its conversation was compared: {stray}")?;
        }
        for wrong in &self.wrong {
            write!(f, "\nin the store: {wrong}")?;
        }
        match &self.folder {
            Some(folder) => write!(f, "\ndata and log are kept in {}", folder.display()),
            None => Ok(()),
        }
    }

    /// Kills in these phases.
    pub fn fell_in(&self, phases: &[Phase]) -> usize {
        phases.iter().filter_map(|phase| self.fell.get(phase)).sum()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.compared.findings {
            writeln!(f, "{finding}")?;
        }
        let half = self.ready.get(self.ready.len() / 2).copied().unwrap_or_default();
        let most = self.ready.last().copied().unwrap_or_default();
        let Compared { conversations, acknowledged, heard, uncertain, acts, waits, calls, findings, .. } =
            &self.compared;
        writeln!(
            f,
            "seed {}: {} kills in {} s, {} findings",
            self.seed,
            self.kills,
            self.took.as_secs(),
            findings.len() + self.strays.len() + self.wrong.len(),
        )?;
        let Parts { kills, comparisons, audits } = self.parts;
        writeln!(
            f,
            "  {} s of these were kills under load, {} s comparisons, {} s looks at the whole store",
            kills.as_secs(),
            comparisons.as_secs(),
            audits.as_secs()
        )?;
        for (phase, count) in &self.fell {
            writeln!(f, "  {count} fell {phase}")?;
        }
        writeln!(
            f,
            "  {} of these under load; {} stops ended before their kill; the whole store was looked at {} times",
            self.at_work, self.stopped_before, self.audits
        )?;
        writeln!(
            f,
            "{conversations} conversations, {acknowledged} messages acknowledged, {heard} heard, {uncertain} of these \
             marked uncertain; {acts} acts of agents acknowledged; {waits} waits, {calls} calls"
        )?;
        writeln!(f, "{} wishes to be forgotten, {} tables were written", self.forgotten, self.tables)?;
        if self.on_platforms.conversations > 0 {
            let Compared { conversations, acknowledged, heard, uncertain, pressed, forms, files, .. } =
                &self.on_platforms;
            writeln!(
                f,
                "of these on the platforms: {conversations} conversations, {acknowledged} messages acknowledged \
                 ({pressed} presses, {forms} forms, {files} files), {heard} heard, {uncertain} of these marked uncertain"
            )?;
        }
        if self.of_database > 0 {
            writeln!(f, "the database's server was killed {} times", self.of_database)?;
        }
        if self.lost != Lost::default() {
            let Lost { bytes, names } = self.lost;
            writeln!(
                f,
                "{bytes} bytes and {names} changes of names were never synced and lost with the power"
            )?;
        }
        write!(f, "start to ready: half within {} ms, all within {} ms", half.as_millis(), most.as_millis())?;
        self.found(f)
    }
}

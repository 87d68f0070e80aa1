//! What came of a scenario? A line of the table, and below it what was wrong.

use std::{fmt, path::PathBuf, time::Duration};

/// Resident memory that no scenario may pass, in bytes, beside what the database holds of its log: what a studio without
/// models takes when idle, and what may wait (20,000 events).
pub const CEILING: u64 = 512 << 20;

#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub name: &'static str,
    /// Messages, each counted once.
    pub offered: usize,
    pub acknowledged: usize,
    /// Answers 503 with `Retry-After`; a message that was sent again may have several.
    pub refused: usize,
    /// Resident memory before the load, and at most, in bytes.
    pub before: u64,
    pub peak: u64,
    /// The most beside what the database holds of its log.
    pub beside_log: u64,
    /// From the end of the load until a new visitor is answered as quickly as before it.
    pub quick_again: Duration,
    /// From the end of the load until all that was acknowledged is answered.
    pub answered: Duration,
    /// What is peculiar to the scenario.
    pub note: String,
    /// Broken promises, a line each.
    pub findings: Vec<String>,
    /// Data and log, kept where something is wrong.
    pub folder: Option<PathBuf>,
}

/// The heads of the columns of [`Outcome`]. Memory in MiB: before, at most, and at most beside the database's log, of
/// what is allowed.
pub const HEADS: &str = "scenario  offered  acknowledged   refused       memory (beside log)   quick again   all answered  findings";

impl Outcome {
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<8} {:>8} {:>13} {:>9} {:>5}, {:>4} ({:>3} of {}) {:>11.1} s {:>12.1} s {:>9}  {}",
            self.name,
            self.offered,
            self.acknowledged,
            self.refused,
            self.before >> 20,
            self.peak >> 20,
            self.beside_log >> 20,
            CEILING >> 20,
            self.quick_again.as_secs_f64(),
            self.answered.as_secs_f64(),
            self.findings.len(),
            self.note,
        )?;
        for finding in &self.findings {
            write!(f, "\n  ! {finding}")?;
        }
        if let Some(folder) = &self.folder {
            write!(f, "\n  data and log are in {}", folder.display())?;
        }
        Ok(())
    }
}

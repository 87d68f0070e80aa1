//! What came of a scenario? A line of the table, and below it what was wrong.

use std::{fmt, path::PathBuf, time::Duration};

/// Resident memory that no scenario may pass at any moment, in MiB, as the settings are: the program with its libraries (256); the
/// database's log, twice for the moment at which it is written into a table (2 × `store.log_bytes`); the blocks that it has read
/// (`store.cache_bytes`); tables that are being written and merged (256); and what waits, comes in and leaves (512).
pub const CEILING: u64 = (256 + 2 * 128 + 256 + 256 + 512) << 20;

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
    /// Turns a second before the load, and after it, once they are as many again.
    pub usual: f64,
    pub again: f64,
    /// From the end of the load until they are.
    pub full_speed: Duration,
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

/// The heads of the columns of [`Outcome`]. Memory in MiB: before, and at most, of what is allowed. Turns a second before the load, and
/// after it; what share of the first that is, and how long after the load's end they were so many.
pub const HEADS: &str = "scenario  offered  acknowledged   refused              memory    turns a second   share        after   quick again   all answered  findings";

impl Outcome {
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<8} {:>8} {:>13} {:>9} {:>5}, {:>4} of {} {:>8.0} {:>8.0} {:>5.0} % {:>10.1} s {:>11.1} s {:>12.1} s {:>9}  {}",
            self.name,
            self.offered,
            self.acknowledged,
            self.refused,
            self.before >> 20,
            self.peak >> 20,
            CEILING >> 20,
            self.usual,
            self.again,
            100.0 * self.again / self.usual,
            self.full_speed.as_secs_f64(),
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

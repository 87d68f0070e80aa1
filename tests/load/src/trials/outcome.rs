//! What became of a trial?

use std::{fmt, path::PathBuf, process::ExitStatus, time::Duration};

use crate::{compare::Compared, faults::Lost};

/// What became of it.
#[derive(Debug, Default)]
pub struct Outcome {
    pub name: &'static str,
    /// How it ended by itself, if it did; it was started again as a supervisor would.
    pub ended: Option<ExitStatus>,
    /// The status with which it was to end.
    pub ends: Option<i32>,
    /// From the end of the fault to the next acknowledged message.
    pub recovered: Duration,
    /// Whether the log has the line that it should.
    pub said: bool,
    /// How often the fault happened.
    pub happened: u64,
    pub compared: Compared,
    /// What is wrong with all that the store holds, in sentences.
    pub wrong: Vec<String>,
    pub lost: Lost,
    /// Why it was not tried at all.
    pub skipped: Option<&'static str>,
    /// Data and log, kept where something is wrong.
    pub folder: Option<PathBuf>,
}

impl Outcome {
    /// All is as it should be. One that was skipped has shown nothing.
    pub fn is_clean(&self) -> bool {
        let is_tried = self.skipped.is_none();
        is_tried && self.ended_as_told() && self.said && self.happened > 0 && self.findings() == 0
    }

    /// In a line.
    pub(super) fn what_happened(&self) -> String {
        if let Some(why) = self.skipped {
            return format!("SKIPPED, {why}");
        }
        let how = match self.ended {
            Some(status) => format!("ended by itself ({status}) and was started again"),
            None => "went on".to_owned(),
        };
        let how = if self.ended_as_told() { how } else { format!("{how}, WHICH IT SHOULD NOT") };
        let said = if self.said { "" } else { " and THE LOG DOES NOT SAY WHY" };
        format!(
            "happened {} times, {how}{said}, acknowledged again after {} ms; {} messages, {} findings, {} bytes and {} \
             changes of names lost with the power",
            self.happened,
            self.recovered.as_millis(),
            self.compared.acknowledged,
            self.findings(),
            self.lost.bytes,
            self.lost.names
        )
    }

    fn findings(&self) -> usize {
        self.compared.findings.len() + self.wrong.len()
    }

    fn ended_as_told(&self) -> bool {
        self.ended.map(|status| status.code()) == self.ends.map(Some)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.compared.findings {
            writeln!(f, "{finding}")?;
        }
        for wrong in &self.wrong {
            writeln!(f, "in the store: {wrong}")?;
        }
        write!(f, "{}: {}", self.name, self.what_happened())?;
        if let Some(folder) = &self.folder {
            write!(f, "; data and log are in {}", folder.display())?;
        }
        Ok(())
    }
}

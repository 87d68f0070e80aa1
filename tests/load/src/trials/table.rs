//! What became of all trials? A table as it stands in docs/reliability.md.

use std::{fmt, process::Command, time::Duration};

use super::Outcome;
use crate::ledger::now;

/// The rows so far, each with the day and the commit of the run.
pub struct Table {
    date: String,
    commit: String,
    rows: Vec<String>,
}

impl Table {
    /// Of the code in this folder, from today on.
    pub fn begin() -> Self {
        Self { date: now().strftime("%F").to_string(), commit: commit(), rows: Vec::new() }
    }

    pub fn add(&mut self, trial: &str, outcome: &anyhow::Result<Outcome>, took: Duration) {
        let what = match outcome {
            Ok(outcome) => outcome.what_happened(),
            Err(error) => format!("CAME TO NO END: {error:#}"),
        };
        let Self { date, commit, .. } = self;
        let row = format!("| {date} | {commit} | `{trial}` | {} | {} |", cell(&what), took.as_secs());
        self.rows.push(row);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| date | commit | trial | what happened | seconds |\n|---|---|---|---|---|")?;
        for row in &self.rows {
            write!(f, "\n{row}")?;
        }
        Ok(())
    }
}

/// The commit from which the program was built just now, `-dirty` where something had changed since.
fn commit() -> String {
    let described = Command::new("git").args(["describe", "--always", "--dirty"]).output();
    let described = described.ok().filter(|output| output.status.success());
    described.map_or_else(
        || "no commit".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}

/// One line, without an end of the cell in it.
fn cell(text: &str) -> String {
    text.lines().next().unwrap_or_default().replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_trial_has_a_row_whatever_became_of_it() {
        let (date, commit) = ("2026-12-01".to_owned(), "e4b95298".to_owned());
        let mut table = Table { date, commit, rows: Vec::new() };
        let skipped = Outcome { name: "model-hangs", skipped: Some("no model"), ..Outcome::default() };
        table.add("model-hangs", &Ok(skipped), Duration::from_millis(900));
        let went_on = Outcome { name: "log-full", said: true, happened: 3, ..Outcome::default() };
        table.add("log-full", &Ok(went_on), Duration::from_secs(14));
        table.add("store-full", &Err(anyhow::anyhow!("it said a|b\nand more")), Duration::from_secs(61));
        let expected = [
            "| date | commit | trial | what happened | seconds |",
            "|---|---|---|---|---|",
            "| 2026-12-01 | e4b95298 | `model-hangs` | SKIPPED, no model | 0 |",
            "| 2026-12-01 | e4b95298 | `log-full` | happened 3 times, went on, acknowledged again after 0 ms; 0 messages, \
             0 findings, 0 bytes and 0 changes of names lost with the power | 14 |",
            "| 2026-12-01 | e4b95298 | `store-full` | CAME TO NO END: it said a\\|b | 61 |",
        ];
        assert_eq!(table.to_string().lines().collect::<Vec<_>>(), expected);
    }
}

//! What could the database do at best? `studio-load-store floor` writes the very rows of real turns straight to it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, ensure};
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

use super::{Bench, Rate, Stream};
use crate::{process::Program, stored};

/// As many writers as the studio has, which are its lanes and what accepts, sweeps and projects (`LANES` in `src/pipeline/mod.rs`); and turns in
/// one transaction as it puts there at most (`limits.batch`).
const WRITERS: u32 = 8;
const BATCH: u32 = 32;
/// The tables that every turn of the benchmark writes to.
const TABLES: [&str; 6] = ["receipt", "inbox", "conversation", "turn", "feed", "outbox"];
/// While rows are copied out: enough that some of each table wait to be swept.
const SEEN: Rate = Rate { messages: 1_000, seconds: 0, connections: 64 };
const LOOKS: usize = 100;

/// The rows of a turn, one of each table, as a studio under load writes them: of those that were seen, the one whose length
/// is in the middle.
async fn rows(studio: &Program) -> anyhow::Result<BTreeMap<String, Value>> {
    let bench = Bench::start(studio).await?;
    let stream = Stream::start(bench.stage.home.address, SEEN);
    let client = stored::client(&bench.stage.home)?;
    let mut rows = BTreeMap::new();
    for _ in 0..LOOKS {
        let copy = client.get("http://studio/api/v1/export").send().await?.error_for_status()?.text().await?;
        rows = typical(&copy)?;
        if rows.len() == TABLES.len() {
            break;
        }
    }
    stream.stop().await?;
    bench.kill().await?;
    let missing: Vec<_> = TABLES.iter().filter(|table| !rows.contains_key(**table)).collect();
    ensure!(missing.is_empty(), "no row was seen of {missing:?}");
    Ok(rows)
}

fn typical(copy: &str) -> anyhow::Result<BTreeMap<String, Value>> {
    let mut all: BTreeMap<String, Vec<(usize, Value)>> = BTreeMap::new();
    for line in copy.lines() {
        let mut line: Value = serde_json::from_str(line).context("a line of the copy cannot be read")?;
        let table = line["row"]["table"].as_str().unwrap_or_default().to_owned();
        if TABLES.contains(&table.as_str()) {
            let row = line["row"]["row"].take();
            all.entry(table).or_default().push((row.to_string().len(), row));
        }
    }
    let middle = |(table, mut rows): (String, Vec<(usize, Value)>)| {
        rows.sort_by_key(|(length, _)| *length);
        let place = rows.len() / 2;
        (table, rows.swap_remove(place).1)
    };
    Ok(all.into_iter().map(middle).collect())
}

/// The program that writes and reads straight, and the rows of a turn.
#[derive(Debug)]
pub struct Floor {
    program: PathBuf,
    folder: TempDir,
}

/// What can be had of a filled store at best.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Straight {
    /// A second.
    pub turns: f64,
    /// To read the messages of a conversation: p50 and p99.
    pub read: [Duration; 2],
}

impl Floor {
    /// Copies the rows of a turn out of a studio of its own.
    pub async fn new(studio: &Program, program: &Path) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("studio-load-").tempdir()?;
        std::fs::write(folder.path().join("rows.json"), serde_json::to_string(&rows(studio).await?)?)?;
        Ok(Self { program: program.to_owned(), folder })
    }

    /// Turns a second that it writes into a new store: with a row for each event and each reply that waits, as the studio has
    /// them, or with one for all that wait together.
    pub async fn turns(&self, seconds: u32, waiting: &str) -> anyhow::Result<f64> {
        let mut command = Command::new(&self.program);
        command.arg("floor").args([WRITERS, BATCH, seconds].map(|number| number.to_string()));
        command.args(["--waiting", waiting]);
        let said = self.said(command.arg(self.folder.path().join("floor"))).await?;
        let turns =
            said.trim().strip_suffix(" turns/s").and_then(|said| said.rsplit(' ').next()?.parse().ok());
        turns.with_context(|| format!("the floor said {said}"))
    }

    /// What can be had of a store of so many conversations that nobody has open. It is another one afterwards.
    pub async fn on(&self, store: &Path, conversations: usize, seconds: u32) -> anyhow::Result<Straight> {
        let mut command = Command::new(&self.program);
        command.arg("straight").arg(store).arg(conversations.to_string());
        command.args([WRITERS, BATCH, seconds].map(|number| number.to_string()));
        let said = self.said(&mut command).await?;
        straight(&said).with_context(|| format!("the floor said {said}"))
    }

    async fn said(&self, command: &mut Command) -> anyhow::Result<String> {
        let rows = self.folder.path().join("rows.json");
        let output =
            command.arg("--rows").arg(rows).kill_on_drop(true).output().await.with_context(|| {
                format!(
                    "cannot run {}: build it (`cargo build --release --workspace --bin studio-load-store`)",
                    self.program.display()
                )
            })?;
        ensure!(output.status.success(), "the floor ended with {}", output.status);
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

fn straight(said: &str) -> Option<Straight> {
    let (turns, reads) = said.trim().strip_prefix("straight ")?.split_once(" turns/s, reads ")?;
    let (half, most) = reads.strip_suffix(" µs")?.split_once(' ')?;
    let read = [half.parse().ok()?, most.parse().ok()?].map(Duration::from_micros);
    Some(Straight { turns: turns.parse().ok()?, read })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_rows_of_a_table_the_one_in_the_middle_is_taken() {
        let row = |table: &str, text: &str| {
            serde_json::json!({ "row": { "table": table, "row": { "text": text } } }).to_string()
        };
        let copy = [row("turn", "aaa"), row("media", "b"), row("turn", "a"), row("turn", "aa")].join("\n");
        let rows = typical(&copy).expect("a copy");
        assert_eq!(rows.len(), 1);
        assert_eq!(rows["turn"]["text"], "aa");
    }

    #[test]
    fn what_the_floor_says_is_read() {
        let read = [120, 480].map(Duration::from_micros);
        assert_eq!(
            straight("straight 1234 turns/s, reads 120 480 µs\n"),
            Some(Straight { turns: 1234.0, read })
        );
        assert_eq!(straight("8 writers: 1234 turns/s"), None);
    }
}

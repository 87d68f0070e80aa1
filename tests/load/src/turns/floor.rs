//! What could the database do at best? `studio-load-store floor` writes the very rows of real turns straight to it.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context as _, ensure};
use serde_json::Value;
use tokio::process::Command;

use super::{Bench, Rate, Stream};
use crate::{process::Program, stored};

/// As many writers as the studio has lanes, and turns in one transaction as it puts there at most.
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

/// Turns a second that it writes.
pub async fn floor(studio: &Program, program: &Path, seconds: u32) -> anyhow::Result<f64> {
    let folder = tempfile::Builder::new().prefix("studio-load-").tempdir()?;
    let file = folder.path().join("rows.json");
    std::fs::write(&file, serde_json::to_string(&rows(studio).await?)?)?;
    let output = Command::new(program)
        .arg("floor")
        .args([WRITERS, BATCH, seconds].map(|number| number.to_string()))
        .arg(folder.path().join("floor"))
        .arg("--rows")
        .arg(&file)
        .kill_on_drop(true)
        .output()
        .await
        .with_context(|| {
            format!(
                "cannot run {}: build it (`cargo build --release --workspace --bin studio-load-store`)",
                program.display()
            )
        })?;
    ensure!(output.status.success(), "the floor ended with {}", output.status);
    let said = String::from_utf8_lossy(&output.stdout);
    let turns = said.trim().strip_suffix(" turns/s").and_then(|said| said.rsplit(' ').next()?.parse().ok());
    turns.with_context(|| format!("the floor said {said}"))
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
}

//! What could the database do at best? `studio-load-store floor` writes the same rows straight to it.

use std::path::Path;

use anyhow::{Context as _, ensure};
use tokio::process::Command;

/// As many writers as the studio has lanes, and turns in one transaction as it puts there at most.
const WRITERS: u32 = 8;
const BATCH: u32 = 32;

/// Turns a second that it writes.
pub async fn floor(program: &Path, seconds: u32) -> anyhow::Result<f64> {
    let folder = tempfile::Builder::new().prefix("studio-load-").tempdir()?;
    let output = Command::new(program)
        .arg("floor")
        .args([WRITERS, BATCH, seconds].map(|number| number.to_string()))
        .arg(folder.path().join("floor"))
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

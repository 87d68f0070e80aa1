//! Where do full stores come from? `studio-load-store fill` writes them: this program knows no database.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use tokio::process::Command;

use super::beside;
use crate::home::Home;

/// Turns of each conversation; a turn is a message and its reply.
const TURNS: usize = 2;

/// The program that fills stores.
#[derive(Clone, Debug)]
pub struct Filler {
    program: PathBuf,
}

impl Filler {
    /// The one beside this program.
    pub fn beside() -> anyhow::Result<Self> {
        Ok(Self { program: beside("studio-load-store")? })
    }

    /// It writes and reads straight as well.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Writes conversations of the HTTP connection into a home that has none; their names are their numbers. How long
    /// that took.
    pub async fn fill(&self, home: &Home, conversations: usize) -> anyhow::Result<Duration> {
        let begun = Instant::now();
        std::fs::create_dir_all(home.store())?;
        let status = Command::new(&self.program)
            .arg("fill")
            .arg(home.store())
            .args([conversations, TURNS].map(|number| number.to_string()))
            .stdout(std::process::Stdio::null())
            .kill_on_drop(true)
            .status()
            .await
            .with_context(|| {
                format!(
                    "cannot run {}: build it (`cargo build --release --workspace --bin studio-load-store`)",
                    self.program.display()
                )
            })?;
        ensure!(status.success(), "the store could not be filled: {status}");
        Ok(begun.elapsed())
    }
}

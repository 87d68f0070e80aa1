//! How long from the start until it is ready?

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use tokio::process::Command;

use super::{disk::Disk, filled::Filler};
use crate::{
    process::Program,
    turns::{Latency, Stage, Threads},
};

/// Starts it again and again: each time in a new home, then on a full store that was closed in good order.
pub async fn run(
    program: &Program,
    filler: &Filler,
    runs: usize,
    conversations: usize,
) -> anyhow::Result<()> {
    println!("store                          half within   all within");
    let mut loaded = Vec::with_capacity(runs);
    for _ in 0..runs {
        loaded.push(load(program).await?);
    }
    print("floor: loaded, nothing begun", loaded);
    let mut empty = Vec::with_capacity(runs);
    for _ in 0..runs {
        let bench = Stage::new(Threads::FEW).await?.start(program).await?;
        empty.push(bench.ready);
        bench.stop().await?;
    }
    print("empty", empty);

    let mut stage = Stage::new(Threads::FEW).await?;
    filler.fill(&stage.home, conversations).await?;
    // The first start may still have something to do.
    let mut full = Vec::with_capacity(runs);
    for _ in 0..runs {
        let bench = stage.start(program).await?;
        full.push(bench.ready);
        stage = bench.stop().await?;
    }
    let first = full.first().copied().unwrap_or_default();
    print(&format!("{conversations} conversations"), full);
    println!("the first of these {} ms; {}", first.as_millis(), Disk::of(&stage.home.store())?);
    println!("aim: under 2 s on an empty store");
    Ok(())
}

/// How long it takes until the program says its version: the system loads it and its libraries.
async fn load(program: &Program) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    let mut command = Command::new(&program.binary);
    let status = command.arg("--version").stdout(Stdio::null()).status().await.context("it cannot be run")?;
    ensure!(status.success(), "it does not say its version: {status}");
    Ok(begun.elapsed())
}

fn print(store: &str, ready: Vec<Duration>) {
    let ready = Latency::of(ready);
    let [half, all] = [500, 1_000].map(|share| ready.at(share).as_millis());
    println!("{store:<30} {half:>8} ms  {all:>8} ms");
}

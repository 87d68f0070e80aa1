//! How long from the start until it is ready?

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use tokio::process::Command;

use super::{disk::Disk, filled::Filler};
use crate::{
    aim::Aim,
    process::Program,
    table::{grouped, head, row, waits},
    turns::{Latency, Stage, Threads},
};

/// On an empty store.
const AIM: Duration = Duration::from_secs(2);

/// Starts it again and again: each time in a new home, then on a full store that was closed in good order.
pub async fn run(
    program: &Program,
    filler: &Filler,
    runs: usize,
    conversations: usize,
) -> anyhow::Result<()> {
    println!("{}", head(&["store", "half ready within", "all within"]));
    let mut loaded = Vec::with_capacity(runs);
    for _ in 0..runs {
        loaded.push(load(program).await?);
    }
    print("floor: the program is loaded and says its version", &Latency::of(loaded));
    let mut empty = Vec::with_capacity(runs);
    for _ in 0..runs {
        let bench = Stage::new(Threads::FEW).await?.start(program).await?;
        empty.push(bench.ready);
        bench.stop().await?;
    }
    let empty = Latency::of(empty);
    print("empty", &empty);

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
    let stored = format!("{} conversations, {}", grouped(conversations), Disk::of(&stage.home.store())?);
    print(&stored, &Latency::of(full));
    println!("\nThe first start on the full store: {}", waits([first]));
    let all = empty.at(1_000);
    println!("{}", Aim::measured("start to ready, empty store", "within 2 s", waits([all]), all <= AIM));
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

fn print(store: &str, ready: &Latency) {
    let [half, all] = [500, 1_000].map(|share| waits([ready.at(share)]));
    println!("{}", row(&[store.to_owned(), half, all]));
}

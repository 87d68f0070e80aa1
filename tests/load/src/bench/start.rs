//! How long from the start until it is ready?

use std::time::Duration;

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

fn print(store: &str, ready: Vec<Duration>) {
    let ready = Latency::of(ready);
    let [half, all] = [500, 1_000].map(|share| ready.at(share).as_millis());
    println!("{store:<30} {half:>8} ms  {all:>8} ms");
}

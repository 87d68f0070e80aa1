//! How much memory does it take, at first and after many turns?

use std::time::Duration;

use anyhow::Context as _;
use tokio::time::sleep;

use super::CONNECTIONS;
use crate::{
    process::Program,
    turns::{Bench, Rate},
    usage::Usage,
};

/// A studio that was started is idle after this time.
const SETTLED: Duration = Duration::from_secs(5);
/// Turns are counted in so many parts.
const PARTS: usize = 10;

pub async fn run(program: &Program, turns: usize, rate: u32) -> anyhow::Result<()> {
    let mut bench = Bench::start(program).await?;
    sleep(SETTLED).await;
    let pid = bench.studio.pid().context("the studio has ended")?;
    println!("turns        resident");
    println!("{:>9} {:>8} MB", 0, Usage::of(pid)?.resident >> 20);
    let seconds = u32::try_from(turns / PARTS)?.div_ceil(rate);
    let mut done = 0;
    for _ in 0..PARTS {
        let measured = bench.run(Rate { messages: rate, seconds, connections: CONNECTIONS }).await?;
        done += measured.replied.count();
        println!("{done:>9} {:>8} MB", measured.resident >> 20);
    }
    sleep(SETTLED).await;
    println!("{:>9} {:>8} MB, idle", done, Usage::of(pid)?.resident >> 20);
    println!("aims: under 150 MB at first, flat afterwards");
    bench.kill().await?;
    Ok(())
}

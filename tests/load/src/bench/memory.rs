//! How much memory does it take, at first and after many turns?

use std::{process::Stdio, time::Duration};

use anyhow::{Context as _, ensure};
use tokio::{process::Command, time::sleep};

use super::CONNECTIONS;
use crate::{
    home::Home,
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
    let floor = floor(program, &bench.stage.home).await?;
    println!("floor, the same program with its libraries, which waits for a line: {} MB", floor >> 20);
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

/// What the program takes that has loaded all its libraries, has found the studio, and reads a password: bytes.
async fn floor(program: &Program, home: &Home) -> anyhow::Result<u64> {
    let mut child = Command::new(&program.binary)
        .args(["user", "add", "floor@example.com", "--name", "Floor"])
        .current_dir(home.path())
        .envs(program.environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("it cannot be run")?;
    sleep(SETTLED).await;
    ensure!(child.try_wait()?.is_none(), "it did not wait for a password");
    let resident = Usage::of(child.id().context("it has ended")?)?.resident;
    child.kill().await?;
    Ok(resident)
}

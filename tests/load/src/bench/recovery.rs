//! How long until it is ready after a kill?

use std::{
    fs, io,
    path::Path,
    time::{Duration, Instant},
};

use tokio::{select, time::sleep};

use super::{CONNECTIONS, disk::Disk, filled::Filler};
use crate::{
    process::Program,
    turns::{Rate, Stage, Threads},
};

/// Load before each kill.
const BEFORE: Duration = Duration::from_secs(10);

/// Fills a store, then again and again loads the studio, kills it under load and starts it.
pub async fn run(
    program: &Program,
    filler: &Filler,
    kills: usize,
    conversations: usize,
    rate: u32,
) -> anyhow::Result<()> {
    let stage = Stage::new(Threads::FEW).await?;
    filler.fill(&stage.home, conversations).await?;
    let mut bench = stage.start(program).await?;
    println!("kill  ready after   floor: the log read   stored when killed");
    // Longer than it is let live.
    let rate = Rate { messages: rate, seconds: 60, connections: CONNECTIONS };
    for kill in 1..=kills {
        select! {
            measured = bench.run(rate) => anyhow::bail!("the load was to outlast the studio: {}", measured?),
            () = sleep(BEFORE) => {}
        }
        let stage = bench.kill().await?;
        let disk = Disk::of(&stage.home.store())?;
        let floor = read_log(&stage.home.store())?;
        bench = stage.start(program).await?;
        println!("{kill:>4} {:>9} ms   {:>17} ms   {disk}", bench.ready.as_millis(), floor.as_millis());
    }
    bench.kill().await?;
    Ok(())
}

/// How long it takes to read what stands in the log, as the start behind the kill must.
fn read_log(store: &Path) -> io::Result<Duration> {
    let begun = Instant::now();
    for file in fs::read_dir(store.join("wal"))? {
        fs::read(file?.path())?;
    }
    Ok(begun.elapsed())
}

//! How long until it is ready after a kill?

use std::{
    fs::{self, File},
    io,
    path::Path,
    time::{Duration, Instant},
};

use rustix::fs::{Advice, fadvise};
use tokio::{select, time::sleep};

use super::{CONNECTIONS, disk::Disk, filled::Filler};
use crate::{
    process::Program,
    table::{head, row, waits},
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
    println!("{}", head(&["kill", "ready after", "floor: the log read from the disk", "stored when killed"]));
    // Longer than it is let live.
    let rate = Rate { messages: rate, seconds: 60, connections: CONNECTIONS };
    for kill in 1..=kills {
        select! {
            measured = bench.run(rate) => anyhow::bail!("the load was to outlast the studio: {}", measured?),
            () = sleep(BEFORE) => {}
        }
        let stage = bench.kill().await?;
        let disk = Disk::of(&stage.home.store())?;
        let log = stage.home.store().join("wal");
        let_go(&log)?;
        let floor = read_log(&log)?;
        // So that the start reads it from the disk too.
        let_go(&log)?;
        bench = stage.start(program).await?;
        let cells = [kill.to_string(), waits([bench.ready]), waits([floor]), disk.to_string()];
        println!("{}", row(&cells));
    }
    bench.kill().await?;
    Ok(())
}

/// Has the system forget what it holds in memory of the files in a folder, and so read them from the disk again. What is not on the disk yet it
/// would keep, so that is synced.
fn let_go(folder: &Path) -> io::Result<()> {
    for file in fs::read_dir(folder)? {
        let file = File::open(file?.path())?;
        file.sync_all()?;
        fadvise(&file, 0, None, Advice::DontNeed)?;
    }
    Ok(())
}

/// How long it takes to read what stands in the log, as the start behind the kill must.
fn read_log(log: &Path) -> io::Result<Duration> {
    let begun = Instant::now();
    for file in fs::read_dir(log)? {
        fs::read(file?.path())?;
    }
    Ok(begun.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_has_forgotten_is_read_again_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        for number in 0..3_u8 {
            fs::write(folder.path().join(number.to_string()), vec![number; 1 << 20]).expect("written");
        }
        let_go(folder.path()).expect("files can be let go of");
        assert!(!read_log(folder.path()).expect("readable").is_zero());
        for number in 0..3_u8 {
            let read = fs::read(folder.path().join(number.to_string())).expect("there");
            assert!(read == vec![number; 1 << 20], "{number}");
        }
        assert!(let_go(&folder.path().join("nothing")).is_err());
    }
}

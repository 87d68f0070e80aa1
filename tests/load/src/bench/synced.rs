//! How soon could a reply be there if a studio did nothing but keep it? A turn is synced to the disk twice, one after the other: what
//! arrived, before it is acknowledged, and what came of it, before the reply leaves.

use std::{
    fs::File,
    io::{self, Write as _},
    time::{Duration, Instant},
};

use crate::turns::Latency;

/// About as much as a transaction of one turn writes to the log.
const WRITTEN: usize = 4_096;

/// How long two such writes take, each synced, so many times a second.
pub(super) fn twice(rate: u32, seconds: u32) -> io::Result<Latency> {
    let folder = tempfile::Builder::new().prefix("studio-load-").tempdir()?;
    let mut file = File::create(folder.path().join("log"))?;
    let begun = Instant::now();
    let mut waits = Vec::new();
    for number in 0..rate * seconds {
        let due = begun + Duration::from_secs(1) * number / rate;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let asked = Instant::now();
        for _ in 0..2 {
            file.write_all(&[7; WRITTEN])?;
            file.sync_data()?;
        }
        waits.push(asked.elapsed());
    }
    Ok(Latency::of(waits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pair_of_syncs_has_its_time() {
        let waits = twice(20, 1).expect("a disk");
        assert_eq!(waits.count(), 20);
        assert!(waits.at(1) > Duration::ZERO);
    }
}

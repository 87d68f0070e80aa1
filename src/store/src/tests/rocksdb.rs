//! How large is the log that RocksDB holds in memory? As large as the settings say; left to itself it has 32 to 128 MiB.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use tokio::time::sleep;

use super::repairing::{is_there, write};
use crate::{Address, Memory, Settings, Store, testing::run};

const LONGEST: Duration = Duration::from_mins(1);

async fn opened(folder: &Path, log: u64) -> Store {
    let address = Address::RocksDb(folder.to_owned());
    let memory = Memory { log, ..Memory::default() };
    Store::open(&Settings { memory, ..Settings::new(address) }).await.expect("opened")
}

/// Some 4 MiB.
async fn fill(store: &Store) {
    for number in 0..64 {
        write(store, &number.to_string(), &"long ".repeat(13_000)).await;
    }
}

/// The files of a folder whose names are wanted.
fn files(folder: &Path, is_wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let listed = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    listed.filter(|path| path.file_name().and_then(OsStr::to_str).is_some_and(&is_wanted)).collect()
}

fn tables(folder: &Path) -> usize {
    files(folder, |name| name.ends_with(".sst")).len()
}

#[test]
fn a_table_is_written_once_the_log_is_as_large_as_it_may_be() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().to_owned();
    run(async move {
        let (small, large) = (home.join("small"), home.join("large"));
        let of_large = opened(&large, Memory::default().log).await;
        fill(&of_large).await;
        assert_eq!(tables(&large), 0, "4 MiB fit into its log");

        let of_small = opened(&small, 1 << 20).await;
        fill(&of_small).await;
        // A task of its own writes it.
        let begun = Instant::now();
        while tables(&small) == 0 {
            assert!(begun.elapsed() < LONGEST, "no table was written");
            sleep(Duration::from_millis(20)).await;
        }
        assert!(is_there(&of_small, "0").await && is_there(&of_small, "63").await);
    });
}

#[test]
fn the_engine_says_that_it_has_the_sizes_of_the_settings() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().to_owned();
    run(async move {
        let _store = opened(&home, 3 << 20).await;
        let newest = files(&home, |name| name.starts_with("OPTIONS-")).into_iter().max();
        let options = fs::read_to_string(newest.expect("it writes its options")).expect("readable");
        for line in
            ["write_buffer_size=3145728", "max_write_buffer_number=2", "min_write_buffer_number_to_merge=1"]
        {
            assert!(options.lines().any(|found| found.trim() == line), "no {line} in\n{options}");
        }
    });
}

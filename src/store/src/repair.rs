//! Is what the embedded engine writes there at the next start?
//!
//! Three things that SurrealKV 0.21 does when it opens what a killed process left make it lose a whole run at the start
//! after. Each has its test below `tests/`.
//!
//! 1. It appends behind a half-written record that it takes for a good end: see `log_tail`, which cuts it off before,
//!    and syncs what is left.
//! 2. Where it finds the log damaged it puts a repaired copy in its place, but goes on writing to the file that it had
//!    opened before, which has no name any more.
//! 3. Where the log holds more than fits into memory (a move to a machine with less of it, most of all) it writes the
//!    first part into a table and notes the whole log as written, then goes on appending to that very log.
//!
//! After 2 and 3 it is closed, which writes all that it knows into tables, and opened once more.

use std::{
    collections::BTreeMap, ffi::OsString, io, os::unix::fs::MetadataExt as _, path::Path, time::Duration,
};

use tokio::time::sleep;

use crate::{
    handle::{Handle, Memory},
    log_tail,
};

/// Opens the database in `folder` so that what it writes will be found.
pub(crate) async fn connect_to_folder(url: &str, memory: Memory, folder: &Path) -> surrealdb::Result<Handle> {
    take_log_over(folder)?;
    let before = Files::of(folder);
    let handle = Handle::in_folder(url, memory).await?;
    if !Files::of(folder).is_repair_of(&before) {
        return Ok(handle);
    }
    tracing::warn!(folder = %folder.display(), "store.log_repaired");
    drop(handle);
    while super::open::is_locked(folder) {
        sleep(Duration::from_millis(5)).await;
    }
    Handle::in_folder(url, memory).await
}

fn take_log_over(folder: &Path) -> surrealdb::Result<()> {
    // Whoever holds the folder is writing to its log; the engine will say that it is locked.
    if super::open::is_locked(folder) {
        return Ok(());
    }
    match log_tail::take_over(folder) {
        Ok(0) => Ok(()),
        Ok(bytes) => {
            tracing::info!(folder = %folder.display(), bytes, "store.log_cut");
            Ok(())
        }
        Err(error) => Err(surrealdb::Error::internal(format!("the database's log cannot be read: {error}"))),
    }
}

/// The files of the engine, and which they are.
struct Files {
    log: BTreeMap<OsString, u64>,
    tables: BTreeMap<OsString, u64>,
}

impl Files {
    fn of(folder: &Path) -> Self {
        let files = |name: &str| files(&folder.join(name)).unwrap_or_default();
        Self { log: files("wal"), tables: files("sstables") }
    }

    fn is_repair_of(&self, before: &Self) -> bool {
        let other_file = |(name, inode)| self.log.get(name) != Some(inode);
        before.log.iter().any(other_file) || self.tables.keys().any(|name| !before.tables.contains_key(name))
    }
}

fn files(folder: &Path) -> io::Result<BTreeMap<OsString, u64>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let found = entry.metadata()?;
        if found.is_file() {
            files.insert(entry.file_name(), found.ino());
        }
    }
    Ok(files)
}

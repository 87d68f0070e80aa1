//! Is what the embedded engine writes there at the next start?
//!
//! Two things that SurrealKV 0.21 does when it opens what a killed process left make it lose a whole run at the start
//! after. Each has its test below `tests/`.
//!
//! 1. It appends behind a half-written record that it takes for a good end: see `log_tail`, which cuts it off before,
//!    and syncs what is left.
//! 2. Where it finds the log damaged it puts a repaired copy in its place, but goes on writing to the file that it had
//!    opened before, which has no name any more. After that it is closed, which writes all that it knows into tables,
//!    and opened once more.

use std::{collections::BTreeMap, ffi::OsString, os::unix::fs::MetadataExt as _, path::Path, time::Duration};

use tokio::time::sleep;

use crate::{
    handle::{Handle, Memory},
    log_tail,
};

/// Opens the database in `folder` so that what it writes will be found.
pub(crate) async fn connect_to_folder(url: &str, memory: Memory, folder: &Path) -> surrealdb::Result<Handle> {
    take_log_over(folder)?;
    let before = logs(folder);
    let handle = Handle::in_folder(url, memory).await?;
    let now = logs(folder);
    if before.iter().all(|(name, inode)| now.get(name) == Some(inode)) {
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

/// The files of the engine's log, and which they are.
fn logs(folder: &Path) -> BTreeMap<OsString, u64> {
    let listed = std::fs::read_dir(folder.join("wal")).into_iter().flatten().flatten();
    listed.filter_map(|entry| Some((entry.file_name(), entry.metadata().ok()?.ino()))).collect()
}

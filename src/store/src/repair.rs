//! Was the embedded engine's log repaired while it was opened?
//!
//! A process that is killed in the middle of a write leaves half a record at the end of the log. SurrealKV 0.21 then
//! puts a repaired copy in the log's place, but goes on writing to the file that it had opened before, which has no
//! name any more: every commit of that run is gone at the next start. So it is closed and opened once more.

use std::{collections::BTreeMap, ffi::OsString, os::unix::fs::MetadataExt as _, path::Path, time::Duration};

use surrealdb::{
    Surreal,
    engine::any::{Any, connect},
    opt::Config,
};
use tokio::time::sleep;

/// Opens the database in `folder` so that what it writes has a name.
pub(crate) async fn connect_to_folder(
    url: &str,
    config: &Config,
    folder: &Path,
) -> surrealdb::Result<Surreal<Any>> {
    loop {
        let before = segments(folder);
        let handle = connect((url, config.clone())).await?;
        let after = segments(folder);
        if before.iter().all(|(name, inode)| after.get(name) == Some(inode)) {
            return Ok(handle);
        }
        tracing::warn!(folder = %folder.display(), "store.log_repaired");
        drop(handle);
        while super::open::is_locked(folder) {
            sleep(Duration::from_millis(5)).await;
        }
    }
}

/// The files of the log, and which they are.
fn segments(folder: &Path) -> BTreeMap<OsString, u64> {
    let entries = std::fs::read_dir(folder.join("wal")).into_iter().flatten().flatten();
    let files = entries.filter_map(|entry| Some((entry.file_name(), entry.metadata().ok()?)));
    files.filter(|(_, found)| found.is_file()).map(|(name, found)| (name, found.ino())).collect()
}

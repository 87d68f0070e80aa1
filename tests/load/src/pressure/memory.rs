//! How much memory was resident at most, and how much of it beside what the database keeps of its log?
//!
//! SurrealKV holds all that its log holds in a table in memory until that is full (`store.log_bytes`). What is left is ours
//! to bound.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{task::JoinHandle, time::sleep};

use crate::{home::Home, usage::Usage};

const EVERY: Duration = Duration::from_millis(50);

/// Watches a process until it is dropped, or the process has ended. All in bytes.
#[derive(Debug)]
pub(super) struct Memory {
    pub before: u64,
    peaks: Arc<Peaks>,
    watching: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Peaks {
    resident: AtomicU64,
    beside_log: AtomicU64,
}

impl Memory {
    pub fn watch(pid: u32, home: &Home) -> anyhow::Result<Self> {
        let before = Usage::of(pid)?.resident;
        let peaks = Arc::new(Peaks::default());
        let (highest, log) = (Arc::clone(&peaks), log(home));
        let watching = tokio::spawn(async move {
            while let Ok(Usage { resident, .. }) = Usage::of(pid) {
                highest.resident.fetch_max(resident, Ordering::Relaxed);
                highest.beside_log.fetch_max(resident.saturating_sub(size(&log)), Ordering::Relaxed);
                sleep(EVERY).await;
            }
        });
        Ok(Self { before, peaks, watching })
    }

    pub fn peak(&self) -> u64 {
        self.peaks.resident.load(Ordering::Relaxed)
    }

    pub fn beside_log(&self) -> u64 {
        self.peaks.beside_log.load(Ordering::Relaxed)
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.watching.abort();
    }
}

fn log(home: &Home) -> PathBuf {
    home.store().join("wal")
}

fn size(folder: &Path) -> u64 {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| Some(file.metadata().ok()?.len())).sum()
}

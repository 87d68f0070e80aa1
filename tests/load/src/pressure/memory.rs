//! How much memory was resident at most? The kernel keeps count, so that no moment is missed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{task::JoinHandle, time::sleep};

use crate::usage::Usage;

/// A process that ends takes its count with it.
const EVERY: Duration = Duration::from_millis(50);

/// Watches a process until it is dropped, or the process has ended. All in bytes.
#[derive(Debug)]
pub(super) struct Memory {
    pub before: u64,
    peak: Arc<AtomicU64>,
    watching: JoinHandle<()>,
}

impl Memory {
    pub fn watch(pid: u32) -> anyhow::Result<Self> {
        let before = Usage::of(pid)?.resident;
        let peak = Arc::new(AtomicU64::new(before));
        let highest = Arc::clone(&peak);
        let watching = tokio::spawn(async move {
            while let Ok(Usage { peak, .. }) = Usage::of(pid) {
                highest.fetch_max(peak, Ordering::Relaxed);
                sleep(EVERY).await;
            }
        });
        Ok(Self { before, peak, watching })
    }

    pub fn peak(&self) -> u64 {
        self.peak.load(Ordering::Relaxed)
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.watching.abort();
    }
}

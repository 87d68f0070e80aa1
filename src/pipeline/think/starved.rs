//! How long has a thread wanted a processor and not had one?

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::Duration,
};

/// A thread, by the file in which Linux counts what it waits for.
#[derive(Clone, Debug, Default)]
pub(super) struct Starved(Arc<OnceLock<PathBuf>>);

impl Starved {
    /// The thread that calls this is the one, if there is none yet.
    pub fn count_this_thread(&self) {
        if let Ok(me) = fs::read_link("/proc/thread-self") {
            self.0.get_or_init(|| Path::new("/proc").join(me).join("schedstat"));
        }
    }

    /// Since the thread began; no time at all where nobody counts it.
    pub fn so_far(&self) -> Duration {
        let text = self.0.get().and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default();
        // Nanoseconds on a processor, nanoseconds in the queue for one, and how often it had one.
        let waited = text.split(' ').nth(1).and_then(|waited| waited.parse().ok());
        waited.map_or(Duration::ZERO, Duration::from_nanos)
    }

    /// What this file says, whichever thread that is.
    #[cfg(test)]
    pub fn told_by(path: &Path) -> Self {
        Self(Arc::new(OnceLock::from(path.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use std::{
        hint::spin_loop,
        sync::atomic::{AtomicBool, Ordering},
        thread,
        time::Instant,
    };

    use super::*;

    #[test]
    fn more_threads_than_processors_wait_for_them() {
        let starved = Starved::default();
        if !Path::new("/proc/thread-self/schedstat").exists() {
            starved.count_this_thread();
            assert_eq!(starved.so_far(), Duration::ZERO, "nobody counts it");
            return;
        }
        let over = AtomicBool::new(false);
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let spin = || {
            while !over.load(Ordering::Relaxed) {
                spin_loop();
            }
        };
        let waited = thread::scope(|scope| {
            for _ in 0..2 * processors {
                scope.spawn(spin);
            }
            scope.spawn(|| {
                starved.count_this_thread();
                spin();
            });
            let begun = Instant::now();
            while starved.so_far() < Duration::from_millis(20) && begun.elapsed() < Duration::from_secs(30) {
                thread::sleep(Duration::from_millis(5));
            }
            over.store(true, Ordering::Relaxed);
            starved.so_far()
        });
        assert!(waited >= Duration::from_millis(20), "{waited:?}");
    }
}

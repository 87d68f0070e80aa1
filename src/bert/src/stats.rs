//! What has a model done, how long did it take, what did it cost?

use std::{
    fs,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use studio_core::embedding::EmbedError;

/// Upper bounds of the counted latencies, in microseconds.
pub const LATENCIES: [u64; 13] = [
    1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000,
    10_000_000,
];

/// Counted by the model's thread and by those who ask.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    bytes: u64,
    /// Zero where it is not known.
    resident: AtomicU64,
    waiting: AtomicU64,
    texts: AtomicU64,
    batches: AtomicU64,
    busy_micros: AtomicU64,
    hits: AtomicU64,
    refused: AtomicU64,
    late: AtomicU64,
    failures: AtomicU64,
    restarts: AtomicU64,
    waited_micros: AtomicU64,
    latencies: [AtomicU64; LATENCIES.len() + 1],
}

/// The figures at one moment, all since the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Size of the weights' file.
    pub bytes: u64,
    /// By how much the resident memory of the process grew while it was loaded and ran for the first time; what else grew
    /// meanwhile counts too.
    pub resident: Option<u64>,
    /// Askers whose questions have not been begun.
    pub waiting: u64,
    /// Texts that went through the network, and in how many runs.
    pub texts: u64,
    pub batches: u64,
    /// Time of all runs.
    pub busy: Duration,
    /// Answers from the cache, and vectors in it.
    pub hits: u64,
    pub cached: u64,
    /// Askers that were refused, that waited too long, that got an error.
    pub refused: u64,
    pub late: u64,
    pub failures: u64,
    /// How often the network panicked and was loaded anew.
    pub restarts: u64,
    /// Time that askers waited for answers that are not from the cache.
    pub waited: Duration,
    /// How many of these took at most so long ([`LATENCIES`]), each without those before; the last: longer.
    pub latencies: [u64; LATENCIES.len() + 1],
}

/// Resident memory of the process, in bytes, where the system tells it.
pub(crate) fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let value = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = value.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

impl Counters {
    pub(crate) fn new(bytes: u64) -> Self {
        Self { bytes, ..Self::default() }
    }

    /// What was resident before and after it was loaded.
    pub(crate) fn grew(&self, before: Option<u64>, after: Option<u64>) {
        let grown = after.zip(before).map_or(0, |(after, before)| after.saturating_sub(before));
        self.resident.store(grown, Ordering::Relaxed);
    }

    pub(crate) fn queued(&self) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn unqueued(&self) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }

    pub(crate) fn ran(&self, texts: usize, time: Duration) {
        self.texts.fetch_add(texts as u64, Ordering::Relaxed);
        self.batches.fetch_add(1, Ordering::Relaxed);
        self.busy_micros.fetch_add(micros(time), Ordering::Relaxed);
    }

    pub(crate) fn hit(&self) {
        self.hits.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn answered(&self, time: Duration) {
        let time = micros(time);
        self.waited_micros.fetch_add(time, Ordering::Relaxed);
        let place = LATENCIES.iter().position(|most| time <= *most).unwrap_or(LATENCIES.len());
        self.latencies[place].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn failed(&self, error: &EmbedError) {
        let counter = match error {
            EmbedError::Busy => &self.refused,
            EmbedError::Late => &self.late,
            EmbedError::Down | EmbedError::Failed(_) => &self.failures,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn restarted(&self) {
        self.restarts.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn stats(&self, cached: usize) -> Stats {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Stats {
            bytes: self.bytes,
            resident: Some(of(&self.resident)).filter(|bytes| *bytes > 0),
            waiting: of(&self.waiting),
            texts: of(&self.texts),
            batches: of(&self.batches),
            busy: Duration::from_micros(of(&self.busy_micros)),
            hits: of(&self.hits),
            cached: cached as u64,
            refused: of(&self.refused),
            late: of(&self.late),
            failures: of(&self.failures),
            restarts: of(&self.restarts),
            waited: Duration::from_micros(of(&self.waited_micros)),
            latencies: std::array::from_fn(|place| of(&self.latencies[place])),
        }
    }
}

//! What has a model done, how long did it take, what did it cost?

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use studio_core::embedding::EmbedError;

/// Upper bounds of the counted latencies, in microseconds.
pub const LATENCIES: [u64; 10] =
    [1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000];

/// Counted by the model's thread and by those who ask.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    bytes: u64,
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
    /// Size of the weights, which stand in memory once.
    pub bytes: u64,
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

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

impl Counters {
    pub(crate) fn new(bytes: u64) -> Self {
        Self { bytes, ..Self::default() }
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

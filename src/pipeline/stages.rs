//! Where does a turn's time go? Of each stage it is counted how often it took how long, since the start.
//!
//! One begins where the one before it ends, so that together they are a turn from the arrival of its event until its reply was taken. What
//! is left out: HTTP and its signature before the first; and in a lane the wait for room while more is left behind than is swept, and what
//! cannot be taken into its next batch, for that is full or holds another event of the conversation.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// A part of every turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The event waits for the transaction that is to store it, and for others that come with it.
    Gathered,
    /// It is stored; then it is acknowledged.
    Stored,
    /// Its lane ends what it is at, and takes it up.
    Woken,
    /// What is not remembered of the conversation is read, the event is understood, the step is made.
    Thought,
    Committed,
    /// A message waits for its place, is sent, and was taken. Only of those that were taken at their first try, and that the run before did
    /// not leave; not of the widget's, which are handed over where the turn is told.
    HandedOver,
}

impl Stage {
    /// In their order.
    pub const ALL: [Self; 6] =
        [Self::Gathered, Self::Stored, Self::Woken, Self::Thought, Self::Committed, Self::HandedOver];

    pub fn name(self) -> &'static str {
        match self {
            Self::Gathered => "gathered",
            Self::Stored => "stored",
            Self::Woken => "woken",
            Self::Thought => "thought",
            Self::Committed => "committed",
            Self::HandedOver => "handed_over",
        }
    }
}

/// In microseconds: each bucket holds what took no longer, and longer than the one before; the last one all that took longer.
pub const BOUNDS: [u64; 22] = [
    100, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 4_000, 5_000, 7_500, 10_000, 15_000, 20_000, 30_000,
    50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000,
];

/// How often a stage took how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Times {
    pub stage: Stage,
    /// One for each of the bounds, and the last.
    pub buckets: [u64; BOUNDS.len() + 1],
    /// Of all of them.
    pub total: Duration,
}

struct Counts {
    buckets: [AtomicU64; BOUNDS.len() + 1],
    /// In microseconds.
    total: AtomicU64,
}

impl Counts {
    const fn new() -> Self {
        Self { buckets: [const { AtomicU64::new(0) }; BOUNDS.len() + 1], total: AtomicU64::new(0) }
    }

    fn add(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let place = BOUNDS.partition_point(|bound| *bound < micros);
        self.buckets[place].fetch_add(1, Ordering::Relaxed);
        self.total.fetch_add(micros, Ordering::Relaxed);
    }

    fn times(&self, stage: Stage) -> Times {
        Times {
            stage,
            buckets: std::array::from_fn(|place| self.buckets[place].load(Ordering::Relaxed)),
            total: Duration::from_micros(self.total.load(Ordering::Relaxed)),
        }
    }
}

static COUNTS: [Counts; Stage::ALL.len()] = [const { Counts::new() }; Stage::ALL.len()];

/// A stage of one turn took so long.
pub(super) fn took(stage: Stage, time: Duration) {
    COUNTS[stage as usize].add(time);
}

/// All that was counted.
pub fn times() -> [Times; Stage::ALL.len()] {
    Stage::ALL.map(|stage| COUNTS[stage as usize].times(stage))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_time_is_counted_where_it_is_no_longer_than_the_bound() {
        let counts = Counts::new();
        for micros in [0, 100, 101, 5_000_000, 5_000_001] {
            counts.add(Duration::from_micros(micros));
        }
        let times = counts.times(Stage::Stored);
        let held: Vec<(usize, u64)> =
            times.buckets.into_iter().enumerate().filter(|(_, count)| *count > 0).collect();
        assert_eq!(held, [(0, 2), (1, 1), (21, 1), (22, 1)]);
        assert_eq!(times.total, Duration::from_micros(10_000_202));
        assert!(BOUNDS.is_sorted());
    }

    #[test]
    fn each_stage_has_counts_of_its_own() {
        let of = |stage: Stage| {
            let found = times().into_iter().find(|times| times.stage == stage).expect("all are told");
            found.buckets.iter().sum::<u64>()
        };
        for stage in Stage::ALL {
            let before = of(stage);
            took(stage, Duration::from_millis(1));
            assert!(of(stage) > before, "{}", stage.name());
        }
    }
}

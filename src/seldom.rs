//! How is something told that happens a thousand times a second? Now and then, with its count.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Counts what happens, and says when it is time for a line in the log.
#[derive(Debug)]
pub struct Seldom {
    every: Duration,
    /// When it was last told, and how often it has happened since.
    told: Mutex<(Option<Instant>, u64)>,
}

impl Seldom {
    /// At most one line in each such time.
    pub const fn every(every: Duration) -> Self {
        Self { every, told: Mutex::new((None, 0)) }
    }

    /// It happened; how often since the last line, if there is to be one now. The first time is told at once.
    pub fn count(&self) -> Option<u64> {
        self.count_at(Instant::now())
    }

    fn count_at(&self, now: Instant) -> Option<u64> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.1 += 1;
        if told.0.is_some_and(|last| now.duration_since(last) < self.every) {
            return None;
        }
        told.0 = Some(now);
        Some(std::mem::take(&mut told.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_told_at_once_and_the_others_together() {
        let seldom = Seldom::every(Duration::from_secs(10));
        let begun = Instant::now();
        let told: Vec<_> =
            [0, 1, 9, 10, 11, 25].map(|second| seldom.count_at(begun + Duration::from_secs(second))).to_vec();
        assert_eq!(told, [Some(1), None, None, Some(3), None, Some(2)]);
    }
}

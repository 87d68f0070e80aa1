//! What time is it, and what is the next id? The only place that asks.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use jiff::{SignedDuration, Timestamp};
use ulid::Ulid;

/// Time, order of arrival, and randomness; handed to whoever needs them.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    last_arrival: Arc<AtomicU64>,
}

impl Clock {
    /// A clock that never numbers an arrival lower than `after`, the highest number in the store:
    /// the order of arrival survives a system clock that was set back.
    pub fn starting_after(after: u64) -> Self {
        Self { last_arrival: Arc::new(AtomicU64::new(after)) }
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that asks")]
    pub fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    /// A number above all earlier ones: microseconds since 1970, pushed up where two would be equal.
    pub fn arrival(&self) -> u64 {
        let now = u64::try_from(self.now().as_microsecond()).unwrap_or(0);
        let mut last = self.last_arrival.load(Ordering::Acquire);
        loop {
            let next = now.max(last + 1);
            match self.last_arrival.compare_exchange_weak(last, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return next,
                Err(newer) => last = newer,
            }
        }
    }

    /// Bytes from the operating system's generator.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        rand::random()
    }

    /// A new id, ordered by time.
    pub fn id(&self) -> Ulid {
        let millisecond = u64::try_from(self.now().as_millisecond()).unwrap_or(0);
        Ulid::from_parts(millisecond, u128::from_be_bytes(self.random()))
    }

    /// A number from 0 up to 1.
    pub fn fraction(&self) -> f64 {
        rand::random()
    }
}

/// Less is nothing to tell: clocks are put right by seconds.
const JUMP: SignedDuration = SignedDuration::from_secs(30);

/// Notices that the system's clock was set, beside one that only runs.
#[derive(Clone, Copy, Debug)]
pub struct Jumps {
    seen: Timestamp,
    at: Instant,
}

impl Jumps {
    pub fn from(now: Timestamp, at: Instant) -> Self {
        Self { seen: now, at }
    }

    /// By how much the clock was set since the last look, where that is worth a line.
    pub fn look(&mut self, now: Timestamp, at: Instant) -> Option<SignedDuration> {
        let ran = SignedDuration::try_from(at.duration_since(self.at)).unwrap_or(SignedDuration::MAX);
        let jump = now.duration_since(self.seen) - ran;
        *self = Self::from(now, at);
        (jump.abs() > JUMP).then_some(jump)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_clock_that_was_set_is_noticed_and_one_that_runs_is_not() {
        let (begun, at) = (Timestamp::UNIX_EPOCH, Instant::now());
        let mut jumps = Jumps::from(begun, at);
        let mut look = |wall: i64, steady: u64| {
            let now = begun + SignedDuration::from_secs(wall);
            jumps.look(now, at + Duration::from_secs(steady)).map(|jump| jump.as_secs())
        };
        assert_eq!(look(10, 10), None);
        assert_eq!(look(3_700, 100), Some(3_600));
        assert_eq!(look(3_710, 110), None);
        assert_eq!(look(111, 111), Some(-3_600));
        assert_eq!(look(130, 112), None);
    }

    #[test]
    fn arrivals_rise_even_from_the_future() {
        let clock = Clock::starting_after(u64::MAX / 2);
        let first = clock.arrival();
        assert_eq!(first, u64::MAX / 2 + 1);
        assert!(clock.arrival() > first);
    }
}

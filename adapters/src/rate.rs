//! How often may something be done, and by whom?

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};

/// So many in so long, as a bucket that refills evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub count: u32,
    pub per: SignedDuration,
}

impl Rate {
    fn interval(self) -> SignedDuration {
        self.per / i32::try_from(self.count.max(1)).unwrap_or(i32::MAX)
    }
}

/// Counts by key, for at most `most` keys at a time.
///
/// Each key is one time stamp: when its bucket will be full again (the generic cell rate
/// algorithm). A key whose bucket is full needs no memory, so those go first when room is needed;
/// if none is, a key that is new is refused, which is what a flood of new keys deserves.
#[derive(Debug)]
pub struct Limiter<K> {
    full_at: Mutex<HashMap<K, Timestamp>>,
    most: usize,
}

impl<K: Hash + Eq> Limiter<K> {
    pub fn new(most: usize) -> Self {
        Self { full_at: Mutex::default(), most }
    }

    /// Takes one; otherwise says how long to wait.
    pub fn take(&self, key: K, rate: Rate, now: Timestamp) -> Result<(), SignedDuration> {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if !full_at.contains_key(&key) && full_at.len() >= self.most {
            full_at.retain(|_, full| *full > now);
            if full_at.len() >= self.most {
                return Err(rate.interval());
            }
        }
        let full = full_at.entry(key).or_insert(now);
        let next = (*full).max(now).saturating_add(rate.interval()).unwrap_or(Timestamp::MAX);
        let over = next.duration_since(now) - rate.per;
        if over > SignedDuration::ZERO {
            return Err(over);
        }
        *full = next;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { count: 3, per: SignedDuration::from_secs(30) };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).expect("within jiff's range")
    }

    #[test]
    fn a_burst_is_allowed_and_then_refills() {
        let limiter = Limiter::new(10);
        for _ in 0..3 {
            assert_eq!(limiter.take("a", RATE, at(0)), Ok(()));
        }
        assert_eq!(limiter.take("a", RATE, at(0)), Err(SignedDuration::from_secs(10)));
        assert_eq!(limiter.take("b", RATE, at(0)), Ok(()));
        assert_eq!(limiter.take("a", RATE, at(9)), Err(SignedDuration::from_secs(1)));
        assert_eq!(limiter.take("a", RATE, at(10)), Ok(()));
        assert_eq!(limiter.take("a", RATE, at(10)), Err(SignedDuration::from_secs(10)));
        for _ in 0..3 {
            assert_eq!(limiter.take("a", RATE, at(100)), Ok(()));
        }
    }

    #[test]
    fn memory_is_bounded_and_comes_back() {
        let limiter = Limiter::new(2);
        assert_eq!(limiter.take(1, RATE, at(0)), Ok(()));
        assert_eq!(limiter.take(2, RATE, at(0)), Ok(()));
        assert!(limiter.take(3, RATE, at(0)).is_err());
        assert_eq!(limiter.take(3, RATE, at(60)), Ok(()));
    }
}

//! How many wrong passwords are too many?

use std::{collections::HashMap, sync::Mutex};

use jiff::{SignedDuration, Timestamp};

/// Counts failures by account and by address; bounded in memory.
#[derive(Debug)]
pub struct Throttle {
    limit: u32,
    pause: SignedDuration,
    failures: Mutex<HashMap<String, (u32, Timestamp)>>,
}

/// Most names that are remembered; beyond it the oldest half is forgotten.
const MAX_NAMES: usize = 20_000;

impl Throttle {
    pub fn new(limit: u32, pause: SignedDuration) -> Self {
        Self { limit, pause, failures: Mutex::default() }
    }

    /// How long `name` must wait yet, if it must.
    pub fn wait(&self, name: &str, now: Timestamp) -> Option<SignedDuration> {
        let failures = self.failures.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (count, last) = failures.get(name)?;
        let left = self.pause.checked_sub(now.duration_since(*last))?;
        (*count >= self.limit && left.is_positive()).then_some(left)
    }

    /// Counts a failure, before the password is looked at, so that parallel tries count as well.
    pub fn failed(&self, name: &str, now: Timestamp) {
        let mut failures = self.failures.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if failures.len() >= MAX_NAMES {
            let mut times: Vec<_> = failures.values().map(|(_, last)| *last).collect();
            times.sort_unstable();
            let middle = times[times.len() / 2];
            failures.retain(|_, (_, last)| *last > middle);
        }
        let entry = failures.entry(name.to_owned()).or_insert((0, now));
        if now.duration_since(entry.1) > self.pause {
            entry.0 = 0;
        }
        *entry = (entry.0.saturating_add(1), now);
    }

    pub fn succeeded(&self, name: &str) {
        self.failures.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_after_the_limit_and_no_longer_than_the_pause() {
        let throttle = Throttle::new(2, SignedDuration::from_mins(15));
        let start = Timestamp::UNIX_EPOCH;
        throttle.failed("ada", start);
        assert_eq!(throttle.wait("ada", start), None);
        throttle.failed("ada", start);
        assert_eq!(throttle.wait("ada", start), Some(SignedDuration::from_mins(15)));
        assert_eq!(throttle.wait("bob", start), None);
        assert_eq!(throttle.wait("ada", start + SignedDuration::from_mins(16)), None);
        throttle.succeeded("ada");
        assert_eq!(throttle.wait("ada", start), None);
    }
}

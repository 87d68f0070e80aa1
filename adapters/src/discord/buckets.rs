//! How often may a request be made? What Discord says of its limits, learned from the answers.
//!
//! 1. Each answer names the bucket of its route, how many requests are left in it and when it is full
//!    again. Routes that name the same bucket share it, but each channel, server and webhook has its own.
//! 2. Until a route has answered once, nothing is known of it and nothing is held back.
//! 3. A refusal (429) empties its bucket for the time that it names, or all of them if it says `global`.
//! 4. Whom Discord has shut out asks nothing at all for as long as that lasts, answers to interactions neither.
//! 5. All requests together: 50 a second (`rate-limits.mdx`, 2026-08-06).

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

const MOST_A_SECOND: usize = 50;
/// Buckets that are full again are forgotten above so many.
const MOST_BUCKETS: usize = 10_000;

#[derive(Debug, Default)]
pub struct Buckets(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// What Discord calls the bucket of a route.
    names: HashMap<&'static str, String>,
    /// By bucket, and channel, server or webhook.
    buckets: HashMap<(String, String), Bucket>,
    all_wait_until: Option<Instant>,
    shut_out_until: Option<Instant>,
    /// The requests of the last second.
    recent: VecDeque<Instant>,
}

#[derive(Debug)]
struct Bucket {
    left: u32,
    full_at: Instant,
}

/// What an answer told of its bucket.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesson {
    pub bucket: String,
    pub left: u32,
    pub full_in: Duration,
}

impl Buckets {
    /// Takes one from the bucket; otherwise says how long to wait. Answers to interactions are beyond the limit of all.
    pub fn take(&self, route: &'static str, major: &str, exempt: bool, now: Instant) -> Result<(), Duration> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !exempt {
            if let Some(until) = inner.all_wait_until.filter(|until| *until > now) {
                return Err(until - now);
            }
            let second = Duration::from_secs(1);
            while inner.recent.front().is_some_and(|at| now.duration_since(*at) >= second) {
                inner.recent.pop_front();
            }
            if let Some(first) = inner.recent.front().filter(|_| inner.recent.len() >= MOST_A_SECOND) {
                return Err(second.saturating_sub(now.duration_since(*first)));
            }
        }
        let key = inner.key(route, major);
        if let Some(bucket) = inner.buckets.get_mut(&key)
            && bucket.full_at > now
        {
            if bucket.left == 0 {
                return Err(bucket.full_at - now);
            }
            bucket.left -= 1;
        }
        if !exempt {
            inner.recent.push_back(now);
        }
        Ok(())
    }

    pub fn learn(&self, route: &'static str, major: &str, lesson: Lesson, now: Instant) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.buckets.len() >= MOST_BUCKETS {
            inner.buckets.retain(|_, bucket| bucket.full_at > now);
        }
        inner.names.insert(route, lesson.bucket);
        let key = inner.key(route, major);
        let full_at = now + lesson.full_in;
        let bucket = inner.buckets.entry(key).or_insert(Bucket { left: lesson.left, full_at });
        // Answers may overtake each other: within one period the lower number is the newer.
        let same_period =
            bucket.full_at > now && bucket.full_at.abs_diff(full_at) < Duration::from_millis(250);
        bucket.left = if same_period { bucket.left.min(lesson.left) } else { lesson.left };
        bucket.full_at = full_at;
    }

    pub fn refused(&self, route: &'static str, major: &str, after: Duration, everything: bool, now: Instant) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if everything {
            inner.all_wait_until = Some(now + after);
        } else {
            let key = inner.key(route, major);
            inner.buckets.insert(key, Bucket { left: 0, full_at: now + after });
        }
    }

    /// Nothing may be asked for so long.
    pub fn shut_out(&self, after: Duration, now: Instant) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).shut_out_until = Some(now + after);
    }

    /// How long nothing may be asked.
    pub fn is_shut_out_for(&self, now: Instant) -> Option<Duration> {
        let until = self.0.lock().unwrap_or_else(PoisonError::into_inner).shut_out_until?;
        let left = until.saturating_duration_since(now);
        (!left.is_zero()).then_some(left)
    }
}

impl Inner {
    fn key(&self, route: &'static str, major: &str) -> (String, String) {
        let name = self.names.get(route).cloned().unwrap_or_else(|| route.to_owned());
        (name, major.to_owned())
    }
}

trait Distance {
    fn abs_diff(self, other: Self) -> Duration;
}

impl Distance for Instant {
    fn abs_diff(self, other: Self) -> Duration {
        self.checked_duration_since(other).unwrap_or_else(|| other.duration_since(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEND: &str = "POST /channels/messages";
    const EDIT: &str = "PATCH /channels/messages";

    fn lesson(left: u32, seconds: u64) -> Lesson {
        Lesson { bucket: "abcd".into(), left, full_in: Duration::from_secs(seconds) }
    }

    #[test]
    fn a_bucket_is_learned_and_each_channel_has_its_own() {
        let (buckets, now) = (Buckets::default(), Instant::now());
        let take =
            |route, channel, seconds| buckets.take(route, channel, false, now + Duration::from_secs(seconds));
        assert_eq!(take(SEND, "1", 0), Ok(()));
        buckets.learn(SEND, "1", lesson(1, 5), now);
        assert_eq!(take(SEND, "1", 0), Ok(()));
        assert_eq!(take(SEND, "1", 1), Err(Duration::from_secs(4)));
        assert_eq!(take(SEND, "2", 1), Ok(()), "another channel has its own");
        assert_eq!(take(EDIT, "1", 1), Ok(()), "nothing is known of this route");
        buckets.learn(EDIT, "1", lesson(0, 5), now);
        assert_eq!(take(EDIT, "1", 1), Err(Duration::from_secs(4)));
        assert_eq!(take(SEND, "1", 5), Ok(()), "it is full again");
    }

    #[test]
    fn answers_that_overtake_each_other_do_not_fill_it() {
        let (buckets, now) = (Buckets::default(), Instant::now());
        buckets.learn(SEND, "1", lesson(0, 5), now);
        buckets.learn(SEND, "1", lesson(3, 5), now);
        assert!(buckets.take(SEND, "1", false, now).is_err());
        buckets.learn(SEND, "1", lesson(4, 9), now + Duration::from_secs(4));
        assert_eq!(buckets.take(SEND, "1", false, now + Duration::from_secs(4)), Ok(()));
    }

    #[test]
    fn a_refusal_holds_back_its_bucket_or_all() {
        let (buckets, now) = (Buckets::default(), Instant::now());
        buckets.refused(SEND, "1", Duration::from_secs(3), false, now);
        assert_eq!(buckets.take(SEND, "1", false, now), Err(Duration::from_secs(3)));
        assert_eq!(buckets.take(SEND, "2", false, now), Ok(()));
        buckets.refused(SEND, "2", Duration::from_secs(7), true, now);
        assert_eq!(buckets.take(EDIT, "3", false, now), Err(Duration::from_secs(7)));
        assert_eq!(buckets.take("POST /interactions", "4", true, now), Ok(()));
    }

    #[test]
    fn no_more_than_fifty_a_second() {
        let (buckets, now) = (Buckets::default(), Instant::now());
        for channel in 0..50 {
            assert_eq!(buckets.take(SEND, &channel.to_string(), false, now), Ok(()));
        }
        assert_eq!(buckets.take(SEND, "50", false, now), Err(Duration::from_secs(1)));
        assert_eq!(buckets.take(SEND, "50", false, now + Duration::from_secs(1)), Ok(()));
    }
}

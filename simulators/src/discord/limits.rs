//! How often may a bot ask? Buckets that are told in the headers, and 50 requests a second in all.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

const MOST_A_SECOND: usize = 50;

#[derive(Default)]
pub struct Limits(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    buckets: HashMap<(&'static str, String), (u32, Instant)>,
    recent: VecDeque<Instant>,
}

/// What a request took from its bucket.
#[derive(Clone, Debug)]
pub struct Taken {
    pub bucket: &'static str,
    pub limit: u32,
    pub left: u32,
    pub full_in: Duration,
    /// Refused, for so long.
    pub refused: Option<Duration>,
    pub global: bool,
}

/// The bucket of a kind of request: name, requests, in so long.
fn bucket(kind: &str) -> (&'static str, u32, Duration) {
    match kind {
        "POST messages" => ("80c17d2f203122d936070c88c8d10f33", 5, Duration::from_secs(5)),
        "PATCH message" => ("7cb4b7a8f0c0d8e1a1a6d9c4b0f5e3a2", 5, Duration::from_secs(5)),
        "DELETE message" => ("b1f2a9c8d7e6f5a4b3c2d1e0f9a8b7c6", 5, Duration::from_secs(1)),
        "typing" => ("d2d788f3a5a14be0b7c8f86e6e1f1b5c", 5, Duration::from_secs(5)),
        "webhook" => ("5c98c1f2a3b4d5e6f7a8b9c0d1e2f3a4", 5, Duration::from_secs(2)),
        _ => ("41f9cd5d28af77da04563bcb1d67fdfd", 50, Duration::from_secs(1)),
    }
}

impl Limits {
    pub fn take(&self, kind: &str, major: &str, of_interaction: bool) -> Taken {
        let now = Instant::now();
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (name, limit, per) = bucket(kind);
        let full =
            inner.buckets.get(&(name, major.to_owned())).copied().filter(|(_, full_at)| *full_at > now);
        let (used, full_at) = full.unwrap_or((0, now + per));
        let taken = |used: u32, refused: Option<Duration>, global: bool| Taken {
            bucket: name,
            limit,
            left: limit.saturating_sub(used),
            full_in: full_at - now,
            refused,
            global,
        };
        if !of_interaction {
            while inner.recent.front().is_some_and(|at| now.duration_since(*at) >= Duration::from_secs(1)) {
                inner.recent.pop_front();
            }
            if inner.recent.len() >= MOST_A_SECOND {
                return taken(used, Some(Duration::from_millis(500)), true);
            }
            inner.recent.push_back(now);
        }
        if used >= limit {
            return taken(used, Some(full_at - now), false);
        }
        inner.buckets.insert((name, major.to_owned()), (used + 1, full_at));
        taken(used + 1, None, false)
    }
}

impl Taken {
    pub fn headers(&self, headers: &mut HeaderMap) {
        let reset = super::world::now().as_duration().as_secs_f64() + self.full_in.as_secs_f64();
        let told = [
            ("x-ratelimit-limit", self.limit.to_string()),
            ("x-ratelimit-remaining", self.left.to_string()),
            ("x-ratelimit-reset", format!("{reset:.3}")),
            ("x-ratelimit-reset-after", format!("{:.3}", self.full_in.as_secs_f64())),
            ("x-ratelimit-bucket", self.bucket.to_owned()),
        ];
        for (name, value) in told {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}

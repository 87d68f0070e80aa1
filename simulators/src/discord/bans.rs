//! Who asks in vain too often? Discord shuts out the address from which 10,000 requests came within 10 minutes that it answered with 401, 403 or
//! 429, but for those of limits that are shared (discord-api-docs of 2026-08-06, rate-limits.mdx). All bots of a simulator come from one address.
//!
//! | request | what happens |
//! |---|---|
//! | `POST /simulator/bans` `{after?, seconds?}` | so many of them shut it out, for so long; whoever was shut out is so no more |

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse as _, Response},
    routing::post,
};
use serde::Deserialize;
use serde_json::json;

use super::{
    Simulator,
    people::{Done, Refused},
};

const AFTER: usize = 10_000;
const WITHIN: Duration = Duration::from_mins(10);
/// Discord does not say for how long it is.
const SECONDS: u64 = 600;

pub fn router() -> Router<Simulator> {
    Router::new().route("/simulator/bans", post(change))
}

pub struct Bans(Mutex<Inner>);

struct Inner {
    after: usize,
    length: Duration,
    /// When something was asked in vain.
    in_vain: VecDeque<Instant>,
    until: Option<Instant>,
}

impl Default for Bans {
    fn default() -> Self {
        Self(Mutex::new(Inner::new(AFTER, SECONDS)))
    }
}

impl Inner {
    fn new(after: usize, seconds: u64) -> Self {
        Self { after, length: Duration::from_secs(seconds), in_vain: VecDeque::new(), until: None }
    }
}

impl Bans {
    /// How long nothing is answered any more; `None` where the address is not shut out.
    pub fn left(&self, now: Instant) -> Option<Duration> {
        let until = self.0.lock().unwrap_or_else(PoisonError::into_inner).until?;
        let left = until.saturating_duration_since(now);
        (!left.is_zero()).then_some(left)
    }

    /// Counts an answer of Discord's.
    pub fn count(&self, status: StatusCode, headers: &HeaderMap, now: Instant) {
        let is_shared = headers.get("x-ratelimit-scope").is_some_and(|scope| scope == "shared");
        if is_shared || !matches!(status.as_u16(), 401 | 403 | 429) {
            return;
        }
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while inner.in_vain.front().is_some_and(|at| now.duration_since(*at) >= WITHIN) {
            inner.in_vain.pop_front();
        }
        inner.in_vain.push_back(now);
        if inner.in_vain.len() >= inner.after {
            inner.in_vain.clear();
            inner.until = Some(now + inner.length);
        }
    }
}

/// What whoever is shut out is answered: not by Discord but by Cloudflare before it, in HTML.
pub fn page(left: Duration) -> Response {
    let page = "<!DOCTYPE html>\n<html><head><title>Access denied</title></head>\
        <body><h1>Error 1015</h1><p>You are being rate limited</p></body></html>\n";
    let mut response = (StatusCode::TOO_MANY_REQUESTS, Html(page)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(left.as_secs() + 1));
    headers.insert(header::SERVER, HeaderValue::from_static("cloudflare"));
    response
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    #[serde(default)]
    after: Option<usize>,
    #[serde(default)]
    seconds: Option<u32>,
}

async fn change(State(simulator): State<Simulator>, Json(change): Json<Change>) -> Done {
    let (after, seconds) = (change.after.unwrap_or(AFTER), change.seconds.map_or(SECONDS, u64::from));
    if after == 0 {
        return Err(Refused("after is at least 1".into()));
    }
    *simulator.0.bans.0.lock().unwrap_or_else(PoisonError::into_inner) = Inner::new(after, seconds);
    Ok(Json(json!({})))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_within_ten_minutes_are_too_many_and_what_is_shared_does_not_count() {
        let (bans, begun) = (Bans::default(), Instant::now());
        let mut shared = HeaderMap::new();
        shared.insert("x-ratelimit-scope", HeaderValue::from_static("shared"));
        let all = |status: StatusCode, headers: &HeaderMap, minutes: u64| {
            for _ in 1..AFTER {
                bans.count(status, headers, begun + Duration::from_mins(minutes));
            }
            bans.left(begun + Duration::from_mins(minutes))
        };
        let none = HeaderMap::new();
        assert_eq!(all(StatusCode::FORBIDDEN, &none, 0), None, "one less");
        assert_eq!(all(StatusCode::TOO_MANY_REQUESTS, &shared, 9), None);
        assert_eq!(all(StatusCode::NOT_FOUND, &none, 9), None);
        assert_eq!(all(StatusCode::UNAUTHORIZED, &none, 10), None, "the first are of long ago");
        let last = begun + Duration::from_mins(19);
        bans.count(StatusCode::TOO_MANY_REQUESTS, &none, last);
        assert_eq!(bans.left(last), Some(Duration::from_secs(SECONDS)));
        assert_eq!(bans.left(last + Duration::from_secs(SECONDS)), None);
    }
}

//! How long is to be waited, and what is left of a bucket, as an answer tells it?
//!
//! 1. Of a refusal for too much (429) the body says it to the millisecond, the header `Retry-After` in whole seconds, and
//!    `X-RateLimit-Reset-After` when the bucket is full again: the first of these that can be read counts.
//! 2. Where none can, a wait of our own is taken, so that what is asked in vain shuts nobody out.
//! 3. None is taken for longer than an hour, whoever says so: what stands at `api` may be no Discord.

use std::time::Duration;

use axum::http::HeaderMap;
use serde_json::Value;

use super::buckets::Lesson;

/// After a refusal that says nothing. Each counts among the 10,000 within 10 minutes that shut the address out
/// (`rate-limits.mdx`): by this, 80 channels may be refused all the time.
const UNTOLD: Duration = Duration::from_secs(5);
/// How long whoever is shut out waits where it is not said.
const SHUT_OUT: Duration = Duration::from_mins(1);
const SHORTEST: Duration = Duration::from_millis(250);
const SHORTEST_SHUT_OUT: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_hours(1);

/// What Discord asks for by a 429 of its own.
pub(super) fn asked(headers: &HeaderMap, body: &Value) -> Duration {
    told(headers, body).unwrap_or(UNTOLD).clamp(SHORTEST, LONGEST)
}

/// What whoever stands before Discord asks for, to whom the whole address is one.
pub(super) fn shut_out(headers: &HeaderMap) -> Duration {
    told(headers, &Value::Null).unwrap_or(SHUT_OUT).clamp(SHORTEST_SHUT_OUT, LONGEST)
}

/// What is left of the bucket.
pub(super) fn lesson(headers: &HeaderMap) -> Option<Lesson> {
    Some(Lesson {
        bucket: text(headers, "x-ratelimit-bucket")?.to_owned(),
        left: text(headers, "x-ratelimit-remaining")?.parse().ok()?,
        full_in: seconds(headers, "x-ratelimit-reset-after").and_then(length)?.min(LONGEST),
    })
}

pub(super) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn told(headers: &HeaderMap, body: &Value) -> Option<Duration> {
    let all = [
        body["retry_after"].as_f64(),
        seconds(headers, "retry-after"),
        seconds(headers, "x-ratelimit-reset-after"),
    ];
    all.into_iter().flatten().find_map(length)
}

fn seconds(headers: &HeaderMap, name: &str) -> Option<f64> {
    text(headers, name)?.trim().parse().ok()
}

/// Nothing of what is no length of time: below zero, no number, or beyond all measure.
fn length(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use serde_json::json;

    use super::*;

    fn with(headers: &[(&'static str, &'static str)]) -> HeaderMap {
        headers
            .iter()
            .map(|(name, value)| (name.parse().expect("a name"), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn the_finest_that_can_be_read_counts_and_else_a_wait_of_our_own() {
        let check = |body: Value, headers: &[(&'static str, &'static str)], milliseconds: u128| {
            assert_eq!(asked(&with(headers), &body).as_millis(), milliseconds, "{body} {headers:?}");
        };
        let (whole, bucket) = (("retry-after", "2"), ("x-ratelimit-reset-after", "1.5"));
        check(json!({ "retry_after": 0.75 }), &[whole, bucket], 750);
        check(json!({}), &[bucket, whole], 2_000);
        check(json!({}), &[bucket], 1_500);
        check(json!({}), &[], 5_000);
        for nonsense in [json!(-1), json!("soon"), json!(null), json!(1e300), json!([1])] {
            check(json!({ "retry_after": nonsense }), &[whole], 2_000);
        }
        for nonsense in ["-3", "NaN", "inf", "", "Sun, 06 Nov 1994 08:49:37 GMT"] {
            check(json!({}), &[("retry-after", nonsense), bucket], 1_500);
            check(json!({}), &[("retry-after", nonsense)], 5_000);
        }
        check(json!({ "retry_after": 0 }), &[], 250);
        check(json!({ "retry_after": 1e18 }), &[], 3_600_000);
    }

    #[test]
    fn who_is_shut_out_waits_for_a_minute_where_it_is_not_said() {
        let check = |headers: &[(&'static str, &'static str)], seconds: u64| {
            assert_eq!(shut_out(&with(headers)).as_secs(), seconds, "{headers:?}");
        };
        check(&[], 60);
        check(&[("retry-after", "later")], 60);
        check(&[("retry-after", "0")], 1);
        check(&[("retry-after", "90")], 90);
        check(&[("retry-after", "86400")], 3_600);
    }

    #[test]
    fn a_lesson_is_whole_and_of_an_hour_at_most() {
        let of = |after| {
            with(&[
                ("x-ratelimit-bucket", "abcd"),
                ("x-ratelimit-remaining", "3"),
                ("x-ratelimit-reset-after", after),
            ])
        };
        let learned =
            |seconds| Some(Lesson { bucket: "abcd".into(), left: 3, full_in: Duration::from_secs(seconds) });
        assert_eq!(lesson(&of("4")), learned(4));
        assert_eq!(lesson(&of("1e19")), learned(3_600));
        assert_eq!((lesson(&of("-4")), lesson(&with(&[("x-ratelimit-reset-after", "4")]))), (None, None));
    }
}

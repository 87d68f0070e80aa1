//! What do the headers of a platform's answer say?

use axum::http::{HeaderMap, header};
use jiff::{SignedDuration, Timestamp, fmt::rfc2822};

/// The platform's clock.
pub(crate) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let value = headers.get(header::DATE)?.to_str().ok()?;
    rfc2822::parse(value).ok().map(|zoned| zoned.timestamp())
}

/// After how long the same may be asked again, where that is told in seconds.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<SignedDuration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    value.trim().parse().ok().filter(|seconds| *seconds >= 0).map(SignedDuration::from_secs)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_clock_and_a_wait_are_read_and_nothing_else() {
        let with = |name, value| [(name, HeaderValue::from_static(value))].into_iter().collect::<HeaderMap>();
        let clock = |value| date(&with(header::DATE, value)).map(|date| date.to_string());
        assert_eq!(clock("Sun, 06 Nov 1994 08:49:37 GMT").as_deref(), Some("1994-11-06T08:49:37Z"));
        assert_eq!(clock("yesterday"), None);
        let wait = |value| retry_after(&with(header::RETRY_AFTER, value)).map(|wait| wait.as_secs());
        assert_eq!([wait(" 30 "), wait("-1"), wait("soon")], [Some(30), None, None]);
        assert_eq!((date(&HeaderMap::new()), retry_after(&HeaderMap::new())), (None, None));
    }
}

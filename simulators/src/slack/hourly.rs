//! How many events does Slack tell an app in an hour? 30,000 of one workspace; behind them it says once a minute that it tells no more
//! (docs.slack.dev, `app_rate_limited`). What was said then stands in the histories alone.

use jiff::{SignedDuration, Timestamp};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const MINUTE: i64 = 60;

/// What was told in the hour that runs.
#[derive(Default)]
pub(super) struct Hourly {
    since: Option<Timestamp>,
    told: usize,
    /// The minute of which it was said last that too many came, in seconds since 1970.
    said: Option<i64>,
}

/// What becomes of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    Told,
    /// It is not told; in its place the app hears of the minute from which on none are.
    Limited(i64),
    Kept,
}

impl Hourly {
    pub fn take(&mut self, most: usize, now: Timestamp) -> Share {
        if self.since.is_none_or(|since| now.duration_since(since) >= HOUR) {
            *self = Self { since: Some(now), ..Self::default() };
        }
        if self.told < most {
            self.told += 1;
            return Share::Told;
        }
        let minute = minute(now);
        if self.said == Some(minute) {
            return Share::Kept;
        }
        self.said = Some(minute);
        Share::Limited(minute)
    }
}

/// When the minute began, in seconds since 1970.
pub(super) fn minute(now: Timestamp) -> i64 {
    now.as_second() / MINUTE * MINUTE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_has_so_many_and_each_minute_says_so_once() {
        let mut hourly = Hourly::default();
        let mut take = |second: i64| {
            hourly.take(2, Timestamp::from_second(1_700_000_040 + second).expect("within jiff's range"))
        };
        assert_eq!([take(0), take(1)], [Share::Told; 2]);
        assert_eq!([take(2), take(3)], [Share::Limited(1_700_000_040), Share::Kept]);
        assert_eq!([take(60), take(119)], [Share::Limited(1_700_000_100), Share::Kept]);
        assert_eq!(take(3_600), Share::Told, "another hour");
    }
}

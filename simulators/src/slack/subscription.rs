//! When does Slack turn the events of an app off? Where more than 95 % of its tries within 60 minutes came to nothing;
//! apps that are told of fewer than 1,000 events an hour are spared (docs.slack.dev, "Events API", failure limits).

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

const WITHIN: SignedDuration = SignedDuration::from_hours(1);
/// One in so many tries must be acknowledged.
const ONE_OF: usize = 20;

/// Where events go, and whether they go there.
pub(super) struct Subscription {
    /// Where they are POSTed; without it they go by sockets.
    pub address: Option<String>,
    pub is_off: bool,
    tries: VecDeque<Try>,
}

/// A POST of an event.
pub(super) struct Try {
    pub at: Timestamp,
    /// Whether the event was told for the first time.
    pub is_first: bool,
    pub acknowledged: bool,
}

impl Subscription {
    pub fn new(address: Option<String>) -> Self {
        Self { address, is_off: false, tries: VecDeque::new() }
    }

    /// Counts a try. Apps with fewer events an hour than `spared_below` are never turned off.
    pub fn count(&mut self, new: Try, spared_below: usize) {
        let now = new.at;
        self.tries.push_back(new);
        while self.tries.front().is_some_and(|oldest| now.duration_since(oldest.at) >= WITHIN) {
            self.tries.pop_front();
        }
        let count = |what: fn(&Try) -> bool| self.tries.iter().filter(|one| what(one)).count();
        let events = count(|one| one.is_first);
        let acknowledged = count(|one| one.acknowledged);
        self.is_off |= events >= spared_below && acknowledged * ONE_OF < self.tries.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether it is off after so many events, of which each tenth is acknowledged or none, one each so many seconds.
    fn is_off(events: i64, tenth: bool, seconds: i64) -> bool {
        let mut subscription = Subscription::new(None);
        for number in 0..events {
            let at = Timestamp::from_second(number * seconds).expect("within jiff's range");
            let acknowledged = tenth && number % 10 == 0;
            subscription.count(Try { at, is_first: true, acknowledged }, 1_000);
        }
        subscription.is_off
    }

    #[test]
    fn an_app_that_takes_nothing_for_an_hour_is_turned_off() {
        assert!(is_off(1_000, false, 1));
        assert!(!is_off(1_000, true, 1), "one in ten is enough");
        assert!(!is_off(999, false, 1), "too few to be judged");
        assert!(!is_off(2_000, false, 4), "900 an hour");
    }
}

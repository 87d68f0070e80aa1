//! By which connections does nothing leave for now, and why?

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};

/// Who waits less than this is only slow.
const LONG: SignedDuration = SignedDuration::from_secs(10);

/// How often the log is told of what lasts.
const TELL: SignedDuration = SignedDuration::from_hours(1);

/// Connections whose platform could not be reached, refused the token, or asked for quiet.
#[derive(Debug, Default)]
pub(super) struct KeptBack(Mutex<HashMap<String, Quiet>>);

#[derive(Debug)]
struct Quiet {
    /// Nothing has left since.
    since: Timestamp,
    /// When the last call failed.
    last: Timestamp,
    until: Timestamp,
    error: String,
    /// The platform itself asked for quiet until then: that it answers otherwise says nothing of it.
    asked: bool,
    /// When the log was told of it.
    told: Timestamp,
}

impl KeptBack {
    /// A call failed, for which all others of the connection wait. Whether the log is to be told: of each error once in an hour.
    pub fn note(&self, connection: &str, now: Timestamp, until: Timestamp, error: &str, asked: bool) -> bool {
        let mut quiet = self.lock();
        let known = quiet.get(connection);
        let since = known.map_or(now, |known| known.since);
        let told = known.filter(|known| known.error == error && now.duration_since(known.told) < TELL);
        let told = told.map(|known| known.told);
        let (error, is_news) = (error.to_owned(), told.is_none());
        let told = told.unwrap_or(now);
        quiet.insert(connection.to_owned(), Quiet { since, last: now, until, error, asked, told });
        is_news
    }

    /// A call that began then has succeeded. One that was under way when another failed says nothing.
    pub fn passed(&self, connection: &str, began: Timestamp) {
        let mut quiet = self.lock();
        if quiet.get(connection).is_some_and(|quiet| quiet.last <= began) {
            quiet.remove(connection);
        }
    }

    /// What failed before counts no more.
    pub fn forget(&self, connection: &str) {
        self.lock().remove(connection);
    }

    /// Whether something waits that need not wait once the platform answers.
    pub fn may_go_on(&self, connection: &str) -> bool {
        self.lock().get(connection).is_some_and(|quiet| !quiet.asked)
    }

    /// Why nothing leaves, where that is so for long.
    pub fn reason(&self, connection: &str) -> Option<String> {
        let quiet = self.lock();
        let quiet = quiet.get(connection)?;
        (quiet.until.duration_since(quiet.since) >= LONG).then(|| quiet.error.clone())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Quiet>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).expect("a time")
    }

    #[test]
    fn a_short_wait_is_none_and_a_long_one_ends_with_a_call_that_succeeds() {
        let kept = KeptBack::default();
        kept.note("shop", at(0), at(4), "too many", false);
        assert_eq!(kept.reason("shop"), None);
        kept.note("shop", at(4), at(8), "too many", false);
        kept.note("shop", at(8), at(12), "still too many", false);
        assert_eq!(kept.reason("shop").as_deref(), Some("still too many"), "nothing has left since");
        assert_eq!(kept.reason("other"), None);
        kept.passed("shop", at(7));
        assert!(kept.reason("shop").is_some(), "that one was under way");
        kept.passed("shop", at(12));
        assert_eq!(kept.reason("shop"), None);
        kept.note("shop", at(20), at(24), "too many", false);
        assert_eq!(kept.reason("shop"), None, "it begins anew");
        kept.note("shop", at(24), at(324), "the token is refused", false);
        assert!(kept.may_go_on("shop"));
        kept.forget("shop");
        assert_eq!((kept.reason("shop"), kept.may_go_on("shop")), (None, false));
        kept.note("shop", at(400), at(460), "too many", true);
        assert!(!kept.may_go_on("shop"), "the platform wants it so");
    }

    #[test]
    fn what_lasts_is_told_once_in_an_hour() {
        let kept = KeptBack::default();
        let check = |second: i64, error: &str, told: bool| {
            let noted = kept.note("shop", at(second), at(second + 300), error, false);
            assert_eq!(noted, told, "{second} s: {error}");
        };
        check(0, "the token is refused", true);
        check(1, "the token is refused", false);
        check(300, "the token is refused", false);
        check(3_600, "the token is refused", true);
        check(3_601, "it cannot be reached", true);
        kept.forget("shop");
        check(3_602, "it cannot be reached", true);
    }
}

//! When may a method be called? By the tiers of the core's table, each method for itself, as Slack counts them; and not before the
//! time that Slack named where it had enough of one.
//!
//! Messages stand in no tier: they are counted by their channel, with all that leaves (`parts.rs`).

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use studio_core::policy::rate::{Bucket, Rates, Tier, take};
use tokio::time::Instant;

use super::trouble::Trouble;
use crate::host::Host;

/// Longest time that a call waits for its turn; what would wait longer comes again. What leaves keeps no place of others meanwhile.
const LONGEST: Duration = Duration::from_secs(15);

/// What was called of late.
pub(super) struct Turns {
    /// From which the time is counted: the clock of the machine may be set meanwhile.
    began: Instant,
    /// As often as one likes where absent.
    rates: Option<&'static Rates>,
    /// By method.
    buckets: Mutex<HashMap<&'static str, Bucket>>,
}

impl Turns {
    pub fn new(began: Instant) -> Self {
        Self { began, rates: Rates::of("slack"), buckets: Mutex::default() }
    }

    /// For tests of what a wait says nothing about: they would take minutes.
    #[cfg(test)]
    pub fn unlimited() -> Self {
        Self { rates: None, ..Self::new(Instant::now()) }
    }

    /// Waits until the method may be called, and counts the call.
    pub async fn wait<H: Host>(&self, host: &H, method: &'static str) -> Result<(), Trouble> {
        let arrived = Instant::now();
        while let Err(after) = self.take(method, Instant::now()) {
            let wait = Duration::try_from(after).unwrap_or_default();
            if arrived.elapsed() + wait > LONGEST {
                return Err(Trouble::NotYet { after });
            }
            host.pause(wait).await;
        }
        Ok(())
    }

    /// Slack has enough of the method for so long. One that stands in no tier is not held back: who calls it waits by itself.
    pub fn close(&self, method: &'static str, after: SignedDuration) {
        self.close_at(method, after, Instant::now());
    }

    fn close_at(&self, method: &'static str, after: SignedDuration, now: Instant) {
        let until = self.moment(now).saturating_add(after).unwrap_or(Timestamp::MAX);
        self.buckets().entry(method).or_default().close(until);
    }

    fn take(&self, method: &'static str, now: Instant) -> Result<(), SignedDuration> {
        let Some(limit) = tier(method).and_then(|tier| self.rates?.of_calls(tier)) else { return Ok(()) };
        let now = self.moment(now);
        take(&mut [(limit, self.buckets().entry(method).or_default())], now)
    }

    /// By a clock that began with the connection.
    fn moment(&self, now: Instant) -> Timestamp {
        let passed = SignedDuration::try_from(now.duration_since(self.began)).unwrap_or_default();
        Timestamp::UNIX_EPOCH.saturating_add(passed).unwrap_or(Timestamp::MAX)
    }

    fn buckets(&self) -> MutexGuard<'_, HashMap<&'static str, Bucket>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As docs.slack.dev has it under the name of each method.
fn tier(method: &str) -> Option<Tier> {
    match method {
        "chat.delete"
        | "chat.update"
        | "conversations.history"
        | "conversations.info"
        | "conversations.open"
        | "conversations.replies"
        | "files.delete"
        | "users.conversations" => Some(Tier::Three),
        "chat.postEphemeral"
        | "files.completeUploadExternal"
        | "files.getUploadURLExternal"
        | "files.info"
        | "users.info" => Some(Tier::Four),
        // `chat.postMessage` is counted by its channel. Who asks for a socket waits by itself (`socket.rs`), and a form is opened at
        // once or not at all. Of the rest, `auth.test` and what shows that someone types, Slack takes hundreds a minute.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Memory;

    #[test]
    fn a_method_has_its_burst_and_then_goes_evenly_and_no_other_waits_for_it() {
        let began = Instant::now();
        let turns = Turns::new(began);
        let at = |milliseconds| began + Duration::from_millis(milliseconds);
        let burst = |method, milliseconds| {
            (0..1_000).take_while(|_| turns.take(method, at(milliseconds)).is_ok()).count()
        };
        assert_eq!(burst("chat.update", 0), 5, "tier 3");
        assert_eq!(burst("chat.delete", 0), 5, "each method for itself");
        assert_eq!(burst("users.info", 0), 10, "tier 4");
        let wait = turns.take("chat.update", at(0)).expect_err("the burst is used up");
        assert!(wait > SignedDuration::from_secs(1) && wait < SignedDuration::from_secs(2), "{wait}");
        assert_eq!(burst("chat.update", 2_000), 1);
        assert_eq!(burst("chat.update", 60_000), 5);
        for method in ["chat.postMessage", "views.open", "apps.connections.open"] {
            assert_eq!(burst(method, 0), 1_000, "{method}");
        }
    }

    #[test]
    fn what_slack_has_enough_of_rests_alone_and_for_as_long_as_slack_says() {
        let began = Instant::now();
        let turns = Turns::new(began);
        let at = |seconds| began + Duration::from_secs(seconds);
        turns.close_at("chat.update", SignedDuration::from_secs(30), at(10));
        // What came too late for this is no shorter rest.
        turns.close_at("chat.update", SignedDuration::from_secs(5), at(11));
        assert_eq!(turns.take("chat.update", at(12)), Err(SignedDuration::from_secs(28)));
        assert_eq!(turns.take("chat.delete", at(12)), Ok(()));
        assert_eq!(turns.take("chat.update", at(40)), Ok(()));
        turns.close_at("views.open", SignedDuration::from_secs(30), at(10));
        assert_eq!(turns.take("views.open", at(12)), Ok(()), "at once or not at all");
    }

    #[tokio::test]
    async fn who_is_early_waits_and_who_would_wait_long_comes_again() {
        let (began, host) = (Instant::now(), Memory::new(&[]));
        let turns = Turns::new(began);
        for _ in 0..6 {
            turns.wait(&host, "chat.delete").await.expect("its turn comes soon");
        }
        assert!(began.elapsed() > Duration::from_secs(1), "the sixth had to wait");
        // Of this one nothing is left for a minute.
        while turns.take("files.delete", began + Duration::from_mins(1)).is_ok() {}
        let late = turns.wait(&host, "files.delete").await;
        assert!(
            matches!(late, Err(Trouble::NotYet { after }) if after > SignedDuration::from_secs(15)),
            "{late:?}"
        );
    }
}

//! How often may a bot ask? Slack's tiers (docs.slack.dev, "Rate limits", and the pages of the methods, read in
//! November 2026). How much may come at once, Slack does not say: that is our own, and generous.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

#[derive(Clone, Copy)]
struct Limit {
    a_minute: u32,
    at_once: u32,
}

/// Of each channel.
const POSTS: Limit = Limit { a_minute: 60, at_once: 45 };
/// Tiers 2 to 4 of the methods.
const TWO: Limit = Limit { a_minute: 20, at_once: 40 };
const THREE: Limit = Limit { a_minute: 50, at_once: 100 };
const FOUR: Limit = Limit { a_minute: 100, at_once: 120 };

fn limit(method: &str) -> Option<Limit> {
    match method {
        "chat.postMessage" => Some(POSTS),
        "reactions.remove" => Some(TWO),
        "chat.update"
        | "chat.delete"
        | "chat.deleteScheduledMessage"
        | "chat.scheduleMessage"
        | "chat.scheduledMessages.list"
        | "conversations.history"
        | "conversations.info"
        | "conversations.open"
        | "conversations.replies"
        | "files.delete"
        | "reactions.add"
        | "users.conversations" => Some(THREE),
        "chat.postEphemeral"
        | "files.completeUploadExternal"
        | "files.getUploadURLExternal"
        | "files.info"
        | "users.info"
        | "views.open"
        | "views.publish" => Some(FOUR),
        // A socket that is torn on demand needs a new one at once; of the others Slack says that hundreds are taken.
        _ => None,
    }
}

/// Limits of `conversations.history` and `conversations.replies`, of each, as apps have them that are sold outside Slack's
/// Marketplace (docs.slack.dev, "Rate limit changes for non-Marketplace apps", 2025-05-29).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Histories {
    /// Between two calls.
    pub every: Duration,
    /// Most messages of one answer.
    pub objects: usize,
}

impl Default for Histories {
    fn default() -> Self {
        Self { every: Duration::from_mins(1), objects: 15 }
    }
}

/// When may something come again?
pub(super) struct Limits {
    /// By method and channel: when all that may come at once may come again.
    full_at: HashMap<(String, String), Instant>,
    histories: Option<Histories>,
}

impl Limits {
    pub fn new(histories: Option<Histories>) -> Self {
        Self { full_at: HashMap::new(), histories }
    }

    /// Most messages of one page of a history.
    pub fn page(&self) -> usize {
        self.histories.map_or(usize::MAX, |histories| histories.objects)
    }

    /// Counts a call; the seconds to wait where it is one too many. `channel` counts for messages alone.
    pub fn take(&mut self, method: &str, channel: &str, now: Instant) -> Option<u64> {
        let (each, at_once) = self.limit(method)?;
        let channel = match channel.strip_prefix('U') {
            _ if method != "chat.postMessage" => String::new(),
            Some(person) => format!("D{person}"),
            None => channel.to_owned(),
        };
        let full_at = self.full_at.entry((method.to_owned(), channel)).or_insert(now);
        let next = (*full_at).max(now) + each;
        let over = (next - now).saturating_sub(each * at_once);
        if over.is_zero() {
            *full_at = next;
            return None;
        }
        Some(over.as_secs() + 1)
    }

    /// The time for each call, and how many may come at once.
    fn limit(&self, method: &str) -> Option<(Duration, u32)> {
        if let Some(histories) = self.histories
            && matches!(method, "conversations.history" | "conversations.replies")
        {
            return Some((histories.every, 1));
        }
        limit(method).map(|limit| (Duration::from_mins(1) / limit.a_minute, limit.at_once))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bursts_are_taken_and_the_rest_evenly() {
        let start = Instant::now();
        let mut limits = Limits::new(None);
        for (method, at_once) in [("chat.postMessage", 45), ("users.info", 120), ("chat.update", 100)] {
            for _ in 0..at_once {
                assert_eq!(limits.take(method, "C1", start), None, "{method}");
            }
            assert!(limits.take(method, "C1", start).is_some_and(|seconds| seconds <= 2), "{method}");
            assert_eq!(limits.take(method, "C1", start + Duration::from_secs(2)), None, "{method}");
        }
        assert_eq!(limits.take("chat.postMessage", "C2", start), None, "another channel");
        for _ in 0..1_000 {
            assert_eq!(limits.take("apps.connections.open", "", start), None);
        }
    }

    #[test]
    fn histories_may_be_read_once_a_minute() {
        let start = Instant::now();
        let mut limits = Limits::new(Some(Histories::default()));
        for method in ["conversations.history", "conversations.replies"] {
            assert_eq!(limits.take(method, "C1", start), None, "{method}");
            let left = limits.take(method, "C2", start + Duration::from_secs(20));
            assert!(left.is_some_and(|seconds| (40..=41).contains(&seconds)), "{method}: {left:?}");
            assert_eq!(limits.take(method, "C2", start + Duration::from_mins(1)), None, "{method}");
        }
        assert_eq!(limits.take("conversations.info", "C1", start), None);
        assert_eq!(limits.take("conversations.info", "C1", start), None, "no other method");
    }
}

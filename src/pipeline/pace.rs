//! How fast may messages leave? By the table of the core, for each connection and each of its chats.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use studio_core::{
    id::ConversationId,
    policy::rate::{Bucket, Limit, Rates, take},
};

/// Chats that are remembered before those are forgotten that have rested.
const MANY: usize = 10_000;

/// What has left of late.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<Left>);

#[derive(Debug, Default)]
struct Left {
    connections: HashMap<String, Line>,
    chats: HashMap<(String, ConversationId), Line>,
}

/// One bucket for each limit, and until when the platform wants quiet.
#[derive(Debug, Default)]
struct Line {
    buckets: Vec<Bucket>,
    quiet: Bucket,
}

/// Lets everything through: it only carries the quiet.
const OPEN: Limit =
    Limit { most: u32::MAX, per: SignedDuration::ZERO, burst: 1, source: "no limit of its own" };

impl Pace {
    /// Counts a message that leaves now, or says how long it has to wait.
    pub fn take(
        &self,
        channel: &str,
        connection: &str,
        chat: ConversationId,
        is_group: bool,
        now: Timestamp,
    ) -> Result<(), SignedDuration> {
        let Some(rates) = Rates::of(channel) else { return Ok(()) };
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Left { connections, chats } = &mut *left;
        if chats.len() > MANY {
            chats.retain(|_, line| !line.is_full(now));
        }
        let of_chat: Vec<&Limit> = if is_group {
            rates.chat.iter().chain(rates.group).collect()
        } else {
            rates.chat.iter().collect()
        };
        let of_connection: Vec<&Limit> = rates.connection.iter().collect();
        let whole = connections.entry(connection.to_owned()).or_default();
        let one = chats.entry((connection.to_owned(), chat)).or_default();
        let mut buckets = whole.buckets(&of_connection);
        buckets.extend(one.buckets(&of_chat));
        take(&mut buckets, now)
    }

    /// Nothing leaves by this connection before `until`: its platform asked for it.
    pub fn close(&self, connection: &str, until: Timestamp) {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        left.connections.entry(connection.to_owned()).or_default().quiet.close(until);
    }

    /// The quiet of this connection is over.
    pub fn open(&self, connection: &str) {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = left.connections.get_mut(connection) {
            line.quiet = Bucket::default();
        }
    }
}

impl Line {
    fn buckets<'a>(&'a mut self, limits: &[&'a Limit]) -> Vec<(&'a Limit, &'a mut Bucket)> {
        self.buckets.resize(limits.len(), Bucket::default());
        let mut all: Vec<_> = limits.iter().copied().zip(&mut self.buckets).collect();
        all.push((&OPEN, &mut self.quiet));
        all
    }

    fn is_full(&self, now: Timestamp) -> bool {
        self.quiet.is_full(now) && self.buckets.iter().all(|bucket| bucket.is_full(now))
    }
}

#[cfg(test)]
mod tests {
    use studio_core::id::OrganisationId;

    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(1_700_000_000_000 + milliseconds).expect("a time")
    }

    fn chat(name: &str) -> ConversationId {
        ConversationId::of_thread(OrganisationId::FIRST, "shop", name)
    }

    #[test]
    fn a_chat_that_is_fast_holds_up_itself_alone() {
        let pace = Pace::default();
        let take = |chat, at| pace.take("telegram", "shop", chat, false, at);
        let burst = (0..20).take_while(|_| take(chat("a"), at(0)).is_ok()).count();
        assert!((1..20).contains(&burst), "{burst}");
        let wait = take(chat("a"), at(0)).expect_err("it is too fast");
        assert!(wait <= SignedDuration::from_secs(2), "{wait}");
        assert_eq!(take(chat("b"), at(2_000)), Ok(()));
    }

    #[test]
    fn chats_that_wait_take_nothing_of_their_connection() {
        let pace = Pace::default();
        let take = |name: &str| pace.take("slack", "team", chat(name), false, at(0)).is_ok();
        for name in ["a", "b"] {
            assert_eq!((0..1_000).filter(|_| take(name)).count(), 3, "the burst of one channel");
        }
        let others = (0..1_000).filter(|number| take(&number.to_string())).count();
        assert_eq!(others, 60 - 2 * 3, "the rest of the workspace's burst");
    }

    #[test]
    fn a_connection_that_wants_quiet_gets_it_and_no_other() {
        let pace = Pace::default();
        pace.close("shop", at(30_000));
        for channel in ["telegram", "http"] {
            let wait = pace.take(channel, "shop", chat("a"), false, at(10_000));
            assert_eq!(wait, Err(SignedDuration::from_secs(20)), "{channel}");
            assert_eq!(pace.take(channel, "other", chat("a"), false, at(10_000)), Ok(()), "{channel}");
            assert_eq!(pace.take(channel, "shop", chat(channel), false, at(30_000)), Ok(()), "{channel}");
        }
        pace.close("shop", at(90_000));
        pace.open("shop");
        assert_eq!(pace.take("http", "shop", chat("b"), false, at(40_000)), Ok(()));
    }

    #[test]
    fn a_channel_without_limits_has_none() {
        let pace = Pace::default();
        assert!((0..1_000).all(|_| pace.take("http", "crm", chat("a"), false, at(0)).is_ok()));
    }
}

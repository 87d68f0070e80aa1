//! Which events did the last run leave, and did the turn of one of them end it?
//!
//! A turn that panics or hangs is counted where it fails; one that hangs is given up with that. One that ends the process (an
//! abort, a stack that overflows, memory that is not there) leaves nobody who could count. So the tries of events that stand in
//! the inbox at the start are counted before they are made:
//!
//! 1. Those that were never tried are tried as ever, many at a time, and counted together in one transaction.
//! 2. Whoever was tried before, and is still there, is suspected: it has its turn alone, while no lane thinks about anything
//!    else. Should the process end again, it is known by which event. Its last try comes some time after the start: a studio
//!    that is killed from outside, again and again and soon after each start, is not taken for one that an event ends.
//! 3. Whoever was tried often enough is parked and not tried any more.
//!
//! The events that a lane has in its hands when a bug ends it, and not the process, are dealt with alike: each is tried alone
//! (`Lane::take_up`).
//!
//! An event that was merely waiting is not counted, and one that comes while the studio runs costs nothing of this.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use studio_store::{InboxKey, InboxRow};
use tokio::{
    sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock},
    time::Instant,
};

/// Why an event is parked whose turn ended the process.
pub(super) const ENDED: &str = "the studio ended during its turn";

/// How long after the start an event is tried for the last time. A campaign of kills (`make crash`) kills within 2 s of the
/// start.
const PATIENCE: Duration = Duration::from_secs(4);

/// A lane's events of the last run, and of batches that a bug ended, that have not had their turn.
#[derive(Debug)]
pub(super) struct LeftOver {
    /// Whether this run has counted a try of theirs.
    events: HashMap<InboxKey, bool>,
    /// Events that are not to be tried again and are not parked yet.
    given_up: HashSet<InboxKey>,
    begun: Instant,
}

impl Default for LeftOver {
    fn default() -> Self {
        Self { events: HashMap::new(), given_up: HashSet::new(), begun: Instant::now() }
    }
}

/// Held by all lanes while they have turns; by one alone for an event that is suspected.
#[derive(Clone, Debug, Default)]
pub(super) struct Turns(Arc<RwLock<()>>);

impl Turns {
    pub async fn together(&self) -> OwnedRwLockReadGuard<()> {
        Arc::clone(&self.0).read_owned().await
    }

    pub async fn alone(&self) -> OwnedRwLockWriteGuard<()> {
        Arc::clone(&self.0).write_owned().await
    }
}

impl LeftOver {
    pub fn add(&mut self, key: InboxKey) {
        self.events.insert(key, false);
    }

    /// It is not to be tried again, however often it was tried.
    pub fn give_up(&mut self, key: InboxKey) {
        self.given_up.insert(key);
    }

    /// Whether it was given up or tried as often as an event may be, and is not to be tried again.
    pub fn is_spent(&self, row: &InboxRow, most: u32) -> bool {
        let is_given_up = !self.given_up.is_empty() && self.given_up.contains(&row.key);
        is_given_up || (self.is_uncounted(row) && row.attempts >= most)
    }

    /// Whether it is to have its turn alone. Where one try is all that there is, nobody else may be counted with it.
    pub fn is_suspected(&self, row: &InboxRow, most: u32) -> bool {
        (row.attempts > 0 || most <= 1) && self.events.contains_key(&row.key)
    }

    /// When one that is suspected is to have its turn.
    pub fn due(&self, row: &InboxRow, most: u32) -> Instant {
        let is_last = row.attempts + 1 >= most;
        if is_last { self.begun + PATIENCE } else { self.begun }
    }

    /// Whether its next try is to be counted before it is made.
    pub fn is_uncounted(&self, row: &InboxRow) -> bool {
        self.events.get(&row.key).is_some_and(|counted| !counted)
    }

    pub fn count(&mut self, row: &InboxRow) {
        if let Some(counted) = self.events.get_mut(&row.key) {
            *counted = true;
        }
    }

    /// Its turn is over, or has failed: from now on it is as any other. Whether that try was counted before.
    pub fn remove(&mut self, row: &InboxRow) -> bool {
        if !self.given_up.is_empty() {
            self.given_up.remove(&row.key);
        }
        !self.events.is_empty() && self.events.remove(&row.key).unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use studio_core::{
        content::Content,
        dialogue::{Body, Event},
        id::{ConversationId, EventKey, OrganisationId},
        understanding::Understanding,
    };

    use super::*;

    fn row(native: &str) -> InboxRow {
        let key = EventKey { source: "web".to_owned(), native: native.to_owned() };
        let content = Content::text("hello");
        let body = Body::Message { content, understanding: Understanding::default(), language: None };
        InboxRow {
            key: InboxKey { arrived: 1, organisation: OrganisationId::FIRST, event: key.clone() },
            conversation: ConversationId::of_thread(OrganisationId::FIRST, "web", "thread"),
            connection: "web".to_owned(),
            channel: "web".to_owned(),
            thread: "thread".to_owned(),
            external: None,
            event: Event::new(key, jiff::Timestamp::UNIX_EPOCH, body),
            attempts: 1,
            error: None,
        }
    }

    #[tokio::test]
    async fn what_is_given_up_is_not_tried_again_until_it_is_over() {
        let (mut left_over, hung, other) = (LeftOver::default(), row("hung"), row("other"));
        left_over.give_up(hung.key.clone());
        assert!(left_over.is_spent(&hung, 3), "the store did not take it, and it is to be parked alone");
        assert!(!left_over.is_spent(&other, 3));
        // It is parked. A replay of it is tried as any other.
        assert!(!left_over.remove(&hung), "that try was not counted before it was made");
        assert!(!left_over.is_spent(&hung, 3));
    }
}

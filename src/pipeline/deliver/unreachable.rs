//! Who cannot be written to? People who have blocked the bot. What is said to them does not leave until they are heard again: each
//! would be refused, and be a dead letter.
//!
//! 1. A platform tells it by an event, or by refusing what is sent. It counts at once, and is then kept.
//! 2. It ends with the next thing that is heard of the person, before that is stored: what answers it is to leave. A message that
//!    somebody replays and that gets through ends it as well. A change of an older message does not: platforms take those still.
//! 3. A refusal of a try that began before the person was heard last tells nothing any more.
//!
//! The store is told by one after the other, each what is known by then, so that it has at last what is known at last.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use studio_core::id::{ConversationId, OrganisationId};
use studio_store::{Store, StoreError, Unreachable};

use super::Deliverer;
use crate::studio::Studio;

/// Conversations of people who cannot be written to, some 20 MB; of more it is not kept, and each message to them is tried.
const MOST: usize = 200_000;
/// Conversations of which it is known when the person was heard last.
const MOST_HEARD: usize = 20_000;
/// No try takes longer from its beginning to its refusal, waiting for a place included.
const LONGEST_TRY: SignedDuration = SignedDuration::from_mins(15);

#[derive(Debug, Default)]
pub(super) struct Unreached {
    known: Mutex<Known>,
    telling: tokio::sync::Mutex<()>,
}

/// By conversation.
#[derive(Debug, Default)]
struct Known {
    held: HashMap<ConversationId, Held>,
    heard: HashMap<ConversationId, Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Held {
    unreachable: Unreachable,
    /// They can be written to again, and the store does not know it yet.
    is_lifted: bool,
}

impl Unreached {
    /// Nothing gets through to the person, as a try says that `began` then. Whether the store is to be told.
    fn note(&self, conversation: ConversationId, why: &str, began: Timestamp, now: Timestamp) -> bool {
        let mut known = self.lock();
        if known.heard.get(&conversation).is_some_and(|heard| *heard > began) {
            return false;
        }
        let before = known.held.get(&conversation);
        let is_known = before.is_some_and(|held| !held.is_lifted);
        let is_too_much = before.is_none() && known.held.len() >= MOST;
        if is_known || is_too_much {
            return false;
        }
        let unreachable = Unreachable { since: now, why: why.to_owned() };
        known.held.insert(conversation, Held { unreachable, is_lifted: false });
        true
    }

    /// The person is heard. Whether the store is to be told.
    fn hear(&self, conversation: ConversationId, now: Timestamp) -> bool {
        let mut known = self.lock();
        if known.heard.len() >= MOST_HEARD && !known.heard.contains_key(&conversation) {
            known.heard.retain(|_, heard| now.duration_since(*heard) < LONGEST_TRY);
            if known.heard.len() >= MOST_HEARD {
                known.heard.clear();
            }
        }
        known.heard.insert(conversation, now);
        let held = known.held.get_mut(&conversation);
        held.is_some_and(|held| {
            held.is_lifted = true;
            true
        })
    }

    pub fn why(&self, conversation: ConversationId) -> Option<String> {
        self.told(conversation).map(|unreachable| unreachable.why)
    }

    /// Whether a message that gets through shows that they can be written to: it `began` to leave after the contrary was told.
    fn is_disproved(&self, conversation: ConversationId, began: Timestamp) -> bool {
        self.told(conversation).is_some_and(|unreachable| unreachable.since < began)
    }

    /// What was told, and holds.
    fn told(&self, conversation: ConversationId) -> Option<Unreachable> {
        self.of(conversation).filter(|held| !held.is_lifted).map(|held| held.unreachable)
    }

    fn of(&self, conversation: ConversationId) -> Option<Held> {
        self.lock().held.get(&conversation).cloned()
    }

    /// The store knows that they can be written to again.
    fn forget(&self, conversation: ConversationId) {
        let mut known = self.lock();
        if known.held.get(&conversation).is_some_and(|held| held.is_lifted) {
            known.held.remove(&conversation);
        }
    }

    fn recall(&self, stored: Vec<(ConversationId, Unreachable)>) {
        let held = stored
            .into_iter()
            .map(|(conversation, unreachable)| (conversation, Held { unreachable, is_lifted: false }));
        self.lock().held.extend(held);
    }

    /// Tells the store what is known of a conversation by now.
    async fn tell(&self, store: &Store, organisation: OrganisationId, conversation: ConversationId) {
        let _alone = self.telling.lock().await;
        let Some(Held { unreachable, is_lifted }) = self.of(conversation) else { return };
        let told = if is_lifted {
            store.note_reachable(organisation, conversation).await
        } else {
            store.note_unreachable(organisation, conversation, &unreachable).await
        };
        match told {
            Ok(()) if is_lifted => self.forget(conversation),
            // What was heard meanwhile is told next.
            Ok(()) => {}
            Err(error) => tracing::error!(%conversation, %error, "delivery.unreachable.not_kept"),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deliverer {
    /// Learns who could not be written to when the run before ended.
    pub(in crate::pipeline) async fn recall_unreachable(&self, store: &Store) -> Result<(), StoreError> {
        let stored = store.unreachable(MOST).await?;
        if !stored.is_empty() {
            tracing::info!(conversations = stored.len(), "pipeline.recovered.unreachable");
        }
        self.unreached.recall(stored);
        Ok(())
    }

    /// The person of a conversation cannot be written to, as the platform says: by an event, or by refusing a try that `began` then.
    pub async fn cannot_reach(
        &self,
        studio: &Studio,
        organisation: OrganisationId,
        conversation: ConversationId,
        why: &str,
        began: Timestamp,
    ) {
        if self.unreached.note(conversation, why, began, studio.clock.now()) {
            Box::pin(self.unreached.tell(&studio.store, organisation, conversation)).await;
        }
    }

    /// The person of a conversation is heard: they can be written to.
    pub async fn hears(&self, studio: &Studio, organisation: OrganisationId, conversation: ConversationId) {
        if self.unreached.hear(conversation, studio.clock.now()) {
            Box::pin(self.unreached.tell(&studio.store, organisation, conversation)).await;
        }
    }

    /// A message that `began` to leave then got through to the person.
    pub(super) async fn got_through(
        &self,
        studio: &Studio,
        organisation: OrganisationId,
        conversation: ConversationId,
        began: Timestamp,
    ) {
        if self.unreached.is_disproved(conversation, began) {
            self.hears(studio, organisation, conversation).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chat(name: &str) -> ConversationId {
        ConversationId::of_thread(OrganisationId::FIRST, "phone", name)
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).expect("a time")
    }

    #[test]
    fn who_cannot_be_written_to_can_be_once_they_are_heard() {
        let unreached = Unreached::default();
        assert!(unreached.note(chat("7"), "blocked", at(1), at(2)));
        assert!(!unreached.note(chat("7"), "blocked again", at(3), at(4)), "it is kept already");
        assert_eq!(unreached.why(chat("7")), Some("blocked".to_owned()));
        assert_eq!(unreached.why(chat("8")), None);
        assert!(unreached.hear(chat("7"), at(5)) && !unreached.hear(chat("8"), at(5)));
        assert_eq!(unreached.why(chat("7")), None);
        assert!(unreached.hear(chat("7"), at(6)), "the store was not told yet");
        unreached.forget(chat("7"));
        assert!(!unreached.hear(chat("7"), at(7)));
    }

    #[test]
    fn a_refusal_of_what_was_begun_before_they_were_heard_tells_nothing_any_more() {
        let unreached = Unreached::default();
        assert!(unreached.note(chat("7"), "blocked", at(1), at(2)));
        unreached.hear(chat("7"), at(5));
        assert!(!unreached.note(chat("7"), "blocked", at(4), at(6)), "it began before");
        assert_eq!(unreached.why(chat("7")), None);
        // They have blocked the bot once more; the store may still have the first time.
        assert!(unreached.note(chat("7"), "blocked once more", at(6), at(7)));
        assert_eq!(unreached.why(chat("7")), Some("blocked once more".to_owned()));
        unreached.forget(chat("7"));
        assert!(unreached.why(chat("7")).is_some(), "what the store was told of before is not forgotten");
    }

    #[test]
    fn only_what_began_to_leave_after_it_was_told_disproves_it_by_getting_through() {
        let unreached = Unreached::default();
        assert!(!unreached.is_disproved(chat("7"), at(9)), "nothing was told");
        assert!(unreached.note(chat("7"), "blocked", at(2), at(3)));
        assert!(!unreached.is_disproved(chat("7"), at(1)), "they blocked the bot behind it");
        assert!(unreached.is_disproved(chat("7"), at(4)));
        unreached.hear(chat("7"), at(5));
        assert!(!unreached.is_disproved(chat("7"), at(6)));
    }

    #[test]
    fn what_is_known_is_bounded_and_of_those_heard_last_nothing_is_forgotten() {
        let unreached = Unreached::default();
        let long_ago = MOST_HEARD - 1;
        for number in 0..long_ago {
            unreached.hear(chat(&number.to_string()), at(0));
        }
        let later = at(LONGEST_TRY.as_secs());
        unreached.hear(chat("last"), later);
        unreached.hear(chat("one more"), later);
        assert_eq!(unreached.lock().heard.len(), 2);
        assert!(!unreached.note(chat("last"), "blocked", at(1), later));
    }

    #[test]
    fn a_start_knows_them() {
        let unreached = Unreached::default();
        let unreachable = Unreachable { since: at(1), why: "blocked".to_owned() };
        unreached.recall(vec![(chat("7"), unreachable)]);
        assert_eq!(unreached.why(chat("7")), Some("blocked".to_owned()));
        assert!(unreached.hear(chat("7"), at(2)));
    }
}

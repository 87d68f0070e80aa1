//! How far has each message come that its visitor fetches? Known at once, and written behind it: a socket waits for no disk.
//!
//! What was not written when the process is killed is lost: its messages are told as less far, until the visitor's side says
//! more.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use studio_core::{
    api::DeliveryState,
    id::{ConversationId, OrganisationId},
};
use studio_store::{Reached, Store, StoreError};

/// Conversations of which something is kept in mind; of more nothing is known until there is room.
const MOST: usize = 50_000;

/// Under which the store keeps until when the address of a connection took what was said.
const PUSHED: &str = "http.pushed";

/// What is known beside the store, of the organisation that the connections belong to.
#[derive(Debug, Default)]
pub struct Marks(Mutex<Known>);

/// A conversation stands in one of both.
#[derive(Debug, Default)]
struct Known {
    unwritten: HashMap<ConversationId, Reached>,
    /// Kept so that what does not grow is not written again: many tell the same again and again.
    written: HashMap<ConversationId, Reached>,
    /// By connection.
    pushed: HashMap<String, Pushed>,
}

/// Until when the address of an HTTP connection took at the first try what was said; nothing is noted of those messages one by one.
#[derive(Clone, Copy, Debug)]
struct Pushed {
    until: Timestamp,
    is_written: bool,
}

impl Known {
    fn of(&self, conversation: ConversationId) -> Option<Reached> {
        self.unwritten.get(&conversation).or_else(|| self.written.get(&conversation)).copied()
    }

    fn raise(&mut self, conversation: ConversationId, state: DeliveryState, sequence: u64) {
        let before = self.of(conversation);
        let mut reached = before.unwrap_or_default();
        reached.raise(state, sequence);
        if before == Some(reached) {
            return;
        }
        if before.is_none() && self.unwritten.len() + self.written.len() >= MOST {
            // The store knows it.
            self.written.clear();
        }
        if before.is_some() || self.unwritten.len() < MOST {
            self.written.remove(&conversation);
            self.unwritten.insert(conversation, reached);
        }
    }
}

impl Marks {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything up to this number has come so far; 0 says nothing.
    pub fn raise(&self, conversation: ConversationId, state: DeliveryState, sequence: u64) {
        if sequence > 0 {
            self.known().raise(conversation, state, sequence);
        }
    }

    /// The address of a connection took at the first try what was said then.
    pub fn pushed(&self, connection: &str, at: Timestamp) {
        let mut known = self.known();
        match known.pushed.get_mut(connection) {
            Some(pushed) if pushed.until >= at => {}
            Some(pushed) => *pushed = Pushed { until: at, is_written: false },
            None => {
                known.pushed.insert(connection.to_owned(), Pushed { until: at, is_written: false });
            }
        }
    }

    /// Until when the address of a connection took what was said; `None` where it has none and had none.
    pub async fn pushed_until(
        &self,
        store: &Store,
        organisation: OrganisationId,
        connection: &str,
    ) -> Result<Option<Timestamp>, StoreError> {
        let known = self.known().pushed.get(connection).map(|pushed| pushed.until);
        let kept = store.recall(organisation, connection, PUSHED).await?;
        Ok(kept.and_then(|kept| kept.parse::<Timestamp>().ok()).max(known))
    }

    /// How far the messages of a conversation have come.
    pub async fn of(
        &self,
        store: &Store,
        organisation: OrganisationId,
        conversation: ConversationId,
    ) -> Result<Reached, StoreError> {
        // Before the store is asked: what is written in between is there.
        let known = self.known().of(conversation).unwrap_or_default();
        Ok(store.reached(organisation, conversation).await?.with(known))
    }

    /// Writes what is known; what grows meanwhile is written the next time.
    pub async fn write(&self, store: &Store, organisation: OrganisationId) -> Result<(), StoreError> {
        let unwritten: Vec<_> =
            self.known().unwritten.iter().map(|(conversation, reached)| (*conversation, *reached)).collect();
        store.note_reached(organisation, &unwritten).await?;
        {
            let mut known = self.known();
            for (conversation, written) in unwritten {
                if known.unwritten.get(&conversation) == Some(&written) {
                    known.unwritten.remove(&conversation);
                    known.written.insert(conversation, written);
                }
            }
        }
        self.write_pushed(store, organisation).await
    }

    async fn write_pushed(&self, store: &Store, organisation: OrganisationId) -> Result<(), StoreError> {
        let unwritten: Vec<(String, Timestamp)> = {
            let known = self.known();
            let unwritten = known.pushed.iter().filter(|(_, pushed)| !pushed.is_written);
            unwritten.map(|(connection, pushed)| (connection.clone(), pushed.until)).collect()
        };
        for (connection, until) in unwritten {
            store.remember(organisation, &connection, PUSHED, &until.to_string()).await?;
            if let Some(pushed) = self.known().pushed.get_mut(&connection)
                && pushed.until == until
            {
                pushed.is_written = true;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use studio_store::testing::{memory, run};

    use super::*;

    #[test]
    fn what_is_not_written_yet_is_told_as_well() {
        run(async {
            let store = memory().await.expect("opened");
            let first = OrganisationId::FIRST;
            let conversation = ConversationId::of_thread(first, "web", "one");
            let marks = Marks::default();
            marks.raise(conversation, DeliveryState::Delivered, 0);
            assert!(marks.known().unwritten.is_empty());
            let state = async |sequence| {
                let known = marks.of(&store, first, conversation).await.expect("read");
                known.state(sequence)
            };
            marks.raise(conversation, DeliveryState::Sent, 5);
            assert_eq!(state(5).await, DeliveryState::Sent);
            marks.write(&store, first).await.expect("written");
            assert!(marks.known().unwritten.is_empty());
            assert_eq!(state(5).await, DeliveryState::Sent, "it is kept");
            marks.raise(conversation, DeliveryState::Read, 4);
            assert_eq!((state(4).await, state(5).await), (DeliveryState::Read, DeliveryState::Sent));
        });
    }

    #[test]
    fn only_what_grew_is_written_again() {
        run(async {
            let store = memory().await.expect("opened");
            let first = OrganisationId::FIRST;
            let conversation = ConversationId::of_thread(first, "web", "one");
            let marks = Marks::default();
            let waits = |state, sequence| {
                marks.raise(conversation, state, sequence);
                marks.known().unwritten.contains_key(&conversation)
            };
            assert!(waits(DeliveryState::Delivered, 5));
            marks.write(&store, first).await.expect("written");
            assert!(!waits(DeliveryState::Delivered, 5), "it is fetched again with the same place");
            assert!(!waits(DeliveryState::Delivered, 4), "it comes late");
            assert!(waits(DeliveryState::Delivered, 6));
            marks.write(&store, first).await.expect("written");
            assert!(waits(DeliveryState::Read, 1));
            marks.write(&store, first).await.expect("written");
            assert_eq!(
                store.reached(first, conversation).await.expect("read"),
                Reached { sent: 0, delivered: 6, read: 1 }
            );
        });
    }

    #[test]
    fn where_there_is_no_room_what_is_written_goes_first() {
        let mut known = Known::default();
        let mark = Reached { sent: 1, ..Reached::default() };
        let conversation =
            |number: usize| ConversationId::of_thread(OrganisationId::FIRST, "web", &number.to_string());
        known.unwritten.extend((0..10).map(|number| (conversation(number), mark)));
        known.written.extend((10..MOST).map(|number| (conversation(number), mark)));
        known.raise(conversation(10), DeliveryState::Sent, 1);
        assert_eq!((known.unwritten.len(), known.written.len()), (10, MOST - 10), "it is known");
        known.raise(conversation(MOST), DeliveryState::Sent, 1);
        assert_eq!((known.unwritten.len(), known.written.len()), (11, 0));
        known.unwritten.extend((10..MOST - 1).map(|number| (conversation(number), mark)));
        assert_eq!(known.unwritten.len(), MOST);
        known.raise(conversation(MOST + 1), DeliveryState::Sent, 1);
        known.raise(conversation(1), DeliveryState::Sent, 2);
        assert_eq!(known.unwritten.len(), MOST, "nothing new, and what is there grows");
        assert_eq!(known.of(conversation(1)), Some(Reached { sent: 2, ..mark }));
    }
    #[test]
    fn until_when_an_address_took_messages_is_kept() {
        run(async {
            let store = memory().await.expect("opened");
            let first = OrganisationId::FIRST;
            let at = |second| Timestamp::from_second(second).expect("within jiff's range");
            let marks = Marks::default();
            let until = marks.pushed_until(&store, first, "crm").await;
            assert_eq!(until.expect("read"), None);
            marks.pushed("crm", at(7));
            marks.pushed("crm", at(5));
            let until = marks.pushed_until(&store, first, "crm").await;
            assert_eq!(until.expect("read"), Some(at(7)));
            marks.write(&store, first).await.expect("written");
            assert!(marks.known().pushed.values().all(|pushed| pushed.is_written));
            let next_life = Marks::default();
            let until = next_life.pushed_until(&store, first, "crm").await;
            assert_eq!(until.expect("read"), Some(at(7)));
            next_life.pushed("crm", at(9));
            let until = next_life.pushed_until(&store, first, "crm").await;
            assert_eq!(until.expect("read"), Some(at(9)));
        });
    }
}

//! What is on its way to the other end?

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use studio_core::id::ConversationId;
use studio_store::{OutboxKey, OutboxRow, Payload, Turn};

/// Rows of the outbox that somebody has, until they are swept.
#[derive(Debug, Default)]
pub(super) struct Held(Mutex<All>);

#[derive(Debug, Default)]
struct All {
    /// So that a look at the outbox takes no row twice.
    rows: HashMap<OutboxKey, (ConversationId, u64)>,
    messages: HashSet<(ConversationId, u64)>,
}

impl Held {
    /// `false` where the row is held already.
    pub fn hold(&self, row: &OutboxRow) -> bool {
        let mut all = self.lock();
        if all.rows.contains_key(&row.key) {
            return false;
        }
        let place = (row.conversation, row.sequence);
        all.rows.insert(row.key.clone(), place);
        if matches!(row.payload, Payload::Message(_)) {
            all.messages.insert(place);
        }
        true
    }

    pub fn release(&self, key: &OutboxKey) {
        let mut all = self.lock();
        if let Some(place) = all.rows.remove(key) {
            all.messages.remove(&place);
        }
    }

    /// The messages of these turns have to leave as soon as they are committed, which is before anybody holds their rows.
    pub fn expect(&self, turns: &[Turn]) {
        self.lock().messages.extend(turns.iter().flat_map(messages));
    }

    pub fn expect_no_more(&self, turns: &[Turn]) {
        let mut all = self.lock();
        for message in turns.iter().flat_map(messages) {
            all.messages.remove(&message);
        }
    }

    /// Whether the message of this number has still to leave.
    pub fn holds(&self, conversation: ConversationId, sequence: u64) -> bool {
        self.lock().messages.contains(&(conversation, sequence))
    }

    fn lock(&self) -> MutexGuard<'_, All> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn messages(turn: &Turn) -> impl Iterator<Item = (ConversationId, u64)> {
    let messages = turn.outgoing.iter().filter(|outgoing| matches!(outgoing.payload, Payload::Message(_)));
    messages.map(|outgoing| (turn.conversation.id, outgoing.sequence))
}

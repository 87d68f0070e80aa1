//! How much waits to leave? Nothing new is begun by a connection by which too much does.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use studio_core::{id::ConversationId, policy::pressure::Waiting};
use studio_store::OutboxRow;

/// Rows of the outbox that the deliverer has in memory and that have not left. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Outgoing(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    by_connection: HashMap<String, usize>,
    by_conversation: HashMap<ConversationId, usize>,
}

impl Outgoing {
    pub fn add(&self, row: &OutboxRow) {
        let mut counts = self.lock();
        count_up(&mut counts.by_connection, &row.connection);
        count_up(&mut counts.by_conversation, &row.conversation);
    }

    /// It has left, or was given up.
    pub fn remove(&self, row: &OutboxRow) {
        let mut counts = self.lock();
        count_down(&mut counts.by_connection, &row.connection);
        count_down(&mut counts.by_conversation, &row.conversation);
    }

    pub fn of(&self, connection: &str, conversation: ConversationId) -> Waiting {
        let counts = self.lock();
        Waiting {
            all: counts.by_connection.get(connection).copied().unwrap_or(0),
            of_conversation: counts.by_conversation.get(&conversation).copied().unwrap_or(0),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn count_up<K: Clone + Eq + Hash>(counts: &mut HashMap<K, usize>, key: &K) {
    match counts.get_mut(key) {
        Some(count) => *count += 1,
        None => _ = counts.insert(key.clone(), 1),
    }
}

fn count_down<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

//! What did the visitors send, what was acknowledged, and what did they hear?

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use studio_core::{
    id::{ConversationId, OrganisationId},
    invariants::{Heard, Sent},
};
use tokio::sync::Notify;

/// One conversation as its visitor knows it.
#[derive(Clone, Debug)]
pub struct Conversation {
    pub id: ConversationId,
    pub sent: Vec<Sent>,
    /// Number of kills before each of `sent` was acknowledged.
    pub acknowledged_after: Vec<usize>,
    pub heard: Vec<Heard>,
    /// Number of kills before each of `heard` came.
    pub heard_after: Vec<usize>,
}

/// All conversations under way, by their threads. Clones are the same ledger.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    conversations: Mutex<BTreeMap<String, Conversation>>,
    /// Heard without a mark in a conversation whose ledgers are closed.
    strays: Mutex<Vec<String>>,
    kills: AtomicUsize,
    changed: Notify,
}

impl Ledger {
    pub fn open(&self, connection: &str, thread: &str) {
        let id = ConversationId::of_thread(OrganisationId::FIRST, connection, thread);
        let conversation = Conversation {
            id,
            sent: Vec::new(),
            acknowledged_after: Vec::new(),
            heard: Vec::new(),
            heard_after: Vec::new(),
        };
        self.lock().insert(thread.to_owned(), conversation);
    }

    /// Before it leaves: a message that is stored was sent, whatever the answer.
    pub fn sent(&self, thread: &str, id: &str) {
        if let Some(conversation) = self.lock().get_mut(thread) {
            conversation.sent.push(Sent { id: format!("{thread}:{id}"), acknowledged: false });
        }
    }

    /// The message sent last was acknowledged.
    pub fn acknowledged(&self, thread: &str) {
        let kills = self.kills();
        if let Some(conversation) = self.lock().get_mut(thread)
            && let Some(last) = conversation.sent.last_mut()
        {
            last.acknowledged = true;
            conversation.acknowledged_after.push(kills);
        }
    }

    /// Messages that were acknowledged in the conversations under way.
    pub fn count(&self) -> usize {
        self.lock().values().map(|conversation| conversation.acknowledged_after.len()).sum()
    }

    pub fn heard(&self, thread: &str, heard: Heard) {
        let kills = self.kills();
        match self.lock().get_mut(thread) {
            Some(conversation) => {
                conversation.heard.push(heard);
                conversation.heard_after.push(kills);
            }
            None if heard.uncertain => {}
            None => self.strays().push(format!("{thread}: {} {:?}", heard.sequence, heard.text)),
        }
        self.inner.changed.notify_waiters();
    }

    /// Returns once `text` was heard.
    pub async fn until_heard(&self, thread: &str, text: &str) {
        loop {
            let changed = self.inner.changed.notified();
            if self.has_heard(thread, text) {
                return;
            }
            changed.await;
        }
    }

    /// Whether `text` was heard, or the conversation is closed.
    pub fn has_heard(&self, thread: &str, text: &str) -> bool {
        let conversations = self.lock();
        let conversation = conversations.get(thread);
        conversation.is_none_or(|conversation| conversation.heard.iter().any(|heard| heard.text == text))
    }

    pub fn killed(&self) {
        self.inner.kills.fetch_add(1, Ordering::AcqRel);
    }

    pub fn kills(&self) -> usize {
        self.inner.kills.load(Ordering::Acquire)
    }

    pub fn threads(&self) -> Vec<String> {
        self.lock().keys().cloned().collect()
    }

    pub fn conversation(&self, thread: &str) -> Option<Conversation> {
        self.lock().get(thread).cloned()
    }

    /// Closes a conversation's ledgers: nothing unmarked may come any more.
    pub fn close(&self, thread: &str) {
        self.lock().remove(thread);
    }

    pub fn take_strays(&self) -> Vec<String> {
        std::mem::take(&mut self.strays())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Conversation>> {
        self.inner.conversations.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn strays(&self) -> MutexGuard<'_, Vec<String>> {
        self.inner.strays.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

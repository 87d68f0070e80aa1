//! What did the visitors send, what was acknowledged, and what did they hear?

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use studio_core::{
    dialogue::Act,
    id::{ConversationId, OrganisationId},
    invariants::{Asked, Heard, Sent},
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
    /// An agent may take it over.
    pub attended: bool,
    /// An agent is at it.
    pub claimed: bool,
    pub asked: Vec<Asked>,
}

/// The calls that the service heard.
#[derive(Clone, Debug, Default)]
pub struct Called {
    /// What was asked for first, by the call's key.
    pub keys: BTreeMap<String, String>,
    /// The key under which something was asked for, by conversation and text, which comes once in a conversation.
    texts: BTreeMap<(String, String), String>,
    wrong: Vec<String>,
}

impl Called {
    pub fn add(&mut self, key: &str, text: &str) {
        let first = self.keys.entry(key.to_owned()).or_insert_with(|| text.to_owned());
        if first != text {
            self.wrong.push(format!(
                "the call {key} asked for {first:?}, and came again for something else: {text:?}"
            ));
        }
        let conversation = key.rsplit_once('-').map_or(key, |(conversation, _)| conversation);
        let place = (conversation.to_owned(), text.to_owned());
        let first = self.texts.entry(place).or_insert_with(|| key.to_owned());
        if first != key {
            self.wrong.push(format!("{text:?} was asked for under two keys, {first} and {key}"));
        }
    }

    /// What a service that does its work once a key would have done wrong, in sentences.
    pub fn wrong(&self) -> impl Iterator<Item = String> {
        self.wrong.iter().cloned()
    }
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
    called: Mutex<Called>,
    kills: AtomicUsize,
    changed: Notify,
}

impl Ledger {
    pub fn open(&self, connection: &str, thread: &str) {
        self.begin(connection, thread, false);
    }

    /// As [`Self::open`], of a conversation that agents may take over.
    pub fn open_attended(&self, connection: &str, thread: &str) {
        self.begin(connection, thread, true);
    }

    fn begin(&self, connection: &str, thread: &str, attended: bool) {
        let id = ConversationId::of_thread(OrganisationId::FIRST, connection, thread);
        let conversation = Conversation {
            id,
            sent: Vec::new(),
            acknowledged_after: Vec::new(),
            heard: Vec::new(),
            heard_after: Vec::new(),
            attended,
            claimed: false,
            asked: Vec::new(),
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

    /// A conversation in which something was said and no agent is, for one who chose this number.
    pub fn claim(&self, choice: u64) -> Option<(String, ConversationId)> {
        let mut conversations = self.lock();
        let mut free: Vec<_> = conversations
            .iter_mut()
            .filter(|(_, it)| it.attended && !it.claimed && !it.acknowledged_after.is_empty())
            .collect();
        let place = usize::try_from(choice % u64::try_from(free.len()).ok()?.max(1)).ok()?;
        let (thread, conversation) = free.get_mut(place)?;
        conversation.claimed = true;
        Some((thread.clone(), conversation.id))
    }

    /// The agent has gone.
    pub fn release(&self, thread: &str) {
        if let Some(conversation) = self.lock().get_mut(thread) {
            conversation.claimed = false;
        }
    }

    /// Before it leaves; how many acts there are with it.
    pub fn asked(&self, thread: &str, act: Act) -> usize {
        let mut conversations = self.lock();
        let Some(conversation) = conversations.get_mut(thread) else { return 0 };
        conversation.asked.push(Asked { act, acknowledged: false });
        conversation.asked.len()
    }

    /// The act that was asked for last was acknowledged.
    pub fn acted(&self, thread: &str) {
        if let Some(last) = self.lock().get_mut(thread).and_then(|conversation| conversation.asked.last_mut())
        {
            last.acknowledged = true;
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

    /// The service heard a call.
    pub fn called(&self, key: &str, text: &str) {
        self.calls().add(key, text);
    }

    /// All that it heard.
    pub fn calls(&self) -> MutexGuard<'_, Called> {
        self.inner.called.lock().unwrap_or_else(PoisonError::into_inner)
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

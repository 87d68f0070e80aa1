//! What did the visitors send, what was acknowledged, and what did they hear?

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use jiff::Timestamp;
use studio_core::{
    dialogue::Act,
    id::{ConversationId, OrganisationId},
    invariants::{Asked, Heard, Kept, Sent},
};
use tokio::sync::Notify;

use crate::{forgotten::Remembered, uptime::Uptime};

/// One conversation as its visitor knows it.
#[derive(Clone, Debug)]
pub struct Conversation {
    pub id: ConversationId,
    pub sent: Vec<Sent>,
    /// What had gone wrong before each of `sent` was sent for the first time.
    pub sent_amid: Vec<usize>,
    /// Number of kills before each of `sent` was acknowledged.
    pub acknowledged_after: Vec<usize>,
    pub heard: Vec<Heard>,
    /// Number of kills before each of `heard` came.
    pub heard_after: Vec<usize>,
    /// What had gone wrong before each of `heard` came, and whether there was an earlier try to bring it.
    pub heard_amid: Vec<(usize, bool)>,
    /// How often somebody tried to bring a message, by its number.
    pub tries: BTreeMap<u64, usize>,
    /// An agent may take it over.
    pub attended: bool,
    /// An agent is at it.
    pub claimed: bool,
    /// An agent has closed it, and nothing was sent since.
    pub closed: bool,
    pub asked: Vec<Asked>,
}

impl Conversation {
    /// One in which nothing has happened.
    pub fn new(id: ConversationId, attended: bool) -> Self {
        Self {
            id,
            sent: Vec::new(),
            sent_amid: Vec::new(),
            acknowledged_after: Vec::new(),
            heard: Vec::new(),
            heard_after: Vec::new(),
            heard_amid: Vec::new(),
            tries: BTreeMap::new(),
            attended,
            claimed: false,
            closed: false,
            asked: Vec::new(),
        }
    }

    /// Whether something was said, and all of it acknowledged.
    fn is_acknowledged(&self) -> bool {
        self.sent.last().is_some_and(|last| last.acknowledged)
    }

    /// Places in what was heard of which it may be that they came before: there was an earlier try, or something went wrong since
    /// the visitor's message before them was sent.
    pub fn explained(&self, kept: &[Kept]) -> BTreeSet<usize> {
        let sent_amid: BTreeMap<&str, usize> =
            self.sent.iter().zip(&self.sent_amid).map(|(sent, amid)| (sent.id.as_str(), *amid)).collect();
        let said_amid = |sequence: u64| {
            let mut before = kept.iter().rev().filter(|kept| kept.sequence < sequence);
            let amid = before.find_map(|kept| sent_amid.get(kept.id.as_deref()?));
            amid.copied().unwrap_or_default()
        };
        let heard = self.heard.iter().zip(&self.heard_amid).enumerate();
        let explained =
            heard.filter(|(_, (heard, (amid, again)))| *again || *amid > said_amid(heard.sequence));
        explained.map(|(place, _)| place).collect()
    }
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
    /// Of conversations whose ledgers are closed, what was heard.
    closed: Mutex<BTreeMap<String, BTreeMap<u64, String>>>,
    /// Heard in one of them, without a mark or otherwise than before.
    strays: Mutex<Vec<String>>,
    called: Mutex<Called>,
    remembered: Mutex<Remembered>,
    kills: AtomicUsize,
    /// Kills, other ends of the studio, and whatever else leaves a delivery or a commit in doubt.
    gone_wrong: AtomicUsize,
    /// When each of these was over, before a studio was started again; and when one was ready, or all its connections were there again.
    uptime: Mutex<Uptime>,
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
        self.lock().insert(thread.to_owned(), Conversation::new(id, attended));
    }

    /// Before it leaves: a message that is stored was sent, whatever the answer. Whether an agent has the conversation, who is told
    /// another text than the bot; none takes it over before the message is acknowledged.
    pub fn sent(&self, thread: &str, id: &str, (to_bot, to_agent): (&str, &str)) -> bool {
        let amid = self.gone_wrong();
        let mut conversations = self.lock();
        let Some(conversation) = conversations.get_mut(thread) else { return false };
        let text = if conversation.claimed { to_agent } else { to_bot }.to_owned();
        conversation.sent.push(Sent { id: format!("{thread}:{id}"), text, acknowledged: false });
        conversation.sent_amid.push(amid);
        conversation.closed = false;
        conversation.claimed
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

    /// A conversation in which something was said and acknowledged and no agent is, for one who chose this number.
    pub fn claim(&self, choice: u64) -> Option<(String, ConversationId)> {
        let mut conversations = self.lock();
        let mut free: Vec<_> = conversations
            .iter_mut()
            .filter(|(_, it)| it.attended && !it.claimed && !it.closed && it.is_acknowledged())
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
        if let Some(conversation) = self.lock().get_mut(thread)
            && let Some(last) = conversation.asked.last_mut()
        {
            last.acknowledged = true;
            conversation.closed |= last.act == Act::Close;
        }
        self.inner.changed.notify_waiters();
    }

    /// Messages that were acknowledged in the conversations under way.
    pub fn count(&self) -> usize {
        self.lock().values().map(|conversation| conversation.acknowledged_after.len()).sum()
    }

    /// Somebody tries to bring a message, whatever comes of it.
    pub fn tried(&self, thread: &str, sequence: u64) {
        if let Some(conversation) = self.lock().get_mut(thread) {
            *conversation.tries.entry(sequence).or_default() += 1;
        }
    }

    pub fn heard(&self, thread: &str, heard: Heard) {
        let (kills, amid) = (self.kills(), self.gone_wrong());
        match self.lock().get_mut(thread) {
            Some(conversation) => {
                let tries = conversation.tries.get(&heard.sequence);
                conversation.heard_amid.push((amid, tries.is_some_and(|tries| *tries > 1)));
                conversation.heard.push(heard);
                conversation.heard_after.push(kills);
            }
            None if self.remembered().knows(thread) => {}
            None => self.strays().extend(self.astray(thread, &heard)),
        }
        self.inner.changed.notify_waiters();
    }

    /// What is wrong with something that was heard in a conversation whose ledgers are closed.
    fn astray(&self, thread: &str, Heard { sequence, text, uncertain }: &Heard) -> Option<String> {
        let is_known = self.closed().get(thread).is_some_and(|heard| heard.get(sequence) == Some(text));
        let what = match (is_known, uncertain) {
            (true, true) => return None,
            (true, false) => "again without a mark",
            (false, _) => "and not before",
        };
        Some(format!("{thread}: {sequence} {text:?}, {what}"))
    }

    /// Returns once [`Self::has_heard`].
    pub async fn until_heard(&self, thread: &str, text: &str) {
        loop {
            let changed = self.inner.changed.notified();
            if self.has_heard(thread, text) {
                return;
            }
            changed.await;
        }
    }

    /// Whether `text` was heard, or will never be, for the conversation or its ledgers are closed.
    pub fn has_heard(&self, thread: &str, text: &str) -> bool {
        let conversations = self.lock();
        let conversation = conversations.get(thread);
        conversation.is_none_or(|it| it.closed || it.heard.iter().any(|heard| heard.text == text))
    }

    /// The service heard a call.
    pub fn called(&self, key: &str, text: &str) {
        self.calls().add(key, text);
    }

    /// All that it heard.
    pub fn calls(&self) -> MutexGuard<'_, Called> {
        self.inner.called.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What those said who want to be forgotten.
    pub fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.inner.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn killed(&self) {
        self.inner.kills.fetch_add(1, Ordering::AcqRel);
        self.went_wrong();
    }

    /// What is on its way may have come, or may come again.
    pub fn went_wrong(&self) {
        self.went_wrong_at(now());
    }

    pub(crate) fn went_wrong_at(&self, at: Timestamp) {
        self.inner.gone_wrong.fetch_add(1, Ordering::AcqRel);
        self.known().wrong.push(at);
    }

    /// A studio is ready, or all its connections are there: what failed for want of them fails no more.
    pub fn came_back(&self) {
        self.came_back_at(now());
    }

    pub(crate) fn came_back_at(&self, at: Timestamp) {
        self.known().back.push(at);
    }

    /// Whether something went wrong between these moments, or was over.
    pub fn was_in_doubt_between(&self, from: Timestamp, to: Timestamp) -> bool {
        let was_between = |moments: &[Timestamp]| moments.iter().any(|at| (from..=to).contains(at));
        let known = self.known();
        was_between(&known.wrong) || was_between(&known.back)
    }

    /// A studio is told to stop.
    pub fn stops(&self) {
        self.known().wrong.push(now());
    }

    /// When it was up so far.
    pub fn uptime(&self) -> Uptime {
        self.known().clone()
    }

    fn gone_wrong(&self) -> usize {
        self.inner.gone_wrong.load(Ordering::Acquire)
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

    /// Closes a conversation's ledgers: nothing may come any more, but what came before, with a mark.
    pub fn close(&self, thread: &str) {
        let Some(closed) = self.lock().remove(thread) else { return };
        let heard = closed.heard.into_iter().map(|heard| (heard.sequence, heard.text)).collect();
        self.closed().insert(thread.to_owned(), heard);
    }

    pub fn take_strays(&self) -> Vec<String> {
        std::mem::take(&mut self.strays())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Conversation>> {
        self.inner.conversations.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn closed(&self) -> MutexGuard<'_, BTreeMap<String, BTreeMap<u64, String>>> {
        self.inner.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn strays(&self) -> MutexGuard<'_, Vec<String>> {
        self.inner.strays.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> MutexGuard<'_, Uptime> {
        self.inner.uptime.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[expect(clippy::disallowed_methods, reason = "a campaign has no clock but the machine's")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use studio_core::invariants::{Violation, marked};

    use super::*;
    use crate::home::HTTP;

    fn heard(sequence: u64, text: &str, uncertain: bool) -> Heard {
        Heard { sequence, text: text.to_owned(), uncertain }
    }

    fn kept() -> Vec<Kept> {
        let message = |sequence, id: Option<&str>, text: &str| Kept {
            sequence,
            id: id.map(|id| format!("t:{id}")),
            text: text.to_owned(),
        };
        vec![message(1, Some("m1"), "say 1"), message(2, None, "1 say 1"), message(3, None, "more")]
    }

    /// What is wrong with the marks of somebody who says one thing, when `meanwhile` happens.
    fn mismarked(meanwhile: impl Fn(&Ledger)) -> Vec<Violation> {
        let ledger = Ledger::default();
        ledger.open(HTTP, "t");
        ledger.killed();
        ledger.sent("t", "m1", ("say 1", "say 1"));
        meanwhile(&ledger);
        let conversation = ledger.conversation("t").expect("it is open");
        marked(&conversation.heard, &conversation.explained(&kept()))
    }

    #[test]
    fn a_mark_needs_a_kill_or_a_try_since_its_message_was_sent() {
        let bring = |ledger: &Ledger, uncertain: bool| {
            ledger.tried("t", 2);
            ledger.heard("t", heard(2, "1 say 1", uncertain));
        };
        let found = mismarked(|ledger| bring(ledger, true));
        assert_eq!(found, [Violation::Mismarked { sequence: 2 }]);
        assert_eq!(mismarked(|ledger| bring(ledger, false)), []);
        let killed = |ledger: &Ledger| {
            ledger.killed();
            bring(ledger, true);
        };
        assert_eq!(mismarked(killed), []);
        let refused = |ledger: &Ledger| {
            ledger.tried("t", 2);
            bring(ledger, true);
        };
        assert_eq!(mismarked(refused), []);
    }

    #[test]
    fn what_went_wrong_is_known_by_its_time() {
        let ledger = Ledger::default();
        let second = |second| Timestamp::from_second(second).expect("a time");
        ledger.went_wrong_at(second(100));
        let check = |from, to, expected: bool| {
            assert_eq!(ledger.was_in_doubt_between(second(from), second(to)), expected, "{from} to {to}");
        };
        check(90, 110, true);
        check(100, 100, true);
        check(90, 99, false);
        check(101, 110, false);
        ledger.came_back_at(second(105));
        check(101, 110, true);
    }

    #[test]
    fn a_closed_conversation_hears_nothing_but_what_it_heard_before() {
        let check = |sequence: u64, text: &str, uncertain: bool, expected: usize| {
            let ledger = Ledger::default();
            ledger.open(HTTP, "t");
            ledger.heard("t", heard(2, "1 say 1", false));
            ledger.close("t");
            ledger.heard("t", heard(sequence, text, uncertain));
            assert_eq!(ledger.take_strays().len(), expected, "{sequence} {text} {uncertain}");
        };
        check(2, "1 say 1", true, 0);
        check(2, "1 say 1", false, 1);
        check(2, "1 say 7", true, 1);
        check(3, "2 say 2", true, 1);
    }
}

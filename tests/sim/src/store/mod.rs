//! What is remembered? Tables in memory whose transactions are atomic; a crash keeps exactly what was committed.
//!
//! The transactions are those of `studio-store`, each a function here. What may go wrong with one, that it is refused
//! or that its answer is lost, is decided by who asks for it (`studio::transact`).

mod rows;

use std::collections::BTreeMap;

use jiff::Timestamp;
use studio_core::{
    content::Content,
    dialogue::{Body, CallOutcome, Event, TimerKind},
    id::EventKey,
    invariants::{Standing, Violation, turned, versioned},
};

pub use self::rows::{
    Accepted, Arrival, Conversation, ERASED, Erasure, InboxKey, InboxRow, OutboxKey, OutboxRow, Outcome,
    Payload, Prepared, is_personal, redacted,
};
use crate::sabotage::Sabotage;

/// When a timer is due, whose it is, and its number there.
pub type TimerKey = (Timestamp, usize, u64);

/// All tables, and what a commit found wrong with what it wrote.
#[derive(Debug, Default)]
pub struct Store {
    pub receipts: BTreeMap<EventKey, u64>,
    pub inbox: BTreeMap<InboxKey, InboxRow>,
    pub conversations: BTreeMap<usize, Conversation>,
    pub outbox: BTreeMap<OutboxKey, OutboxRow>,
    pub timers: BTreeMap<TimerKey, TimerKind>,
    /// By the wish.
    pub erasures: BTreeMap<InboxKey, Erasure>,
    /// Events that were said before a wish and have no turn any more. No table: for who checks.
    pub dropped: Vec<(usize, EventKey)>,
    pub broken: Vec<(usize, Violation)>,
    pub sabotage: Option<Sabotage>,
    arrivals: u64,
    /// Of the message that came last; only where words are sabotaged.
    last_words: Option<Content>,
}

impl Store {
    pub fn new(sabotage: Option<Sabotage>) -> Self {
        Self { sabotage, ..Self::default() }
    }

    /// Stores events with their receipts; what has a receipt already is a repeat.
    pub fn accept(&mut self, arrivals: Vec<Arrival>, now: Timestamp) -> Vec<Accepted> {
        arrivals
            .into_iter()
            .map(|arrival| {
                let forgets = self.sabotage == Some(Sabotage::ForgetReceipt);
                if self.receipts.contains_key(&arrival.key) && !forgets {
                    return Accepted::Repeat;
                }
                Accepted::New(Box::new(self.arrive(arrival, now)))
            })
            .collect()
    }

    fn arrive(&mut self, arrival: Arrival, now: Timestamp) -> InboxRow {
        self.arrivals += 1;
        let Arrival { conversation, key, body } = arrival;
        self.receipts.insert(key.clone(), self.arrivals);
        let body = if self.sabotage == Some(Sabotage::MixWords) { self.mixed(body) } else { body };
        let event = Event::new(key.clone(), now, body);
        let row = InboxRow { key: InboxKey { arrived: self.arrivals, event: key }, conversation, event };
        self.inbox.insert(row.key.clone(), row.clone());
        row
    }

    /// Only where words are sabotaged: a message with those of the one that came before it.
    fn mixed(&mut self, body: Body) -> Body {
        match body {
            Body::Message { content, understanding, language } => {
                let content = self.last_words.replace(content.clone()).unwrap_or(content);
                Body::Message { content, understanding, language }
            }
            other => other,
        }
    }

    /// Turns up to `most` timers that are due into inbox rows, in one transaction with their removal.
    pub fn fire_due(&mut self, now: Timestamp, most: usize) -> Vec<InboxRow> {
        let due: Vec<_> = self.timers.range(..=(now, usize::MAX, u64::MAX)).take(most).collect();
        let due: Vec<_> = due.into_iter().map(|(key, kind)| (*key, *kind)).collect();
        due.into_iter()
            .map(|(key, kind)| {
                self.timers.remove(&key);
                let (at, conversation, timer) = key;
                let native = format!("{conversation}.{timer}.{at}");
                let key = EventKey { source: "timer".to_owned(), native };
                self.arrive(Arrival { conversation, key, body: Body::Timer { timer, kind } }, now)
            })
            .collect()
    }

    pub fn next_timer_due(&self) -> Option<Timestamp> {
        self.timers.keys().next().map(|(at, _, _)| *at)
    }

    /// Commits turns of different conversations. What is at fault is left out, and told.
    pub fn commit(&mut self, turns: &[Prepared]) -> Vec<Outcome> {
        turns.iter().map(|turn| self.commit_one(turn)).collect()
    }

    fn commit_one(&mut self, prepared: &Prepared) -> Outcome {
        let Prepared { row, expected_version, turn, outbox, done } = prepared;
        let head = self.conversations.entry(row.conversation).or_default();
        if head.done.contains(&row.key) || !self.inbox.contains_key(&row.key) {
            let outbox = self.outbox_of(&row.key);
            return Outcome::AlreadyDone { outbox };
        }
        if head.version != *expected_version && self.sabotage != Some(Sabotage::ForgetVersion) {
            return Outcome::Outdated;
        }
        let found =
            [versioned(head.version, expected_version + 1), turned(&head.state, &turn.state, &turn.entries)];
        self.broken.extend(found.concat().into_iter().map(|violation| (row.conversation, violation)));
        head.version = expected_version + 1;
        head.state = turn.state.clone();
        head.done = done.iter().cloned().collect();
        if self.sabotage != Some(Sabotage::ForgetDone) {
            head.done.insert(row.key.clone());
        }
        head.journal.extend(turn.entries.iter().cloned());
        head.turns.push(row.event.clone());
        if let Some(before) = turn.erases_before {
            let erasure = Erasure { conversation: row.conversation, before };
            self.erasures.insert(row.key.clone(), erasure);
        }
        for (timer, at) in &turn.unremind {
            self.timers.remove(&(*at, row.conversation, timer.timer));
        }
        for (timer, at) in &turn.remind {
            self.timers.insert((*at, row.conversation, timer.timer), timer.kind);
        }
        if self.sabotage != Some(Sabotage::SplitCommit) {
            self.write_outbox(outbox);
        }
        Outcome::Committed
    }

    /// Part of [`Self::commit`]; a transaction of its own only where that is sabotaged.
    pub fn write_outbox(&mut self, rows: &[OutboxRow]) {
        self.outbox.extend(rows.iter().map(|row| (row.key.clone(), row.clone())));
    }

    /// What a committed turn wrote that has not left; it may be on its way.
    fn outbox_of(&self, turn: &InboxKey) -> Vec<OutboxRow> {
        let rows = self.outbox.values().filter(|row| row.key.inbox == *turn);
        rows.map(|row| OutboxRow { uncertain: true, ..row.clone() }).collect()
    }

    /// Does what turns have promised: nothing of what was said before stands in a table any more. One transaction here, and it may be
    /// repeated.
    pub fn erase(&mut self) {
        for (wish, Erasure { conversation, before }) in std::mem::take(&mut self.erasures) {
            if let Some(head) = self.conversations.get_mut(&conversation) {
                for entry in head.journal.iter_mut().filter(|entry| entry.sequence < before) {
                    *entry = redacted(entry);
                }
            }
            self.outbox.retain(|key, row| {
                let is_earlier = key.inbox.arrived < wish.arrived && row.sequence < before;
                row.conversation != conversation || !is_earlier
            });
            let waiting = self.waiting(conversation).filter(|row| row.key.arrived < wish.arrived);
            let gone: Vec<InboxKey> =
                waiting.filter(|row| is_personal(&row.event)).map(|row| row.key.clone()).collect();
            for key in gone {
                self.inbox.remove(&key);
                self.dropped.push((conversation, key.event));
            }
        }
    }

    /// Deletes the inbox rows of turns that are done, and what has left.
    pub fn sweep(&mut self, done: &[InboxKey], delivered: &[OutboxKey]) {
        for key in done {
            self.inbox.remove(key);
        }
        for key in delivered {
            self.outbox.remove(key);
        }
    }

    /// Only where acknowledgements are sabotaged: the event that came last and waits was not on the disk yet.
    pub fn lose_last(&mut self) {
        let waiting = (0..=self.conversations.len()).flat_map(|conversation| self.waiting(conversation));
        if let Some(last) = waiting.map(|row| row.key.clone()).max() {
            self.inbox.remove(&last);
            self.receipts.remove(&last.event);
        }
    }

    /// Deletes the inbox rows of turns that the process before committed.
    pub fn finish_sweeping(&mut self) {
        let conversations = &self.conversations;
        self.inbox.retain(|key, row| {
            conversations.get(&row.conversation).is_none_or(|conversation| !conversation.done.contains(key))
        });
    }

    /// This failed and is to be tried again. Nothing happens if it is no longer there.
    pub fn deliver_later(&mut self, key: &OutboxKey, attempts: u32, next_at: Timestamp) {
        if let Some(row) = self.outbox.get_mut(key) {
            (row.attempts, row.next_at) = (attempts, next_at);
        }
    }

    /// The waiting events in the order of their arrival, after a place in it.
    pub fn pending_inbox(&self, after: Option<&InboxKey>, most: usize) -> Vec<InboxRow> {
        let rows = self.inbox.values().filter(|row| after.is_none_or(|after| row.key > *after));
        rows.take(most).cloned().collect()
    }

    /// What has not left, after a place in its order; each may have left all the same.
    pub fn pending_outbox(&self, after: Option<&OutboxKey>, most: usize) -> Vec<OutboxRow> {
        let rows = self.outbox.values().filter(|row| after.is_none_or(|after| row.key > *after));
        let uncertain = self.sabotage != Some(Sabotage::ForgetMark);
        rows.take(most).map(|row| OutboxRow { uncertain, ..row.clone() }).collect()
    }

    /// The events of a conversation that have not had their turn.
    pub fn waiting(&self, conversation: usize) -> impl Iterator<Item = &InboxRow> {
        let done = self.conversations.get(&conversation).map(|head| &head.done);
        self.inbox.values().filter(move |row| {
            row.conversation == conversation && done.is_none_or(|done| !done.contains(&row.key))
        })
    }

    /// What will make a conversation go on.
    pub fn standing(&self, conversation: usize) -> Standing {
        let mut standing = Standing::default();
        for row in self.outbox.values().filter(|row| row.conversation == conversation) {
            match &row.payload {
                Payload::Call(call) => _ = standing.calls.insert(call.call),
                Payload::Message(_) => {}
            }
        }
        for row in self.waiting(conversation) {
            match &row.event.body {
                Body::Answer { call, outcome: CallOutcome::Answered(_) | CallOutcome::Failed(_) } => {
                    standing.answers.insert(*call);
                }
                Body::Timer { timer, .. } => _ = standing.due.insert(*timer),
                Body::Opened { .. }
                | Body::Introduced { .. }
                | Body::Message { .. }
                | Body::Press { .. }
                | Body::Submitted { .. }
                | Body::Edited { .. }
                | Body::Deleted { .. }
                | Body::More { .. }
                | Body::Wished { .. }
                | Body::Custom { .. }
                | Body::Found { .. }
                | Body::Act { .. }
                | Body::Forget => {}
            }
        }
        let timers = self.timers.iter().filter(|((_, of, _), _)| *of == conversation);
        standing.timers = timers.map(|((at, _, timer), kind)| (*timer, (*kind, *at))).collect();
        standing
    }
}

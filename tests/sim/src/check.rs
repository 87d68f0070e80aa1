//! Is everything as promised? What must hold after every step, and what once nothing is under way any more.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use studio_core::{
    dialogue::{Entry, State},
    id::EventKey,
    invariants::{
        Heard, Kept, Ledgers, Sent, Violation, answered, awaited, calls, heard, hearing, numbered, ordered,
        received, unheard,
    },
};

use crate::{
    bot::BOT,
    store::{Conversation, ERASED, Payload, TimerKey, redacted},
    studio::think::turn,
    world::World,
};

/// A timer may fire so late where nothing goes wrong: a commit is noticed within a second, and so is a clock that jumps.
const LATE: SignedDuration = SignedDuration::from_secs(3);

/// What was broken in which conversation.
pub type Broken = Vec<(usize, Violation)>;

/// What is known of events beside what the store says.
#[derive(Debug)]
pub struct Books {
    /// Every event of a conversation that anybody made, whatever became of it.
    events: Vec<Vec<Sent>>,
    /// Conversations to look at after this step.
    touched: BTreeSet<usize>,
    /// By conversation and number: the process that knew at once that it had committed this message.
    said_in: BTreeMap<(usize, u64), u32>,
    /// How often a message was sent to its address.
    tries: BTreeMap<(usize, u64), usize>,
    /// Timers that are set, and since when.
    timers: BTreeMap<TimerKey, Timestamp>,
}

impl Books {
    pub fn new(conversations: usize) -> Self {
        Self {
            events: vec![Vec::new(); conversations],
            touched: BTreeSet::new(),
            said_in: BTreeMap::new(),
            tries: BTreeMap::new(),
            timers: BTreeMap::new(),
        }
    }

    pub fn touch(&mut self, conversation: usize) {
        self.touched.insert(conversation);
    }

    pub fn touch_all(&mut self) {
        self.touched.extend(0..self.events.len());
    }

    /// An event was made. Not all of them have words: those of the visitor's messages are compared at the end.
    pub fn sent(&mut self, conversation: usize, key: &EventKey) {
        let id = key.to_string();
        let events = &mut self.events[conversation];
        if events.iter().all(|event| event.id != id) {
            events.push(Sent { id, text: String::new(), acknowledged: false });
        }
    }

    /// The process of this number has committed a message, and knows it.
    pub fn said(&mut self, conversation: usize, sequence: u64, run: u32) {
        self.said_in.insert((conversation, sequence), run);
    }

    /// A message is sent to its address, whether it arrives or not.
    pub fn tried(&mut self, conversation: usize, sequence: u64) {
        *self.tries.entry((conversation, sequence)).or_default() += 1;
    }

    /// Whether a message that the process `run` has sent may have come before: it was sent before, or said by an earlier process, or nobody
    /// learnt at once that it was said.
    pub fn may_have_come(&self, conversation: usize, sequence: u64, run: u32) -> bool {
        let message = (conversation, sequence);
        self.said_in.get(&message) != Some(&run) || self.tries.get(&message).is_some_and(|tries| *tries > 1)
    }

    /// Who made the event knows that it is kept.
    pub fn acknowledged(&mut self, conversation: usize, key: &EventKey) {
        let id = key.to_string();
        for event in self.events[conversation].iter_mut().filter(|event| event.id == id) {
            event.acknowledged = true;
        }
        self.touch(conversation);
    }
}

impl World {
    /// What must hold at every moment, of the conversations that the last step touched.
    pub fn check_step(&mut self) -> Broken {
        let mut broken = std::mem::take(&mut self.store.broken);
        let touched = std::mem::take(&mut self.books.touched);
        let timers: Vec<_> = self.store.timers.keys().copied().collect();
        for (at, conversation, timer) in timers {
            // Once a timer is set, its event is owed.
            let key = EventKey { source: "timer".to_owned(), native: format!("{conversation}.{timer}.{at}") };
            self.books.sent(conversation, &key);
            self.books.timers.entry((at, conversation, timer)).or_insert(self.now);
        }
        broken.extend(self.overslept());
        for conversation in touched {
            let Some(head) = self.store.conversations.get(&conversation) else { continue };
            let found = self.now_of(conversation, head);
            broken.extend(found.into_iter().map(|violation| (conversation, violation)));
        }
        broken
    }

    /// Timers that were due for long when they fired, or are so still, by the studio's clock behind its jump: nothing else goes wrong any more by
    /// then. One that was set when it was due already is due from then on.
    fn overslept(&mut self) -> Broken {
        let (now, jump, standing) = (self.now, self.faults.jump, &self.store.timers);
        let mut overslept = Vec::new();
        self.books.timers.retain(|key, since| {
            let (at, conversation, timer) = *key;
            let due = jump.map(|jump| jump.reached(at).max(jump.at).max(*since));
            if due.is_some_and(|due| now.duration_since(due) > LATE) {
                overslept.push((conversation, Violation::Overslept { timer }));
            }
            standing.contains_key(key)
        });
        overslept
    }

    fn now_of(&self, conversation: usize, head: &Conversation) -> Vec<Violation> {
        let visitor = &self.visitors[conversation];
        let kept = messages(head);
        // What was said and still stands in the outbox will be heard.
        let leaving = |sequence: u64| {
            let rows = self.store.outbox.values().filter(|row| row.conversation == conversation);
            rows.filter(|row| matches!(row.payload, Payload::Message(_))).any(|row| row.sequence == sequence)
        };
        let (since, listened) = since_the_wish(head, &kept, &visitor.heard);
        let gone: Vec<_> = since.iter().filter(|kept| !leaving(kept.sequence)).cloned().collect();
        let lost = if visitor.pushed { unheard(&gone, &listened) } else { Vec::new() };
        let stuck = head.version > 0 && head.state.next_step(&BOT).is_none();
        [
            received(&self.still_owed(conversation), &self.events(conversation, head)),
            ordered(&visitor.sent, &kept),
            self.acts_ordered(conversation, head),
            hearing(&since, &listened),
            lost,
            awaited(&head.state, &self.store.standing(conversation)),
            if stuck { vec![Violation::Stranded { what: "something".to_owned() }] } else { Vec::new() },
        ]
        .concat()
    }

    /// Events without those that were dropped by a wish to be forgotten.
    fn still_owed(&self, conversation: usize) -> Vec<Sent> {
        let dropped: BTreeSet<String> = self.dropped(conversation).map(ToString::to_string).collect();
        let events = self.books.events[conversation].iter();
        events.filter(|event| !dropped.contains(&event.id)).cloned().collect()
    }

    fn dropped(&self, conversation: usize) -> impl Iterator<Item = &EventKey> {
        self.store.dropped.iter().filter(move |(of, _)| *of == conversation).map(|(_, key)| key)
    }

    /// What each member did has its turn in the order in which it was done: the next is asked for when the one before is stored.
    fn acts_ordered(&self, conversation: usize, head: &Conversation) -> Vec<Violation> {
        let turns = self.events(conversation, head);
        let events = &self.books.events[conversation];
        let of_agent = |agent: usize| {
            let begin = format!("act/{conversation}:a{agent}:");
            let acts: Vec<_> = events.iter().filter(|event| event.id.starts_with(&begin)).cloned().collect();
            ordered(&acts, &turns)
        };
        (0..self.agents.len()).flat_map(of_agent).collect()
    }

    /// The events that had their turn, and those that will have it.
    fn events(&self, conversation: usize, head: &Conversation) -> Vec<Kept> {
        let turns = head.turns.iter().map(|event| event.key.to_string());
        let waiting = self.store.waiting(conversation).map(|row| row.key.event.to_string());
        let ids = (1..).zip(turns.chain(waiting));
        ids.map(|(sequence, id)| Kept { sequence, id: Some(id), text: String::new() }).collect()
    }

    /// What must hold once nothing is under way any more.
    pub fn check_end(&self) -> Broken {
        let mut broken = Vec::new();
        let nobody = Conversation::default();
        for conversation in 0..self.visitors.len() {
            let head = self.store.conversations.get(&conversation).unwrap_or(&nobody);
            let found = self.end_of(conversation, head);
            broken.extend(found.into_iter().map(|violation| (conversation, violation)));
        }
        broken
    }

    fn end_of(&self, conversation: usize, head: &Conversation) -> Vec<Violation> {
        let visitor = &self.visitors[conversation];
        let dropped: BTreeSet<&str> = self.dropped(conversation).map(|key| key.native.as_str()).collect();
        let sent = visitor.sent.iter().filter(|sent| !dropped.contains(sent.id.as_str()));
        let (kept, heard_all) = (messages(head), &visitor.heard);
        let (since, listened) = since_the_wish(head, &kept, heard_all);
        let sent = sent.map(|sent| forgotten_or_said(sent, &kept, head.state.erased)).collect();
        let ledgers = Ledgers { sent, kept, heard: heard_all.clone() };
        let journal_since: Vec<Entry> =
            head.journal.iter().filter(|entry| entry.sequence > head.state.erased).cloned().collect();
        // What was put off is done behind the next commit, whosever that is, or at the next start.
        let unforgotten = if self.studio.erasure_put_off { Vec::new() } else { unforgotten(head) };
        let stranded = |what: String| Violation::Stranded { what };
        let waiting = self.store.waiting(conversation);
        let turnless = waiting.map(|row| stranded(format!("the turn of {}", row.key.event))).collect();
        let leaving = self.store.outbox.values().filter(|row| row.conversation == conversation);
        let unsent = leaving.map(|row| stranded(format!("the leaving of row {}", row.sequence))).collect();
        [
            received(&ledgers.sent, &ledgers.kept),
            ordered(&ledgers.sent, &ledgers.kept),
            heard(&since, &listened),
            unforgotten,
            ledgers.unacknowledged(),
            numbered(0, &head.journal),
            calls(&journal_since),
            replayed(head, visitor.channel()),
            turnless,
            unsent,
        ]
        .concat()
    }
}

/// What visitors, bot and members said.
pub fn messages(head: &Conversation) -> Vec<Kept> {
    head.journal.iter().filter_map(Kept::of).collect()
}

/// What is kept and was heard behind the last wish to be forgotten: before it the words are not to be known any more.
fn since_the_wish(head: &Conversation, kept: &[Kept], listened: &[Heard]) -> (Vec<Kept>, Vec<Heard>) {
    let erased = head.state.erased;
    (
        kept.iter().filter(|it| it.sequence > erased).cloned().collect(),
        listened.iter().filter(|it| it.sequence > erased).cloned().collect(),
    )
}

/// What was sent, in the words in which it is kept where it was said before a wish to be forgotten: what is left of those
/// [`unforgotten`] looks at.
fn forgotten_or_said(sent: &Sent, kept: &[Kept], erased: u64) -> Sent {
    let is_it = |kept: &&Kept| kept.sequence <= erased && kept.id.as_deref() == Some(sent.id.as_str());
    let text = kept.iter().find(is_it).map_or(&sent.text, |kept| &kept.text).clone();
    Sent { text, ..sent.clone() }
}

/// Words that were said before a wish to be forgotten, and are still there.
fn unforgotten(head: &Conversation) -> Vec<Violation> {
    let kept = messages(head).into_iter().filter(|kept| kept.sequence < head.state.erased);
    let left = kept.filter(|kept| kept.text != ERASED);
    left.map(|kept| Violation::Unforgotten { sequence: kept.sequence }).collect()
}

/// The same events lead to the same journal and the same state: no turn was computed from anything else. Words that are to be forgotten
/// are left out.
fn replayed(head: &Conversation, channel: &str) -> Vec<Violation> {
    let mut state = State::default();
    let mut entries = Vec::new();
    for event in &head.turns {
        let turn = turn(state, event, channel);
        state = turn.state;
        entries.extend(turn.entries);
    }
    let blank =
        |entry: &Entry| if entry.sequence < head.state.erased { redacted(entry) } else { entry.clone() };
    let entries: Vec<Entry> = entries.iter().map(blank).collect();
    let journal: Vec<Entry> = head.journal.iter().map(blank).collect();
    let said = entries.iter().filter_map(Kept::of).filter(|kept| kept.id.is_none()).map(|kept| kept.text);
    let kept: Vec<Kept> = journal.iter().filter_map(Kept::of).collect();
    let mut violations = answered(&said.collect::<Vec<_>>(), &kept);
    if violations.is_empty() && (state != head.state || entries != journal) {
        violations.push(Violation::Misreplayed);
    }
    violations
}

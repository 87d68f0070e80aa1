//! What stands in the tables?

use std::collections::BTreeSet;

use jiff::Timestamp;
use studio_core::{
    content::Content,
    dialogue::{Body, CallRequest, Entry, Event, Happening, State},
    id::EventKey,
};

use crate::studio::think::Turn;

/// The place of an event in the inbox: the order of arrival first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InboxKey {
    pub arrived: u64,
    pub event: EventKey,
}

/// An event on its way in.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub conversation: usize,
    pub key: EventKey,
    pub body: Body,
}

/// An event that waits for its turn.
#[derive(Clone, Debug)]
pub struct InboxRow {
    pub key: InboxKey,
    pub conversation: usize,
    pub event: Event,
}

/// The place of a row in the outbox: the event whose turn wrote it, and the how-manieth of its turn it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OutboxKey {
    pub inbox: InboxKey,
    pub index: usize,
}

/// What leaves.
#[derive(Clone, Debug)]
pub enum Payload {
    Message(Content),
    Call(CallRequest),
}

/// Something that must leave.
#[derive(Clone, Debug)]
pub struct OutboxRow {
    pub key: OutboxKey,
    pub conversation: usize,
    /// Number of its journal entry.
    pub sequence: u64,
    pub payload: Payload,
    /// Times it was tried and failed.
    pub attempts: u32,
    /// Not to be tried before.
    pub next_at: Timestamp,
    /// It may have been delivered already.
    pub uncertain: bool,
}

/// One conversation as it is kept.
#[derive(Clone, Debug, Default)]
pub struct Conversation {
    pub version: u64,
    pub state: State,
    /// Events whose turn is committed and whose inbox row may still stand.
    pub done: BTreeSet<InboxKey>,
    pub journal: Vec<Entry>,
    /// The events that had their turn, in order: what a replay needs.
    pub turns: Vec<Event>,
}

/// What a turn has promised to erase.
#[derive(Clone, Debug)]
pub struct Erasure {
    pub conversation: usize,
    /// Entries with smaller numbers.
    pub before: u64,
}

/// What stands in the place of words that were erased.
pub const ERASED: &str = "[erased]";

/// An entry without what visitors, bot and members said and noted; of other entries the words are not modelled.
pub fn redacted(entry: &Entry) -> Entry {
    let content = Content::text(ERASED);
    let what = match entry.what.clone() {
        Happening::Received { id, content: _, understanding } => {
            Happening::Received { id, content, understanding }
        }
        Happening::Pressed { id, .. } => {
            Happening::Pressed { id, value: ERASED.to_owned(), title: ERASED.to_owned() }
        }
        Happening::Said { by, content: _, why, template } => Happening::Said { by, content, why, template },
        Happening::Noted { by, name, text: _ } => Happening::Noted { by, name, text: ERASED.to_owned() },
        other => other,
    };
    Entry { what, ..entry.clone() }
}

/// Whether an event that waits says what somebody said.
pub fn is_personal(event: &Event) -> bool {
    !matches!(event.body, Body::Deleted { .. } | Body::Wished { .. } | Body::Timer { .. } | Body::Forget)
}

/// A turn to commit.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub row: InboxRow,
    /// Version of the conversation that the turn was computed from; 0 for a new one.
    pub expected_version: u64,
    pub turn: Turn,
    /// What leaves because of it.
    pub outbox: Vec<OutboxRow>,
    /// Other events of the conversation that are done and not swept, as far as the process knows.
    pub done: Vec<InboxKey>,
}

/// What became of an arrival. Both mean that it is stored.
#[derive(Clone, Debug)]
pub enum Accepted {
    New(Box<InboxRow>),
    Repeat,
}

/// What became of a turn.
#[derive(Clone, Debug)]
pub enum Outcome {
    Committed,
    /// It was committed before; these have not left, unless they are on their way.
    AlreadyDone {
        outbox: Vec<OutboxRow>,
    },
    /// It was computed from a state that is not the last any more.
    Outdated,
}

//! What must still leave?
//!
//! A row's id derives from the inbox row whose turn wrote it, so a repeated turn cannot double it.
//! It is deleted once delivered; one that cannot be delivered moves to the dead letters (`dead`).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use studio_core::{
    content::Content,
    dialogue::CallRequest,
    id::{ConversationId, OrganisationId},
    policy::delivery::{Otherwise, is_uncertain},
};
use surrealdb::types::{Object, RecordId, RecordIdKey, SurrealValue, Value, object};

use crate::{
    Store, departures,
    error::StoreError,
    json,
    keys::{InboxKey, parse, record},
    transact::Probe,
};

/// The place of a row: the event that caused it, and the how-manieth of its turn it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutboxKey {
    pub inbox: InboxKey,
    pub index: u32,
}

/// What leaves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payload {
    /// To the visitor.
    Message(Content),
    /// Changes a message that was said under the number `of`; without content it is taken back.
    Correction { of: u64, content: Option<Content> },
    /// To a remote service; its answer comes back by the inbox.
    Call(CallRequest),
}

/// Something that must leave.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxRow {
    pub key: OutboxKey,
    pub conversation: ConversationId,
    pub connection: String,
    pub channel: String,
    pub thread: String,
    /// Number of its journal entry; orders the messages of a conversation.
    pub sequence: u64,
    /// The owner's epoch under which it was said.
    pub lease: u64,
    pub payload: Payload,
    /// Times it was tried and failed.
    pub attempts: u32,
    /// Not to be tried before.
    pub next_at: Timestamp,
    /// Why it failed last.
    pub error: Option<String>,
    /// The platform's own ids of those parts that have left already.
    pub parts: Vec<String>,
    /// It may have been delivered already: the process that was sending it ended.
    pub uncertain: bool,
    /// It was refused after it had been taken, or given up and replayed: what was said behind it may have left long ago.
    pub again: bool,
    /// The parts that leave in another form than at first.
    pub otherwise: Vec<Otherwise>,
}

/// A page of what must still leave.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxPage {
    pub rows: Vec<OutboxRow>,
    /// Where to go on; `None` at the end. A page may be empty and not the last one.
    pub next: Option<OutboxKey>,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
pub(crate) struct Row {
    id: RecordId,
    conversation: String,
    connection: String,
    channel: String,
    thread: String,
    sequence: u64,
    lease: u64,
    payload: String,
    pub(crate) attempts: u32,
    next_at: String,
    error: Option<String>,
    /// Rows of earlier versions have none.
    parts: Option<Vec<String>>,
    /// Only of rows of which it is so.
    again: Option<bool>,
    /// JSON; only of rows that have some.
    otherwise: Option<String>,
}

impl OutboxKey {
    pub(crate) fn record(&self) -> RecordId {
        let mut key = self.inbox.key();
        key.push(self.index.into_value());
        record("outbox", key)
    }

    pub(crate) fn read(id: &RecordId) -> Result<Self, StoreError> {
        let inbox = InboxKey::read("outbox", id)?;
        let index = match &id.key {
            RecordIdKey::Array(parts) => parts.get(4).cloned().unwrap_or(Value::None),
            _ => Value::None,
        };
        let index = u32::from_value(index)
            .map_err(|error| StoreError::Corrupt { table: "outbox", what: error.to_string() })?;
        Ok(Self { inbox, index })
    }

    pub(crate) fn of(&self, organisation: OrganisationId) -> RecordId {
        Self { inbox: InboxKey { organisation, ..self.inbox.clone() }, index: self.index }.record()
    }
}

impl OutboxRow {
    /// Whether the other end may have it already: a process ended while it may have been sending it, or a try failed.
    pub fn is_uncertain(&self) -> bool {
        is_uncertain(self.attempts, self.uncertain)
    }

    /// The same once it is given up, where its last try was refused: that one has not arrived.
    pub fn may_have_left(&self) -> bool {
        is_uncertain(self.attempts.saturating_sub(1), self.uncertain)
    }

    pub(crate) fn row(&self) -> Result<Value, StoreError> {
        Ok(object! {
            id: self.key.record(),
            conversation: self.conversation.to_string(),
            connection: self.connection.clone(),
            channel: self.channel.clone(),
            thread: self.thread.clone(),
            sequence: self.sequence,
            lease: self.lease,
            payload: json::write("outbox", &self.payload)?,
            attempts: self.attempts,
            next_at: self.next_at.to_string(),
            error: self.error.clone(),
            parts: self.parts.clone(),
            again: self.again.then_some(true),
            otherwise: departures::forms("outbox", &self.otherwise)?,
        }
        .into_value())
    }
}

impl Row {
    pub(crate) fn read(self, uncertain: bool) -> Result<OutboxRow, StoreError> {
        Ok(OutboxRow {
            key: OutboxKey::read(&self.id)?,
            conversation: parse("outbox", &self.conversation)?,
            connection: self.connection,
            channel: self.channel,
            thread: self.thread,
            sequence: self.sequence,
            lease: self.lease,
            payload: json::read("outbox", &self.payload)?,
            attempts: self.attempts,
            next_at: parse("outbox", &self.next_at)?,
            error: self.error,
            parts: self.parts.unwrap_or_default(),
            uncertain,
            again: self.again.unwrap_or_default(),
            otherwise: departures::forms_of("outbox", self.otherwise.as_deref())?,
        })
    }
}

pub(crate) const PENDING: &str = "SELECT * FROM outbox ORDER BY id LIMIT $limit";
pub(crate) const PENDING_AFTER: &str = "SELECT * FROM type::record(outbox:[$arrived, $organisation, $source, $native, $index]>..) \
    ORDER BY id LIMIT $limit";
pub(crate) const OF_TURN: &str = "SELECT * FROM outbox:[$arrived, $organisation, $source, $native]..\
    [$arrived, $organisation, $source, $native, []] ORDER BY id";

impl Store {
    /// What must still leave, of all organisations, oldest first. Read once at the start of the
    /// process, where every row is uncertain: the process before may have been sending it. `limit` rows are looked at; one
    /// that cannot be read becomes a dead letter, of `now`.
    pub async fn pending_outbox(
        &self,
        after: Option<&OutboxKey>,
        limit: u32,
        now: Timestamp,
    ) -> Result<OutboxPage, StoreError> {
        let (text, mut bind) = match after {
            None => (PENDING, Object::new()),
            Some(key) => (
                PENDING_AFTER,
                object! {
                    arrived: key.inbox.arrived,
                    organisation: key.inbox.organisation.to_string(),
                    source: key.inbox.event.source.clone(),
                    native: key.inbox.event.native.clone(),
                    index: key.index,
                },
            ),
        };
        bind.insert("limit", limit);
        let found = self.each_row::<Object>("outbox", text, bind).await?;
        let next = match found.last() {
            Some((last, _)) if found.len() >= limit as usize => Some(OutboxKey::read(last)?),
            Some(_) | None => None,
        };
        Ok(OutboxPage { rows: self.readable(found, now).await, next })
    }

    /// What is left of an event whose turn is committed, or that was forgotten: rows that have not left, unless they are on their
    /// way. Its own goes with the next sweep where its `mark` says that the turn is committed.
    pub(crate) async fn already_done(
        &self,
        conversation: ConversationId,
        event: InboxKey,
        mark: Option<String>,
        now: Timestamp,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        let outbox = self.outbox_of(&event, now).await?;
        if let Some(mark) = mark {
            self.unswept().add(conversation, event, mark);
        }
        Ok(outbox)
    }

    /// What a committed turn wrote that has not left; it may be on its way. What cannot be read becomes a dead letter, of
    /// `now`.
    async fn outbox_of(&self, turn: &InboxKey, now: Timestamp) -> Result<Vec<OutboxRow>, StoreError> {
        let bind = object! {
            arrived: turn.arrived,
            organisation: turn.organisation.to_string(),
            source: turn.event.source.clone(),
            native: turn.event.native.clone(),
        };
        let found = self.each_row::<Object>("outbox", OF_TURN, bind).await?;
        Ok(self.readable(found, now).await)
    }

    /// This failed and is to be tried again at `next_at`, behind the parts that have left. Nothing happens if it is no
    /// longer there.
    pub async fn deliver_later(
        &self,
        organisation: OrganisationId,
        key: &OutboxKey,
        attempts: u32,
        next_at: Timestamp,
        error: &str,
        parts: &[String],
    ) -> Result<(), StoreError> {
        let bind = object! {
            id: key.of(organisation),
            attempts: attempts,
            next_at: next_at.to_string(),
            error: error.to_owned(),
            parts: parts.to_vec(),
        };
        let update = "UPDATE $id SET attempts = $attempts, next_at = $next_at, error = $error, parts = $parts \
                      RETURN NONE";
        self.transact(&[update], bind, Probe::Repeat).await?;
        Ok(())
    }

    /// Those rows that can be read. Each of the others is told of and becomes a dead letter: it must not keep them from
    /// leaving.
    async fn readable(
        &self,
        found: Vec<(RecordId, Result<Object, StoreError>)>,
        now: Timestamp,
    ) -> Vec<OutboxRow> {
        let mut rows = Vec::with_capacity(found.len());
        for (id, raw) in found {
            let Ok(raw) = raw else { continue };
            let row = Row::from_value(Value::Object(raw.clone()))
                .map_err(|error| StoreError::Corrupt { table: "outbox", what: error.to_string() })
                .and_then(|row| row.read(true));
            match row {
                Ok(row) => rows.push(row),
                Err(error) => {
                    tracing::error!(?id, %error, "store.outbox.unreadable");
                    if let Err(error) = self.bury_unreadable(&id, raw, &error, now).await {
                        tracing::error!(?id, %error, "store.outbox.not_buried");
                    }
                }
            }
        }
        rows
    }
}

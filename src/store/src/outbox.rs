//! What must still leave, and what could not?
//!
//! A row's id derives from the inbox row whose turn wrote it, so a repeated turn cannot double it.
//! It is deleted once delivered; one that cannot be delivered moves to the dead letters.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use studio_core::{
    api::{DeadLetter, Page},
    content::Content,
    dialogue::CallRequest,
    id::{ConversationId, OrganisationId},
};
use surrealdb::types::{Array, Object, RecordId, SurrealValue, Value, array, object};

use crate::{
    Store,
    departures::{self, Departure},
    error::{Failure, StoreError},
    json,
    keys::{InboxKey, Parts, microseconds, parse, record},
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
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    id: RecordId,
    conversation: String,
    connection: String,
    channel: String,
    thread: String,
    sequence: u64,
    lease: u64,
    payload: String,
    attempts: u32,
    next_at: String,
    error: Option<String>,
    /// Rows of earlier versions have none.
    parts: Option<Vec<String>>,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct DeadRow {
    id: RecordId,
    outbox: RecordId,
    conversation: String,
    connection: String,
    attempts: u32,
    error: Option<String>,
    died_at: String,
}

/// What a dead letter keeps of its row.
#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct BuriedRow {
    row: Row,
    uncertain: Option<bool>,
}

impl OutboxKey {
    pub(crate) fn record(&self) -> RecordId {
        let mut key = self.inbox.key();
        key.push(self.index.into_value());
        record("outbox", key)
    }

    pub(crate) fn of(&self, organisation: OrganisationId) -> RecordId {
        Self { inbox: InboxKey { organisation, ..self.inbox.clone() }, index: self.index }.record()
    }
}

impl OutboxRow {
    /// Whether the other end may have it already: a process ended while it may have been sending it, or a try failed.
    pub fn is_uncertain(&self) -> bool {
        self.uncertain || self.attempts > 0
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
        }
        .into_value())
    }
}

impl Row {
    fn read(self, uncertain: bool) -> Result<OutboxRow, StoreError> {
        let inbox = InboxKey::read("outbox", &self.id)?;
        let index = match &self.id.key {
            surrealdb::types::RecordIdKey::Array(parts) => parts.get(4).cloned().unwrap_or(Value::None),
            _ => Value::None,
        };
        let corrupt = |what: String| StoreError::Corrupt { table: "outbox", what };
        Ok(OutboxRow {
            key: OutboxKey {
                inbox,
                index: u32::from_value(index).map_err(|error| corrupt(error.to_string()))?,
            },
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
        })
    }
}

pub(crate) const DEAD_LETTERS: &str = "SELECT id, outbox, conversation, connection, attempts, error, died_at \
                    FROM dead:[$organisation, $cursor]>..[$organisation, []] ORDER BY id LIMIT $limit";

pub(crate) const PENDING: &str = "SELECT * FROM outbox ORDER BY id LIMIT $limit";
pub(crate) const PENDING_AFTER: &str = "SELECT * FROM outbox:[$arrived, $organisation, $source, $native, $index]>.. \
    ORDER BY id LIMIT $limit";
pub(crate) const OF_TURN: &str = "SELECT * FROM outbox:[$arrived, $organisation, $source, $native]..\
    [$arrived, $organisation, $source, $native, []] ORDER BY id";

impl Store {
    /// What must still leave, of all organisations, oldest first. Read once at the start of the
    /// process, where every row is uncertain: the process before may have been sending it.
    pub async fn pending_outbox(
        &self,
        after: Option<&OutboxKey>,
        limit: u32,
    ) -> Result<Vec<OutboxRow>, StoreError> {
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
        let rows: Vec<Row> = self.rows("outbox", text, bind).await?;
        rows.into_iter().map(|row| row.read(true)).collect()
    }

    /// What a committed turn wrote that has not left; it may be on its way.
    pub(crate) async fn outbox_of(&self, turn: &InboxKey) -> Result<Vec<OutboxRow>, StoreError> {
        let bind = object! {
            arrived: turn.arrived,
            organisation: turn.organisation.to_string(),
            source: turn.event.source.clone(),
            native: turn.event.native.clone(),
        };
        let rows: Vec<Row> = self.rows("outbox", OF_TURN, bind).await?;
        rows.into_iter().map(|row| row.read(true)).collect()
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

    /// This cannot be delivered: it becomes a dead letter as it stands here, whose id is returned; `None` if it is no
    /// longer there. `departure` is what is to be known of a message from now on.
    pub async fn bury(
        &self,
        row: &OutboxRow,
        error: &str,
        died_at: Timestamp,
        departure: Option<&Departure>,
    ) -> Result<Option<String>, StoreError> {
        let organisation = row.key.inbox.organisation;
        let outbox = row.key.record();
        let letter = letter_id(&row.key, died_at);
        let dead = record("dead", array![organisation.to_string(), letter.clone()]);
        let buried = object! {
            id: dead.clone(),
            outbox: outbox.clone(),
            row: row.row()?,
            // What was refused has not arrived; what was tried before that may have.
            uncertain: row.uncertain || row.attempts > 1,
            conversation: row.conversation.to_string(),
            connection: row.connection.clone(),
            attempts: row.attempts,
            error: error.to_owned(),
            died_at: died_at.to_string(),
        };
        let mut bind = object! { outbox: outbox, dead: buried };
        let mut parts = vec![
            "IF count((DELETE $outbox RETURN BEFORE)) != 1 { THROW 'gone' }",
            "INSERT INTO dead $dead RETURN NONE",
        ];
        if let Some(departure) = departure {
            parts.extend(departures::statements(organisation, std::slice::from_ref(departure), &mut bind));
        }
        match self.transact(&parts, bind, Probe::Exists(dead)).await {
            Ok(_) => Ok(Some(letter)),
            Err(Failure::Thrown(_)) => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    /// The dead letters of an organisation, oldest first.
    pub async fn dead_letters(
        &self,
        organisation: OrganisationId,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<DeadLetter>, StoreError> {
        let bind = object! {
            organisation: organisation.to_string(),
            cursor: cursor.unwrap_or_default().to_owned(),
            limit: limit,
        };
        let rows: Vec<DeadRow> = self.rows("dead", DEAD_LETTERS, bind).await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let mut parts = Parts::of("dead", &row.id)?;
            parts.text()?;
            items.push(DeadLetter {
                id: parts.text()?,
                conversation: parse("dead", &row.conversation)?,
                connection: row.connection,
                attempts: row.attempts,
                error: row.error.unwrap_or_default(),
                died_at: parse("dead", &row.died_at)?,
            });
        }
        let full = items.len() >= limit as usize;
        let next_cursor = if full { items.last().map(|letter| letter.id.clone()) } else { None };
        Ok(Page { items, next_cursor })
    }

    /// Puts a dead letter back into the outbox, to be tried at once; `None` if there is none.
    pub async fn replay_dead_letter(
        &self,
        organisation: OrganisationId,
        letter: &str,
        now: Timestamp,
    ) -> Result<Option<OutboxRow>, StoreError> {
        let dead = record("dead", array![organisation.to_string(), letter.to_owned()]);
        let found: Vec<BuriedRow> =
            self.rows("dead", "SELECT row, uncertain FROM $dead", object! { dead: dead.clone() }).await?;
        let Some(found) = found.into_iter().next() else { return Ok(None) };
        // Letters of earlier versions do not say it: one of the tries may have got through without an answer.
        let uncertain = found.uncertain.unwrap_or(found.row.attempts > 0);
        let row = OutboxRow { attempts: 0, next_at: now, error: None, ..found.row.read(uncertain)? };
        let parts = [
            "IF count((DELETE $dead RETURN BEFORE)) != 1 { THROW 'gone' }",
            "INSERT INTO outbox $row RETURN NONE",
            "DELETE $sending RETURN NONE",
        ];
        let sending = departures::id(organisation, row.conversation, row.sequence);
        let bind = object! { dead: dead, row: row.row()?, sending: sending };
        match self.transact(&parts, bind, Probe::Exists(row.key.record())).await {
            Ok(_) => Ok(Some(row)),
            Err(Failure::Thrown(_)) => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }
}

/// Whether a text can be the id of a dead letter, which is also the `next_cursor` of a page of them.
pub fn is_letter(text: &str) -> bool {
    text.len() == 30 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Sorts by the time of death, and is the same for the same row at the same time.
fn letter_id(key: &OutboxKey, died_at: Timestamp) -> String {
    let mut hash = Sha256::new();
    for part in Array::into_vec(key.inbox.key()) {
        hash.update(format!("{part:?}"));
    }
    hash.update(key.index.to_be_bytes());
    format!("{:014x}{}", microseconds(died_at), hex::encode(&hash.finalize()[..8]))
}

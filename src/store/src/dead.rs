//! What could not leave?
//!
//! A row of the outbox that cannot be delivered, or cannot be read, is moved here as it stands, until somebody replays it.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use studio_core::{
    api::{DeadLetter, DeadLetterKind, Page},
    content::Content,
    id::{ConversationId, OrganisationId},
    policy::delivery::Form,
};
use surrealdb::types::{Array, Object, RecordId, SurrealValue, Value, array, object};

use crate::{
    Arrival, InboxRow, OutboxKey, OutboxRow, Payload, Store, accept,
    departures::{self, Departure},
    error::{Failure, StoreError},
    json,
    keys::{Parts, microseconds, parse, record},
    outbox::Row,
    transact::Probe,
};

/// Letters of a message that a list shows.
const SHOWN: usize = 120;

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct DeadRow {
    conversation: String,
    connection: String,
    attempts: u32,
    error: Option<String>,
    died_at: String,
    /// As it stood in the outbox; perhaps it cannot be read.
    row: Option<Object>,
}

/// A row that is to become a dead letter, and what is told of it.
pub(crate) struct Letter {
    row: Value,
    uncertain: bool,
    conversation: String,
    connection: String,
    attempts: u32,
}

impl Letter {
    pub(crate) fn of(row: &OutboxRow) -> Result<Self, StoreError> {
        Ok(Self {
            row: row.row()?,
            uncertain: row.may_have_left(),
            conversation: row.conversation.to_string(),
            connection: row.connection.clone(),
            attempts: row.attempts,
        })
    }

    /// As it is stored under this id.
    pub(crate) fn row(self, id: &RecordId, key: &OutboxKey, error: &str, died_at: Timestamp) -> Object {
        object! {
            id: id.clone(),
            outbox: key.record(),
            row: self.row,
            uncertain: self.uncertain,
            conversation: self.conversation,
            connection: self.connection,
            attempts: self.attempts,
            error: error.to_owned(),
            died_at: died_at.to_string(),
        }
    }
}

/// What is written together with a dead letter.
#[derive(Clone, Copy)]
enum Along<'a> {
    Nothing,
    Departure(&'a Departure),
    Event(&'a InboxRow),
}

/// What a dead letter keeps of its row.
#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct BuriedRow {
    row: Row,
    uncertain: Option<bool>,
}

impl DeadRow {
    fn read(self, id: &RecordId) -> Result<DeadLetter, StoreError> {
        let kept = |name: &str| self.row.as_ref()?.get(name).cloned();
        let sequence = kept("sequence").and_then(|value| u64::from_value(value).ok());
        let payload = kept("payload").and_then(|value| String::from_value(value).ok());
        let payload = payload.and_then(|text| json::read::<Payload>("dead", &text).ok());
        Ok(DeadLetter {
            id: letter_of(id)?,
            conversation: parse("dead", &self.conversation)?,
            connection: self.connection,
            kind: payload.as_ref().map(kind),
            sequence,
            text: payload.as_ref().and_then(beginning),
            attempts: self.attempts,
            error: self.error.unwrap_or_default(),
            died_at: parse("dead", &self.died_at)?,
        })
    }
}

fn kind(payload: &Payload) -> DeadLetterKind {
    match payload {
        Payload::Message(_) => DeadLetterKind::Message,
        Payload::Correction { .. } => DeadLetterKind::Change,
        Payload::Call(_) => DeadLetterKind::Call,
    }
}

/// How a message begins. What a call holds may be secret.
fn beginning(payload: &Payload) -> Option<String> {
    let content = match payload {
        Payload::Message(content) => Some(content),
        Payload::Correction { content, .. } => content.as_ref(),
        Payload::Call(_) => None,
    };
    let text = content.map(Content::plain)?;
    let end = text.char_indices().nth(SHOWN).map(|(end, _)| end);
    Some(end.map_or_else(|| text.clone(), |end| format!("{}…", &text[..end])))
}

fn letter_of(id: &RecordId) -> Result<String, StoreError> {
    let mut parts = Parts::of("dead", id)?;
    parts.text()?;
    parts.text()
}

/// Letters that a page looks at, at most: those that fit may be few.
const LOOKED_AT: usize = 20_000;
/// As many of them are looked at at once, at most.
const STEP: usize = 1_000;

/// A stretch of all letters: what a filter asks for, without what they hold.
pub(crate) const DEAD_LETTERS: &str = "SELECT id, conversation, connection \
                    FROM type::record(dead:[$organisation, $cursor]>..[$organisation, []]) ORDER BY id LIMIT $limit";

const LETTERS: &str = "SELECT id, conversation, connection, attempts, error, died_at, row FROM $ids";

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Passed {
    conversation: String,
    connection: String,
}

/// Which dead letters are meant; absent means any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LetterFilter {
    pub conversation: Option<ConversationId>,
    pub connection: Option<String>,
}

impl LetterFilter {
    /// What cannot be read is of no conversation and no connection.
    fn fits(&self, passed: Option<&Passed>) -> bool {
        let conversation = self.conversation.map(|conversation| conversation.to_string());
        conversation.is_none_or(|wanted| passed.is_some_and(|passed| passed.conversation == wanted))
            && self
                .connection
                .as_ref()
                .is_none_or(|wanted| passed.is_some_and(|passed| passed.connection == *wanted))
    }
}

/// Letters that fit, in their order, and where to go on.
struct Stretch {
    ids: Vec<RecordId>,
    next_cursor: Option<String>,
}

impl Store {
    /// This cannot be delivered: it becomes a dead letter as it stands here, whose id is returned; `None` if it is no
    /// longer there. `departure` is what is to be known of a message from now on.
    pub async fn bury(
        &self,
        row: &OutboxRow,
        error: &str,
        died_at: Timestamp,
        departure: Option<&Departure>,
    ) -> Result<Option<String>, StoreError> {
        let along = departure.map_or(Along::Nothing, Along::Departure);
        Ok(self.bury_as(&row.key, Letter::of(row)?, error, died_at, along).await?)
    }

    /// This call cannot be made: it becomes a dead letter, and `outcome`, which tells its conversation, stands in the inbox from
    /// then on, in one transaction. Returned is the event that waits; `None` if the conversation was told before, or the row is
    /// no longer there.
    pub async fn bury_call(
        &self,
        row: &OutboxRow,
        error: &str,
        died_at: Timestamp,
        outcome: Arrival,
    ) -> Result<Option<InboxRow>, StoreError> {
        let told = self.arrive(row.key.inbox.organisation, outcome);
        match self.bury_as(&row.key, Letter::of(row)?, error, died_at, Along::Event(&told)).await {
            Ok(letter) => Ok(letter.map(|_| told)),
            // An answer came before it was given up.
            Err(Failure::Exists) => {
                self.bury_as(&row.key, Letter::of(row)?, error, died_at, Along::Nothing).await?;
                Ok(None)
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// A row that cannot be read becomes a dead letter of its conversation; one whose conversation cannot be read either
    /// stays where it is.
    pub(crate) async fn bury_unreadable(
        &self,
        id: &RecordId,
        row: Object,
        error: &StoreError,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let key = OutboxKey::read(id)?;
        let text = |name: &str| {
            row.get(name).cloned().and_then(|value| String::from_value(value).ok()).unwrap_or_default()
        };
        let conversation: ConversationId = parse("outbox", &text("conversation"))?;
        let sequence = row.get("sequence").cloned().and_then(|value| u64::from_value(value).ok());
        let error = error.to_string();
        let departure = sequence.map(|sequence| Departure {
            conversation,
            sequence,
            parts: Vec::new(),
            uncertain: true,
            losses: Vec::new(),
            error: Some(error.clone()),
            at: now,
            otherwise: Vec::new(),
            told: None,
        });
        let letter = Letter {
            uncertain: true,
            conversation: conversation.to_string(),
            connection: text("connection"),
            attempts: row.get("attempts").cloned().and_then(|tries| u32::from_value(tries).ok()).unwrap_or(0),
            row: Value::Object(row),
        };
        let along = departure.as_ref().map_or(Along::Nothing, Along::Departure);
        self.bury_as(&key, letter, &error, now, along).await?;
        Ok(())
    }

    async fn bury_as(
        &self,
        key: &OutboxKey,
        letter: Letter,
        error: &str,
        died_at: Timestamp,
        along: Along<'_>,
    ) -> Result<Option<String>, Failure> {
        let organisation = key.inbox.organisation;
        let outbox = key.record();
        let id = letter_id(key, died_at);
        let dead = record("dead", array![organisation.to_string(), id.clone()]);
        let buried = letter.row(&dead, key, error, died_at);
        let mut bind = object! { outbox: outbox, dead: buried };
        let mut parts = vec![
            "IF count((DELETE $outbox RETURN BEFORE)) != 1 { THROW 'gone' }",
            "INSERT INTO dead $dead RETURN NONE",
        ];
        match along {
            Along::Nothing => {}
            Along::Departure(departure) => {
                let departures = std::slice::from_ref(departure);
                parts.extend(departures::statements(organisation, departures, &mut bind)?);
            }
            Along::Event(event) => {
                parts.extend(accept::INSERT);
                bind.insert("receipts", vec![event.receipt_row(None)]);
                bind.insert("inbox", vec![event.row()?]);
            }
        }
        match self.transact(&parts, bind, Probe::Exists(dead)).await {
            Ok(()) => Ok(Some(id)),
            Err(Failure::Thrown(_)) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// The dead letters of an organisation, oldest first. A page looks at 20,000 of them at most, so that it may have fewer than
    /// `limit`, or none, and not be the last.
    pub async fn dead_letters(
        &self,
        organisation: OrganisationId,
        filter: &LetterFilter,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<DeadLetter>, StoreError> {
        self.dead_letters_within(organisation, filter, cursor, limit, LOOKED_AT).await
    }

    /// The same, where a page looks at `most` letters.
    pub(crate) async fn dead_letters_within(
        &self,
        organisation: OrganisationId,
        filter: &LetterFilter,
        cursor: Option<&str>,
        limit: u32,
        most: usize,
    ) -> Result<Page<DeadLetter>, StoreError> {
        let begin = object! {
            organisation: organisation.to_string(),
            cursor: cursor.unwrap_or_default().to_owned(),
        };
        let Stretch { ids, next_cursor } = self.letters_that_fit(begin, filter, limit as usize, most).await?;
        if ids.is_empty() {
            return Ok(Page { items: Vec::new(), next_cursor });
        }
        let rows = self.each_row::<DeadRow>("dead", LETTERS, object! { ids: ids }).await?;
        let mut items = Vec::with_capacity(rows.len());
        for (id, row) in rows {
            match row.and_then(|row| row.read(&id)) {
                Ok(letter) => items.push(letter),
                Err(error) => tracing::error!(?id, %error, "store.dead.unreadable"),
            }
        }
        items.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(Page { items, next_cursor })
    }

    /// Looks on in ever longer steps until `limit` letters fit, or `most` were looked at.
    async fn letters_that_fit(
        &self,
        mut bind: Object,
        filter: &LetterFilter,
        limit: usize,
        most: usize,
    ) -> Result<Stretch, StoreError> {
        let mut ids = Vec::new();
        let (mut step, mut left) = (limit.min(most), most);
        loop {
            bind.insert("limit", step);
            let passed = self.each_row::<Passed>("dead", DEAD_LETTERS, bind.clone()).await?;
            left = left.saturating_sub(passed.len());
            let until = match passed.last() {
                Some((last, _)) if passed.len() >= step => Some(letter_of(last)?),
                Some(_) | None => None,
            };
            for (id, row) in passed {
                if !filter.fits(row.as_ref().ok()) {
                    continue;
                }
                ids.push(id.clone());
                if ids.len() >= limit {
                    return Ok(Stretch { ids, next_cursor: Some(letter_of(&id)?) });
                }
            }
            let Some(cursor) = until.clone().filter(|_| left > 0) else {
                return Ok(Stretch { ids, next_cursor: until });
            };
            bind.insert("cursor", cursor);
            step = (step * 2).min(STEP).min(left);
        }
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
        let mut row =
            OutboxRow { attempts: 0, next_at: now, error: None, again: true, ..found.row.read(uncertain)? };
        // What refused its form may be mended by now; if not, it takes the simpler one by itself.
        row.otherwise.retain(|one| one.form == Form::ByPhone);
        let parts = [
            "IF count((DELETE $dead RETURN BEFORE)) != 1 { THROW 'gone' }",
            "INSERT INTO outbox $row RETURN NONE",
            "DELETE $sending RETURN NONE",
        ];
        let sending = departures::id(organisation, row.conversation, row.sequence);
        let bind = object! { dead: dead, row: row.row()?, sending: sending };
        match self.transact(&parts, bind, Probe::Exists(row.key.record())).await {
            Ok(()) => Ok(Some(row)),
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
pub(crate) fn letter_id(key: &OutboxKey, died_at: Timestamp) -> String {
    let mut hash = Sha256::new();
    for part in Array::into_vec(key.inbox.key()) {
        hash.update(format!("{part:?}"));
    }
    hash.update(key.index.to_be_bytes());
    format!("{:014x}{}", microseconds(died_at), hex::encode(&hash.finalize()[..8]))
}

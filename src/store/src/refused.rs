//! What becomes of a message that a platform took, and refused later?
//!
//! It has no row in the outbox any more: one is made of what the journal and `sending` have, and goes on at the part that was
//! refused. Where the reason passes by itself it stands in the outbox again, a few times; where another form may be taken, in that, once;
//! else it is a dead letter.
//!
//! Its row in `unsettled` is written with what the platform told, and deleted with what follows: until then it is looked at again at
//! every start.

use jiff::{SignedDuration, Timestamp};
use studio_core::{
    api::DeliveryState,
    dialogue::Happening,
    id::{ConversationId, EventKey, OrganisationId},
    policy::{
        delivery::{Again, Form, Otherwise},
        retry::{late_attempt, otherwise_once},
    },
};
use surrealdb::types::{Object, RecordId, SurrealValue, array, object};

use crate::{
    Departed, Departure, InboxKey, OutboxKey, OutboxRow, PartReport, Payload, Store,
    dead::{Letter, letter_id},
    departures::{self, part_id, rank},
    error::{Failure, StoreError},
    keys::{Parts, microseconds, parse, record},
    transact::Probe,
};

/// Of the keys of such rows: no connection and no source of events is called so.
const SOURCE: &str = "refused:";

/// How long it may take until a part that was refused is known to be of a message of ours.
const LONGEST_UNKNOWN: SignedDuration = SignedDuration::from_hours(24);

pub(crate) const PUT: &str = "INSERT IGNORE INTO unsettled $unsettled RETURN NONE";
const UNSETTLED: &str = "SELECT id, place.sequence AS sequence FROM unsettled ORDER BY id";

/// A part of a message that was refused, of which nothing has followed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsettled {
    pub organisation: OrganisationId,
    pub conversation: ConversationId,
    pub part: String,
    /// The number of its message, where that is known to have left.
    pub sequence: Option<u64>,
}

/// What follows where a platform refuses what it took.
#[derive(Clone, Debug, PartialEq)]
pub enum LateRefusal {
    /// It is not known yet to have left.
    Waits,
    /// Nothing: it was settled or forgotten since, or something better was told.
    Settled,
    /// It stands in the outbox again, and is to leave once more.
    Again(Box<OutboxRow>),
    /// It is a dead letter of this id.
    Buried(String),
}

/// What stands behind a part.
enum Told {
    NotLeft,
    Nothing,
    Refused(Box<Refused>),
}

/// A message that was refused, as it would leave again.
struct Refused {
    unsettled: RecordId,
    row: OutboxRow,
    error: String,
    /// When it was refused, and when it was said.
    at: Timestamp,
    said_at: Timestamp,
    tag: Option<String>,
    again: Option<Again>,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct PartRow {
    sequence: Option<u64>,
    rank: Option<i64>,
    error: Option<String>,
    at: Option<String>,
    tag: Option<String>,
    /// In seconds; rows of earlier versions have none.
    again: Option<i64>,
    form: Option<String>,
}

impl OutboxKey {
    /// Whether it is of a message that was refused after it had been taken: what was said behind it may have left long ago.
    pub fn is_late(&self) -> bool {
        self.inbox.event.source == SOURCE
    }
}

impl Store {
    /// A platform has refused this part of a message at `now`; `jitter` is a random number, 0 to 1.
    pub async fn settle_refused(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
        part: &str,
        now: Timestamp,
        jitter: f64,
    ) -> Result<LateRefusal, StoreError> {
        match self.refused(organisation, conversation, part).await? {
            Told::NotLeft => Ok(LateRefusal::Waits),
            Told::Nothing => {
                self.settled(unsettled_id(organisation, conversation, part)).await?;
                Ok(LateRefusal::Settled)
            }
            Told::Refused(refused) => match self.pause(organisation, &refused, now, jitter).await? {
                Some(pause) => self.leave_again(organisation, *refused, pause, now).await,
                None => self.bury_late(organisation, &refused).await,
            },
        }
    }

    /// Those parts of these messages that a platform refused before they were known to have left.
    pub async fn refused_early(
        &self,
        organisation: OrganisationId,
        departures: &[Departure],
    ) -> Result<Vec<(ConversationId, String)>, StoreError> {
        let parts = departures
            .iter()
            .flat_map(|departure| departure.parts.iter().map(|part| (departure.conversation, part.as_str())));
        let rows: Vec<_> = parts
            .map(|(conversation, part)| {
                object! {
                    place: part_id(organisation, conversation, part),
                    part: part.to_owned(),
                    conversation: conversation.to_string(),
                }
            })
            .collect();
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let text = "SELECT conversation, part FROM $rows WHERE place.rank = $failed";
        let bind = object! { rows: rows, failed: rank(DeliveryState::Failed) };
        let found: Vec<EarlyRefusal> = self.rows("part", text, bind).await?;
        found.into_iter().map(|early| Ok((parse("part", &early.conversation)?, early.part))).collect()
    }

    /// What was refused and is not settled, of all organisations.
    pub async fn unsettled(&self) -> Result<Vec<Unsettled>, StoreError> {
        let mut unsettled = Vec::new();
        for (id, row) in self.each_row::<UnsettledRow>("unsettled", UNSETTLED, Object::new()).await? {
            match row.and_then(|row| row.read(&id)) {
                Ok(one) => unsettled.push(one),
                Err(error) => tracing::error!(?id, %error, "store.unsettled.unreadable"),
            }
        }
        Ok(unsettled)
    }

    /// Drops what was refused long before `now` and still is of no message of ours: somebody else sends by the same account.
    pub async fn drop_unknown_refusals(&self, now: Timestamp) -> Result<(), StoreError> {
        let before = now.checked_sub(LONGEST_UNKNOWN).unwrap_or(Timestamp::MIN);
        let delete = "DELETE unsettled WHERE at < $before AND place.sequence = NONE RETURN NONE";
        self.transact(&[delete], object! { before: microseconds(before) }, Probe::Repeat).await?;
        Ok(())
    }

    async fn settled(&self, unsettled: RecordId) -> Result<(), StoreError> {
        let bind = object! { unsettled: unsettled };
        self.transact(&["DELETE $unsettled RETURN NONE"], bind, Probe::Repeat).await?;
        Ok(())
    }

    async fn refused(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
        part: &str,
    ) -> Result<Told, StoreError> {
        let id = part_id(organisation, conversation, part);
        let text = "SELECT sequence, rank, error, at, tag, again, form FROM $id";
        let found: Vec<PartRow> = self.rows("part", text, object! { id: id }).await?;
        let Some(PartRow { sequence, rank: Some(told), error, at: Some(at), tag, again, form }) =
            found.into_iter().next()
        else {
            return Ok(Told::Nothing);
        };
        if told != rank(DeliveryState::Failed) {
            return Ok(Told::Nothing);
        }
        let Some(sequence) = sequence else { return Ok(Told::NotLeft) };
        let departed = self.departed(organisation, conversation, &[sequence]).await?.remove(&sequence);
        let Some(Departed { parts, correction, otherwise, .. }) = departed else { return Ok(Told::Nothing) };
        let Some(place) = parts.iter().position(|known| known == part) else { return Ok(Told::Nothing) };
        let page = self.journal(organisation, conversation, sequence.saturating_sub(1), 1).await?;
        let entry = page.entry(sequence)?.map(|entry| (entry.at, entry.what.clone()));
        let Some((said_at, Happening::Said { content, template, .. })) = entry else {
            return Ok(Told::Nothing);
        };
        let Some(stored) = self.conversation(organisation, conversation).await? else {
            return Ok(Told::Nothing);
        };
        let at = parse("part", &at)?;
        let error = error.unwrap_or_else(|| "the platform gives no reason".to_owned());
        let event = EventKey { source: SOURCE.to_owned(), native: part.to_owned() };
        let row = OutboxRow {
            key: OutboxKey { inbox: InboxKey { arrived: microseconds(at), organisation, event }, index: 0 },
            conversation,
            connection: stored.conversation.connection,
            channel: stored.conversation.channel,
            thread: stored.thread,
            sequence,
            lease: stored.state.lease,
            payload: Payload::Message(content),
            attempts: 1,
            next_at: at,
            error: Some(error.clone()),
            // What stands behind it has arrived, and comes again.
            uncertain: place + 1 < parts.len(),
            parts: parts.into_iter().take(place).collect(),
            again: true,
            otherwise,
        };
        let form = form.as_deref().and_then(Form::of).map(Again::In);
        let again = form.or(again.map(|after| Again::After(SignedDuration::from_secs(after))));
        // What it was changed into since is not what would leave.
        let again = again.filter(|_| correction.is_none());
        // Only what names one can leave as one.
        let is_named = template.is_some_and(|template| template.is_last_resort());
        let again = again.filter(|again| *again != Again::In(Form::Template) || is_named);
        let unsettled = unsettled_id(organisation, conversation, part);
        Ok(Told::Refused(Box::new(Refused { unsettled, row, error, at, said_at, tag, again })))
    }

    /// How long it waits before it leaves once more, if it does.
    async fn pause(
        &self,
        organisation: OrganisationId,
        refused: &Refused,
        now: Timestamp,
        jitter: f64,
    ) -> Result<Option<SignedDuration>, StoreError> {
        // Without a tag nobody knows how often it was tried.
        let (Some(again), Some(tag)) = (refused.again, &refused.tag) else { return Ok(None) };
        let (conversation, age) = (refused.row.conversation, now.duration_since(refused.said_at));
        Ok(match again {
            Again::After(after) => {
                let refusals = self.refusals(organisation, conversation, tag).await?;
                late_attempt(refusals, age, after, jitter)
            }
            Again::In(form) => {
                let part = refused.row.parts.len();
                let mut before = refused.row.otherwise.iter().filter(|otherwise| otherwise.part == part);
                // What left in a simpler form may meet somebody since to whom no words may be said.
                let changed = before.any(|before| form != Form::Template || before.form == form);
                otherwise_once(changed, age).then_some(SignedDuration::ZERO)
            }
        })
    }

    async fn leave_again(
        &self,
        organisation: OrganisationId,
        refused: Refused,
        pause: SignedDuration,
        now: Timestamp,
    ) -> Result<LateRefusal, StoreError> {
        let Refused { unsettled, mut row, error, again, .. } = refused;
        row.next_at = now.checked_add(pause).unwrap_or(now);
        if let Some(Again::In(form)) = again {
            if form == Form::Template {
                // That its words were tried says nothing of the template.
                let was_tried = row.otherwise.iter().any(|before| before.form == form);
                (row.attempts, row.uncertain) = (u32::from(was_tried), was_tried);
            }
            row.otherwise.push(Otherwise { part: row.parts.len(), form, why: error.clone() });
        }
        let parts = [
            "IF count((DELETE $sending RETURN BEFORE)) != 1 { THROW 'gone' }",
            "INSERT INTO outbox $row RETURN NONE",
            "DELETE $unsettled RETURN NONE",
        ];
        let sending = departures::id(organisation, row.conversation, row.sequence);
        let bind = object! { sending: sending, row: row.row()?, unsettled: unsettled };
        match self.transact(&parts, bind, Probe::Exists(row.key.record())).await {
            Ok(()) => {
                let connection = &row.connection;
                tracing::warn!(connection, error, next_at = %row.next_at, "delivery.refused_later.again");
                Ok(LateRefusal::Again(Box::new(row)))
            }
            Err(Failure::Thrown(_) | Failure::Exists) => Ok(LateRefusal::Settled),
            Err(failure) => Err(failure.into()),
        }
    }

    async fn bury_late(
        &self,
        organisation: OrganisationId,
        refused: &Refused,
    ) -> Result<LateRefusal, StoreError> {
        let Refused { unsettled, row, error, at, .. } = refused;
        let letter = letter_id(&row.key, *at);
        let dead = record("dead", array![organisation.to_string(), letter.clone()]);
        let known: Vec<Option<String>> =
            self.rows("dead", "SELECT VALUE connection FROM $dead", object! { dead: dead.clone() }).await?;
        if !known.is_empty() {
            self.settled(unsettled.clone()).await?;
            return Ok(LateRefusal::Settled);
        }
        let buried = Letter::of(row)?.row(&dead, &row.key, error, *at);
        self.transact(
            &["INSERT IGNORE INTO dead $dead RETURN NONE", "DELETE $unsettled RETURN NONE"],
            object! { dead: buried, unsettled: unsettled.clone() },
            Probe::Exists(dead),
        )
        .await?;
        tracing::error!(connection = row.connection, error, "delivery.refused_later");
        Ok(LateRefusal::Buried(letter))
    }
}

fn unsettled_id(organisation: OrganisationId, conversation: ConversationId, part: &str) -> RecordId {
    record("unsettled", array![organisation.to_string(), conversation.to_string(), part.to_owned()])
}

/// What a report of a refusal leaves until it is settled.
pub(crate) fn unsettled_row(organisation: OrganisationId, report: &PartReport) -> Object {
    object! {
        id: unsettled_id(organisation, report.conversation, &report.part),
        place: part_id(organisation, report.conversation, &report.part),
        at: microseconds(report.at),
    }
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct UnsettledRow {
    sequence: Option<u64>,
}

impl UnsettledRow {
    fn read(self, id: &RecordId) -> Result<Unsettled, StoreError> {
        let mut key = Parts::of("unsettled", id)?;
        let (organisation, conversation) = (key.parse()?, key.parse()?);
        Ok(Unsettled { organisation, conversation, part: key.text()?, sequence: self.sequence })
    }
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct EarlyRefusal {
    conversation: String,
    part: String,
}

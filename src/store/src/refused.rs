//! What becomes of a message that a platform took, and refused later?
//!
//! It has no row in the outbox any more: one is made of what the journal and `sending` have, and goes on at the part that was
//! refused. Where the reason passes by itself it stands in the outbox again, a few times; else it is a dead letter.

use jiff::{SignedDuration, Timestamp};
use studio_core::{
    api::DeliveryState,
    dialogue::Happening,
    id::{ConversationId, EventKey, OrganisationId},
    policy::retry::late_attempt,
};
use surrealdb::types::{SurrealValue, array, object};

use crate::{
    Departure, InboxKey, OutboxKey, OutboxRow, Payload, Store,
    dead::{Letter, letter_id},
    departures::{self, part_id, rank},
    error::{Failure, StoreError},
    keys::{microseconds, parse, record},
    transact::Probe,
};

/// Of the keys of such rows: no connection and no source of events is called so.
const SOURCE: &str = "refused:";

/// What follows where a platform refuses what it took.
#[derive(Clone, Debug, PartialEq)]
pub enum LateRefusal {
    /// Nothing: it is not known yet to have left, was settled or forgotten since, or something better was told.
    Settled,
    /// It stands in the outbox again, and is to leave once more.
    Again(Box<OutboxRow>),
    /// It is a dead letter of this id.
    Buried(String),
}

/// A message that was refused, as it would leave again.
struct Refused {
    row: OutboxRow,
    error: String,
    /// When it was refused, and when it was said.
    at: Timestamp,
    said_at: Timestamp,
    tag: Option<String>,
    /// The least to wait, where the reason passes by itself.
    again: Option<SignedDuration>,
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
        let Some(refused) = self.refused(organisation, conversation, part).await? else {
            return Ok(LateRefusal::Settled);
        };
        match self.pause(organisation, &refused, now, jitter).await? {
            Some(pause) => self.leave_again(organisation, refused, pause, now).await,
            None => self.bury_late(organisation, &refused).await,
        }
    }

    /// Settles those of these messages of which a platform told so before they were known to have left. What is to leave once more is
    /// put into `again`.
    pub async fn settle_those_refused(
        &self,
        organisation: OrganisationId,
        departures: &[Departure],
        now: Timestamp,
        jitter: f64,
        again: &mut Vec<OutboxRow>,
    ) -> Result<(), StoreError> {
        let parts = departures
            .iter()
            .flat_map(|departure| departure.parts.iter().map(|part| (departure.conversation, part.as_str())));
        let parts: Vec<_> = parts.collect();
        if parts.is_empty() {
            return Ok(());
        }
        let rows: Vec<_> = parts
            .iter()
            .map(|(conversation, part)| {
                object! {
                    place: part_id(organisation, *conversation, part),
                    part: (*part).to_owned(),
                    conversation: conversation.to_string(),
                }
            })
            .collect();
        let text = "SELECT conversation, part FROM $rows WHERE place.rank = $failed";
        let bind = object! { rows: rows, failed: rank(DeliveryState::Failed) };
        for EarlyRefusal { conversation, part } in self.rows("part", text, bind).await? {
            let conversation = parse("part", &conversation)?;
            let settled = self.settle_refused(organisation, conversation, &part, now, jitter).await?;
            if let LateRefusal::Again(row) = settled {
                again.push(*row);
            }
        }
        Ok(())
    }

    async fn refused(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
        part: &str,
    ) -> Result<Option<Refused>, StoreError> {
        let id = part_id(organisation, conversation, part);
        let text = "SELECT sequence, rank, error, at, tag, again FROM $id";
        let found: Vec<PartRow> = self.rows("part", text, object! { id: id }).await?;
        let Some(PartRow { sequence: Some(sequence), rank: Some(told), error, at: Some(at), tag, again }) =
            found.into_iter().next()
        else {
            return Ok(None);
        };
        if told != rank(DeliveryState::Failed) {
            return Ok(None);
        }
        let departed = self.departed(organisation, conversation, &[sequence]).await?.remove(&sequence);
        let (parts, correction) =
            departed.map(|departed| (departed.parts, departed.correction)).unwrap_or_default();
        let Some(place) = parts.iter().position(|known| known == part) else { return Ok(None) };
        let page = self.journal(organisation, conversation, sequence.saturating_sub(1), 1).await?;
        let entry = page.entry(sequence)?.map(|entry| (entry.at, entry.what.clone()));
        let Some((said_at, Happening::Said { content, .. })) = entry else { return Ok(None) };
        let Some(stored) = self.conversation(organisation, conversation).await? else { return Ok(None) };
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
        };
        // What it was changed into since is not what would leave.
        let again = again.filter(|_| correction.is_none()).map(SignedDuration::from_secs);
        Ok(Some(Refused { row, error, at, said_at, tag, again }))
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
        let (Some(after), Some(tag)) = (refused.again, &refused.tag) else { return Ok(None) };
        let conversation = refused.row.conversation;
        let refusals = self.refusals(organisation, conversation, tag).await?;
        let refusals = u32::try_from(refusals).unwrap_or(u32::MAX);
        Ok(late_attempt(refusals, now.duration_since(refused.said_at), after, jitter))
    }

    async fn leave_again(
        &self,
        organisation: OrganisationId,
        refused: Refused,
        pause: SignedDuration,
        now: Timestamp,
    ) -> Result<LateRefusal, StoreError> {
        let row = OutboxRow { next_at: now.checked_add(pause).unwrap_or(now), ..refused.row };
        let parts = [
            "IF count((DELETE $sending RETURN BEFORE)) != 1 { THROW 'gone' }",
            "INSERT INTO outbox $row RETURN NONE",
        ];
        let sending = departures::id(organisation, row.conversation, row.sequence);
        let bind = object! { sending: sending, row: row.row()? };
        match self.transact(&parts, bind, Probe::Exists(row.key.record())).await {
            Ok(()) => {
                let (connection, error) = (&row.connection, &refused.error);
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
        let Refused { row, error, at, .. } = refused;
        let letter = letter_id(&row.key, *at);
        let dead = record("dead", array![organisation.to_string(), letter.clone()]);
        let known: Vec<Option<String>> =
            self.rows("dead", "SELECT VALUE connection FROM $dead", object! { dead: dead.clone() }).await?;
        if !known.is_empty() {
            return Ok(LateRefusal::Settled);
        }
        let buried = Letter::of(row)?.row(&dead, &row.key, error, *at);
        self.transact(
            &["INSERT IGNORE INTO dead $dead RETURN NONE"],
            object! { dead: buried },
            Probe::Exists(dead),
        )
        .await?;
        tracing::error!(connection = row.connection, error, "delivery.refused_later");
        Ok(LateRefusal::Buried(letter))
    }
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct EarlyRefusal {
    conversation: String,
    part: String,
}

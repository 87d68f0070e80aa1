//! What becomes of a message that a platform took, and refused later?
//!
//! It has no row in the outbox any more: a dead letter is made of what the journal and `sending` have. A replay goes on at
//! the part that was refused.

use studio_core::{
    api::DeliveryState,
    dialogue::Happening,
    id::{ConversationId, EventKey, OrganisationId},
};
use surrealdb::types::{SurrealValue, array, object};

use crate::{
    Departure, InboxKey, OutboxKey, OutboxRow, Payload, Store,
    dead::{Letter, letter_id},
    departures::{part_id, rank},
    error::StoreError,
    keys::{microseconds, parse, record},
    transact::Probe,
};

/// Of the keys of such rows: no connection and no source of events is called so.
const SOURCE: &str = "refused:";

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct PartRow {
    sequence: Option<u64>,
    rank: Option<i64>,
    error: Option<String>,
    at: Option<String>,
}

impl Store {
    /// A platform has refused this part of a message. The message becomes a dead letter, whose id is returned; `None` where it is
    /// not known yet to have left, was replayed or forgotten since, or something better was told.
    pub async fn bury_refused(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
        part: &str,
    ) -> Result<Option<String>, StoreError> {
        let id = part_id(organisation, conversation, part);
        let text = "SELECT sequence, rank, error, at FROM $id";
        let found: Vec<PartRow> = self.rows("part", text, object! { id: id }).await?;
        let Some(PartRow { sequence: Some(sequence), rank: Some(told), error, at: Some(at) }) =
            found.into_iter().next()
        else {
            return Ok(None);
        };
        if told != rank(DeliveryState::Failed) {
            return Ok(None);
        }
        let departed = self.departed(organisation, conversation, &[sequence]).await?.remove(&sequence);
        let parts = departed.map(|departed| departed.parts).unwrap_or_default();
        let Some(place) = parts.iter().position(|known| known == part) else { return Ok(None) };
        let page = self.journal(organisation, conversation, sequence.saturating_sub(1), 1).await?;
        let Some(Happening::Said { content, .. }) = page.entry(sequence)?.map(|entry| entry.what.clone())
        else {
            return Ok(None);
        };
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
        let letter = letter_id(&row.key, at);
        let dead = record("dead", array![organisation.to_string(), letter.clone()]);
        let known: Vec<Option<String>> =
            self.rows("dead", "SELECT VALUE connection FROM $dead", object! { dead: dead.clone() }).await?;
        if !known.is_empty() {
            return Ok(None);
        }
        let buried = Letter::of(&row)?.row(&dead, &row.key, &error, at);
        self.transact(
            &["INSERT IGNORE INTO dead $dead RETURN NONE"],
            object! { dead: buried },
            Probe::Exists(dead),
        )
        .await?;
        tracing::error!(connection = row.connection, error, "delivery.refused_later");
        Ok(Some(letter))
    }

    /// The same of those messages of which a platform told so before they were known to have left.
    pub async fn bury_those_refused(
        &self,
        organisation: OrganisationId,
        departures: &[Departure],
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
        for Refused { conversation, part } in self.rows("part", text, bind).await? {
            self.bury_refused(organisation, parse("part", &conversation)?, &part).await?;
        }
        Ok(())
    }
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Refused {
    conversation: String,
    part: String,
}

//! How does a message reach a person on a messaging platform? Part by part, and what is to be known of it is told.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt as _;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use studio_adapters::platform::{Attempt, Before, Edit, Leaving, Outcome, Platform, Scope};
use studio_core::{
    api::{Message, Sender},
    content::Content,
    id::ConversationId,
};
use studio_store::{Departed, OutboxRow, StoreError, Told};

use super::deliver::{self, Delivery};
use crate::studio::{Connection, Studio, StudioHost};

/// Longest try of one message with all its files.
const LONGEST: Duration = Duration::from_mins(5);

/// Sends a message, going on behind the parts that have left.
pub(super) async fn send(studio: &Arc<Studio>, platform: &Platform, leaving: &deliver::Leaving) -> Delivery {
    let row = &leaving.row;
    let message = match leaving.message(studio).await {
        Ok(message) => message,
        Err(error) => return Delivery::store_failed(&error),
    };
    // Erased since: there is nothing to say any more.
    let Some(message) = message else { return Delivery::nothing() };
    let (last_heard, language) = match talk(studio, row).await {
        Ok(found) => found,
        Err(error) => return Delivery::store_failed(&error),
    };
    let going = Leaving {
        conversation: row.conversation,
        thread: studio.threads.newest(&row.connection, &row.thread),
        key: key(row.conversation, row.sequence),
        message: studio.as_told(message),
        language,
        parts: row.parts.clone(),
        uncertain: row.is_uncertain(),
        last_heard,
        otherwise: row.otherwise.clone(),
    };
    let host = StudioHost(Arc::clone(studio));
    guarded(&row.connection, platform.send(&host, &going)).await
}

/// Changes a message that has left.
pub(super) async fn edit(
    studio: &Arc<Studio>,
    platform: &Platform,
    row: &OutboxRow,
    sequence: u64,
    content: &Content,
) -> Delivery {
    let departed = match departed(studio, row, sequence).await {
        Ok(departed) => departed.filter(|departed| !departed.parts.is_empty()),
        Err(error) => return Delivery::store_failed(&error),
    };
    let Some(departed) = departed else {
        return Delivery::dead(
            &"the message that was to be changed has not reached the platform: send a new one",
        );
    };
    let before = match says(studio, row, sequence, &departed).await {
        Ok(before) => before.map(|content| Before { content, parts: departed.parts.len() }),
        Err(error) => return Delivery::store_failed(&error),
    };
    let language = match talk(studio, row).await {
        Ok((_, language)) => language,
        Err(error) => return Delivery::store_failed(&error),
    };
    // A try before may have added some.
    let mut parts = row.parts.clone();
    parts.extend(departed.parts.into_iter().skip(row.parts.len()));
    let edit = Edit {
        thread: studio.threads.newest(&row.connection, &row.thread),
        language,
        key: key(row.conversation, row.sequence),
        at: row.key.inbox.arrived_at(),
        uncertain: row.is_uncertain(),
        parts,
        before,
        content: content.clone(),
    };
    let host = StudioHost(Arc::clone(studio));
    guarded(&row.connection, platform.edit(&host, &edit)).await
}

/// Takes a message back that has left.
pub(super) async fn retract(
    studio: &Arc<Studio>,
    platform: &Platform,
    row: &OutboxRow,
    sequence: u64,
) -> Delivery {
    let parts = match departed(studio, row, sequence).await {
        Ok(departed) => departed.map(|departed| departed.parts).unwrap_or_default(),
        Err(error) => return Delivery::store_failed(&error),
    };
    if parts.is_empty() {
        return Delivery::nothing();
    }
    let host = StudioHost(Arc::clone(studio));
    let thread = studio.threads.newest(&row.connection, &row.thread);
    guarded(&row.connection, platform.retract(&host, &thread, &parts)).await
}

/// When the person said something last, and in which language the conversation is held.
async fn talk(studio: &Studio, row: &OutboxRow) -> Result<(Option<Timestamp>, String), StoreError> {
    let found = studio.store.conversation(row.key.inbox.organisation, row.conversation).await?;
    Ok(found.map(|found| (found.state.said_at, found.state.language)).unwrap_or_default())
}

/// A message that has left, with the platform's own ids of its parts.
async fn departed(studio: &Studio, row: &OutboxRow, sequence: u64) -> Result<Option<Departed>, StoreError> {
    let organisation = row.key.inbox.organisation;
    let mut departed = studio.store.departed(organisation, row.conversation, &[sequence]).await?;
    Ok(departed.remove(&sequence))
}

/// What a message says since it left, or was changed last.
async fn says(
    studio: &Studio,
    row: &OutboxRow,
    sequence: u64,
    departed: &Departed,
) -> Result<Option<Content>, StoreError> {
    if let Some(correction) = &departed.correction {
        return Ok(correction.content.clone());
    }
    let organisation = row.key.inbox.organisation;
    let page = studio.store.journal(organisation, row.conversation, sequence.saturating_sub(1), 1).await?;
    let said = page.entry(sequence)?.and_then(Message::visible);
    let said = said.filter(|message| matches!(message.from, Sender::Speaker { .. }));
    Ok(said.map(|message| studio.as_told(message).content))
}

/// How the platform tells of the parts of a message, where it may tell no more of one than its chat and its number there.
pub(super) fn told(studio: &Studio, row: &OutboxRow, parts: &[String]) -> Option<Told> {
    let found = studio.connection(&row.connection);
    let platform = found.as_ref().and_then(Connection::platform).filter(|_| !parts.is_empty())?;
    let thread = studio.threads.newest(&row.connection, &row.thread);
    let chat = platform.chat_told(&thread)?.to_owned();
    let numbers = parts.iter().map(|part| platform.number_told(part).to_owned()).collect();
    Some(Told { connection: row.connection.clone(), chat, thread, numbers })
}

/// A bug of one adapter, or a platform that never answers, costs one try of one message.
async fn guarded(connection: &str, attempt: impl Future<Output = Attempt>) -> Delivery {
    match tokio::time::timeout(LONGEST, AssertUnwindSafe(attempt).catch_unwind()).await {
        Ok(Ok(attempt)) => attempt.into(),
        Ok(Err(_)) => {
            tracing::error!(connection, "delivery.adapter.panicked");
            Delivery::retry(&"a bug of the channel's adapter; the log has more")
        }
        Err(_) => Delivery::retry(&format!("no end after {} s", LONGEST.as_secs())),
    }
}

impl From<Attempt> for Delivery {
    fn from(attempt: Attempt) -> Self {
        let Attempt { parts, losses, outcome } = attempt;
        let losses = losses.iter().map(ToString::to_string).collect();
        match outcome {
            Outcome::Done => Self::Done { parts, losses, noted: true },
            Outcome::Retry { after, scope, error } => {
                Self::Retry { after, error, parts, whole_connection: scope == Scope::Connection }
            }
            Outcome::Dead { reason } => Self::Dead { error: reason, parts, losses },
            Outcome::Unreachable { reason } => Self::Unreachable { error: reason, parts, losses },
        }
    }
}

/// 24 letters and digits that are this message's alone.
fn key(conversation: ConversationId, sequence: u64) -> String {
    let mut hash = Sha256::new();
    hash.update(conversation.0.to_bytes());
    hash.update(sequence.to_be_bytes());
    hex::encode(&hash.finalize()[..12])
}

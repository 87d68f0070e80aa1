//! How does a message reach a person on a messaging platform? Part by part, and what is to be known of it is told.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt as _;
use sha2::{Digest as _, Sha256};
use studio_adapters::platform::{Attempt, Edit, Leaving, Outcome, Platform, Scope};
use studio_core::{content::Content, id::ConversationId};
use studio_store::{OutboxRow, StoreError};

use super::deliver::{self, Delivery};
use crate::studio::{Studio, StudioHost};

/// Longest try of one message with all its files.
const LONGEST: Duration = Duration::from_mins(5);

/// Sends a message, going on behind the parts that have left.
pub(super) async fn send(studio: &Arc<Studio>, platform: &Platform, leaving: &deliver::Leaving) -> Delivery {
    let row = &leaving.row;
    let message = match leaving.message(studio).await {
        Ok(message) => message,
        Err(error) => return Delivery::retry(&error),
    };
    // Erased since: there is nothing to say any more.
    let Some(message) = message else { return Delivery::nothing() };
    let last_heard = match studio.store.conversation(row.key.inbox.organisation, row.conversation).await {
        Ok(found) => found.and_then(|found| found.state.said_at),
        Err(error) => return Delivery::retry(&error),
    };
    let going = Leaving {
        conversation: row.conversation,
        thread: studio.threads.newest(&row.connection, &row.thread),
        key: key(row.conversation, row.sequence),
        message,
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
    match parts(studio, row, sequence).await {
        Ok(parts) if parts.is_empty() => {
            Delivery::dead(&"the message that was to be changed has not reached the platform: send a new one")
        }
        Ok(departed) => {
            // A try before may have added some.
            let mut parts = row.parts.clone();
            parts.extend(departed.into_iter().skip(row.parts.len()));
            let thread = studio.threads.newest(&row.connection, &row.thread);
            let host = StudioHost(Arc::clone(studio));
            let edit = Edit {
                thread,
                key: key(row.conversation, row.sequence),
                at: row.key.inbox.arrived_at(),
                uncertain: row.is_uncertain(),
                parts,
                content: content.clone(),
            };
            guarded(&row.connection, platform.edit(&host, &edit)).await
        }
        Err(error) => Delivery::retry(&error),
    }
}

/// Takes a message back that has left.
pub(super) async fn retract(
    studio: &Arc<Studio>,
    platform: &Platform,
    row: &OutboxRow,
    sequence: u64,
) -> Delivery {
    match parts(studio, row, sequence).await {
        Ok(parts) if parts.is_empty() => Delivery::nothing(),
        Ok(parts) => {
            let host = StudioHost(Arc::clone(studio));
            let thread = studio.threads.newest(&row.connection, &row.thread);
            guarded(&row.connection, platform.retract(&host, &thread, &parts)).await
        }
        Err(error) => Delivery::retry(&error),
    }
}

/// The platform's own ids of a message's parts.
async fn parts(studio: &Studio, row: &OutboxRow, sequence: u64) -> Result<Vec<String>, StoreError> {
    let organisation = row.key.inbox.organisation;
    let mut departed = studio.store.departed(organisation, row.conversation, &[sequence]).await?;
    Ok(departed.remove(&sequence).map(|departed| departed.parts).unwrap_or_default())
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

//! How does a row that was given up go on? In a task of its own, which whoever asked cannot end by going away.

use std::sync::Arc;

use jiff::Timestamp;
use studio_core::{
    api::{DeadLetter, DeadLetterKind, Replayed},
    id::{ConversationId, EventKey, OrganisationId},
    policy::delivery::in_order,
};
use studio_store::{LetterFilter, StoreError};
use tokio::task::JoinError;

use super::recover;
use crate::studio::Studio;

/// Why it is not known whether a row goes on.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("a bug: {0}")]
    Bug(#[from] JoinError),
}

/// Tries a parked event again, behind what its conversation has waiting; `false` if there is none.
pub async fn parked(
    studio: &Arc<Studio>,
    organisation: OrganisationId,
    event: EventKey,
    now: Timestamp,
) -> Result<bool, ReplayError> {
    let studio = Arc::clone(studio);
    let replayed = tokio::spawn(async move {
        match studio.store.replay_parked(organisation, &event, now).await {
            Ok(row) => Ok(row.map(|row| studio.intake.resume(row)).is_some()),
            Err(error) => {
                if matches!(error, StoreError::Unknown(_)) {
                    recover::look_again(&studio.store, |row| studio.intake.resume(row)).await;
                }
                Err(error)
            }
        }
    });
    Ok(replayed.await??)
}

/// Most dead letters that one call puts on their way.
const AT_ONCE: usize = 1_000;

/// Tries again to deliver what was said in a conversation, by a connection, or both, in the order in which it was said.
pub async fn dead_letters(
    studio: &Arc<Studio>,
    organisation: OrganisationId,
    which: LetterFilter,
) -> Result<Replayed, ReplayError> {
    let studio = Arc::clone(studio);
    let replayed = tokio::spawn(async move {
        let mut letters = letters_of(&studio, organisation, &which).await?;
        in_order(&mut letters, |(conversation, sequence, _)| (*conversation, *sequence));
        let left = letters.len().saturating_sub(AT_ONCE);
        letters.truncate(AT_ONCE);
        let mut replayed = 0;
        for (_, _, letter) in letters {
            match put_back(&studio, organisation, &letter).await {
                Ok(true) => replayed += 1,
                Ok(false) => {}
                // It stays a dead letter; the others are not its business.
                Err(StoreError::Corrupt { table, what }) => {
                    tracing::error!(letter, table, what, "pipeline.replay.unreadable");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Replayed { replayed, left })
    });
    Ok(replayed.await??)
}

/// The messages and changes among the dead letters of a conversation, or a connection, or both, with their places. A call of a
/// flow is none: the flow has gone on.
async fn letters_of(
    studio: &Studio,
    organisation: OrganisationId,
    which: &LetterFilter,
) -> Result<Vec<(ConversationId, u64, String)>, StoreError> {
    let is_wanted =
        |letter: &DeadLetter| matches!(letter.kind, Some(DeadLetterKind::Message | DeadLetterKind::Change));
    let mut found = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = studio.store.dead_letters(organisation, which, cursor.as_deref(), 200).await?;
        let wanted = page.items.into_iter().filter(is_wanted);
        found.extend(wanted.filter_map(|letter| Some((letter.conversation, letter.sequence?, letter.id))));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(found);
        }
    }
}

/// Tries to deliver a dead letter again; `false` if there is none.
pub async fn dead_letter(
    studio: &Arc<Studio>,
    organisation: OrganisationId,
    letter: String,
) -> Result<bool, ReplayError> {
    let studio = Arc::clone(studio);
    let replayed = tokio::spawn(async move { put_back(&studio, organisation, &letter).await });
    Ok(replayed.await??)
}

/// Puts a dead letter back into the outbox and on its way; `false` if there is none.
async fn put_back(
    studio: &Arc<Studio>,
    organisation: OrganisationId,
    letter: &str,
) -> Result<bool, StoreError> {
    match studio.store.replay_dead_letter(organisation, letter, studio.clock.now()).await {
        Ok(row) => Ok(row.map(|row| studio.deliver(row, None)).is_some()),
        Err(error) => {
            if matches!(error, StoreError::Unknown(_))
                && let Err(error) = recover::outbox(studio).await
            {
                tracing::error!(%error, "pipeline.look_again.failed");
            }
            Err(error)
        }
    }
}

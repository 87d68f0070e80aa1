//! How does a row that was given up go on? In a task of its own, which whoever asked cannot end by going away.

use std::sync::Arc;

use jiff::Timestamp;
use studio_core::id::{EventKey, OrganisationId};
use studio_store::StoreError;
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

/// Tries to deliver a dead letter again; `false` if there is none.
pub async fn dead_letter(
    studio: &Arc<Studio>,
    organisation: OrganisationId,
    letter: String,
    now: Timestamp,
) -> Result<bool, ReplayError> {
    let studio = Arc::clone(studio);
    let replayed = tokio::spawn(async move {
        match studio.store.replay_dead_letter(organisation, &letter, now).await {
            Ok(row) => Ok(row.map(|row| studio.deliver(row, None)).is_some()),
            Err(error) => {
                if matches!(error, StoreError::Unknown(_))
                    && let Err(error) = recover::outbox(&studio).await
                {
                    tracing::error!(%error, "pipeline.look_again.failed");
                }
                Err(error)
            }
        }
    });
    Ok(replayed.await??)
}

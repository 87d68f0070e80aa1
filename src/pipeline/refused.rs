//! What becomes of a message that its platform took, and refused later? It leaves once more, behind what was said since, or is a dead
//! letter.

use std::sync::Arc;

use studio_core::{
    api::DeliveryState,
    id::{ConversationId, OrganisationId},
};
use studio_store::{Departure, LateRefusal, OutboxRow, PartReport, StoreError, Unsettled};

use super::recover;
use crate::{breakpoint, studio::Studio};

/// Settles what these reports of a connection tell of, once they are noted.
pub async fn told(
    studio: &Arc<Studio>,
    organisation: OrganisationId,
    connection: &str,
    reports: &[PartReport],
) -> Result<(), StoreError> {
    for PartReport { conversation, part, .. } in
        reports.iter().filter(|report| report.state == DeliveryState::Failed)
    {
        match settle(studio, organisation, *conversation, part).await {
            Ok(Some(row)) => studio.deliver(row, None),
            Ok(None) => {}
            // It stays unsettled until a studio starts that can read it; to be told once more would not help.
            Err(error @ StoreError::Corrupt { .. }) => {
                tracing::error!(connection, %error, "delivery.refused_later.unreadable");
                let error = format!("a message was refused later, and {error}");
                studio.deliverer.unreadable.note(connection, studio.clock.now(), &error);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Settles what was told of these messages before they were known to have left; what is to leave once more is returned. What fails
/// here is tried again at the next start.
pub(super) async fn left(
    studio: &Arc<Studio>,
    organisation: OrganisationId,
    departures: &[Departure],
) -> Vec<OutboxRow> {
    let early = studio.store.refused_early(organisation, departures).await.unwrap_or_else(|error| {
        tracing::error!(%error, "delivery.refused_later.unread");
        Vec::new()
    });
    let mut again = Vec::new();
    for (conversation, part) in early {
        breakpoint::pass("refused");
        match settle(studio, organisation, conversation, &part).await {
            Ok(row) => again.extend(row),
            Err(error) => tracing::error!(%error, "delivery.refused_later.not_kept"),
        }
    }
    again
}

/// Settles what the last run did not, once the outbox is read. A message that stands there leaves anew; what its platform said of
/// the try before says nothing of this one.
pub(super) async fn left_over(studio: &Arc<Studio>) -> Result<(), StoreError> {
    for Unsettled { organisation, conversation, part, sequence } in studio.store.unsettled().await? {
        if sequence.is_some_and(|sequence| studio.deliverer.holds(conversation, sequence)) {
            continue;
        }
        match settle(studio, organisation, conversation, &part).await {
            Ok(Some(row)) => studio.deliver(row, None),
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "delivery.refused_later.not_kept"),
        }
    }
    studio.store.drop_unknown_refusals(studio.clock.now()).await
}

/// Returned is what is to leave once more.
async fn settle(
    studio: &Arc<Studio>,
    organisation: OrganisationId,
    conversation: ConversationId,
    part: &str,
) -> Result<Option<OutboxRow>, StoreError> {
    let (now, jitter) = (studio.clock.now(), studio.clock.fraction());
    match studio.store.settle_refused(organisation, conversation, part, now, jitter).await {
        Ok(LateRefusal::Again(row)) => Ok(Some(*row)),
        Ok(LateRefusal::Waits | LateRefusal::Settled | LateRefusal::Buried(_)) => Ok(None),
        Err(error) => {
            look_again(studio, &error).await;
            Err(error)
        }
    }
}

/// Where nobody knows whether a row stands in the outbox, the outbox does.
async fn look_again(studio: &Arc<Studio>, error: &StoreError) {
    if matches!(error, StoreError::Unknown(_))
        && let Err(error) = recover::outbox(studio).await
    {
        tracing::error!(%error, "pipeline.look_again.failed");
    }
}

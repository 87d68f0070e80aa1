//! What becomes of a message that its platform took, and refused later? It leaves once more, behind what was said since, or is a dead
//! letter.

use std::sync::Arc;

use studio_core::{api::DeliveryState, id::OrganisationId};
use studio_store::{Departure, LateRefusal, OutboxRow, PartReport, StoreError};

use super::recover;
use crate::studio::Studio;

/// Settles what these reports tell of, once they are noted.
pub async fn told(
    studio: &Arc<Studio>,
    organisation: OrganisationId,
    reports: &[PartReport],
) -> Result<(), StoreError> {
    for PartReport { conversation, part, .. } in
        reports.iter().filter(|report| report.state == DeliveryState::Failed)
    {
        let (now, jitter) = (studio.clock.now(), studio.clock.fraction());
        match studio.store.settle_refused(organisation, *conversation, part, now, jitter).await {
            Ok(LateRefusal::Again(row)) => studio.deliver(*row, None),
            Ok(LateRefusal::Settled | LateRefusal::Buried(_)) => {}
            Err(error) => {
                look_again(studio, &error).await;
                return Err(error);
            }
        }
    }
    Ok(())
}

/// Settles what was told of these messages before they were known to have left; what is to leave once more is returned.
pub(super) async fn left(
    studio: &Arc<Studio>,
    organisation: OrganisationId,
    departures: &[Departure],
) -> Vec<OutboxRow> {
    let (now, jitter) = (studio.clock.now(), studio.clock.fraction());
    let mut again = Vec::new();
    let settled = studio.store.settle_those_refused(organisation, departures, now, jitter, &mut again).await;
    if let Err(error) = settled {
        tracing::error!(%error, "delivery.refused_later.not_kept");
        look_again(studio, &error).await;
    }
    again
}

/// Where nobody knows whether a row stands in the outbox, the outbox does.
async fn look_again(studio: &Arc<Studio>, error: &StoreError) {
    if matches!(error, StoreError::Unknown(_))
        && let Err(error) = recover::outbox(studio).await
    {
        tracing::error!(%error, "pipeline.look_again.failed");
    }
}

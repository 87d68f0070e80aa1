//! What did the last run leave behind? Events without their turn, and messages that may not have left.

use std::sync::Arc;

use studio_store::StoreError;

use crate::studio::Studio;

/// Rows read at once.
const BATCH: u32 = 500;

/// Hands every waiting event to its lane, in the order of arrival.
pub(super) async fn inbox(studio: &Arc<Studio>) -> Result<(), StoreError> {
    let mut after = None;
    let mut count = 0_usize;
    loop {
        let rows = studio.store.pending_inbox(after.as_ref(), BATCH).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.key.clone());
        count += rows.len();
        for row in rows {
            studio.intake.resume(row);
        }
    }
    if count > 0 {
        tracing::info!(events = count, "pipeline.recovered.inbox");
    }
    Ok(())
}

/// Hands every row of the outbox to the deliverer.
pub(super) async fn outbox(studio: &Arc<Studio>) -> Result<(), StoreError> {
    let mut after = None;
    let mut left = Vec::new();
    loop {
        let rows = studio.store.pending_outbox(after.as_ref(), BATCH).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.key.clone());
        left.extend(rows);
    }
    // They are read in the order in which their events arrived, which need not be that of the turns: a timer's
    // event may stand in the inbox before its lane hears of it.
    left.sort_by_key(|row| (row.conversation, row.sequence));
    for row in left {
        studio.deliver(row, None);
    }
    Ok(())
}

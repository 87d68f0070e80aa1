//! What did the last run leave behind? Events without their turn, and messages that may not have left.

use std::{sync::Arc, time::Duration};

use studio_core::policy::delivery::in_order;
use studio_store::{InboxRow, Store, StoreError};

use crate::studio::Studio;

/// Rows read at once.
const BATCH: u32 = 500;
/// Between two tries of a store that does not answer.
const AGAIN: Duration = Duration::from_millis(200);

/// Hands every waiting event to its lane, in the order of arrival.
pub(super) async fn inbox(store: &Store, mut resume: impl FnMut(InboxRow)) -> Result<(), StoreError> {
    let mut after = None;
    let mut count = 0_usize;
    loop {
        let page = store.pending_inbox(after.as_ref(), BATCH).await?;
        count += page.rows.len();
        page.rows.into_iter().for_each(&mut resume);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    if count > 0 {
        tracing::info!(events = count, "pipeline.recovered.inbox");
    }
    Ok(())
}

/// As [`inbox`], until the store answers: after a transaction of which nobody knows whether it was committed. An event
/// that a lane has already turns out to be done when its turn is committed again.
pub(super) async fn look_again(store: &Store, mut resume: impl FnMut(InboxRow)) {
    store.doubt_inbox();
    while let Err(error) = inbox(store, &mut resume).await {
        tracing::error!(%error, "pipeline.look_again.failed");
        if matches!(error, StoreError::Closed | StoreError::Disk(_)) {
            return;
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Hands every row of the outbox to the deliverer. They are no more than the run before let wait (`outgoing`).
pub(super) async fn outbox(studio: &Arc<Studio>) -> Result<(), StoreError> {
    let mut after = None;
    let mut left = Vec::new();
    loop {
        let page = studio.store.pending_outbox(after.as_ref(), BATCH, studio.clock.now()).await?;
        left.extend(page.rows);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    in_order(&mut left, |row| (row.conversation, row.sequence));
    if !left.is_empty() {
        tracing::info!(rows = left.len(), "pipeline.recovered.outbox");
    }
    for row in left {
        studio.deliver(row, None);
    }
    Ok(())
}

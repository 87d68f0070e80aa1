//! What may be forgotten? Receipts and keys that nobody repeats any more, sessions that have ended, translations of texts that
//! nobody says any more, files that were uploaded and never sent.

use std::{sync::Arc, time::Duration};

use jiff::SignedDuration;

use crate::studio::Studio;

const EVERY: Duration = Duration::from_hours(1);
/// WhatsApp repeats for 7 days, the longest of all platforms; a month leaves room for a machine that was off.
const KEEP_RECEIPTS: SignedDuration = SignedDuration::from_hours(30 * 24);
/// What nobody was told in so long was rewritten by its author.
const KEEP_TRANSLATED: SignedDuration = SignedDuration::from_hours(90 * 24);
/// From the moment at which a file cannot be named any more until it is deleted: longer than any message takes from its check
/// to the inbox.
const DOOMED: SignedDuration = SignedDuration::from_mins(30);
/// Receipts, or files, looked at in one go.
const BATCH: u32 = 1_000;

pub(super) async fn run(studio: Arc<Studio>) {
    loop {
        if let Err(error) = prune(&studio).await {
            tracing::error!(%error, "job.prune.failed");
        }
        tokio::select! {
            () = studio.stopping.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

async fn prune(studio: &Studio) -> Result<(), studio_store::StoreError> {
    let now = studio.clock.now();
    studio.store.prune_sessions(now).await?;
    let before = now.checked_sub(KEEP_RECEIPTS).unwrap_or(now);
    studio.store.prune_act_keys(before).await?;
    let unused = now.checked_sub(KEEP_TRANSLATED).unwrap_or(now);
    studio.store.prune_translated(unused, studio.config.translation.cache).await?;
    prune_unsent(studio).await?;
    let mut after = None;
    while !studio.stopping.is_cancelled() {
        let pruned = studio.store.prune_receipts(before, after.as_ref(), BATCH).await?;
        if pruned.deleted > 0 {
            tracing::info!(receipts = pruned.deleted, "job.prune.done");
        }
        match pruned.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    Ok(())
}

async fn prune_unsent(studio: &Studio) -> Result<(), studio_store::StoreError> {
    let now = studio.clock.now();
    let before = |time: SignedDuration| now.checked_sub(time).unwrap_or(now);
    let (unsent, doomed) = (before(studio.config.limits.unsent), before(DOOMED));
    let mut after = None;
    while !studio.stopping.is_cancelled() {
        let pruned = studio.store.prune_unsent(unsent, doomed, now, after.as_ref(), BATCH).await?;
        if pruned.deleted > 0 {
            tracing::info!(files = pruned.deleted, "job.prune.unsent");
        }
        match pruned.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    Ok(())
}

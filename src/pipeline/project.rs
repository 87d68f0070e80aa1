//! What do the figures say? Folds over the journal, each turn once, behind the turns and never before them.

use std::{sync::Arc, time::Duration};

use studio_store::StoreError;

use crate::{breakpoint, review::Masker, studio::Studio};

/// Between two folds.
const PAUSE: Duration = Duration::from_millis(500);

/// Runs until the server stops.
pub(super) async fn run(studio: Arc<Studio>) {
    let masker = Masker::new(studio.registry.clone());
    loop {
        let projected =
            studio.store.project(&|organisation, bot, found| masker.mask(organisation, bot, found)).await;
        match projected {
            Ok(0) => {}
            Ok(_) => breakpoint::pass("projected"),
            // Somebody was forgotten meanwhile, or another process counted: the next fold begins again.
            Err(error @ StoreError::Busy { .. }) => tracing::debug!(%error, "pipeline.project.again"),
            Err(error) => tracing::error!(%error, "pipeline.project.failed"),
        }
        tokio::select! {
            () = studio.stopping.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

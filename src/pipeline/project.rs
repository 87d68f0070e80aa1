//! What do the figures say? Folds over the journal, each turn once, behind the turns and never before them.

use std::{sync::Arc, time::Duration};

use crate::{breakpoint, studio::Studio};

/// Between two folds.
const PAUSE: Duration = Duration::from_millis(500);

/// Runs until the server stops.
pub(super) async fn run(studio: Arc<Studio>) {
    loop {
        match studio.store.project().await {
            Ok(0) => {}
            Ok(_) => breakpoint::pass("projected"),
            Err(error) => tracing::error!(%error, "pipeline.project.failed"),
        }
        tokio::select! {
            () = studio.stopping.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

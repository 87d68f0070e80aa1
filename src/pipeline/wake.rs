//! Which timers are due? They become events in the inbox, in one transaction, so that none fires twice.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures::FutureExt as _;
use studio_store::StoreError;

use super::{recover, supervise::panicked};
use crate::{breakpoint, clock::Jumps, studio::Studio};

/// Timers that fire in one transaction.
const BATCH: u32 = 200;
/// Longest sleep: a clock that was set forward is noticed within it.
const LONGEST: Duration = Duration::from_secs(1);

/// Runs until the server stops.
pub(super) async fn run(studio: Arc<Studio>) {
    let mut jumps = Jumps::from(studio.clock.now(), Instant::now());
    let mut anew = false;
    while panicked("wake", fire(&studio, &mut jumps, anew).boxed()).await {
        anew = true;
    }
}

async fn fire(studio: &Studio, jumps: &mut Jumps, anew: bool) {
    if anew {
        // Some may have fired, and no lane knows.
        recover::look_again(&studio.store, |row| studio.intake.resume(row)).await;
    }
    loop {
        let now = studio.clock.now();
        if let Some(jump) = jumps.look(now, Instant::now()) {
            tracing::warn!(by = format!("{jump:#}"), "clock.jumped");
        }
        let pause = match studio.store.fire_due(now, BATCH).await {
            Ok(fired) => {
                if !fired.is_empty() {
                    breakpoint::pass("fired");
                }
                let full = fired.len() >= BATCH as usize;
                for row in fired {
                    studio.intake.resume(row);
                }
                if full { Duration::ZERO } else { until_next(studio).await }
            }
            Err(error) => {
                tracing::error!(%error, "pipeline.wake.failed");
                if matches!(error, StoreError::Unknown(_)) {
                    // They may have fired, and no lane knows.
                    recover::look_again(&studio.store, |row| studio.intake.resume(row)).await;
                }
                LONGEST
            }
        };
        tokio::select! {
            () = studio.stopping.cancelled() => return,
            () = studio.timers_changed.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn until_next(studio: &Studio) -> Duration {
    match studio.store.next_timer_due().await {
        Ok(Some(due)) => {
            Duration::try_from(due.duration_since(studio.clock.now())).unwrap_or(Duration::ZERO).min(LONGEST)
        }
        Ok(None) | Err(_) => LONGEST,
    }
}

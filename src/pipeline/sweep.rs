//! When do the rows leave that have done their work? Many in one transaction, off the way of the turns.

use std::{collections::HashMap, sync::Arc, time::Duration};

use studio_core::id::OrganisationId;
use studio_store::{Departure, OutboxKey};
use tokio::{sync::mpsc, time::sleep};

use crate::{breakpoint, studio::Studio};

/// Between two sweeps: long enough that a transaction takes several rows and that turns rarely wait for one, short
/// enough that little is delivered twice after a kill.
const PAUSE: Duration = Duration::from_millis(100);
/// After one that failed.
const AFTER_FAILURE: Duration = Duration::from_millis(500);

/// What need not be kept any more.
#[derive(Debug)]
pub(super) enum Done {
    /// The events of committed turns; the store knows which.
    Turns(OrganisationId),
    /// It has left; with what is to be known of it, if it was a message.
    Delivered(OutboxKey, Option<Box<Departure>>),
}

/// Runs until the studio is gone. What is not swept when the process ends is found at the next start: the
/// events are known to be done, and what was delivered goes out again, marked uncertain.
pub(super) async fn run(studio: Arc<Studio>, mut done: mpsc::UnboundedReceiver<Done>) {
    let mut pending: HashMap<OrganisationId, Vec<(OutboxKey, Option<Departure>)>> = HashMap::new();
    let mut batch = Vec::new();
    while !pending.is_empty() || done.recv_many(&mut batch, usize::MAX).await > 0 {
        while let Ok(more) = done.try_recv() {
            batch.push(more);
        }
        for done in batch.drain(..) {
            match done {
                Done::Turns(organisation) => {
                    pending.entry(organisation).or_default();
                }
                Done::Delivered(key, departure) => {
                    pending
                        .entry(key.inbox.organisation)
                        .or_default()
                        .push((key, departure.map(|departure| *departure)));
                }
            }
        }
        let mut kept = HashMap::new();
        for (organisation, delivered) in pending {
            let keys: Vec<_> = delivered.iter().map(|(key, _)| key.clone()).collect();
            let departures: Vec<_> =
                delivered.iter().filter_map(|(_, departure)| departure.clone()).collect();
            match studio.store.sweep_and_note(organisation, &keys, &departures).await {
                Ok(()) => studio.deliverer.swept(&keys, &departures),
                Err(error) => {
                    tracing::error!(%error, rows = delivered.len(), "pipeline.sweep.failed");
                    kept.insert(organisation, delivered);
                }
            }
        }
        breakpoint::pass("swept");
        sleep(if kept.is_empty() { PAUSE } else { AFTER_FAILURE }).await;
        pending = kept;
    }
}

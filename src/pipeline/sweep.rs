//! When do the rows leave that have done their work? Many in one transaction, off the way of the turns.

use std::{collections::HashMap, sync::Arc, time::Duration};

use futures::FutureExt as _;
use studio_core::id::OrganisationId;
use studio_store::{Departure, OutboxKey, StoreError};
use tokio::{
    sync::{mpsc, watch},
    time::sleep,
};

use super::{refused, supervise::panicked};
use crate::{breakpoint, studio::Studio};

/// Between two sweeps: long enough that a transaction takes several rows and that turns rarely wait for one, short
/// enough that little is delivered twice after a kill.
const PAUSE: Duration = Duration::from_millis(100);
/// A sweep of so many rows or more is followed by the next without a pause: it is behind.
const MANY: usize = 2_000;
/// After one that failed.
const AFTER_FAILURE: Duration = Duration::from_millis(500);
/// Rows that may wait to be swept before turns wait for the sweeper, some three seconds' worth: they are kept in memory, and what has left
/// among them leaves again after a kill.
const MOST_UNSWEPT: usize = 20_000;

/// What need not be kept any more.
#[derive(Debug)]
pub(super) enum Done {
    /// The event of a committed turn; the store knows which.
    Turn(OrganisationId),
    /// It has left; with what is to be known of it, if it was a message.
    Delivered(OutboxKey, Option<Box<Departure>>),
}

/// How much waits to be swept, and the way there. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Unswept {
    tell: mpsc::UnboundedSender<Done>,
    rows: Arc<watch::Sender<usize>>,
}

impl Unswept {
    pub fn new() -> (Self, mpsc::UnboundedReceiver<Done>) {
        let (tell, done) = mpsc::unbounded_channel();
        (Self { tell, rows: Arc::new(watch::Sender::new(0)) }, done)
    }

    pub fn add(&self, done: Done) {
        // Nobody waits for there to be more.
        self.rows.send_if_modified(|rows| {
            *rows += 1;
            false
        });
        // The sweeper lives as long as the process.
        let _ = self.tell.send(done);
    }

    fn remove(&self, count: usize) {
        self.rows.send_modify(|rows| *rows -= count);
    }

    /// Waits until there is room for more.
    pub async fn room(&self) {
        // The sender is this one's own.
        let _ = self.rows.subscribe().wait_for(|rows| *rows < MOST_UNSWEPT).await;
    }
}

/// What is to be swept of an organisation.
#[derive(Default)]
struct Heap {
    turns: usize,
    delivered: Vec<(OutboxKey, Option<Departure>)>,
}

impl Heap {
    fn rows(&self) -> usize {
        self.turns + self.delivered.len()
    }
}

/// Runs until the studio is gone. What is not swept when the process ends is found at the next start: the
/// events are known to be done, and what was delivered goes out again, marked uncertain.
pub(super) async fn run(studio: Arc<Studio>, unswept: Unswept, mut done: mpsc::UnboundedReceiver<Done>) {
    let mut sweeper = Sweeper { studio, unswept, pending: HashMap::new(), batch: Vec::new() };
    while panicked("sweep", sweeper.run(&mut done).boxed()).await {}
}

struct Sweeper {
    studio: Arc<Studio>,
    unswept: Unswept,
    pending: HashMap<OrganisationId, Heap>,
    batch: Vec<Done>,
}

impl Sweeper {
    async fn run(&mut self, done: &mut mpsc::UnboundedReceiver<Done>) {
        while !self.pending.is_empty() || done.recv_many(&mut self.batch, usize::MAX).await > 0 {
            while let Ok(more) = done.try_recv() {
                self.batch.push(more);
            }
            self.sort();
            let mut count = 0;
            for organisation in self.pending.keys().copied().collect::<Vec<_>>() {
                count += self.sweep(organisation).await;
            }
            breakpoint::pass("swept");
            if !self.pending.is_empty() {
                sleep(AFTER_FAILURE).await;
            } else if count < MANY {
                sleep(PAUSE).await;
            }
        }
    }

    /// Puts what has come to what is to be swept of its organisation.
    fn sort(&mut self) {
        for done in self.batch.drain(..) {
            match done {
                Done::Turn(organisation) => self.pending.entry(organisation).or_default().turns += 1,
                Done::Delivered(key, departure) => {
                    let heap = self.pending.entry(key.inbox.organisation).or_default();
                    heap.delivered.push((key, departure.map(|departure| *departure)));
                }
            }
        }
    }

    /// How many rows were swept. It keeps them where that fails.
    async fn sweep(&mut self, organisation: OrganisationId) -> usize {
        let Some(heap) = self.pending.get(&organisation) else { return 0 };
        let rows = heap.rows();
        let keys: Vec<_> = heap.delivered.iter().map(|(key, _)| key.clone()).collect();
        let departures: Vec<_> =
            heap.delivered.iter().filter_map(|(_, departure)| departure.clone()).collect();
        if let Err(error) = self.studio.store.sweep_and_note(organisation, &keys, &departures).await {
            if passes(&error) {
                tracing::warn!(%error, rows, "pipeline.sweep.failed");
            } else {
                tracing::error!(%error, rows, "pipeline.sweep.failed");
            }
            return 0;
        }
        self.pending.remove(&organisation);
        let swept = Swept { sweeper: self, rows, keys, departures };
        let again = refused::left(&self.studio, organisation, &swept.departures).await;
        drop(swept);
        for row in again {
            self.studio.deliver(row, None);
        }
        rows
    }
}

/// Whether the next sweep does it: others wrote the same rows at that moment.
fn passes(error: &StoreError) -> bool {
    matches!(error, StoreError::Busy { .. })
}

/// Rows that are swept: that is told when this is dropped, so also where a bug ends what comes behind.
struct Swept<'a> {
    sweeper: &'a Sweeper,
    rows: usize,
    keys: Vec<OutboxKey>,
    departures: Vec<Departure>,
}

impl Drop for Swept<'_> {
    fn drop(&mut self) {
        self.sweeper.studio.deliverer.swept(&self.keys, &self.departures);
        self.sweeper.unswept.remove(self.rows);
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    #[test]
    fn only_what_the_next_sweep_does_is_no_error() {
        assert!(passes(&StoreError::Busy { tries: 1 }));
        assert!(!passes(&StoreError::Disk("it is full".to_owned())));
    }

    #[tokio::test]
    async fn turns_wait_while_too_much_is_to_be_swept() {
        let (unswept, _done) = Unswept::new();
        let room = || timeout(Duration::from_millis(20), unswept.room());
        for _ in 0..MOST_UNSWEPT {
            assert!(room().await.is_ok());
            unswept.add(Done::Turn(OrganisationId::FIRST));
        }
        assert!(room().await.is_err());
        let waiting = tokio::spawn({
            let unswept = unswept.clone();
            async move { unswept.room().await }
        });
        unswept.remove(1);
        timeout(Duration::from_secs(5), waiting)
            .await
            .expect("there is room")
            .expect("and whoever waits is told");
    }
}

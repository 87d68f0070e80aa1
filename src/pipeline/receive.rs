//! How does an event get in? Stored, then acknowledged, then handed to its lane; in this order.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use studio_core::id::OrganisationId;
use studio_store::{Accepted, Arrival, InboxRow, Store};
use tokio::sync::{mpsc, oneshot};

use super::{LANES, lane, waiting::Asleep};
use crate::breakpoint;

/// Writers that accept: two, so that one can collect while the other commits.
const WRITERS: usize = 2;
/// Most events in one transaction.
const BATCH: usize = 128;

/// The way in. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Intake {
    writers: Vec<mpsc::Sender<Request>>,
    backlog: Backlog,
    lanes: LaneSenders,
}

/// How many acknowledged events are waiting for the end of their turn.
#[derive(Clone, Debug, Default)]
pub struct Backlog {
    waiting: Arc<AtomicUsize>,
    /// Those of them that wait for a bot to be published.
    pub(super) asleep: Asleep,
    limit: usize,
}

#[derive(Debug)]
struct Request {
    organisation: OrganisationId,
    arrival: Arrival,
    answer: oneshot::Sender<Result<Receipt, ReceiveError>>,
}

/// What became of an event that was taken. Both mean that it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    New,
    /// It had come before, and will not be run again.
    Repeat,
}

/// Why an event was not taken. Nothing of it was kept.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReceiveError {
    #[error("too many events are waiting; try again in {retry_after} s")]
    Busy { retry_after: u64 },
    #[error("another event was stored under this id")]
    Conflict,
    #[error("the studio is stopping")]
    Stopping,
    #[error("the store did not take it: {0}")]
    Store(String),
}

impl Backlog {
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Acquire)
    }

    /// Events that wait for a bot to be published.
    pub fn asleep(&self) -> usize {
        self.asleep.count()
    }

    /// Events that will have their turn by themselves.
    pub fn awake(&self) -> usize {
        self.waiting().saturating_sub(self.asleep())
    }

    /// Whether as many events wait for a bot as may: those of bots that run have a limit of their own.
    pub fn sleeps_enough(&self) -> bool {
        self.asleep() >= self.limit
    }

    pub(super) fn add(&self, count: usize) {
        self.waiting.fetch_add(count, Ordering::AcqRel);
    }

    pub(super) fn done(&self, count: usize) {
        self.waiting.fetch_sub(count, Ordering::AcqRel);
    }
}

/// Where accepted events go: one queue a lane, bounded by the backlog's limit at the way in.
pub(super) type LaneSenders = [mpsc::UnboundedSender<InboxRow>; LANES];

impl Intake {
    /// Starts the writers.
    pub(super) fn start(store: &Store, lanes: LaneSenders, limit: usize) -> Self {
        let backlog = Backlog { waiting: Arc::default(), asleep: Asleep::default(), limit };
        let writers = (0..WRITERS)
            .map(|_| {
                let (sender, receiver) = mpsc::channel(1_024);
                tokio::spawn(write(store.clone(), lanes.clone(), backlog.clone(), receiver));
                sender
            })
            .collect();
        Self { writers, backlog, lanes }
    }

    /// Hands a row that stands in the inbox already to its lane.
    pub fn resume(&self, row: InboxRow) {
        enqueue(&self.lanes, &self.backlog, row);
    }

    pub fn backlog(&self) -> &Backlog {
        &self.backlog
    }

    /// Takes an event. When this returns `Ok`, the event is on disk and will be worked on, once.
    pub async fn receive(
        &self,
        organisation: OrganisationId,
        arrival: Arrival,
    ) -> Result<Receipt, ReceiveError> {
        breakpoint::pass("received");
        if self.backlog.awake() >= self.backlog.limit {
            return Err(ReceiveError::Busy { retry_after: 2 });
        }
        // One conversation always takes the same writer, so that its events stay in order.
        let writer = &self.writers[lane(arrival.conversation) % WRITERS];
        let (answer, answered) = oneshot::channel();
        writer.send(Request { organisation, arrival, answer }).await.map_err(|_| ReceiveError::Stopping)?;
        answered.await.map_err(|_| ReceiveError::Stopping)?
    }
}

async fn write(store: Store, lanes: LaneSenders, backlog: Backlog, mut requests: mpsc::Receiver<Request>) {
    let mut batch = Vec::with_capacity(BATCH);
    while requests.recv_many(&mut batch, BATCH).await > 0 {
        // A batch is of one organisation, as every call on the store is.
        while let Some(organisation) = batch.first().map(|request| request.organisation) {
            let (mine, others): (Vec<_>, Vec<_>) =
                batch.drain(..).partition(|request| request.organisation == organisation);
            batch = others;
            accept(&store, &lanes, &backlog, organisation, mine).await;
        }
    }
}

async fn accept(
    store: &Store,
    lanes: &LaneSenders,
    backlog: &Backlog,
    organisation: OrganisationId,
    requests: Vec<Request>,
) {
    let (arrivals, answers): (Vec<_>, Vec<_>) =
        requests.into_iter().map(|request| (request.arrival, request.answer)).unzip();
    match store.accept(organisation, arrivals).await {
        Ok(accepted) => {
            breakpoint::pass("accepted");
            for (answer, accepted) in answers.into_iter().zip(accepted) {
                let receipt = match accepted {
                    Accepted::New(row) => {
                        enqueue(lanes, backlog, *row);
                        Ok(Receipt::New)
                    }
                    Accepted::Repeat => Ok(Receipt::Repeat),
                    Accepted::Conflict => Err(ReceiveError::Conflict),
                };
                // Who asked may have gone; the event is kept all the same.
                let _ = answer.send(receipt);
            }
        }
        Err(error) => {
            tracing::error!(%error, events = answers.len(), "pipeline.accept.failed");
            for answer in answers {
                let _ = answer.send(Err(ReceiveError::Store(error.to_string())));
            }
        }
    }
}

/// Hands a stored event to its lane.
pub(super) fn enqueue(lanes: &LaneSenders, backlog: &Backlog, row: InboxRow) {
    backlog.add(1);
    if lanes[lane(row.conversation)].send(row).is_err() {
        // The lanes are gone: the server is stopping. The event is in the inbox and goes on at the next start.
        backlog.done(1);
    }
}

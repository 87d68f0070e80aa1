//! How does an event get in? Stored, then acknowledged, then handed to its lane; in this order.

use std::{
    collections::{BTreeMap, HashMap},
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::FutureExt as _;
use studio_core::{
    id::{ConversationId, OrganisationId},
    policy::pressure::{Urgency, Waiting, admits},
};
use studio_store::{Accepted, Arrival, InboxRow, Store};
use tokio::{
    sync::{Notify, mpsc, oneshot},
    time::Instant,
};

use super::{
    LANES, lane,
    outgoing::Outgoing,
    recover,
    stages::{Stage, took},
    supervise::panicked,
    waiting::Asleep,
};
use crate::{breakpoint, seldom::Seldom};

/// Writers that accept: two, so that one can collect while the other commits.
const WRITERS: usize = 2;
/// Most events in one transaction.
const BATCH: usize = 128;
/// Where so many came while the last transaction ran, the writer lets more of them gather before the next: a
/// transaction of few costs the processor nearly as much as one of many. Measured at 4,000 a second on 2 cores, with
/// the lanes' own rest: waits of 27 ms in place of 64 ms (p99). Where few come, nothing waits.
pub(super) const MANY: usize = 4;
const GATHER: Duration = Duration::from_millis(4);
/// In seconds: when what was refused may come again.
const RETRY_AFTER: u64 = 2;

/// Told while events are refused because too many wait.
static REFUSING: Seldom = Seldom::every(Duration::from_secs(10));

/// The way in. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Intake {
    writers: Vec<mpsc::Sender<Request>>,
    backlog: Backlog,
    outgoing: Outgoing,
    lanes: LaneSenders,
}

/// How many events are waiting for the end of their turn: those that are acknowledged, and those just being stored.
#[derive(Clone, Debug, Default)]
pub struct Backlog {
    waiting: Arc<AtomicUsize>,
    /// The same by conversation; none of those that wait for nothing.
    by_conversation: Arc<Mutex<HashMap<ConversationId, usize>>>,
    /// Told of every turn that is over.
    ended: Arc<Notify>,
    /// Those of them that wait for a bot to be published.
    pub(super) asleep: Asleep,
    limit: usize,
}

#[derive(Debug)]
struct Request {
    organisation: OrganisationId,
    arrival: Arrival,
    reservation: Reservation,
    came: Instant,
    answer: oneshot::Sender<Result<Receipt, ReceiveError>>,
}

/// An event's place among those that wait; given back when dropped.
#[derive(Debug)]
struct Reservation {
    backlog: Option<Backlog>,
    conversation: ConversationId,
}

impl Reservation {
    /// The event was stored: whoever ends its turn gives the place back.
    fn keep(mut self) {
        self.backlog = None;
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if let Some(backlog) = &self.backlog {
            backlog.done(self.conversation);
        }
    }
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

    /// The bot for which a conversation waits.
    pub fn bot_awaited(&self, organisation: OrganisationId, conversation: ConversationId) -> Option<String> {
        self.asleep.bot(organisation, conversation)
    }

    /// The bots for which conversations wait, and how many do.
    pub fn bots_awaited(&self, organisation: OrganisationId) -> BTreeMap<String, usize> {
        self.asleep.by_bot(organisation)
    }

    /// Events that will have their turn by themselves.
    pub fn awake(&self) -> usize {
        self.waiting().saturating_sub(self.asleep())
    }

    /// Whether as many events wait for a bot as may: those of bots that run have a limit of their own.
    pub fn sleeps_enough(&self) -> bool {
        self.asleep() >= self.limit
    }

    /// Whether an event of this conversation waits, or is just being stored.
    pub fn holds(&self, conversation: ConversationId) -> bool {
        self.counts().contains_key(&conversation)
    }

    /// How many events of this conversation wait, or are just being stored.
    pub fn of(&self, conversation: ConversationId) -> usize {
        self.counts().get(&conversation).copied().unwrap_or(0)
    }

    /// Waits until there are more or fewer of them than `count`.
    pub async fn changed(&self, conversation: ConversationId, count: usize) {
        loop {
            let mut ended = pin!(self.ended.notified());
            // What ends between the look and the wait is heard as well.
            ended.as_mut().enable();
            if self.of(conversation) != count {
                return;
            }
            ended.await;
        }
    }

    /// A place for one more event of this urgency, if there is one while so much waits to leave by its connection.
    fn take(&self, urgency: Urgency, conversation: ConversationId, leaving: Waiting) -> Option<Reservation> {
        let mut counts = self.counts();
        let count = counts.entry(conversation).or_default();
        let events = Waiting { all: self.awake(), of_conversation: *count };
        if admits(urgency, events, leaving, self.limit) {
            *count += 1;
            self.waiting.fetch_add(1, Ordering::AcqRel);
            return Some(Reservation { backlog: Some(self.clone()), conversation });
        }
        if *count == 0 {
            counts.remove(&conversation);
        }
        None
    }

    /// As [`Self::take`] for one that stands in the inbox, and is not to be refused any more.
    fn add(&self, conversation: ConversationId) {
        *self.counts().entry(conversation).or_default() += 1;
        self.waiting.fetch_add(1, Ordering::AcqRel);
    }

    /// An event's turn is over, or it is not to have one.
    pub(super) fn done(&self, conversation: ConversationId) {
        let mut counts = self.counts();
        if let Some(count) = counts.get_mut(&conversation) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&conversation);
            }
        }
        drop(counts);
        self.waiting.fetch_sub(1, Ordering::AcqRel);
        self.ended.notify_waiters();
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<ConversationId, usize>> {
        self.by_conversation.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where accepted events go: one queue a lane, bounded by the backlog's limit at the way in.
pub(super) type LaneSenders = [mpsc::UnboundedSender<Queued>; LANES];

/// A stored event on its way to its lane.
#[derive(Debug)]
pub(super) struct Queued {
    pub row: InboxRow,
    pub since: Instant,
}

impl Intake {
    /// Starts the writers.
    pub(super) fn start(store: &Store, lanes: LaneSenders, outgoing: Outgoing, limit: usize) -> Self {
        let backlog = Backlog { limit, ..Backlog::default() };
        let writers = (0..WRITERS)
            .map(|_| {
                let (sender, receiver) = mpsc::channel(1_024);
                tokio::spawn(write(store.clone(), lanes.clone(), backlog.clone(), receiver));
                sender
            })
            .collect();
        Self { writers, backlog, outgoing, lanes }
    }

    /// Hands a row that stands in the inbox already to its lane.
    pub fn resume(&self, row: InboxRow) {
        resume(&self.lanes, &self.backlog, row);
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
        let came = Instant::now();
        let urgency = Urgency::of(&arrival.event.body);
        let leaving = self.outgoing.of(&arrival.connection, arrival.conversation);
        let Some(reservation) = self.backlog.take(urgency, arrival.conversation, leaving) else {
            if let Some(refused) = REFUSING.count() {
                let (waiting, limit) = (self.backlog.awake(), self.backlog.limit);
                let (leaving, connection) = (leaving.all, &arrival.connection);
                tracing::warn!(
                    refused,
                    ?urgency,
                    waiting,
                    leaving,
                    connection,
                    limit,
                    "pipeline.receive.refusing"
                );
            }
            return Err(ReceiveError::Busy { retry_after: RETRY_AFTER });
        };
        // One conversation always takes the same writer, so that its events stay in order.
        let writer = &self.writers[lane(arrival.conversation) % WRITERS];
        let (answer, answered) = oneshot::channel();
        let request = Request { organisation, arrival, reservation, came, answer };
        writer.send(request).await.map_err(|_| ReceiveError::Stopping)?;
        answered.await.map_err(|_| ReceiveError::Stopping)?
    }
}

async fn write(store: Store, lanes: LaneSenders, backlog: Backlog, mut requests: mpsc::Receiver<Request>) {
    let mut anew = false;
    while panicked("receive", take_in(&store, &lanes, &backlog, &mut requests, anew).boxed()).await {
        anew = true;
    }
}

async fn take_in(
    store: &Store,
    lanes: &LaneSenders,
    backlog: &Backlog,
    requests: &mut mpsc::Receiver<Request>,
    anew: bool,
) {
    if anew {
        // Whose request was lost was told that it was not taken; it may be stored, and no lane knows.
        recover::look_again(store, |row| resume(lanes, backlog, row)).await;
    }
    let mut batch = Vec::with_capacity(BATCH);
    while requests.recv_many(&mut batch, BATCH).await > 0 {
        let size = batch.len();
        // A batch is of one organisation, as every call on the store is.
        while let Some(organisation) = batch.first().map(|request| request.organisation) {
            let (mine, others): (Vec<_>, Vec<_>) =
                batch.drain(..).partition(|request| request.organisation == organisation);
            batch = others;
            if !accept(store, lanes, backlog, organisation, mine).await {
                // They may be stored, and no lane knows. What their senders send next comes behind them.
                recover::look_again(store, |row| resume(lanes, backlog, row)).await;
            }
        }
        if size >= MANY {
            tokio::time::sleep(GATHER).await;
        }
    }
}

/// Stores events and hands them to their lanes; `false` where nobody knows whether they are stored.
async fn accept(
    store: &Store,
    lanes: &LaneSenders,
    backlog: &Backlog,
    organisation: OrganisationId,
    requests: Vec<Request>,
) -> bool {
    let begun = Instant::now();
    let (arrivals, askers): (Vec<_>, Vec<_>) = requests
        .into_iter()
        .map(|request| (request.arrival, (request.came, request.reservation, request.answer)))
        .unzip();
    match store.accept(organisation, arrivals).await {
        Ok(accepted) => {
            breakpoint::pass("accepted");
            let stored_in = begun.elapsed();
            for ((came, reservation, answer), accepted) in askers.into_iter().zip(accepted) {
                let receipt = match accepted {
                    Accepted::New(row) => {
                        reservation.keep();
                        took(Stage::Gathered, begun.duration_since(came));
                        took(Stage::Stored, stored_in);
                        enqueue(lanes, backlog, *row);
                        Ok(Receipt::New)
                    }
                    Accepted::Repeat => Ok(Receipt::Repeat),
                    Accepted::Conflict => Err(ReceiveError::Conflict),
                };
                // Who asked may have gone; the event is kept all the same.
                let _ = answer.send(receipt);
            }
            true
        }
        Err(error) => {
            tracing::error!(%error, events = askers.len(), "pipeline.accept.failed");
            for (_, _reservation, answer) in askers {
                let _ = answer.send(Err(ReceiveError::Store(error.to_string())));
            }
            false
        }
    }
}

fn resume(lanes: &LaneSenders, backlog: &Backlog, row: InboxRow) {
    backlog.add(row.conversation);
    enqueue(lanes, backlog, row);
}

/// Hands a stored event, which has its place, to its lane.
fn enqueue(lanes: &LaneSenders, backlog: &Backlog, row: InboxRow) {
    let conversation = row.conversation;
    let queued = Queued { row, since: Instant::now() };
    if lanes[lane(conversation)].send(queued).is_err() {
        // The lanes are gone: the server is stopping. The event is in the inbox and goes on at the next start.
        backlog.done(conversation);
    }
}

#[cfg(test)]
mod tests {
    use futures::poll;

    use super::*;

    #[tokio::test]
    async fn who_waits_for_a_turn_hears_of_it_and_of_no_other() {
        let backlog = Backlog::default();
        let [mine, other] =
            ["a", "b"].map(|name| ConversationId::of_thread(OrganisationId::FIRST, "web", name));
        for conversation in [mine, mine, other] {
            backlog.add(conversation);
        }
        let mut changed = pin!(backlog.changed(mine, 2));
        assert!(poll!(changed.as_mut()).is_pending());
        backlog.done(other);
        assert!(poll!(changed.as_mut()).is_pending());
        backlog.done(mine);
        assert!(poll!(changed.as_mut()).is_ready());
        // What ended before it was waited for needs no waiting.
        assert!(poll!(pin!(backlog.changed(mine, 2))).is_ready());
        assert_eq!((backlog.of(mine), backlog.of(other), backlog.waiting()), (1, 0, 1));
    }
}

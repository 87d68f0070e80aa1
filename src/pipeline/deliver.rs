//! How does a message or a call leave? In order within its conversation, tried again by what its error says.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use studio_adapters::http;
use studio_core::{
    api::Message,
    dialogue::{Body, CallOutcome, CallRequest, Event, RemoteAnswer},
    id::{ConversationId, EventKey, OrganisationId},
    policy::retry::next_attempt,
};
use studio_store::{Arrival, OutboxKey, OutboxRow, Payload};
use tokio::sync::{Semaphore, mpsc};

use super::sweep::Done;
use crate::{
    breakpoint,
    egress::{AT_ONCE, EgressRequest},
    pipeline::ReceiveError,
    studio::{Connection, Studio},
};

/// What is leaving. The store has every row as well; this is only the order of their leaving.
#[derive(Debug)]
pub struct Deliverer {
    queues: Mutex<HashMap<Queue, VecDeque<Leaving>>>,
    /// Rows that are on their way, so that a sweep of the outbox takes none twice.
    held: Mutex<HashSet<OutboxKey>>,
    done: mpsc::UnboundedSender<Done>,
    places: Mutex<HashMap<String, Arc<Semaphore>>>,
    /// Being sent or swept; rows that wait for a later try do not count.
    active: AtomicUsize,
}

/// A row of the outbox on its way.
#[derive(Debug)]
pub(super) struct Leaving {
    pub row: OutboxRow,
    /// What the journal has under the row's number, where it is at hand.
    pub message: Option<Message>,
}

/// Messages of a conversation leave one after the other; a call waits for no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Queue {
    Messages(ConversationId),
    Calls(ConversationId),
}

/// What happens next with a row.
enum Delivery {
    Done,
    Retry { after: Option<jiff::SignedDuration>, error: String },
    Dead { error: String },
}

impl Deliverer {
    pub(super) fn new(done: mpsc::UnboundedSender<Done>) -> Self {
        let (queues, held, places) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { queues, held, done, places, active: AtomicUsize::new(0) }
    }

    /// Whether something is being sent right now.
    pub fn busy(&self) -> bool {
        self.active.load(Ordering::Acquire) > 0
    }

    /// Takes a row that stands in the outbox; one that is on its way already is left to it.
    pub fn enqueue(&self, studio: &Arc<Studio>, row: OutboxRow, message: Option<Message>) {
        if !self.held.lock().unwrap_or_else(PoisonError::into_inner).insert(row.key.clone()) {
            return;
        }
        let queue = match &row.payload {
            Payload::Message(_) => Queue::Messages(row.conversation),
            Payload::Call(_) => Queue::Calls(row.conversation),
        };
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let running = queues.contains_key(&queue);
        queues.entry(queue).or_default().push_back(Leaving { row, message });
        if !running {
            tokio::spawn(run(Arc::clone(studio), queue));
        }
    }

    /// What was said is not known any more: what still waits is read from the journal before it leaves.
    pub fn forget(&self, conversation: ConversationId) {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        for leaving in queues.get_mut(&Queue::Messages(conversation)).into_iter().flatten() {
            leaving.message = None;
        }
    }

    /// The turns of these events are committed.
    pub(super) fn turns_done(&self, organisation: OrganisationId) {
        // The sweeper lives as long as the process.
        let _ = self.done.send(Done::Turns(organisation));
    }

    fn delivered(&self, key: OutboxKey) {
        self.active.fetch_add(1, Ordering::AcqRel);
        let _ = self.done.send(Done::Delivered(key));
    }

    pub(super) fn swept(&self, keys: &[OutboxKey]) {
        for key in keys {
            self.release(key);
        }
        self.active.fetch_sub(keys.len(), Ordering::AcqRel);
    }

    /// The next row of a queue; the queue ends when there is none.
    fn next(&self, queue: Queue) -> Option<Leaving> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let leaving = queues.get_mut(&queue).and_then(VecDeque::pop_front);
        if leaving.is_none() {
            queues.remove(&queue);
        }
        leaving
    }

    fn release(&self, key: &OutboxKey) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    fn places(&self, connection: &str) -> Arc<Semaphore> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let place = places.entry(connection.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE)));
        Arc::clone(place)
    }
}

async fn run(studio: Arc<Studio>, queue: Queue) {
    while let Some(mut leaving) = studio.deliverer.next(queue) {
        loop {
            let wait = leaving.row.next_at.duration_since(studio.clock.now());
            tokio::select! {
                () = studio.stopping.cancelled(), if wait.is_positive() => return,
                () = tokio::time::sleep(Duration::try_from(wait).unwrap_or(Duration::ZERO)) => {}
            }
            studio.deliverer.active.fetch_add(1, Ordering::AcqRel);
            let settled = attempt(&studio, &mut leaving).await;
            studio.deliverer.active.fetch_sub(1, Ordering::AcqRel);
            if settled {
                break;
            }
        }
    }
}

/// One try; `true` when the row needs no more of them.
async fn attempt(studio: &Arc<Studio>, leaving: &mut Leaving) -> bool {
    breakpoint::pass("sending");
    let delivery = {
        let places = studio.deliverer.places(&leaving.row.connection);
        let _place = places.acquire().await;
        send(studio, leaving).await
    };
    breakpoint::pass("sent");
    let row = &mut leaving.row;
    let organisation = row.key.inbox.organisation;
    let now = studio.clock.now();
    match delivery {
        Delivery::Done => {
            studio.deliverer.delivered(row.key.clone());
            true
        }
        Delivery::Retry { after, error } => {
            row.attempts += 1;
            match next_attempt(row.attempts, after, studio.clock.fraction()) {
                Some(pause) => {
                    row.next_at = now.checked_add(pause).unwrap_or(now);
                    tracing::warn!(
                        connection = row.connection,
                        attempts = row.attempts,
                        error,
                        "delivery.retry"
                    );
                    let kept =
                        studio.store.deliver_later(organisation, &row.key, row.attempts, row.next_at, &error);
                    if let Err(error) = kept.await {
                        tracing::error!(%error, "delivery.retry.not_kept");
                    }
                    false
                }
                None => bury(studio, row, &format!("given up after {} tries: {error}", row.attempts)).await,
            }
        }
        Delivery::Dead { error } => {
            row.attempts += 1;
            bury(studio, row, &error).await
        }
    }
}

async fn bury(studio: &Arc<Studio>, row: &mut OutboxRow, error: &str) -> bool {
    tracing::error!(connection = row.connection, attempts = row.attempts, error, "delivery.dead");
    let now = studio.clock.now();
    match studio.store.bury(row.key.inbox.organisation, &row.key, row.attempts, error, now).await {
        Ok(_) => {
            studio.deliverer.release(&row.key);
            true
        }
        Err(error) => {
            tracing::error!(%error, "delivery.dead.not_kept");
            row.next_at = now.checked_add(jiff::SignedDuration::from_secs(5)).unwrap_or(now);
            false
        }
    }
}

async fn send(studio: &Arc<Studio>, leaving: &Leaving) -> Delivery {
    match &leaving.row.payload {
        Payload::Message(_) => send_message(studio, leaving).await,
        Payload::Call(call) => send_call(studio, &leaving.row, call).await,
    }
}

async fn send_message(studio: &Arc<Studio>, leaving: &Leaving) -> Delivery {
    let connection = &leaving.row.connection;
    match studio.connection(connection) {
        // Sockets were told when the turn was committed; who was not there reads the journal.
        Some(Connection::Web(_)) => Delivery::Done,
        Some(Connection::Http(http)) => match super::http_reply::send(studio, http, leaving).await {
            (http::Delivery::Done, _) => Delivery::Done,
            (http::Delivery::Retry { after }, error) => Delivery::Retry { after, error },
            (http::Delivery::Dead { reason }, _) => Delivery::Dead { error: reason },
        },
        None => Delivery::Dead { error: format!("the connection {connection} is not configured any more") },
    }
}

/// Calls the remote service and puts its answer into the inbox, whatever it is.
async fn send_call(studio: &Arc<Studio>, row: &OutboxRow, call: &CallRequest) -> Delivery {
    let mut request = EgressRequest::from(call);
    // A call may be repeated after a crash; a service that knows this header does its work once.
    let key = format!("{}-{}", row.conversation, call.call);
    if !request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("idempotency-key")) {
        request.headers.push(("idempotency-key".to_owned(), key.clone()));
    }
    let outcome = match studio.egress.send(request).await {
        Ok(answer) => CallOutcome::Answered(RemoteAnswer::from(answer)),
        Err(error) => {
            tracing::warn!(connection = row.connection, %error, "delivery.call.failed");
            CallOutcome::Failed(error.to_string())
        }
    };
    let event = Event {
        key: EventKey { source: "answer".to_owned(), native: key },
        at: studio.clock.now(),
        body: Body::Answer { call: call.call, outcome },
    };
    let arrival = Arrival {
        conversation: row.conversation,
        connection: row.connection.clone(),
        channel: row.channel.clone(),
        thread: row.thread.clone(),
        external: None,
        event,
        fingerprint: None,
    };
    match studio.intake.receive(row.key.inbox.organisation, arrival).await {
        Ok(_) => Delivery::Done,
        // The answer is fetched again: it was stored nowhere.
        Err(error @ ReceiveError::Conflict) => Delivery::Dead { error: error.to_string() },
        Err(error @ (ReceiveError::Busy { .. } | ReceiveError::Stopping | ReceiveError::Store(_))) => {
            Delivery::Retry { after: Some(jiff::SignedDuration::from_secs(2)), error: error.to_string() }
        }
    }
}

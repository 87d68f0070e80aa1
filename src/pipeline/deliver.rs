//! How does a message or a call leave? In order within its conversation, tried again by what its error says.

mod at_it;
mod attempt;
mod set_aside;
mod unreachable;

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use studio_core::{
    api::Message,
    dialogue::Event,
    id::{ConversationId, OrganisationId},
};
use studio_store::{Departure, OutboxKey, OutboxRow, Payload, StoreError, Turn};
use tokio::{
    sync::{Notify, Semaphore},
    time::Instant,
};

use self::{
    at_it::{Asking, meanwhile},
    attempt::{attempt, give_up},
    unreachable::Unreached,
};
use super::{
    correct::{Made, Unnoted},
    held::Held,
    kept_back::KeptBack,
    outgoing::Outgoing,
    pace::Pace,
    stages::{Stage, took},
    supervise::panicked,
    sweep::{Done, Unswept},
    unreadable::Unreadable,
};
use crate::{
    breakpoint,
    egress::AT_ONCE,
    studio::{Connection, Studio},
};

/// What is leaving. The store has every row as well; this is only the order of their leaving. It grows while something cannot leave, until
/// nothing new is taken in by that connection (`outgoing`).
#[derive(Debug)]
pub struct Deliverer {
    queues: Mutex<HashMap<Queue, Line>>,
    held: Held,
    outgoing: Outgoing,
    unswept: Unswept,
    unnoted: Unnoted,
    places: Mutex<HashMap<(String, Kind), Arc<Semaphore>>>,
    pace: Pace,
    kept_back: KeptBack,
    pub(super) unreadable: Unreadable,
    unreached: Unreached,
    /// By connection: what waits there need wait no longer.
    anew: Mutex<HashMap<String, Arc<Notify>>>,
    /// Being sent or swept; rows that wait for a later try do not count.
    active: AtomicUsize,
}

/// A row of the outbox on its way.
#[derive(Debug)]
pub(super) struct Leaving {
    pub row: OutboxRow,
    /// What the journal has under the row's number, where it is at hand.
    message: Option<Message>,
    /// From when on it could leave: right behind its commit, unless the run before left it.
    since: Instant,
    /// How often its platform asked to wait.
    waits: u32,
    /// What a called service answered, while the inbox has not taken it.
    answer: Option<Event>,
    /// A change that the platform has made, while the store has not taken the note.
    made: Option<Made>,
    /// A try is under way.
    is_begun: bool,
    /// How often a bug ended the task before a try.
    cut_off: u32,
    /// It is not tried any more: a bug ended the task.
    is_given_up: bool,
}

impl Leaving {
    fn new(row: OutboxRow, message: Option<Message>) -> Self {
        Self {
            row,
            message,
            since: Instant::now(),
            waits: 0,
            answer: None,
            made: None,
            is_begun: false,
            cut_off: 0,
            is_given_up: false,
        }
    }

    /// It was taken. How long that took is counted where no try came before this one, nor another run.
    pub fn handed_over(&self) {
        let is_first = self.waits == 0 && self.cut_off == 0 && !self.row.is_uncertain() && !self.row.again;
        if is_first && matches!(self.row.payload, Payload::Message(_)) {
            took(Stage::HandedOver, self.since.elapsed());
        }
    }

    /// What the journal has under the row's number; nothing where it was erased.
    pub async fn message(&self, studio: &Studio) -> Result<Option<Message>, StoreError> {
        if let Some(message) = &self.message {
            return Ok(Some(message.clone()));
        }
        let row = &self.row;
        let before = row.sequence.saturating_sub(1);
        let page = studio.store.journal(row.key.inbox.organisation, row.conversation, before, 1).await?;
        Ok(page.entry(row.sequence)?.and_then(Message::visible))
    }
}

/// A call waits for no message, and no message for a call. What was refused late waits for itself alone: others have left since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Message,
    Late,
    Call,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Message, Self::Late, Self::Call];

    fn of(row: &OutboxRow) -> Self {
        match row.payload {
            Payload::Message(_) if row.key.is_late() => Self::Late,
            Payload::Message(_) | Payload::Correction { .. } => Self::Message,
            Payload::Call(_) => Self::Call,
        }
    }
}

/// What leaves of a conversation one after the other.
type Queue = (ConversationId, Kind);

#[derive(Debug, Default)]
struct Line {
    rows: VecDeque<Leaving>,
    /// What has a smaller number was erased: it does not leave any more.
    erased_before: u64,
}

/// What happens next with a row.
pub(super) enum Delivery {
    Done {
        /// The platform's own ids of the parts that left in this try.
        parts: Vec<String>,
        losses: Vec<String>,
        /// Whether it is to be known of the message that it has left.
        noted: bool,
    },
    Retry {
        after: Option<SignedDuration>,
        error: String,
        parts: Vec<String>,
        /// Everything that leaves by the connection has to wait.
        whole_connection: bool,
    },
    Dead {
        error: String,
        parts: Vec<String>,
        losses: Vec<String>,
    },
    /// The same, and nothing else gets through to the person.
    Unreachable {
        error: String,
        parts: Vec<String>,
        losses: Vec<String>,
    },
    /// It cannot be tried at all.
    Untried {
        error: String,
    },
    /// Nor can it ever be by a studio that does not read what it needs.
    Unreadable {
        error: String,
    },
}

impl Delivery {
    /// There was nothing to send.
    pub fn nothing() -> Self {
        Self::Done { parts: Vec::new(), losses: Vec::new(), noted: false }
    }

    pub fn retry(error: &impl ToString) -> Self {
        Self::Retry { after: None, error: error.to_string(), parts: Vec::new(), whole_connection: false }
    }

    /// What cannot be read is not waited for: what stands behind it goes on.
    pub fn store_failed(error: &StoreError) -> Self {
        match error {
            StoreError::Corrupt { .. } => Self::Unreadable {
                error: format!(
                    "{error}; once that is mended, such as by an update of the studio, replay this"
                ),
            },
            StoreError::Closed
            | StoreError::Disk(_)
            | StoreError::Taken(_)
            | StoreError::Busy { .. }
            | StoreError::Unavailable(_)
            | StoreError::Unknown(_)
            | StoreError::Refused(_) => Self::retry(error),
        }
    }

    pub fn dead(error: &impl ToString) -> Self {
        Self::Dead { error: error.to_string(), parts: Vec::new(), losses: Vec::new() }
    }
}

impl Deliverer {
    pub(super) fn new(unswept: Unswept, outgoing: Outgoing) -> Self {
        Self {
            queues: Mutex::default(),
            held: Held::default(),
            outgoing,
            unswept,
            unnoted: Unnoted::default(),
            places: Mutex::default(),
            pace: Pace::default(),
            kept_back: KeptBack::default(),
            unreadable: Unreadable::default(),
            unreached: Unreached::default(),
            anew: Mutex::default(),
            active: AtomicUsize::new(0),
        }
    }

    /// Whether something is being sent right now.
    pub fn busy(&self) -> bool {
        self.active.load(Ordering::Acquire) > 0
    }

    /// Takes a row that stands in the outbox; one that is on its way already is left to it.
    pub fn enqueue(&self, studio: &Arc<Studio>, row: OutboxRow, message: Option<Message>) {
        if !self.held.hold(&row) {
            return;
        }
        self.outgoing.add(&row);
        let queue = (row.conversation, Kind::of(&row));
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let running = queues.contains_key(&queue);
        queues.entry(queue).or_default().rows.push_back(Leaving::new(row, message));
        if !running {
            tokio::spawn(run(Arc::clone(studio), queue));
        }
    }

    /// What was said before this number is not to be known any more: nothing of it leaves, not even what was tried already.
    pub fn forget(&self, conversation: ConversationId, before: u64) {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        for kind in Kind::ALL {
            if let Some(line) = queues.get_mut(&(conversation, kind)) {
                line.erased_before = before;
            }
        }
    }

    fn is_erased(&self, row: &OutboxRow) -> bool {
        let queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let line = queues.get(&(row.conversation, Kind::of(row)));
        line.is_some_and(|line| row.sequence < line.erased_before)
    }

    /// Counts something that leaves beside the outbox, or says how long it has to wait.
    pub fn take_turn(
        &self,
        studio: &Studio,
        channel: &str,
        connection: &str,
        conversation: ConversationId,
        thread: &str,
    ) -> Result<(), SignedDuration> {
        let found = studio.connection(connection);
        let platform = found.as_ref().and_then(Connection::platform);
        let is_group = platform.is_some_and(|platform| platform.is_group(thread));
        // Conversations that are threads of one channel share what it allows.
        let counted = platform.and_then(|platform| platform.counted_as(thread));
        let chat = counted.map_or(conversation, |chat| studio.threads.conversation(connection, chat));
        self.pace.take(channel, connection, chat, is_group, studio.clock.now())
    }

    /// Why nothing leaves by a connection, where that is so for long.
    pub fn kept_back(&self, connection: &str) -> Option<String> {
        self.kept_back.reason(connection)
    }

    /// What of a connection could not be read last, and when.
    pub fn unreadable(&self, connection: &str) -> Option<(Timestamp, String)> {
        self.unreadable.last(connection)
    }

    /// A connection is taken up anew, or another one under its name: what failed before counts no more.
    pub fn begin_anew(&self, connection: &str) {
        self.kept_back.forget(connection);
        self.pace.open(connection);
        self.anew(connection).notify_waiters();
    }

    /// The platform answers: what waited for its token, or for it to be reached, goes on.
    pub fn goes_on(&self, connection: &str) {
        if self.kept_back.may_go_on(connection) {
            self.begin_anew(connection);
        }
    }

    fn anew(&self, connection: &str) -> Arc<Notify> {
        let mut anew = self.anew.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(anew.entry(connection.to_owned()).or_default())
    }

    /// An event's turn is committed.
    pub(super) fn turn_done(&self, organisation: OrganisationId) {
        self.unswept.add(Done::Turn(organisation));
    }

    /// Waits while turns leave behind more than is swept.
    pub(super) async fn room(&self) {
        self.unswept.room().await;
    }

    fn delivered(&self, key: OutboxKey, departure: Option<Departure>) {
        self.unnoted.left(departure.as_ref());
        self.active.fetch_add(1, Ordering::AcqRel);
        self.unswept.add(Done::Delivered(key, departure.map(Box::new)));
    }

    pub(super) fn swept(&self, keys: &[OutboxKey], departures: &[Departure]) {
        for key in keys {
            self.held.release(key);
        }
        self.unnoted.noted(departures);
        self.active.fetch_sub(keys.len(), Ordering::AcqRel);
    }

    /// The next row of a queue; the queue ends when there is none.
    fn next(&self, queue: Queue) -> Option<Leaving> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let leaving = queues.get_mut(&queue).and_then(|line| line.rows.pop_front());
        if leaving.is_none() {
            queues.remove(&queue);
        }
        leaving
    }

    /// These turns are about to be committed: from then on their messages have to leave.
    pub(super) fn expect(&self, turns: &[Turn]) {
        self.held.expect(turns);
    }

    /// These were not.
    pub(super) fn expect_no_more(&self, turns: &[Turn]) {
        self.held.expect_no_more(turns);
    }

    /// Whether the message of this number has still to leave, as far as is known.
    pub fn holds(&self, conversation: ConversationId, sequence: u64) -> bool {
        self.held.holds(conversation, sequence)
    }

    fn places(&self, row: &OutboxRow) -> Arc<Semaphore> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let place = places.entry((row.connection.clone(), Kind::of(row)));
        Arc::clone(place.or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE))))
    }
}

/// Something is being sent, until this is dropped.
struct Sending<'a>(&'a Deliverer);

impl<'a> Sending<'a> {
    fn begin(deliverer: &'a Deliverer) -> Self {
        deliverer.active.fetch_add(1, Ordering::AcqRel);
        Self(deliverer)
    }
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        self.0.active.fetch_sub(1, Ordering::AcqRel);
    }
}

async fn run(studio: Arc<Studio>, queue: Queue) {
    let mut on_its_way = None;
    while panicked("deliver", leave(&studio, queue, &mut on_its_way).boxed()).await {
        let Some(leaving) = &mut on_its_way else { continue };
        if !leaving.set_aside(studio.clock.now(), studio.clock.fraction()) {
            let row = &leaving.row;
            tracing::error!(connection = row.connection, event = %row.key.inbox.event, "delivery.set_aside");
            studio.deliverer.outgoing.remove(row);
            on_its_way = None;
        }
    }
}

/// Lets the rows of a queue leave, one after the other; what is on its way already comes first.
async fn leave(studio: &Arc<Studio>, queue: Queue, on_its_way: &mut Option<Leaving>) {
    loop {
        if on_its_way.is_none() {
            *on_its_way = studio.deliverer.next(queue);
        }
        let Some(leaving) = on_its_way else { return };
        if !is_settled(studio, leaving).await {
            return;
        }
        studio.deliverer.outgoing.remove(&leaving.row);
        *on_its_way = None;
    }
}

/// Tries a row until it needs no more tries; `false` when the server stops before.
async fn is_settled(studio: &Arc<Studio>, leaving: &mut Leaving) -> bool {
    loop {
        let wait = leaving.row.next_at.duration_since(studio.clock.now());
        if wait.is_positive() {
            let anew = studio.deliverer.anew(&leaving.row.connection);
            tokio::select! {
                () = studio.stopping.cancelled() => return false,
                () = anew.notified() => {}
                () = tokio::time::sleep(Duration::try_from(wait).unwrap_or(Duration::ZERO)) => {}
            }
        }
        if leaving.is_given_up {
            let _sending = Sending::begin(&studio.deliverer);
            if give_up(studio, leaving).await {
                return true;
            }
            continue;
        }
        if !may_leave(studio, &leaving.row).await {
            return false;
        }
        if studio.deliverer.is_erased(&leaving.row) {
            studio.deliverer.delivered(leaving.row.key.clone(), None);
            return true;
        }
        let _sending = Sending::begin(&studio.deliverer);
        breakpoint::pass("sendable");
        leaving.is_begun = true;
        let asking = Asking::of(leaving);
        if meanwhile(studio, asking, attempt(studio, leaving)).await {
            return true;
        }
        leaving.is_begun = false;
    }
}

/// Waits until the connection goes on and it is the message's turn; `false` when the server stops before.
async fn may_leave(studio: &Arc<Studio>, row: &OutboxRow) -> bool {
    match &row.payload {
        Payload::Call(_) => return true,
        Payload::Message(_) => {}
        Payload::Correction { of, .. } => tokio::select! {
            () = studio.stopping.cancelled() => return false,
            () = studio.deliverer.unnoted.until_noted(row.conversation, *of) => {}
        },
    }
    let mut changes = studio.switchboard.changes();
    loop {
        if studio.switchboard.rests(&row.connection) {
            tokio::select! {
                () = studio.stopping.cancelled() => return false,
                news = changes.changed() => if news.is_err() { return false },
            }
            continue;
        }
        let deliverer = &studio.deliverer;
        match deliverer.take_turn(studio, &row.channel, &row.connection, row.conversation, &row.thread) {
            Ok(()) => return true,
            Err(wait) => {
                let anew = deliverer.anew(&row.connection);
                tokio::select! {
                    () = studio.stopping.cancelled() => return false,
                    () = anew.notified() => {}
                    () = tokio::time::sleep(Duration::try_from(wait).unwrap_or(Duration::ZERO)) => {}
                }
            }
        }
    }
}

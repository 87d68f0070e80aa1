//! How does a message or a call leave? In order within its conversation, tried again by what its error says.

use std::{
    collections::{HashMap, VecDeque},
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::FutureExt as _;
use jiff::SignedDuration;
use studio_core::{
    api::Message,
    dialogue::Event,
    id::{ConversationId, OrganisationId},
    policy::retry::{CHAT, LONGEST_RETRY_AFTER, WEBHOOK, next_attempt},
};
use studio_store::{Departure, OutboxKey, OutboxRow, Payload, StoreError, Turn};
use tokio::sync::Semaphore;

use super::{
    call,
    correct::{Unnoted, correct},
    held::Held,
    kept_back::KeptBack,
    pace::Pace,
    sweep::{Done, Unswept},
};
use crate::{
    breakpoint,
    egress::AT_ONCE,
    studio::{Connection, Studio},
};

/// Times that a platform may ask to wait before one counts as a failure.
const WAITS: u32 = 20;
/// Longest time for which one message's failure keeps the others of its connection waiting.
const LONGEST_QUIET: SignedDuration = SignedDuration::from_mins(1);

/// What is leaving. The store has every row as well; this is only the order of their leaving.
#[derive(Debug)]
pub struct Deliverer {
    queues: Mutex<HashMap<Queue, Line>>,
    held: Held,
    unswept: Unswept,
    unnoted: Unnoted,
    places: Mutex<HashMap<(String, Kind), Arc<Semaphore>>>,
    pace: Pace,
    kept_back: KeptBack,
    /// Being sent or swept; rows that wait for a later try do not count.
    active: AtomicUsize,
}

/// A row of the outbox on its way.
#[derive(Debug)]
pub(super) struct Leaving {
    pub row: OutboxRow,
    /// What the journal has under the row's number, where it is at hand.
    message: Option<Message>,
    /// How often its platform asked to wait.
    waits: u32,
    /// What a called service answered, while the inbox has not taken it.
    answer: Option<Event>,
}

impl Leaving {
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

/// A call waits for no message, and no message for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Message,
    Call,
}

impl Kind {
    fn of(payload: &Payload) -> Self {
        match payload {
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
}

impl Delivery {
    /// There was nothing to send.
    pub fn nothing() -> Self {
        Self::Done { parts: Vec::new(), losses: Vec::new(), noted: false }
    }

    pub fn retry(error: &impl ToString) -> Self {
        Self::Retry { after: None, error: error.to_string(), parts: Vec::new(), whole_connection: false }
    }

    pub fn dead(error: &impl ToString) -> Self {
        Self::Dead { error: error.to_string(), parts: Vec::new(), losses: Vec::new() }
    }
}

impl Deliverer {
    pub(super) fn new(unswept: Unswept) -> Self {
        Self {
            queues: Mutex::default(),
            held: Held::default(),
            unswept,
            unnoted: Unnoted::default(),
            places: Mutex::default(),
            pace: Pace::default(),
            kept_back: KeptBack::default(),
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
        let queue = (row.conversation, Kind::of(&row.payload));
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let running = queues.contains_key(&queue);
        let leaving = Leaving { row, message, waits: 0, answer: None };
        queues.entry(queue).or_default().rows.push_back(leaving);
        if !running {
            tokio::spawn(run(Arc::clone(studio), queue));
        }
    }

    /// What was said before this number is not to be known any more: nothing of it leaves, not even what was tried already.
    pub fn forget(&self, conversation: ConversationId, before: u64) {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        for kind in [Kind::Message, Kind::Call] {
            if let Some(line) = queues.get_mut(&(conversation, kind)) {
                line.erased_before = before;
            }
        }
    }

    fn is_erased(&self, row: &OutboxRow) -> bool {
        let queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let line = queues.get(&(row.conversation, Kind::of(&row.payload)));
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

    /// A connection is taken up anew, or another one under its name: what failed before counts no more.
    pub fn begin_anew(&self, connection: &str) {
        self.kept_back.forget(connection);
        self.pace.open(connection);
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
        let place = places.entry((row.connection.clone(), Kind::of(&row.payload)));
        Arc::clone(place.or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE))))
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
            if !may_leave(&studio, &leaving.row).await {
                return;
            }
            if studio.deliverer.is_erased(&leaving.row) {
                studio.deliverer.delivered(leaving.row.key, None);
                break;
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
            Err(wait) => tokio::select! {
                () = studio.stopping.cancelled() => return false,
                () = tokio::time::sleep(Duration::try_from(wait).unwrap_or(Duration::ZERO)) => {}
            },
        }
    }
}

/// One try; `true` when the row needs no more of them.
async fn attempt(studio: &Arc<Studio>, leaving: &mut Leaving) -> bool {
    breakpoint::pass("sending");
    let began = studio.clock.now();
    let delivery = {
        let places = studio.deliverer.places(&leaving.row);
        let _place = places.acquire().await;
        // A bug costs one try of one row; the others of the conversation would wait for ever.
        AssertUnwindSafe(send(studio, leaving)).catch_unwind().await.unwrap_or_else(|_| {
            tracing::error!(connection = leaving.row.connection, "delivery.panicked");
            Delivery::retry(&"a bug of the studio; the log has more")
        })
    };
    breakpoint::pass("sent");
    match delivery {
        Delivery::Done { parts, losses, noted } => {
            let row = &mut leaving.row;
            if !parts.is_empty() {
                studio.deliverer.kept_back.passed(&row.connection, began);
            }
            remember(row, parts);
            let noted = noted && !studio.deliverer.is_erased(row);
            let departure = noted.then(|| departure(studio, row, losses, None)).flatten();
            studio.deliverer.delivered(row.key.clone(), departure);
            true
        }
        Delivery::Retry { after, error, parts, whole_connection } => {
            put_off(studio, leaving, after, &error, parts, whole_connection).await
        }
        Delivery::Dead { error, parts, losses } => {
            leaving.row.attempts += 1;
            remember(&mut leaving.row, parts);
            bury(studio, &mut leaving.row, losses, &error).await
        }
    }
}

/// It is tried again later; `true` where it is given up instead.
async fn put_off(
    studio: &Arc<Studio>,
    leaving: &mut Leaving,
    after: Option<SignedDuration>,
    error: &str,
    parts: Vec<String>,
    whole_connection: bool,
) -> bool {
    let (row, now) = (&mut leaving.row, studio.clock.now());
    leaving.waits = leaving.waits.saturating_add(1);
    // To be asked to wait is no failure, nor is a message of many parts that gets on: a storm must not use up the tries.
    let gets_on = remember(row, parts);
    let is_fine = match row.payload {
        Payload::Message(_) | Payload::Correction { .. } => {
            gets_on || (row.channel != "http" && after.is_some())
        }
        Payload::Call(_) => false,
    };
    let pause = if is_fine && !leaving.waits.is_multiple_of(WAITS) {
        let asked = after.unwrap_or(SignedDuration::from_secs(1));
        // So that not all come back at once.
        let spread = asked.as_secs_f64().min(5.0) * 0.2 * studio.clock.fraction();
        let spread = SignedDuration::try_from_secs_f64(spread).unwrap_or_default();
        Some(asked.clamp(SignedDuration::ZERO, LONGEST_RETRY_AFTER).saturating_add(spread))
    } else {
        row.attempts += 1;
        next_attempt(schedule(row), row.attempts, after, studio.clock.fraction())
    };
    let Some(pause) = pause else {
        let error = format!("given up after {} tries: {error}", row.attempts);
        return bury(studio, row, Vec::new(), &error).await;
    };
    row.next_at = now.checked_add(pause).unwrap_or(now);
    if whole_connection {
        let quiet = after.unwrap_or_else(|| pause.min(LONGEST_QUIET)).min(LONGEST_RETRY_AFTER);
        let until = now.checked_add(quiet).unwrap_or(now);
        studio.deliverer.pace.close(&row.connection, until);
        studio.deliverer.kept_back.note(&row.connection, now, until, error);
    }
    tracing::warn!(connection = row.connection, attempts = row.attempts, error, "delivery.retry");
    let kept = studio.store.deliver_later(
        row.key.inbox.organisation,
        &row.key,
        row.attempts,
        row.next_at,
        error,
        &row.parts,
    );
    if let Err(error) = kept.await {
        tracing::error!(%error, "delivery.retry.not_kept");
    }
    if !row.parts.is_empty() {
        breakpoint::pass("put_off");
    }
    false
}

fn schedule(row: &OutboxRow) -> &'static [SignedDuration] {
    match row.payload {
        Payload::Message(_) | Payload::Correction { .. } if row.channel == "http" => &WEBHOOK,
        Payload::Message(_) | Payload::Correction { .. } | Payload::Call(_) => &CHAT,
    }
}

/// Keeps the parts that a try tells of: those of a message come behind the earlier ones, a change tells of all from the
/// first on. Whether it got on.
fn remember(row: &mut OutboxRow, parts: Vec<String>) -> bool {
    let before = row.parts.len();
    match row.payload {
        Payload::Message(_) | Payload::Call(_) => row.parts.extend(parts),
        Payload::Correction { .. } if parts.len() > before => row.parts = parts,
        Payload::Correction { .. } => {}
    }
    row.parts.len() > before
}

async fn bury(studio: &Arc<Studio>, row: &mut OutboxRow, losses: Vec<String>, error: &str) -> bool {
    tracing::error!(connection = row.connection, attempts = row.attempts, error, "delivery.dead");
    let now = studio.clock.now();
    let buried = match &row.payload {
        Payload::Call(call) => call::give_up(studio, row, call, error).await,
        Payload::Message(_) | Payload::Correction { .. } => {
            let departure = departure(studio, row, losses, Some(error));
            studio.store.bury(row, error, now, departure.as_ref()).await.map(drop)
        }
    };
    match buried {
        Ok(()) => {
            studio.deliverer.held.release(&row.key);
            true
        }
        Err(error) => {
            tracing::error!(%error, "delivery.dead.not_kept");
            row.next_at = now.checked_add(SignedDuration::from_secs(5)).unwrap_or(now);
            false
        }
    }
}

/// What is to be known of a message from now on; of a call nothing is.
fn departure(
    studio: &Studio,
    row: &OutboxRow,
    losses: Vec<String>,
    error: Option<&str>,
) -> Option<Departure> {
    match row.payload {
        Payload::Call(_) | Payload::Correction { .. } => None,
        Payload::Message(_) => Some(Departure {
            conversation: row.conversation,
            sequence: row.sequence,
            parts: row.parts.clone(),
            uncertain: row.is_uncertain(),
            losses,
            error: error.map(str::to_owned),
            at: studio.clock.now(),
        }),
    }
}

async fn send(studio: &Arc<Studio>, leaving: &mut Leaving) -> Delivery {
    match &leaving.row.payload {
        Payload::Message(_) => send_message(studio, leaving).await,
        Payload::Correction { of, content } => correct(studio, &leaving.row, *of, content.as_ref()).await,
        Payload::Call(request) => call::send(studio, &leaving.row, request, &mut leaving.answer).await,
    }
}

async fn send_message(studio: &Arc<Studio>, leaving: &Leaving) -> Delivery {
    let connection = &leaving.row.connection;
    match studio.connection(connection) {
        // Sockets were told when the turn was committed; who was not there reads the journal.
        Some(Connection::Web(_)) => Delivery::nothing(),
        Some(Connection::Http(http)) => super::http_reply::send(studio, &http, leaving).await,
        Some(Connection::Platform(platform)) => super::platform_reply::send(studio, &platform, leaving).await,
        None => Delivery::dead(&format!(
            "there is no connection {connection} any more: make it anew, and replay this"
        )),
    }
}

//! A server in memory, for the tests of the channels: it answers every message with an echo.

pub mod contents;
mod echo;
pub mod forms;
mod host;
mod leaving;
mod place;
pub mod spoilt;
pub mod witness;
pub mod words;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{Router, body::Bytes};
use jiff::{SignedDuration, Timestamp};
use studio_core::{
    api::{DeliveryState, Message, Sender},
    content::Content,
    dialogue::{Owner, Speaker},
    id::{ConversationId, MediaId},
    translation::Translation,
};
use tokio::sync::{Semaphore, broadcast, watch};
use url::Url;

pub use self::leaving::{from_bot, untried};
use crate::{
    connection::ConnectionConfig,
    host::{AcceptError, HostEvent, Incoming, MediaFacts, UnderWay},
    http,
    platform::{Before, Command, Edit, Report},
    rate::{Limiter, Rate},
    web,
};

#[derive(Clone)]
pub struct Memory(Arc<Inner>);

struct Inner {
    web: Option<Arc<web::Config>>,
    http: Option<Arc<http::Connection>>,
    /// Accepting and remembering take a permit: none are left while the store stands still.
    store: Semaphore,
    /// In which messages are sent.
    places: Semaphore,
    goodbye: watch::Sender<bool>,
    state: Mutex<State>,
}

struct State {
    now: Timestamp,
    random: u8,
    accepted: Vec<Incoming>,
    known: BTreeMap<(String, String), Option<u64>>,
    conversations: HashMap<ConversationId, Thread>,
    /// Parts of messages that have left, by their threads.
    left: BTreeSet<(String, String)>,
    /// Why people cannot be written to.
    unreachable: BTreeMap<ConversationId, String>,
    media: HashMap<(ConversationId, MediaId), (MediaFacts, Bytes)>,
    refusal: Option<AcceptError>,
    /// A thread in which nothing is accepted.
    full: Option<String>,
    paused: bool,
    broken: bool,
    crammed: bool,
    typing: usize,
    reached: BTreeMap<(ConversationId, DeliveryState), u64>,
    commands: Vec<Command>,
    reports: Vec<(String, Report)>,
    moves: Vec<(String, String, String)>,
    joins: Vec<(String, String, String)>,
    /// Conversations of threads that were moved or joined, by connection and thread.
    names: HashMap<(String, String), ConversationId>,
    memory: BTreeMap<(String, String), String>,
    remembered: usize,
    unread: Vec<(String, Bytes, String)>,
    /// Connection and native id of what of it has one.
    kept_once: BTreeSet<(String, String)>,
    webhooks: Option<Url>,
    pace: Option<(Rate, Limiter<ConversationId>)>,
    turns: usize,
    /// Events whose turns wait; `None` where each has its turn at once.
    waiting: Option<Vec<(ConversationId, Incoming)>>,
    /// Whether the bot answers, and after how long.
    answers: Option<Duration>,
}

struct Thread {
    sequence: u64,
    erased: u64,
    messages: Vec<Message>,
    /// What the person made of messages, by their native ids.
    changes: BTreeMap<String, Content>,
    turns: Vec<Turn>,
    owner: Owner,
    under_way: UnderWay,
    events: broadcast::Sender<HostEvent>,
}

/// The turn of an event: the numbers of its first and its last entry.
struct Turn {
    connection: String,
    native: String,
    first: u64,
    last: u64,
}

impl Default for Thread {
    fn default() -> Self {
        Self {
            sequence: 0,
            erased: 0,
            messages: Vec::new(),
            changes: BTreeMap::new(),
            turns: Vec::new(),
            owner: Owner::Bot,
            under_way: UnderWay::Nothing,
            events: broadcast::channel(8).0,
        }
    }
}

/// A change as the studio makes it at the first try.
pub fn edit(thread: &str, parts: &[String], content: Content) -> Edit {
    Edit {
        thread: thread.to_owned(),
        language: "en".to_owned(),
        key: "edit".to_owned(),
        at: Timestamp::UNIX_EPOCH,
        uncertain: false,
        parts: parts.to_vec(),
        before: None,
        content,
    }
}

/// A change of a message that said `before`.
pub fn edit_of(before: &Content, thread: &str, parts: &[String], content: Content) -> Edit {
    let before = Before { content: before.clone(), parts: parts.len() };
    Edit { before: Some(before), ..edit(thread, parts, content) }
}

impl Memory {
    /// A server with the connections of these lines of TOML.
    pub fn new(connections: &[&str]) -> Self {
        let (mut web, mut http) = (None, None);
        for text in connections {
            match toml::from_str(text).expect("the connection of the test") {
                ConnectionConfig::Web(config) => web = Some(Arc::new(config)),
                ConnectionConfig::Http(config) => {
                    let read = |_: &std::path::Path| Err(std::io::Error::other("no files"));
                    http = Some(Arc::new(config.connection(read).expect("the secret of the test")));
                }
                // Platforms are accounts of their own.
                ConnectionConfig::Telegram(_)
                | ConnectionConfig::Whatsapp(_)
                | ConnectionConfig::Discord(_)
                | ConnectionConfig::Slack(_) => {}
            }
        }
        let state = State {
            now: Timestamp::from_second(1_700_000_000).expect("within jiff's range"),
            random: 0,
            accepted: Vec::new(),
            known: BTreeMap::new(),
            conversations: HashMap::new(),
            left: BTreeSet::new(),
            unreachable: BTreeMap::new(),
            media: HashMap::new(),
            refusal: None,
            full: None,
            paused: false,
            broken: false,
            crammed: false,
            typing: 0,
            reached: BTreeMap::new(),
            commands: Vec::new(),
            reports: Vec::new(),
            moves: Vec::new(),
            joins: Vec::new(),
            names: HashMap::new(),
            memory: BTreeMap::new(),
            remembered: 0,
            unread: Vec::new(),
            kept_once: BTreeSet::new(),
            webhooks: None,
            pace: None,
            turns: 0,
            waiting: None,
            answers: Some(Duration::ZERO),
        };
        let store = Semaphore::new(1_000_000);
        Self(Arc::new(Inner {
            web,
            http,
            store,
            places: Semaphore::new(1_000_000),
            goodbye: watch::Sender::new(false),
            state: Mutex::new(state),
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits while the store stands still.
    async fn durable(&self) {
        let permit = self.0.store.acquire().await.expect("the store is never closed");
        permit.forget();
        self.0.store.add_permits(1);
    }

    /// A message has left, in parts that the platform calls so.
    pub fn has_left(&self, thread: &str, parts: &[String]) {
        self.state().left.extend(parts.iter().map(|part| (thread.to_owned(), part.clone())));
    }

    pub fn advance(&self, by: SignedDuration) {
        let mut state = self.state();
        state.now = state.now.saturating_add(by).expect("a whole duration");
    }

    pub fn refuse(&self, error: Option<AcceptError>) {
        self.state().refusal = error;
    }

    pub fn pause(&self, paused: bool) {
        self.state().paused = paused;
    }

    /// Whether no connection runs, because another one is the same account.
    pub fn have_twin(&self, broken: bool) {
        self.state().broken = broken;
    }

    /// Whether there is no room to put anything aside.
    pub fn cram(&self, crammed: bool) {
        self.state().crammed = crammed;
    }

    pub fn answer_after(&self, delay: Option<Duration>) {
        self.state().answers = delay;
    }

    /// Nothing becomes durable until [`Self::resume`].
    pub fn stall(&self) {
        self.0.store.forget_permits(usize::MAX);
    }

    pub fn resume(&self) {
        self.0.store.add_permits(1_000_000);
    }

    /// Says goodbye, and waits until nobody is left.
    pub async fn leave(&self) {
        self.0.goodbye.send_replace(true);
        self.0.goodbye.closed().await;
    }

    pub fn accepted(&self) -> Vec<Incoming> {
        self.state().accepted.clone()
    }

    /// Too much waits in this thread, and in no other.
    pub fn fill(&self, thread: Option<&str>) {
        self.state().full = thread.map(str::to_owned);
    }

    pub fn typed(&self) -> usize {
        self.state().typing
    }

    /// What people may type after a slash.
    pub fn offer(&self, commands: Vec<Command>) {
        self.state().commands = commands;
    }

    pub fn reports(&self) -> Vec<(String, Report)> {
        self.state().reports.clone()
    }

    /// Connection, old and new name of a thread.
    pub fn moves(&self) -> Vec<(String, String, String)> {
        self.state().moves.clone()
    }

    /// Connection, body, and why it could not be read.
    pub fn unread(&self) -> Vec<(String, Bytes, String)> {
        self.state().unread.clone()
    }

    /// Why the person of a conversation cannot be written to, if an adapter has told so.
    pub fn why_unreachable(&self, conversation: ConversationId) -> Option<String> {
        self.state().unreachable.get(&conversation).cloned()
    }

    /// How often something was remembered.
    pub fn remembered(&self) -> usize {
        self.state().remembered
    }

    /// The studio is reached from outside at this address.
    pub fn publish_at(&self, address: Url) {
        self.state().webhooks = Some(address);
    }

    /// So much may leave each conversation beside the outbox; `turns` counts what did.
    pub fn pace(&self, rate: Rate) {
        self.state().pace = Some((rate, Limiter::new(100)));
    }

    pub fn turns(&self) -> usize {
        self.state().turns
    }

    /// Up to where the messages of a conversation are known to have come so far.
    pub fn reached_to(&self, conversation: ConversationId, state: DeliveryState) -> u64 {
        self.state().reached.get(&(conversation, state)).copied().unwrap_or_default()
    }

    pub fn say(&self, conversation: ConversationId, content: Content) {
        self.push(conversation, Sender::Speaker { speaker: Speaker::Bot }, content, None);
    }

    /// A message of the bot that a machine translated.
    pub fn say_translated(&self, conversation: ConversationId, content: Content, translation: Translation) {
        let mut message = self.commit(conversation, Sender::Speaker { speaker: Speaker::Bot }, content, None);
        message.translated = translation.is_machine_made();
        message.translation = Some(Box::new(translation));
        let mut state = self.state();
        if let Some(last) = state.conversations.entry(conversation).or_default().messages.last_mut() {
            *last = message.clone();
        }
        drop(state);
        self.publish(conversation, HostEvent::Message(Arc::new(message)));
    }

    pub fn forget(&self, conversation: ConversationId) {
        let mut state = self.state();
        let thread = state.conversations.entry(conversation).or_default();
        thread.messages.clear();
        thread.sequence += 1;
        thread.erased = thread.sequence;
        let _ = thread.events.send(HostEvent::Erased);
    }

    /// What goes on there from now on, without a word.
    pub fn go_on(&self, conversation: ConversationId, under_way: UnderWay) {
        self.be_at(conversation, under_way);
        self.publish(conversation, HostEvent::Silent);
    }

    fn be_at(&self, conversation: ConversationId, under_way: UnderWay) {
        self.state().conversations.entry(conversation).or_default().under_way = under_way;
    }

    /// Who has the conversation from now on.
    pub fn hand_over(&self, conversation: ConversationId, owner: Owner) {
        self.state().conversations.entry(conversation).or_default().owner = owner.clone();
        self.publish(conversation, HostEvent::OwnerChanged(owner));
    }

    pub fn publish(&self, conversation: ConversationId, event: HostEvent) {
        let state = self.state();
        if let Some(thread) = state.conversations.get(&conversation) {
            let _ = thread.events.send(event);
        }
    }

    /// Commits a message of the bot and hands it round to nobody.
    pub fn say_quietly(&self, conversation: ConversationId, content: Content) {
        self.commit(conversation, Sender::Speaker { speaker: Speaker::Bot }, content, None);
    }

    pub fn push(
        &self,
        conversation: ConversationId,
        from: Sender,
        content: Content,
        client_id: Option<String>,
    ) {
        let message = self.commit(conversation, from, content, client_id);
        self.publish(conversation, HostEvent::Message(Arc::new(message)));
    }

    fn commit(
        &self,
        conversation: ConversationId,
        from: Sender,
        content: Content,
        client_id: Option<String>,
    ) -> Message {
        let mut state = self.state();
        let at = state.now;
        let thread = state.conversations.entry(conversation).or_default();
        thread.sequence += 1;
        let message = Message { client_id, ..leaving::message(thread.sequence, at, from, content) };
        thread.messages.push(message.clone());
        message
    }
}

/// Serves a router on a port of this machine.
pub async fn serve(router: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("the port that was taken");
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    address
}

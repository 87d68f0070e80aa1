//! What does the simulator remember?

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use axum::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::Settings;
use crate::{clock, faults::Faults};

pub struct World {
    pub settings: Settings,
    pub faults: Faults,
    state: Mutex<State>,
    /// An update came, or the way of updates changed.
    pub news: Notify,
    /// Seconds by which people moved the clock on.
    ahead: AtomicI64,
    moved: Notify,
}

pub struct State {
    pub people: BTreeMap<i64, Value>,
    pub chats: BTreeMap<i64, Chat>,
    pub files: BTreeMap<String, Kept>,
    pub updates: VecDeque<Update>,
    /// Updates that nobody fetched in time.
    pub dropped: usize,
    pub next_update: i64,
    /// Message ids of private chats and groups are counted together.
    pub next_message: i64,
    pub next_number: i64,
    pub allowed: Option<Vec<String>>,
    pub webhook: Option<Webhook>,
    /// When one was set last.
    pub webhook_set: Option<Timestamp>,
    /// Counts the polls: a newer one ends those before it.
    pub poll: u64,
    pub queries: BTreeMap<String, Query>,
    /// By scope and language.
    pub commands: BTreeMap<(String, String), Value>,
    pub business: BTreeMap<String, Value>,
    pub calls: Vec<Value>,
    pub log: Vec<(i64, i64)>,
    pub sent: HashMap<Option<i64>, VecDeque<Timestamp>>,
}

#[derive(Clone, Debug)]
pub struct Update {
    pub id: i64,
    pub at: Timestamp,
    pub chat: i64,
    pub kind: String,
    pub body: Value,
    /// Until when nobody is told of it.
    pub late_until: Option<Timestamp>,
}

impl Update {
    /// How long it is still to wait; nothing where it is told.
    pub fn late_by(&self, now: Timestamp) -> Duration {
        let left = self.late_until.map(|until| Duration::try_from(until.duration_since(now)));
        left.and_then(Result::ok).unwrap_or_default()
    }
}

#[derive(Clone, Debug)]
pub struct Webhook {
    pub url: String,
    pub secret: Option<String>,
    pub max_connections: i64,
    pub last_error: Option<(i64, String)>,
    /// Since when it says that it is gone (410).
    pub gone_since: Option<Timestamp>,
}

#[derive(Clone, Debug)]
pub struct Query {
    pub at: Timestamp,
    pub answer: Option<Value>,
}

#[derive(Clone, Debug)]
pub struct Kept {
    pub path: String,
    pub unique: String,
    pub bytes: Bytes,
    pub media_type: String,
}

/// A chat, as far as the bot can know it.
#[derive(Clone, Debug)]
pub struct Chat {
    /// As it stands in updates.
    pub card: Value,
    pub messages: BTreeMap<i64, Message>,
    pub next_message: i64,
    /// Their names.
    pub topics: BTreeMap<i64, String>,
    /// The person has started the bot, or the bot is a member.
    pub open: bool,
    pub blocked: bool,
    pub migrated_to: Option<i64>,
    pub typing: Vec<Timestamp>,
}

#[derive(Clone, Debug)]
pub struct Message {
    /// As it stands in updates.
    pub card: Value,
    pub by_bot: bool,
    pub at: Timestamp,
    pub edited: Vec<Timestamp>,
    pub deleted: bool,
}

impl World {
    pub fn new(settings: Settings) -> Self {
        let state = State {
            people: BTreeMap::new(),
            chats: BTreeMap::new(),
            files: BTreeMap::new(),
            updates: VecDeque::new(),
            dropped: 0,
            next_update: 870_000_001 + anywhere(),
            next_message: anywhere(),
            next_number: anywhere(),
            allowed: None,
            webhook: None,
            webhook_set: None,
            poll: 0,
            queries: BTreeMap::new(),
            commands: BTreeMap::new(),
            business: BTreeMap::new(),
            calls: Vec::new(),
            log: Vec::new(),
            sent: HashMap::new(),
        };
        Self {
            settings,
            faults: Faults::default(),
            state: Mutex::new(state),
            news: Notify::new(),
            ahead: AtomicI64::new(0),
            moved: Notify::new(),
        }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The clock of the machine, as far on as people moved it.
    pub fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_secs(self.ahead.load(Ordering::SeqCst));
        machine_now().saturating_add(ahead).unwrap_or(Timestamp::MAX)
    }

    pub fn advance(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::SeqCst);
        self.moved.notify_waiters();
        self.news.notify_waiters();
    }

    pub async fn wait(&self, length: Duration) {
        clock::wait(&self.moved, || self.now(), length).await;
    }

    pub fn knows(&self, token: &str) -> bool {
        token == self.settings.token && !self.faults.plan().token_revoked
    }

    pub fn bot_id(&self) -> i64 {
        self.settings.token.split(':').next().and_then(|id| id.parse().ok()).unwrap_or_default()
    }

    /// The bot as a user.
    pub fn me(&self) -> Value {
        json!({
            "id": self.bot_id(), "is_bot": true, "first_name": "Studio", "username": self.settings.username,
        })
    }

    pub fn said(&self, chat: Option<i64>) -> Vec<Value> {
        let state = self.state();
        let wanted = state.log.iter().filter(|(place, _)| chat.is_none_or(|chat| chat == *place));
        let told = wanted.filter_map(|(chat, id)| {
            let message = state.chats.get(chat)?.messages.get(id)?;
            let edited = message.edited.iter().map(ToString::to_string).collect::<Vec<_>>();
            Some(json!({
                "chat": chat, "at": message.at.to_string(), "edited": edited,
                "deleted": message.deleted, "message": message.card,
            }))
        });
        told.collect()
    }

    pub fn commands(&self, language: &str) -> Value {
        let key = (r#"{"type":"default"}"#.to_owned(), language.to_owned());
        self.state().commands.get(&key).cloned().unwrap_or_else(|| json!([]))
    }

    pub fn standing(&self) -> Value {
        let state = self.state();
        let queries = state.queries.iter().map(|(id, query)| json!({"id": id, "answer": query.answer}));
        let typing = state.chats.iter().filter(|(_, chat)| !chat.typing.is_empty());
        json!({
            "pending": state.updates.len(),
            "dropped": state.dropped,
            "waiting": state.updates.iter().map(|update| update.id).collect::<Vec<_>>(),
            "webhook": state.webhook.as_ref().map(|webhook| webhook.url.clone()),
            "secret": state.webhook.as_ref().map(|webhook| webhook.secret.clone()),
            "queries": queries.collect::<Vec<_>>(),
            "typing": typing.map(|(id, chat)| json!({"chat": id, "times": chat.typing.len()})).collect::<Vec<_>>(),
            "commands": state.commands.iter().map(|((scope, language), commands)| {
                json!({"scope": scope, "language": language, "commands": commands})
            }).collect::<Vec<_>>(),
        })
    }

    /// Tells the bot of something; the number of the update, `None` where the bot does not want to be told.
    pub fn tell(&self, chat: i64, kind: &str, body: Value) -> Option<i64> {
        let mut state = self.state();
        // Unless it is asked for, nobody is told of these.
        let seldom = matches!(kind, "chat_member" | "message_reaction" | "message_reaction_count");
        let wanted = match &state.allowed {
            Some(allowed) if !allowed.is_empty() => allowed.iter().any(|allowed| allowed == kind),
            Some(_) | None => !seldom,
        };
        if !wanted {
            return None;
        }
        let id = state.next_update;
        state.next_update += 1;
        let at = self.now();
        let late_until = self.faults.next_late().map(|after| {
            let after = SignedDuration::try_from(after).unwrap_or_default();
            at.saturating_add(after).unwrap_or(Timestamp::MAX)
        });
        state.updates.push_back(Update { id, at, chat, kind: kind.to_owned(), body, late_until });
        drop(state);
        self.news.notify_waiters();
        Some(id)
    }
}

impl State {
    pub fn number(&mut self) -> i64 {
        self.next_number += 1;
        self.next_number
    }

    /// The next message id of a chat.
    pub fn message_id(&mut self, chat: i64) -> i64 {
        let shared = !is_super(chat);
        let counter = match self.chats.get_mut(&chat) {
            Some(chat) if !shared => &mut chat.next_message,
            _ => &mut self.next_message,
        };
        *counter += 1;
        *counter - 1
    }
}

/// Where ids begin, so that none comes again when the simulator is started anew; clients count in 32 bits.
pub fn anywhere() -> i64 {
    i64::from(rand::random::<u32>() >> 3) + 1
}

/// Supergroups count their messages alone; their ids say what they are.
pub fn is_super(chat: i64) -> bool {
    chat < -1_000_000_000_000
}

#[expect(clippy::disallowed_methods, reason = "a simulator's clock is the machine's")]
fn machine_now() -> Timestamp {
    Timestamp::now()
}

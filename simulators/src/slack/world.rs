//! What does a workspace remember?

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::{Notify, mpsc};

use super::{
    Settings, calls::is_time_stamp, events, hourly::Hourly, limits::Limits, socket::Link,
    subscription::Subscription,
};
use crate::{clock, faults::Faults};

pub(super) const TEAM: &str = "T0STUDIO1";
pub(super) const APP: &str = "A0STUDIO1";
/// The bot's user, and the bot itself.
pub(super) const BOT_USER: &str = "U0BOT0001";
pub(super) const BOT: &str = "B0BOT0001";
/// A channel that the bot is in, and one that it is not in.
pub(super) const GENERAL: &str = "C0GENERAL";
pub(super) const ELSEWHERE: &str = "C0ELSEWHERE";

/// The subtype of what is left of a deleted message on which answers hang.
const GRAVE: &str = "tombstone";

/// Time stamps tell millionths of a second.
const MILLION: u64 = 1_000_000;

/// A workspace; clones are the same one.
#[derive(Clone)]
pub struct World(Arc<Inner>);

pub(super) struct Inner {
    pub settings: Settings,
    /// Where the simulator is reached.
    pub address: String,
    pub faults: Faults,
    pub http: reqwest::Client,
    pub queue: mpsc::UnboundedSender<events::Envelope>,
    state: Mutex<State>,
    /// The clock was moved.
    moved: Notify,
}

pub(super) struct State {
    clock: Option<Timestamp>,
    /// Begins anywhere, at a whole million: ids never come again, not even when the simulator is started anew.
    number: u64,
    pub channels: BTreeMap<String, Channel>,
    pub files: BTreeMap<String, File>,
    pub responses: BTreeMap<String, Response>,
    /// Of commands and presses: until when a form can be opened.
    pub triggers: BTreeMap<String, (String, Timestamp)>,
    pub views: BTreeMap<String, Value>,
    /// Forms that were sent off, as long as the app has not answered.
    pub submitted: BTreeMap<String, Value>,
    /// The app's home, by who sees it.
    pub homes: BTreeMap<String, Value>,
    /// Messages that are said later, by their ids.
    pub scheduled: BTreeMap<String, Scheduled>,
    /// Addresses of people, and whether they have shown that it is theirs.
    pub emails: BTreeMap<String, (String, bool)>,
    pub calls: Vec<Call>,
    pub deliveries: Vec<Delivery>,
    pub statuses: Vec<Value>,
    pub links: BTreeMap<u64, Link>,
    /// Addresses of sockets that were given out and not opened yet.
    pub tickets: Vec<String>,
    /// Socket Mode: who waits for which acknowledgement.
    pub awaited: HashMap<String, tokio::sync::oneshot::Sender<Value>>,
    pub revoked: Option<&'static str>,
    /// What the bot's token may ask.
    pub scopes: BTreeSet<String>,
    /// Channels in which too much was said, and until when.
    pub flooded: BTreeMap<String, Timestamp>,
    pub limits: Limits,
    pub subscription: Subscription,
    pub hourly: Hourly,
    pub swapped: Option<events::Envelope>,
}

#[derive(Default)]
pub(super) struct Channel {
    /// Between the bot and this person.
    pub direct: Option<String>,
    pub bot_is_in: bool,
    pub archived: bool,
    /// By their time stamps.
    pub messages: BTreeMap<String, Message>,
}

#[derive(Clone, Serialize)]
pub(super) struct Message {
    pub value: Value,
    /// Who alone sees it.
    pub only: Option<String>,
}

impl Message {
    /// Whether it stands in the place of one that was deleted.
    pub fn is_grave(&self) -> bool {
        self.value["subtype"] == GRAVE
    }
}

pub(super) struct File {
    pub value: Value,
    pub bytes: Option<Bytes>,
    pub length: usize,
    pub completed: bool,
}

/// Pictures that blocks can show (`@slack/types`, `SlackFile`).
const PICTURES: [&str; 4] = ["png", "jpg", "jpeg", "gif"];

impl File {
    fn is_at(&self, url: &str) -> bool {
        self.value["url_private"] == url || self.value["permalink"] == url
    }

    fn is_picture(&self) -> bool {
        let kind = self.value["filetype"].as_str().unwrap_or_default().to_ascii_lowercase();
        let media_type = self.value["mimetype"].as_str().and_then(|kind| kind.strip_prefix("image/"));
        let is_one =
            PICTURES.contains(&kind.as_str()) || media_type.is_some_and(|kind| PICTURES.contains(&kind));
        is_one && self.completed && self.bytes.is_some()
    }
}

/// A message that is said later.
#[derive(Clone)]
pub(super) struct Scheduled {
    pub channel: String,
    pub at: Timestamp,
    pub message: Value,
}

pub(super) struct Response {
    pub channel: String,
    pub user: String,
    pub uses: u8,
    pub until: Timestamp,
}

/// Something that the bot asked.
#[derive(Clone, Serialize)]
pub(super) struct Call {
    pub method: String,
    pub arguments: Value,
    /// Empty where it was done.
    pub error: String,
    pub at: Timestamp,
}

/// What became of an event.
#[derive(Clone, Serialize)]
pub(super) struct Delivery {
    pub id: String,
    pub tries: u32,
    pub acknowledged: bool,
    /// Nobody tries any more.
    pub ended: bool,
}

impl World {
    /// `address` is where the simulator is reached: `http://127.0.0.1:8080`. Within a tokio runtime.
    ///
    /// # Panics
    ///
    /// If the machine has no root certificates.
    pub fn new(settings: &Settings, address: &str) -> Self {
        let (queue, waiting) = mpsc::unbounded_channel();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::limited(2)).build();
        let http = http.expect("the machine has root certificates");
        let mut channels = BTreeMap::new();
        channels.insert(GENERAL.to_owned(), Channel { bot_is_in: true, ..Channel::default() });
        channels.insert(ELSEWHERE.to_owned(), Channel::default());
        let state = State {
            clock: settings.now,
            number: u64::from(rand::random::<u32>()) * MILLION,
            channels,
            files: BTreeMap::new(),
            responses: BTreeMap::new(),
            triggers: BTreeMap::new(),
            views: BTreeMap::new(),
            submitted: BTreeMap::new(),
            homes: BTreeMap::new(),
            scheduled: BTreeMap::new(),
            emails: BTreeMap::new(),
            calls: Vec::new(),
            deliveries: Vec::new(),
            statuses: Vec::new(),
            links: BTreeMap::new(),
            tickets: Vec::new(),
            awaited: HashMap::new(),
            revoked: None,
            scopes: settings.scopes.iter().cloned().collect(),
            flooded: BTreeMap::new(),
            limits: Limits::new(settings.histories),
            subscription: Subscription::new(settings.events.clone()),
            hourly: Hourly::default(),
            swapped: None,
        };
        let world = Self(Arc::new(Inner {
            settings: settings.clone(),
            address: address.to_owned(),
            faults: Faults::default(),
            http,
            queue,
            state: Mutex::new(state),
            moved: Notify::new(),
        }));
        tokio::spawn(events::deliver(world.clone(), waiting));
        world
    }

    pub(super) fn inner(&self) -> &Inner {
        &self.0
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn advance(&self, by: Duration) {
        self.state().advance(by);
        self.0.moved.notify_waiters();
    }

    pub(super) async fn wait_until(&self, end: Timestamp) {
        clock::wait_until(&self.0.moved, || self.state().now(), end).await;
    }

    /// What goes wrong on demand.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }
}

impl State {
    /// Seconds for which nothing can be said in a channel; none where something can.
    pub fn quiet(&self, channel: &str) -> u64 {
        let until = self.flooded.get(channel);
        let left = until.map_or(0, |until| until.duration_since(self.now()).as_secs());
        u64::try_from(left).unwrap_or(0)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a simulator is the world outside, which has a clock of its own"
    )]
    pub fn now(&self) -> Timestamp {
        self.clock.unwrap_or_else(Timestamp::now)
    }

    fn advance(&mut self, by: Duration) {
        let by = SignedDuration::try_from(by).unwrap_or_default();
        self.clock = Some(self.now().saturating_add(by).unwrap_or(Timestamp::MAX));
    }

    /// A number that never comes again.
    pub fn next(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    /// A time stamp that no other message has.
    pub fn ts(&mut self) -> String {
        let number = self.next() % MILLION;
        format!("{}.{number:06}", self.now().as_second())
    }

    /// The direct messages of the bot with a person, which begin when they are needed.
    pub fn direct(&mut self, user: &str) -> String {
        let id = format!("D{}", user.get(1..).unwrap_or_default());
        self.channels.entry(id.clone()).or_insert_with(|| Channel {
            direct: Some(user.to_owned()),
            bot_is_in: true,
            ..Channel::default()
        });
        id
    }

    /// Keeps a message and counts it in its thread.
    pub fn keep(&mut self, channel: &str, ts: &str, value: Value, only: Option<String>) {
        let Some(channel) = self.channels.get_mut(channel) else { return };
        if let Some(thread) = value.get("thread_ts").and_then(Value::as_str).filter(|thread| *thread != ts)
            && let Some(parent) = channel.messages.get_mut(thread)
        {
            let count = parent.value["reply_count"].as_u64().unwrap_or_default();
            parent.value["reply_count"] = json!(count + 1);
            parent.value["latest_reply"] = json!(ts);
            parent.value["thread_ts"] = json!(thread);
        }
        channel.messages.insert(ts.to_owned(), Message { value, only });
    }

    /// Deletes a message: what it was, and what stands in its place where answers hang on it.
    pub fn delete(&mut self, channel: &str, ts: &str) -> Option<(Value, Option<Value>)> {
        let messages = &mut self.channels.get_mut(channel)?.messages;
        messages.get(ts).filter(|message| !message.is_grave())?;
        let Message { value: before, only } = messages.remove(ts)?;
        let grave = grave(&before);
        if let Some(value) = grave.clone() {
            messages.insert(ts.to_owned(), Message { value, only });
        }
        if let Some(thread) = before["thread_ts"].as_str().filter(|thread| *thread != ts) {
            uncount(messages, thread);
        }
        Some((before, grave))
    }

    /// Keeps the message that an event tells of, unless it is hidden, as what tells of another one is.
    pub fn keep_told(&mut self, event: &Value) {
        let text = |name: &str| event[name].as_str().map(str::to_owned);
        let (Some(channel), Some(ts)) = (text("channel"), text("ts")) else { return };
        let is_told = event["type"] == "message" && event["hidden"] != true;
        if !is_told || !is_time_stamp(&ts) || self.message(&channel, &ts).is_some() {
            return;
        }
        let mut message = event.clone();
        for name in ["channel", "channel_type", "event_ts"] {
            message.as_object_mut().and_then(|fields| fields.remove(name));
        }
        self.keep(&channel, &ts, message, None);
    }

    /// Whether a block can show what a `slack_file` names, by an id, an address or a link: a picture that the bot sees.
    pub fn has_picture(&self, named: &Value) -> bool {
        if named.as_object().is_none_or(|fields| fields.len() != 1) {
            return false;
        }
        let found = match (named["id"].as_str(), named["url"].as_str()) {
            (Some(id), _) => self.files.get(id),
            (None, Some(url)) => self.files.values().find(|file| file.is_at(url)),
            (None, None) => None,
        };
        found.is_some_and(|file| file.is_picture() && self.sees(file))
    }

    /// Whether a file is the bot's own, or stands in a channel that it is in.
    pub fn sees(&self, file: &File) -> bool {
        let is_in = |channel: &Value| {
            let channel = channel.as_str().and_then(|id| self.channels.get(id));
            channel.is_some_and(|channel| channel.bot_is_in)
        };
        let mut places = ["channels", "groups", "ims"].into_iter();
        file.value["user"] == BOT_USER
            || places.any(|list| file.value[list].as_array().is_some_and(|list| list.iter().any(is_in)))
    }

    pub fn message(&self, channel: &str, ts: &str) -> Option<&Message> {
        self.channels.get(channel)?.messages.get(ts)
    }
}

fn grave(before: &Value) -> Option<Value> {
    before["reply_count"].as_u64().filter(|count| *count > 0)?;
    let mut grave = json!({
        "type": "message", "subtype": GRAVE, "user": "USLACKBOT", "text": "This message was deleted.", "hidden": true,
    });
    for name in ["ts", "thread_ts", "reply_count", "latest_reply"] {
        grave[name] = before[name].clone();
    }
    Some(grave)
}

/// A thread has one answer less. Without any it is none, and a grave on which they hung is gone.
fn uncount(messages: &mut BTreeMap<String, Message>, thread: &str) {
    let mut answers = messages.values().filter(|message| message.value["thread_ts"] == thread);
    let count = answers.clone().filter(|message| message.value["ts"] != thread).count();
    let latest = answers.next_back().map(|message| message.value["ts"].clone());
    let Some(parent) = messages.get_mut(thread) else { return };
    if count > 0 {
        parent.value["reply_count"] = json!(count);
        parent.value["latest_reply"] = json!(latest);
    } else if parent.is_grave() {
        messages.remove(thread);
    } else if let Some(fields) = parent.value.as_object_mut() {
        fields.retain(|name, _| !["thread_ts", "reply_count", "latest_reply"].contains(&name.as_str()));
    }
}

/// `im`, `channel` and so on, as events name a channel's kind.
pub(super) fn kind(channel: &str) -> &'static str {
    match channel.chars().next() {
        Some('D') => "im",
        Some('G') => "group",
        _ => "channel",
    }
}

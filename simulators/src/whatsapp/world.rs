//! What does the simulator remember?

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::{Notify, mpsc};

use super::{Settings, events::Told};
use crate::{clock, faults::Faults};

/// Everything, shared by all requests.
pub struct World {
    pub settings: Settings,
    pub faults: Faults,
    pub client: reqwest::Client,
    state: Mutex<State>,
    events: mpsc::UnboundedSender<Told>,
    /// The clock was moved.
    moved: Notify,
}

#[derive(Default)]
pub struct State {
    /// By business-scoped user id.
    pub people: BTreeMap<String, Person>,
    /// What the bot has said, the oldest first.
    pub said: Vec<Said>,
    /// Whom it wrote to within the last 24 hours who could not be answered freely, and when first.
    pub reached: BTreeMap<String, Timestamp>,
    /// How many of them there may be.
    pub people_a_day: usize,
    /// Messages of people by id.
    pub heard: BTreeMap<String, String>,
    /// Read marks and typing: message, and whether someone types.
    pub marks: Vec<(String, bool)>,
    pub media: BTreeMap<String, Media>,
    pub templates: Vec<Value>,
    pub commands: Value,
    /// Webhook of the number, of the account, of the app: the first that is set counts.
    pub callbacks: [Option<String>; 3],
    pub subscribed: bool,
    /// Values of changes that are held back.
    pub held: Option<Vec<Value>>,
    /// How often an event was POSTed, and how often it was taken.
    pub posted: u64,
    pub taken: u64,
    /// Events that nobody took for seven days.
    pub given_up: u64,
    /// Messages of people in the events that were taken.
    pub taken_messages: std::collections::BTreeSet<String>,
    pub moved_by: SignedDuration,
    /// When the buckets of pairs and of the number will be full again.
    pub pairs: BTreeMap<String, Timestamp>,
    pub number: Option<Timestamp>,
    /// Begins anywhere: ids never come again, not even when the simulator is started anew.
    next: u64,
}

#[derive(Clone, Debug, Serialize)]
pub struct Person {
    pub user_id: String,
    /// Absent for those who go by a user name.
    pub phone: Option<String>,
    pub name: String,
    pub username: Option<String>,
    pub last_heard: Option<Timestamp>,
    pub blocked: bool,
}

/// How long somebody who wrote can be answered freely.
pub const WINDOW: SignedDuration = SignedDuration::from_hours(24);

impl Person {
    /// Whether they can be answered freely.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.last_heard.is_some_and(|heard| now.duration_since(heard) < WINDOW)
    }
}

/// A message of the bot.
#[derive(Clone, Debug, Serialize)]
pub struct Said {
    pub id: String,
    pub at: Timestamp,
    /// Business-scoped user id, or what the bot wrote where it is nobody's.
    pub to: String,
    /// As it was sent.
    pub message: Value,
    /// `accepted`, `sent`, `delivered`, `read`, `failed`.
    pub status: String,
}

#[derive(Clone, Debug)]
pub struct Media {
    pub name: Option<String>,
    pub content_type: String,
    pub bytes: axum::body::Bytes,
    pub sha256: String,
    /// When its address was asked for.
    pub asked: Option<Timestamp>,
    /// When its id is gone.
    pub until: Timestamp,
}

impl World {
    /// The world, and the events that it tells.
    ///
    /// # Panics
    ///
    /// If the machine's certificates cannot be read.
    pub fn new(settings: Settings, faults: Faults) -> (Self, mpsc::UnboundedReceiver<Told>) {
        let (events, outgoing) = mpsc::unbounded_channel();
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10));
        let client = client.build().expect("the machine's certificates can be read");
        let state = State {
            templates: vec![json!({
                "id": "1192339204654487",
                "name": "hello_world",
                "language": "en_US",
                "status": "APPROVED",
                "category": "UTILITY",
                "parameter_format": "POSITIONAL",
                "components": [
                    { "type": "HEADER", "format": "TEXT", "text": "Hello World" },
                    { "type": "BODY", "text": "Welcome and congratulations!" },
                    { "type": "FOOTER", "text": "WhatsApp Business API Team" },
                ],
            })],
            commands: json!([]),
            people_a_day: settings.people_a_day,
            next: u64::from(rand::random::<u32>()) << 8,
            ..State::default()
        };
        let state = Mutex::new(state);
        (Self { settings, faults, client, state, events, moved: Notify::new() }, outgoing)
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The clock of the world: that of the machine, moved as far as people moved it.
    pub fn now(&self) -> Timestamp {
        let moved = self.state().moved_by;
        (self.settings.clock)().saturating_add(moved).unwrap_or(Timestamp::MAX)
    }

    pub fn advance(&self, seconds: i64) {
        {
            let moved_by = &mut self.state().moved_by;
            *moved_by = moved_by.saturating_add(SignedDuration::from_secs(seconds));
        }
        self.moved.notify_waiters();
    }

    pub async fn wait_until(&self, end: Timestamp) {
        clock::wait_until(&self.moved, || self.now(), end).await;
    }

    /// Tells the bot of a change, or keeps it where events are held.
    pub fn tell(&self, change: Value) {
        let mut state = self.state();
        if let Some(held) = &mut state.held {
            held.push(change);
            return;
        }
        drop(state);
        self.send(&[change]);
    }

    /// Tells the bot of several changes in one event.
    pub fn send(&self, changes: &[Value]) {
        let event = json!({
            "object": "whatsapp_business_account",
            "entry": [{ "id": self.settings.account_id, "changes": changes }],
        });
        self.send_raw(event);
    }

    /// Sends an event as it is.
    pub fn send_raw(&self, event: Value) {
        let late_until = self.faults.next_late().map(|after| {
            let after = SignedDuration::try_from(after).unwrap_or_default();
            self.now().saturating_add(after).unwrap_or(Timestamp::MAX)
        });
        // Nobody listens any more once the simulator stops.
        let _ = self.events.send(Told { event, late_until });
    }

    /// A change of the field `messages` with these parts.
    pub fn change(&self, contact: Option<&Person>, field: &str, news: &Value) -> Value {
        let mut value = json!({
            "messaging_product": "whatsapp",
            "metadata": {
                "display_phone_number": self.settings.display_phone_number,
                "phone_number_id": self.settings.phone_number_id,
            },
        });
        if let Some(person) = contact {
            value["contacts"] = json!([person.contact()]);
        }
        value[field] = json!([news]);
        json!({ "field": if field == "user_preferences" { field } else { "messages" }, "value": value })
    }
}

impl State {
    pub fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// An id of a message, as Meta writes them.
    pub fn message_id(&mut self) -> String {
        format!("wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBI{:016X}", self.number())
    }

    /// Ids that have run out are those of no file.
    pub fn forget_media(&mut self, now: Timestamp) {
        self.media.retain(|_, file| now < file.until);
    }

    /// Someone by id or phone number.
    pub fn person(&self, name: &str) -> Option<&Person> {
        let digits = name.trim_start_matches('+');
        self.people.get(name).or_else(|| {
            self.people.values().find(|person| person.phone.as_deref().is_some_and(|phone| phone == digits))
        })
    }
}

impl Person {
    /// As webhooks tell of someone.
    pub fn contact(&self) -> Value {
        let mut contact = json!({ "profile": { "name": self.name }, "user_id": self.user_id });
        if let Some(username) = &self.username {
            contact["profile"]["username"] = json!(username);
        }
        if let Some(phone) = &self.phone {
            contact["wa_id"] = json!(phone);
        }
        contact
    }
}

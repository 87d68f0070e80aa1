//! What does a running connection keep in memory, and what does it do beside answering?

use std::{
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::Value;
use studio_core::id::MediaId;
use tokio::{select, sync::Notify, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{config::Config, heard::Event, outbound, recent::Recent, template::KnownTemplate};
use crate::{
    credential::Credential,
    host::Host,
    late::Late,
    platform::{Attempt, ConnectionStanding, Counts, Edit, Outcome},
    told::Told,
};

/// People and messages of whom something is known in memory.
const MOST_KNOWN: usize = 10_000;
const FIRST_WAIT: Duration = Duration::from_secs(2);
const LONGEST_WAIT: Duration = Duration::from_mins(5);

/// A connection with its credentials read.
#[derive(Debug)]
pub struct Account {
    pub(super) config: Config,
    pub(super) token: Credential,
    pub(super) app_secret: Credential,
    pub(super) verify_token: Credential,
    pub(super) client: reqwest::Client,
    pub(super) known: Mutex<Known>,
    /// The templates have changed.
    pub(super) templates_changed: Notify,
    /// A test was not told who we are: it is to be asked again soon.
    pub(super) doubted: Notify,
}

/// What is known in memory; all of it can be lost.
#[derive(Debug)]
pub(super) struct Known {
    pub standing: ConnectionStanding,
    /// `None` until they were read once.
    pub templates: Option<Arc<Vec<KnownTemplate>>>,
    /// What we uploaded, and when.
    pub uploads: Recent<MediaId, (String, Timestamp)>,
    /// What was refused and comes again.
    pub late: Late<Event>,
    /// The last message of a person, by thread.
    pub last_message: Recent<String, String>,
    /// How often in a row a person got too many messages.
    pub strikes: Recent<String, u32>,
    /// Phone numbers by thread.
    pub phones: Recent<String, String>,
    /// What was told of a person last, by thread.
    pub people: Recent<String, String>,
    /// Whose phone number it is: threads by the thread of the number.
    pub phone_threads: Recent<String, String>,
    /// Parts that may have left, by tag: a status will tell.
    pub doubtful: Recent<String, Doubtful>,
    /// When the first message was met that a process before this one was sending.
    pub doubting_since: Option<Timestamp>,
    /// Parts that have surely not left, by tag: every try of this process was refused.
    pub refused: Recent<String, ()>,
    /// Messages of which a part was sent again without knowing whether it had arrived, by key.
    pub again: Recent<String, ()>,
    /// Threads by the id of a message that left.
    pub threads: Recent<String, String>,
    /// What the log knows of.
    pub told: Told,
}

/// Whose try of a part had no clear end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubtful {
    Ours,
    /// Of a process before this one, if there was a try at all.
    Theirs,
}

impl Account {
    pub(super) fn new(
        config: Config,
        token: Credential,
        app_secret: Credential,
        verify_token: Credential,
        client: reqwest::Client,
    ) -> Self {
        let known = Known {
            standing: ConnectionStanding {
                way_in: Some("webhook".to_owned()),
                counts: Some(Counts::default()),
                ..ConnectionStanding::default()
            },
            templates: None,
            uploads: Recent::new(MOST_KNOWN),
            late: Late::default(),
            last_message: Recent::new(MOST_KNOWN),
            strikes: Recent::new(MOST_KNOWN),
            phones: Recent::new(MOST_KNOWN),
            people: Recent::new(MOST_KNOWN),
            phone_threads: Recent::new(MOST_KNOWN),
            doubtful: Recent::new(MOST_KNOWN),
            doubting_since: None,
            refused: Recent::new(MOST_KNOWN),
            again: Recent::new(MOST_KNOWN),
            threads: Recent::new(MOST_KNOWN),
            told: Told::default(),
        };
        Self {
            config,
            token,
            app_secret,
            verify_token,
            client,
            known: Mutex::new(known),
            templates_changed: Notify::new(),
            doubted: Notify::new(),
        }
    }

    pub fn name(&self) -> &str {
        &self.config.name
    }

    pub fn bot(&self) -> &str {
        &self.config.bot
    }

    /// What makes it one account: the phone number; one token may serve several.
    pub(crate) fn account(&self) -> &str {
        &self.config.phone_number_id
    }

    /// Base address of the platform's API.
    pub fn api(&self) -> &url::Url {
        &self.config.api
    }

    /// As far as is known without asking.
    pub fn standing(&self) -> ConnectionStanding {
        self.known().standing.clone()
    }

    /// Registers and synchronises until it is stopped.
    pub async fn run<H: Host>(self: Arc<Self>, host: H, stop: CancellationToken) {
        select! {
            () = stop.cancelled() => {}
            never = self.keep_introduced(&host) => match never {},
            never = self.keep_registered(&host) => match never {},
            never = self.keep_templates(&host) => match never {},
        }
    }

    /// WhatsApp lets no business change what it has said.
    pub fn edit(&self, _: &Edit) -> Attempt {
        never("WhatsApp cannot change a message that has left; send another one that corrects it")
    }

    /// WhatsApp lets no business take back what it has said.
    pub fn retract(&self, _: &str, _: &[String]) -> Attempt {
        never("WhatsApp cannot take back a message that has left; send another one that corrects it")
    }

    /// Shows for some seconds that someone is typing, and that the person's last message was read.
    pub async fn typing<H: Host>(&self, host: &H, thread: &str) {
        let Some(message) = self.known().last_message.get(thread).cloned() else { return };
        let body = outbound::read_mark(&message);
        // Nothing depends on it.
        let path = format!("{}/messages", self.config.phone_number_id);
        let _: Result<Value, _> = self.call(self.request(Method::POST, &path).json(&body), host.now()).await;
    }

    pub(super) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn note_token(&self, valid: bool) {
        self.known().standing.token_valid = Some(valid);
    }

    pub(super) fn note_error(&self, now: Timestamp, error: String) {
        let times = self.known().told.tell(&error);
        self.keep_error(now, error, times);
    }

    /// What Meta refuses it says in words that may hold an id or a text: its code is what the log knows it by.
    pub(super) fn note_refusal(&self, now: Timestamp, code: i64, error: String) {
        let times = self.known().told.tell_kind(&format!("Meta's error {code}"));
        self.keep_error(now, error, times);
    }

    /// What somebody did who proved nothing: anybody may call, so that it takes no place of a real error.
    pub(crate) fn tell_of_stranger(&self, problem: &str) {
        self.known().told.tell_of_stranger("whatsapp", self.name(), problem);
    }

    fn keep_error(&self, now: Timestamp, error: String, times: Option<u64>) {
        if let Some(times) = times {
            tracing::warn!(connection = self.name(), %error, times, "whatsapp.failed");
        }
        self.known().standing.last_error = Some((now, error));
    }

    pub(crate) fn count(&self, count: impl FnOnce(&mut Counts)) {
        count(self.known().standing.counts.get_or_insert_default());
    }

    pub(super) fn note_clock(&self, theirs_less_ours: SignedDuration) {
        self.known().standing.clock_skew_seconds = Some(theirs_less_ours.as_secs());
    }

    /// What Meta's clock shows, as far as it has told.
    pub(super) fn their_now<H: Host>(&self, host: &H) -> Timestamp {
        let skew = SignedDuration::from_secs(self.known().standing.clock_skew_seconds.unwrap_or_default());
        host.now().saturating_add(skew).unwrap_or_else(|_| host.now())
    }

    /// Keeps what came from Meta and cannot be read for those who ask; the log has it once in an hour.
    pub(super) fn note_unread(&self, now: Timestamp, problem: String) {
        self.note_once(&problem);
        self.known().standing.last_error = Some((now, problem));
    }

    /// Logs a problem once in an hour, with how often it came.
    pub(super) fn note_once(&self, problem: &str) {
        let times = self.known().told.tell(problem);
        if let Some(times) = times {
            tracing::warn!(connection = self.name(), problem, times, "whatsapp.unread");
        }
    }
}

/// Waits before the next attempt.
pub(super) async fn back_off<H: Host>(host: &H, failures: u32) {
    sleep(crate::pause::after(host, failures.saturating_sub(1), FIRST_WAIT, LONGEST_WAIT)).await;
}

/// What a part of a running connection never does.
pub(super) type Endless = Infallible;

fn never(reason: &str) -> Attempt {
    Attempt { parts: Vec::new(), losses: Vec::new(), outcome: Outcome::Dead { reason: reason.to_owned() } }
}

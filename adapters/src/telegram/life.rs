//! What does a running Telegram connection keep in memory, and what does it do while it lives?

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::Sha256;
use teloxide_core::{Bot, payloads::GetMe, requests::Payload, types::AllowedUpdate};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{
    album::Pen,
    call::{Answered, CallError, Upload, call},
    commands,
    config::{Config, Receive},
    held::Held,
    place::chat_of,
    poll, register,
    whereabouts::Places,
};
use crate::{
    credential::Credential,
    fence::Fence,
    floods::Floods,
    host::{Host, HostError},
    platform::{ConnectionStanding, Counts},
    told::Told,
    trials::Trials,
};

/// Longest wait for an answer, without and with a file.
pub const PATIENCE: Duration = Duration::from_secs(30);
pub const UPLOAD_PATIENCE: Duration = Duration::from_mins(3);
/// Between two tries of what keeps a connection alive.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// Conversations whose keyboards, and people whose names are kept in mind; then all are forgotten.
const MOST_REMEMBERED: usize = 20_000;
/// The bot's own name among what the host keeps of a connection.
const NAME: &str = "name";

/// What we want to be told of.
pub const WANTED: [AllowedUpdate; 9] = [
    AllowedUpdate::Message,
    AllowedUpdate::EditedMessage,
    AllowedUpdate::CallbackQuery,
    AllowedUpdate::MessageReaction,
    AllowedUpdate::MyChatMember,
    AllowedUpdate::BusinessConnection,
    AllowedUpdate::BusinessMessage,
    AllowedUpdate::EditedBusinessMessage,
    AllowedUpdate::DeletedBusinessMessages,
];

/// A Telegram connection with its token read.
pub struct Account {
    pub(super) config: Config,
    pub(super) line: Bot,
    /// The bot's own id, as its token tells.
    pub(super) id: u64,
    pub(super) state: Mutex<State>,
    /// `None` until it was read.
    pub(super) pen: tokio::sync::Mutex<Option<Pen>>,
    /// Something was put into the pen.
    pub(super) penned: Notify,
    /// `None` until it was read.
    pub(super) held: tokio::sync::Mutex<Option<Held>>,
    /// Something is held.
    pub(super) holding: Notify,
    /// Up to which of their changes the messages that must come again are kept.
    pub(super) late_kept: tokio::sync::Mutex<u64>,
    pub(super) places: Mutex<Places>,
    /// Telegram was asked from outside, and has answered.
    well: Notify,
}

/// All of this can be found again.
#[derive(Default)]
pub(super) struct State {
    pub username: Option<String>,
    /// Telegram has told who we are, to this life or the one before it.
    pub is_introduced: bool,
    pub standing: ConnectionStanding,
    pub told: Told,
    /// Native ids of people who were told of.
    pub people: HashSet<String>,
    /// Title and value of each key of the keyboard that a conversation shows last.
    pub keyboards: HashMap<String, Vec<(String, String)>>,
    pub floods: Floods,
    /// Native ids of messages that Telegram was answered to send again.
    pub late: VecDeque<String>,
    /// Whether what the life before this one knew of them is among them.
    pub knows_late: bool,
    /// How often they have changed in this life.
    pub late_changes: u64,
}

impl State {
    fn new(way_in: &str) -> Self {
        let standing = ConnectionStanding {
            way_in: Some(way_in.to_owned()),
            counts: Some(Counts::default()),
            ..ConnectionStanding::default()
        };
        Self { standing, ..Self::default() }
    }
}

/// Of ourselves, as Telegram says.
#[derive(Deserialize)]
pub(super) struct Me {
    pub first_name: String,
    #[serde(default)]
    pub username: Option<String>,
}

impl Account {
    pub(super) fn new(config: Config, token: &Credential, fence: &Fence) -> Result<Self, String> {
        let client = teloxide_core::net::default_reqwest_settings()
            // No method and no file of Telegram's redirects.
            .redirect(reqwest_of_teloxide::redirect::Policy::none());
        let client = fence.within_teloxide(client).build().map_err(|error| error.to_string())?;
        let id = token.expose().split(':').next().and_then(|id| id.parse().ok()).unwrap_or_default();
        let way_in = match config.receive {
            Receive::Polling => "long polling",
            Receive::Webhook => "webhook",
        };
        let line = Bot::with_client(token.expose(), client).set_api_url(config.api.clone());
        Ok(Self {
            config,
            line,
            id,
            state: Mutex::new(State::new(way_in)),
            pen: tokio::sync::Mutex::default(),
            penned: Notify::new(),
            held: tokio::sync::Mutex::default(),
            holding: Notify::new(),
            late_kept: tokio::sync::Mutex::default(),
            places: Mutex::default(),
            well: Notify::new(),
        })
    }

    pub fn name(&self) -> &str {
        &self.config.name
    }

    pub fn bot(&self) -> &str {
        &self.config.bot
    }

    /// What makes it one account: the bot's own id, which stays when its token is made anew.
    pub(crate) fn account(&self) -> &str {
        let token = self.line.token();
        token.split_once(':').map_or(token, |(id, _)| id)
    }

    /// Base address of the platform's API.
    pub fn api(&self) -> &url::Url {
        &self.config.api
    }

    /// Lives as long as the connection does.
    pub async fn run<H: Host>(self: Arc<Self>, host: H, stop: CancellationToken) {
        if self.config.receive == Receive::Polling {
            self.state().standing.listening = Some(false);
        }
        let living = async {
            self.introduce(&host).await;
            let listening = async {
                match self.config.receive {
                    Receive::Polling => poll::run(&self, &host).await,
                    Receive::Webhook => register::run(&self, &host).await,
                }
            };
            tokio::join!(commands::run(&self, &host), self.watch_pen(&host), self.let_go(&host), listening);
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = living => {}
        }
        self.state().standing.listening = Some(false);
    }

    /// Asks who we are until Telegram says so.
    async fn introduce<H: Host>(&self, host: &H) {
        let mut tries = 0;
        while let Err(error) = self.ask_who_we_are(host).await {
            self.note(host, &why("could not start", &error));
            self.rest(pause(host, tries)).await;
            tries += 1;
        }
    }

    /// Waits before another try, or until Telegram was asked from outside and has answered.
    pub(super) async fn rest(&self, pause: Duration) {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = self.well.notified() => {}
        }
    }

    pub(super) async fn ask_who_we_are<H: Host>(&self, host: &H) -> Result<(), CallError> {
        let me = match self.call::<_, _, Me>(host, &GetMe::new(), PATIENCE).await {
            Ok(me) => me,
            Err(error) => {
                self.state().standing.life.failed("name", &with_advice(&error));
                return Err(error);
            }
        };
        self.state().standing.life.passed("name");
        host.answers(self.name());
        let is_news = {
            let mut state = self.state();
            let name = me.username.as_ref().map_or_else(String::new, |username| format!(" (@{username})"));
            state.standing.identity = Some(format!("{}{name}", me.first_name));
            let known = std::mem::replace(&mut state.is_introduced, true);
            let before = std::mem::replace(&mut state.username, me.username.clone());
            !known || before != me.username
        };
        if is_news {
            let name = format!("{}@{}", self.id, me.username.unwrap_or_default());
            if let Err(error) = host.remember(self.name(), NAME, name).await {
                self.note(host, &format!("the bot's name is not kept: {error}"));
            }
        }
        Ok(())
    }

    /// Whether it is known who we are: Telegram calls the webhook of a process that could not ask yet.
    pub(super) async fn knows_itself<H: Host>(&self, host: &H) -> Result<bool, HostError> {
        if self.state().is_introduced {
            return Ok(true);
        }
        let kept = host.recall(self.name(), NAME).await?;
        // The connection may have been another bot's.
        let own = kept.as_deref().and_then(|kept| kept.split_once('@'));
        let Some((_, name)) = own.filter(|(id, _)| *id == self.id.to_string()) else { return Ok(false) };
        let mut state = self.state();
        if !state.is_introduced {
            state.is_introduced = true;
            state.username = Some(name.to_owned()).filter(|name| !name.is_empty());
        }
        Ok(true)
    }

    /// How the connection is, as far as is known here.
    pub fn standing(&self) -> ConnectionStanding {
        self.state().standing.clone()
    }

    /// How the connection is, as Telegram says.
    pub async fn examine<H: Host>(&self, host: &H) -> ConnectionStanding {
        let was_refused = self.state().standing.token_valid == Some(false);
        match self.ask_who_we_are(host).await {
            Ok(()) => {
                if was_refused {
                    self.state().standing.life.passed("updates");
                }
                self.well.notify_waiters();
                register::look(self, host).await;
            }
            Err(error) => self.note(host, &with_advice(&error)),
        }
        self.state().standing.life.was_asked();
        self.standing()
    }

    /// Nothing is to come to this address any more; what waits stays with Telegram.
    pub async fn sign_off<H: Host>(&self, host: &H, address: &url::Url) {
        if self.config.receive == Receive::Webhook
            && let Err(error) = register::leave(self, host, address).await
        {
            self.note(host, &why("could not remove the webhook", &error));
        }
    }

    pub(super) async fn call<H, P, T>(
        &self,
        host: &H,
        payload: &P,
        patience: Duration,
    ) -> Result<T, CallError>
    where
        H: Host,
        P: Payload + Serialize + Sync,
        T: DeserializeOwned,
    {
        self.call_with(host, payload, None, patience).await
    }

    pub(super) async fn call_with<H, P, T>(
        &self,
        host: &H,
        payload: &P,
        upload: Option<&Upload>,
        patience: Duration,
    ) -> Result<T, CallError>
    where
        H: Host,
        P: Payload + Serialize + Sync,
        T: DeserializeOwned,
    {
        let answered = call(&self.line, payload, upload, patience).await;
        let mut state = self.state();
        match &answered {
            Ok(Answered { date, .. }) => {
                state.standing.token_valid = Some(true);
                if let Some(date) = date {
                    state.standing.clock_skew_seconds = Some(date.duration_since(host.now()).as_secs());
                }
            }
            Err(CallError::Refused(refusal)) if matches!(refusal.code, 401 | 404) => {
                state.standing.token_valid = Some(false);
            }
            Err(CallError::Refused(_) | CallError::Unreachable(_) | CallError::Lost(_)) => {}
        }
        answered.map(|answered| answered.result)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps an error for those who ask; the log has each kind once in an hour.
    pub(super) fn note<H: Host>(&self, host: &H, error: &str) {
        let times = {
            let mut state = self.state();
            state.standing.last_error = Some((host.now(), error.to_owned()));
            state.told.tell(error)
        };
        if let Some(times) = times {
            tracing::warn!(connection = %self.config.name, error, times, "telegram.failed");
        }
    }

    /// What somebody did who proved nothing: anybody may call, so that it takes no place of a real error.
    pub(super) fn note_stranger(&self, problem: &str) {
        self.state().standing.disbelieve(problem);
        self.tell_of_stranger(problem);
    }

    pub(crate) fn tell_of_stranger(&self, problem: &str) {
        self.state().told.tell_of_stranger("telegram", self.name(), problem);
    }

    /// Updates are on their way to us.
    pub(super) fn hears<H: Host>(&self, host: &H) {
        let before = {
            let standing = &mut self.state().standing;
            standing.life = Trials::default();
            standing.listening.replace(true)
        };
        if before != Some(true) {
            host.answers(self.name());
        }
    }

    /// None are.
    pub(super) fn is_deaf(&self, why: &str) {
        let standing = &mut self.state().standing;
        standing.listening = Some(false);
        standing.life.failed("updates", why);
    }

    /// None are, until somebody stops the other program that has them.
    pub(super) fn steps_down<H: Host>(&self, host: &H, why: &str) {
        {
            let standing = &mut self.state().standing;
            standing.listening = Some(false);
            standing.life.refused("updates", why);
        }
        self.note(host, why);
    }

    pub(crate) fn count(&self, count: impl FnOnce(&mut Counts)) {
        count(self.state().standing.counts.get_or_insert_default());
    }

    /// What Telegram shows with each call of the webhook: 32 bytes that nobody else can know, the same
    /// over restarts and on every node.
    pub(super) fn secret<H: Host>(&self, host: &H) -> Credential {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&host.token_key()).expect("HMAC takes a key of any length");
        for part in ["telegram webhook", self.config.name.as_str(), self.line.token()] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        Credential::new(&URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())).expect("43 letters")
    }

    /// Whether so many chats have to wait that it is the whole bot which said too much. All topics of a group are one chat.
    pub(super) fn is_limited(&self, thread: &str, wait: SignedDuration, now: Timestamp) -> bool {
        let until = now.saturating_add(wait).unwrap_or(now);
        self.state().floods.add(chat_of(thread).unwrap_or(thread), until, now)
    }

    /// Whether a person was not told of before.
    pub(super) fn meets(&self, native: &str) -> bool {
        !self.state().people.contains(native)
    }

    pub(super) fn has_met(&self, native: String) {
        let mut state = self.state();
        if state.people.len() >= MOST_REMEMBERED {
            state.people.clear();
        }
        state.people.insert(native);
    }

    pub(super) fn shows(&self, thread: &str, keys: Vec<(String, String)>) {
        let mut state = self.state();
        if state.keyboards.len() >= MOST_REMEMBERED {
            state.keyboards.clear();
        }
        state.keyboards.insert(thread.to_owned(), keys);
    }
}

/// An error, with what to do where the token is at fault.
pub(super) fn with_advice(error: &CallError) -> String {
    match error {
        CallError::Refused(refusal) if refusal.code == 401 => {
            format!("{error}; the token is not valid (any more): get one from @BotFather and set it")
        }
        // Telegram says so of an address that is none as well as of a token that has not the form of one.
        CallError::Refused(refusal) if refusal.code == 404 && !refusal.description.contains("api") => {
            format!(
                "{error}; is api right, without a path such as /bot, and the token as @BotFather gave it?"
            )
        }
        CallError::Refused(_) | CallError::Unreachable(_) | CallError::Lost(_) => error.to_string(),
    }
}

/// Why something could not be done. A token that is refused is told in the same words whatever it was, so that the log has
/// them once.
pub(super) fn why(what: &str, error: &CallError) -> String {
    let (plain, advised) = (error.to_string(), with_advice(error));
    if plain == advised { format!("{what}: {plain}") } else { advised }
}

/// How long to wait after so many tries before the one that failed.
pub(super) fn pause<H: Host>(host: &H, tries: u32) -> Duration {
    crate::pause::after(host, tries, FIRST_PAUSE, LONGEST_PAUSE)
}

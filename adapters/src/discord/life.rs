//! What does a running Discord connection keep in memory, and how does it live?

use std::{
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use reqwest::Method;
use serenity::model::id::UserId;
use studio_core::texts;
use tokio::{sync::Notify, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{
    commands,
    config::{AccountError, Config, WayIn},
    deferred::Deferred,
    examine,
    inbound::Reader,
    listen,
    modal::ANSWER_LABEL,
    names::Names,
    places::Places,
    rest::{Payload, Refusal, Rest, Route},
    sign::PublicKey,
};
use crate::{
    credential::Credential,
    fence::Fence,
    host::Host,
    pause,
    platform::{Command, ConnectionStanding, Counts},
    told::Told,
    trials::Trials,
};

/// How often "thinking" that nobody answered, places and commands are looked after.
const TIDY: Duration = Duration::from_secs(5);
/// Discord's own faults look the same as a token that was reset: it is asked again (see `verdict.rs` for how often it may be).
const REFUSED: Duration = Duration::from_mins(5);
/// How often Discord is asked where interactions go, which anybody may change in the developer portal.
const WATCH: Duration = Duration::from_mins(10);
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// Discord gives up after 3 seconds; the acknowledgement needs some of them.
const TIME_TO_STORE: Duration = Duration::from_secs(2);

/// A Discord connection with its credentials read.
pub struct Account {
    pub(super) config: Config,
    pub(super) token: Credential,
    pub(super) rest: Rest,
    /// Where the gateway may be.
    pub(super) fence: Fence,
    pub(super) deferred: Deferred,
    pub(super) places: Places,
    pub(super) names: Names,
    pub(super) token_key: OnceLock<[u8; 32]>,
    /// Between two tries of something that somebody has to set right first.
    pub(super) rest_of_refused: Duration,
    /// Between two looks at where interactions go.
    pub(super) rest_of_watch: Duration,
    /// How long an interaction may take to be stored.
    pub(super) time_to_store: Duration,
    /// Discord was asked from outside, and has answered.
    pub(super) well: Notify,
    /// Discord did not say who we are, or that interactions come here: it is to be asked again.
    doubted: Notify,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    key: Option<PublicKey>,
    me: Option<Identity>,
    standing: ConnectionStanding,
    told: Told,
    counts: Counts,
    registered: Option<Vec<Command>>,
}

/// Who Discord says we are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub user: u64,
    pub name: String,
    pub application: String,
}

impl Account {
    pub(super) fn new(
        config: Config,
        token: Credential,
        key: Option<PublicKey>,
        fence: &Fence,
    ) -> Result<Self, AccountError> {
        let way_in = match config.way_in {
            WayIn::Gateway => "gateway",
            WayIn::Interactions => "interactions",
        };
        let standing =
            ConnectionStanding { way_in: Some(way_in.to_owned()), ..ConnectionStanding::default() };
        let rest = Rest::new(&config.api, &token, fence).map_err(AccountError::Client)?;
        Ok(Self {
            config,
            token,
            rest,
            fence: fence.clone(),
            deferred: Deferred::default(),
            places: Places::default(),
            names: Names::default(),
            token_key: OnceLock::new(),
            rest_of_refused: REFUSED,
            rest_of_watch: WATCH,
            time_to_store: TIME_TO_STORE,
            well: Notify::new(),
            doubted: Notify::new(),
            state: Mutex::new(State { key, standing, ..State::default() }),
        })
    }

    pub fn name(&self) -> &str {
        &self.config.name
    }

    pub fn bot(&self) -> &str {
        &self.config.bot
    }

    /// What makes it one account: the bot's own id, with which its token begins.
    pub(crate) fn account(&self) -> &str {
        let token = self.token.expose();
        token.split_once('.').map_or(token, |(id, _)| id)
    }

    /// Whether more than two may talk in a channel.
    pub(crate) fn is_shared(&self, thread: &str) -> bool {
        self.places.is_shared(thread)
    }

    /// Whether a channel is known to be a server's.
    pub(crate) fn is_of_server(&self, thread: &str) -> bool {
        self.places.is_of_server(thread)
    }

    /// Base address of the platform's API.
    pub fn api(&self) -> &url::Url {
        &self.config.api
    }

    /// Lives as long as the connection: commands, and gateway or webhook.
    pub async fn run<H: Host>(self: Arc<Self>, host: H, stop: CancellationToken) {
        let _ = self.token_key.set(host.token_key());
        if self.config.way_in == WayIn::Gateway {
            self.state().standing.listening = Some(false);
        }
        tokio::select! {
            () = self.recall(&host) => {}
            () = stop.cancelled() => return,
        }
        let living = async {
            tokio::select! {
                () = self.introduce(&host) => {}
                () = stop.cancelled() => return,
            }
            match self.config.way_in {
                WayIn::Gateway => listen::run(&self, &host, &stop).await,
                WayIn::Interactions => {
                    tokio::select! {
                        () = self.keep_address(&host) => {}
                        () = stop.cancelled() => {}
                    }
                }
            }
        };
        tokio::select! {
            () = living => {}
            () = self.tidy(&host) => {}
            () = self.make_sure(&host) => {}
            () = self.tell_names(&host) => {}
        }
        self.remember(&host).await;
        self.state().standing.listening = Some(false);
    }

    /// How it is, without asking.
    pub fn standing(&self) -> ConnectionStanding {
        let state = self.state();
        ConnectionStanding { counts: Some(state.counts.clone()), ..state.standing.clone() }
    }

    /// How it is, Discord being asked.
    pub async fn examine<H: Host>(&self, host: &H) -> ConnectionStanding {
        let was_refused = self.state().standing.token_valid == Some(false);
        // What failed stands in the standing.
        if examine::identify(self, host).await.is_ok() {
            if was_refused {
                self.state().standing.life.passed("gateway");
            }
            self.well.notify_waiters();
        }
        self.doubt();
        self.state().standing.life.was_asked();
        self.standing()
    }

    fn doubt(&self) {
        if self.is_doubted() {
            self.doubted.notify_one();
        }
    }

    fn is_doubted(&self) -> bool {
        let state = self.state();
        [examine::USER, examine::LEADS_HERE].iter().any(|what| state.standing.life.fails(what))
    }

    /// Asks again who we are where Discord did not say, and where interactions go until that is here.
    async fn make_sure<H: Host>(&self, host: &H) {
        loop {
            self.doubted.notified().await;
            while self.is_doubted() {
                self.introduce(host).await;
                if self.is_doubted() {
                    tokio::select! {
                        () = sleep(self.rest_of_refused) => {}
                        () = self.doubted.notified() => {}
                    }
                }
            }
        }
    }

    /// Learns who we are.
    async fn introduce<H: Host>(&self, host: &H) {
        let mut failures = 0;
        loop {
            match examine::identify(self, host).await {
                Ok(()) => break,
                Err(Refusal::Refused { status: 401, .. }) => {
                    tokio::select! {
                        () = sleep(self.rest_of_refused) => {}
                        () = self.well.notified() => {}
                    }
                }
                Err(Refusal::Limited { after, .. }) => sleep(after).await,
                Err(Refusal::Failed(_) | Refusal::Refused { .. }) => {
                    sleep(pause::after(host, failures, FIRST_PAUSE, LONGEST_PAUSE)).await;
                    failures += 1;
                }
            }
        }
    }

    /// Has interactions come here, and looks now and then whether they still do. Never ends.
    async fn keep_address<H: Host>(&self, host: &H) {
        self.open_address(host).await;
        loop {
            sleep(self.rest_of_watch).await;
            // What failed stands in the standing.
            let _ = examine::identify(self, host).await;
            self.doubt();
        }
    }

    /// Tells Discord where interactions are to be POSTed.
    async fn open_address<H: Host>(&self, host: &H) {
        let Some(address) = host.webhook_address(self.name()) else {
            let why =
                "way_in = \"interactions\" needs an address that Discord reaches; set public_url of [server]";
            self.update(|standing| standing.life.refused("address", why));
            self.failed(host, why.to_owned());
            return;
        };
        let mut failures = 0;
        loop {
            let body = serde_json::json!({ "interactions_endpoint_url": address });
            let route = Route::new(Method::PATCH, "application", "", "applications/@me".into());
            match self.rest.call(&route, Payload::Json(body)).await {
                Ok(_) => break,
                Err(error) => {
                    let why =
                        format!("Discord does not take {address} for interactions: {}", error.advised());
                    self.update(|standing| standing.life.failed("address", &why));
                    self.failed(host, why);
                }
            }
            sleep(pause::after(host, failures, FIRST_PAUSE, LONGEST_PAUSE)).await;
            failures += 1;
        }
        let mut state = self.state();
        state.standing.listening = Some(true);
        state.standing.life = Trials::default();
        state.standing.webhook_set = Some(address.to_string());
    }

    /// Nothing is to be POSTed to this address any more.
    pub async fn sign_off<H: Host>(&self, host: &H, address: &url::Url) {
        let left = async {
            if examine::address(self).await?.is_some_and(|leads_to| leads_to == address.as_str()) {
                let body = serde_json::json!({ "interactions_endpoint_url": null });
                let route = Route::new(Method::PATCH, "application", "", "applications/@me".into());
                self.rest.call(&route, Payload::Json(body)).await?;
            }
            Ok::<_, Refusal>(())
        };
        if self.config.way_in == WayIn::Interactions
            && let Err(error) = left.await
        {
            self.failed(host, format!("Discord still sends interactions to {address}: {}", error.advised()));
        }
    }

    /// Never ends.
    async fn tidy<H: Host>(&self, host: &H) {
        loop {
            self.register(host).await;
            sleep(TIDY).await;
            for (thread, reply) in self.deferred.expired(host.now()) {
                let route = Route::original(Method::DELETE, &reply.application, &reply.token);
                match self.rest.call(&route, Payload::None).await {
                    Err(error) if error.is_foreign() || !matches!(error, Refusal::Refused { .. }) => {
                        self.failed(host, format!("“thinking” is not taken away yet: {}", error.advised()));
                    }
                    Ok(_) | Err(_) => self.deferred.replaced(&thread, &reply.interaction),
                }
            }
            self.remember(host).await;
        }
    }

    /// Learns what the life before this knew. Until that is known nothing is written over it.
    async fn recall<H: Host>(&self, host: &H) {
        let mut failures = 0;
        loop {
            let known = async {
                self.places.recall(host, self.name()).await?;
                self.deferred.recall(host, self.name()).await
            };
            let Err(error) = known.await else { return };
            self.failed(host, format!("the place up to which was read is not known: {error}"));
            sleep(pause::after(host, failures, Duration::from_millis(200), LONGEST_PAUSE)).await;
            failures += 1;
        }
    }

    async fn remember<H: Host>(&self, host: &H) {
        if let Err(error) = self.places.remember(host, self.name()).await {
            self.failed(host, format!("the place up to which was read is not kept: {error}"));
        }
        if let Err(error) = self.deferred.keep_all(host, self.name()).await {
            self.failed(host, format!("what waits for a reply is not kept: {error}"));
        }
    }

    /// Makes the commands those of the bot, where they are others by now.
    async fn register<H: Host>(&self, host: &H) {
        let (Some(me), Some(face)) = (self.me(), host.face(self.bot())) else { return };
        if self.state().registered.as_ref() == Some(&face.commands) {
            return;
        }
        match commands::register(&self.rest, &me.application, &face.commands).await {
            Ok(()) => self.state().registered = Some(face.commands),
            Err(error) => {
                self.failed(host, format!("the commands were not registered: {}", error.advised()));
            }
        }
    }

    pub(super) fn me(&self) -> Option<Identity> {
        self.state().me.clone()
    }

    pub(super) fn public_key(&self) -> Option<PublicKey> {
        self.state().key.clone()
    }

    pub(super) fn reader(&self) -> Reader<'_> {
        // Until it is known who we are, nobody is told apart from us; interactions do not need it.
        let me = self.me().map_or(UserId::new(1), |me| UserId::new(me.user));
        Reader { connection: &self.config.name, me, guild_messages: self.config.guild_messages }
    }

    /// What stands on the button that opens the form to write in, where messages do not come in.
    pub(super) fn answer_label(&self, language: &str) -> Option<String> {
        match self.config.way_in {
            WayIn::Gateway => None,
            WayIn::Interactions => {
                let own = self.config.answer_label.clone();
                Some(own.unwrap_or_else(|| texts::text(language, ANSWER_LABEL, &[])))
            }
        }
    }

    pub(super) fn known_as(&self, me: Identity, key: Option<PublicKey>) {
        let mut state = self.state();
        state.standing.identity = Some(format!("{} (application {})", me.name, me.application));
        state.standing.token_valid = Some(true);
        state.me = Some(me);
        state.key = state.key.take().or(key);
    }

    pub(super) fn update(&self, change: impl FnOnce(&mut ConnectionStanding)) {
        change(&mut self.state().standing);
    }

    /// Something came in.
    pub(super) fn heard<H: Host>(&self, host: &H) {
        self.state().standing.last_event = Some(host.now());
    }

    /// Notes a fault for doctor and console; the log hears of its kind now and then.
    pub(super) fn failed<H: Host>(&self, host: &H, error: String) {
        let mut state = self.state();
        if let Some(times) = state.told.tell(&error) {
            tracing::warn!(connection = self.name(), %error, times, "discord.failed");
        }
        state.standing.last_error = Some((host.now(), error));
    }

    /// What somebody did who proved nothing: anybody may call, so that it takes no place of a real error. Discord's own calls
    /// with a wrong signature come between right ones: only several in a row are told.
    pub(super) fn note_stranger(&self, problem: &str) {
        let is_told = {
            let standing = &mut self.state().standing;
            standing.disbelieve(problem);
            standing.unbelieved.reason().is_some()
        };
        if is_told {
            self.tell_of_stranger(problem);
        }
    }

    pub(crate) fn tell_of_stranger(&self, problem: &str) {
        self.state().told.tell_of_stranger("discord", self.name(), problem);
    }

    pub(crate) fn count(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.state().counts);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

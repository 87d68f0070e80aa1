//! What belongs to a running server?

mod connections;
mod door;
mod doubts;
mod error;
mod host;
pub mod own_texts;
mod sample;
mod switchboard;
mod threads;
mod unoffered;

use std::{
    collections::BTreeMap,
    fmt,
    path::Path,
    sync::{Arc, Weak},
    time::Duration,
};

use studio_adapters::{fence::Fence, host::HostEvent};
use studio_core::{
    api::{Conversation, Message},
    bot::hint,
    dialogue::Event,
    id::OrganisationId,
    policy::networks::Networks,
};
use studio_knowledge::Knowledge;
use studio_store::{Address, Arrival, Memory, OutboxRow, Settings, Store};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

pub use self::{
    connections::{
        Connection, Mistakes, configured, connections, mistaken, sound_connections, without_mistakes,
    },
    doubts::{doubts, lost_folder, refused_calls, twins},
    error::{NoStore, StartError, UnknownUrl},
    host::{StudioHost, webhook_address},
    switchboard::{ConnectionError, Entry, Switchboard},
    threads::Threads,
    unoffered::unoffered,
};
use crate::{
    auth::throttle::Throttle,
    bots::{Overrides, Registry, commands},
    clock::Clock,
    config::{self, Config, EXPLAINED, by_line},
    egress::{Egress, Policy},
    evaluations::Evaluations,
    jobs,
    live::{Live, Rooms},
    messages::Messages,
    models::Models,
    pipeline::{self, Deliverer, Intake, Receipt, ReceiveError},
    reached::Marks,
    secret, translation,
};

/// What a platform shows of somebody's typing is over by then.
const TYPING: Duration = Duration::from_secs(5);

/// Everything that the parts of the server share.
pub struct Studio {
    pub config: Config,
    pub clock: Clock,
    pub store: Store,
    pub registry: Registry,
    pub knowledge: Knowledge,
    pub messages: Messages,
    pub intake: Intake,
    pub deliverer: Deliverer,
    pub live: Live,
    pub rooms: Rooms<HostEvent>,
    /// How far visitors' sides have come that fetch what is said.
    pub marks: Marks,
    pub models: Arc<Models>,
    pub egress: Egress,
    pub evaluations: Evaluations,
    pub throttle: Throttle,
    /// Signs the visitors' tokens; kept in the data folder.
    pub secret: [u8; 32],
    /// Cancelled when the server stops.
    pub stopping: CancellationToken,
    /// Cancelled when too many threads are lost to thoughts without end.
    pub stuck: CancellationToken,
    /// Cancelled once all is read that understanding needs: no thought begins before, for it would wait for that.
    pub prepared: CancellationToken,
    /// Turns true once what was begun is finished: sockets are closed then.
    pub goodbye: watch::Sender<bool>,
    /// Rung when a log-in ended before its time.
    pub ended_early: watch::Sender<()>,
    /// Rung when a timer was set.
    pub timers_changed: Notify,
    pub switchboard: Switchboard,
    /// Threads with other names than before.
    pub threads: Threads,
    /// Held by whoever changes the studio's own texts.
    texts_change: tokio::sync::Mutex<()>,
    /// Rung when a file is to be fetched.
    pub files_wait: Notify,
    this: Weak<Self>,
}

impl Studio {
    /// The message as it leaves by a platform: where a machine translated it, it says so, unless the operator wants that not.
    pub fn as_told(&self, message: Message) -> Message {
        if self.config.translation.mark { message.marked() } else { message }
    }

    /// Opens the store, heals the index, publishes the bots, and goes on with what was left.
    pub async fn start(config: Config) -> Result<Arc<Self>, StartError> {
        let connections = configured(&config)?;
        tracing::info!("store.opening");
        let begun = tokio::time::Instant::now();
        let store = open_store(&config).await?;
        tracing::info!(milliseconds = begun.elapsed().as_millis(), "store.opened");
        let stored = store.stored_connections().await;
        let stored = stored.map_err(StartError::unread("the connections of the API"))?;
        let texts = store.own_texts(OrganisationId::FIRST).await;
        own_texts::lay(texts.map_err(StartError::unread("the changed texts"))?);
        let prepared = prepare();
        let switchboard = Switchboard::new(connections, &stored, &config).await?;
        let aliases = store.thread_aliases().await;
        let threads = Threads::new(aliases.map_err(StartError::unread("the threads' names"))?);
        let data = &config.server.data;
        let secret = secret_of(data, &store).await?;
        secret::make_names_last(data).map_err(StartError::Unsynced)?;
        let knowledge = Knowledge::open(&data.join("index")).map_err(StartError::Index)?;
        let messages = Messages::new(data.join("messages"));
        let clock = Clock::default();
        let models = Arc::new(Models::new(config.models.clone()));
        let egress = Egress::new(policy(&config));
        let interpreter = translation::open(&config, &egress, &models)?;
        let registry = Registry::new(
            store.clone(),
            knowledge.clone(),
            clock.clone(),
            config.bots.folder.clone(),
            data.join("models"),
            (Arc::clone(&models), interpreter),
            overrides(&config),
        );
        registry.start(OrganisationId::FIRST).await;
        let epoch = u64::try_from(clock.now().as_millisecond()).unwrap_or(0);
        let lanes = pipeline::Lanes::new();
        let studio = Arc::new_cyclic(|this| Self {
            this: Weak::clone(this),
            intake: lanes.intake(&store, config.limits.inbox),
            deliverer: lanes.deliverer(),
            egress,
            throttle: Throttle::new(
                config.sessions.attempts,
                config.sessions.address_attempts,
                config.sessions.pause,
            ),
            live: Live::new(epoch),
            rooms: Rooms::default(),
            marks: Marks::default(),
            evaluations: Evaluations::default(),
            stopping: CancellationToken::new(),
            stuck: CancellationToken::new(),
            prepared,
            goodbye: watch::Sender::new(false),
            ended_early: watch::Sender::new(()),
            timers_changed: Notify::new(),
            config,
            clock,
            store,
            registry,
            models,
            knowledge,
            messages,
            secret,
            switchboard,
            threads,
            texts_change: tokio::sync::Mutex::new(()),
            files_wait: Notify::new(),
        });
        studio
            .store
            .interrupt_evaluations(studio.clock.now())
            .await
            .map_err(StartError::unread("the evaluations"))?;
        pipeline::start(&studio, lanes).await.map_err(StartError::LeftOver)?;
        jobs::start(&studio);
        studio.plug_in_all();
        Ok(studio)
    }

    /// A connection, paused or not.
    pub fn connection(&self, name: &str) -> Option<Connection> {
        self.switchboard.find(name)
    }

    /// Whether more than one person may speak in a thread of this connection.
    pub fn is_group(&self, connection: &str, thread: &str) -> bool {
        let connection = self.connection(connection);
        let platform = connection.as_ref().and_then(Connection::platform);
        platform.is_some_and(|platform| platform.is_group(thread))
    }

    /// The group in which a thread of this connection surely is; `of_several` says that an event names who of several said it.
    pub fn group_of<'t>(&self, connection: &str, thread: &'t str, of_several: bool) -> Option<&'t str> {
        let connection = self.connection(connection);
        let platform = connection.as_ref().and_then(Connection::platform);
        platform.and_then(|platform| platform.group_of(thread, of_several))
    }

    /// All connections that can run, by name.
    pub fn connections(&self) -> BTreeMap<String, Connection> {
        let all = self.switchboard.entries().into_iter();
        all.filter_map(|(name, entry)| Some((name, entry.line.ok()?))).collect()
    }

    /// Connections whose bot is not running, with the name of that bot.
    pub fn silent_connections(&self) -> Vec<(String, String)> {
        let runs = |bot: &str| self.registry.runs(OrganisationId::FIRST, bot);
        let all = self.connections().into_iter();
        all.map(|(name, connection)| (name, connection.bot().to_owned()))
            .filter(|(_, bot)| !runs(bot))
            .collect()
    }

    /// What of the connections and the bots that run works badly or should not stay as it is.
    pub fn doubts(&self) -> Vec<String> {
        let broken = self.switchboard.entries().into_iter().filter_map(|(name, entry)| {
            Some(format!("the connection {name} does not run: {}", entry.problem()?))
        });
        let networks = &policy(&self.config).networks;
        let bots = self.registry.summaries(OrganisationId::FIRST).into_iter();
        let bots = bots.filter_map(|bot| self.registry.bot(OrganisationId::FIRST, &bot.name));
        let refused = bots.flat_map(|bot| refused_calls(networks, &bot));
        let connections = self.connections();
        let folder = lost_folder(&self.config).into_iter();
        let of_bot = |bot: &str| self.registry.bot(OrganisationId::FIRST, bot);
        let unoffered =
            unoffered(&connections, |bot| of_bot(bot).map(|bot| commands(&bot)).unwrap_or_default());
        let doubts = doubts(&self.config, &connections);
        folder.chain(broken).chain(doubts).chain(refused).chain(unoffered).collect()
    }

    /// The bot that answers on a connection.
    pub fn bot_of(&self, connection: &str) -> Option<String> {
        self.connection(connection).map(|connection| connection.bot().to_owned())
    }

    /// Takes an event of the studio's own for a conversation that exists.
    pub async fn receive_for(
        &self,
        organisation: OrganisationId,
        conversation: &Conversation,
        event: Event,
    ) -> Result<Receipt, ReceiveError> {
        let thread = self
            .store
            .conversation(organisation, conversation.id)
            .await
            .map_err(|error| ReceiveError::Store(error.to_string()))?
            .map(|found| found.thread)
            .unwrap_or_default();
        let arrival = Arrival {
            conversation: conversation.id,
            connection: conversation.connection.clone(),
            channel: conversation.channel.clone(),
            thread,
            external: None,
            event,
            fingerprint: None,
            attachments: Vec::new(),
        };
        self.intake.receive(organisation, arrival).await
    }

    /// Has a platform show that somebody is typing; nobody waits for it.
    pub fn show_typing(&self, connection: &str, thread: &str) {
        let Some(Connection::Platform(platform)) = self.connection(connection) else { return };
        if self.switchboard.rests(connection) {
            return;
        }
        let thread = self.threads.newest(connection, thread);
        let Some(studio) = self.this.upgrade() else { return };
        tokio::spawn(async move {
            tokio::time::timeout(TYPING, platform.typing(&StudioHost(studio), &thread)).await
        });
    }

    /// Lets a row of the outbox leave, with its message where it is at hand.
    pub fn deliver(&self, row: OutboxRow, message: Option<Message>) {
        if let Some(studio) = self.this.upgrade() {
            self.deliverer.enqueue(&studio, row, message);
        }
    }

    /// Finishes what was begun, within `limit`. What is not finished goes on at the next start.
    pub async fn drain(&self, limit: Duration) {
        self.stopping.cancel();
        let finished = async {
            while self.intake.backlog().awake() > 0 || self.deliverer.busy() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            self.switchboard.ended().await;
        };
        if tokio::time::timeout(limit, finished).await.is_err() {
            tracing::warn!(waiting = self.intake.backlog().waiting(), "server.drain.cut");
        }
    }

    /// Has every socket and every waiting request end, and waits until they have, within `limit`.
    pub async fn say_goodbye(&self, limit: Duration) {
        self.goodbye.send_replace(true);
        if tokio::time::timeout(limit, self.goodbye.closed()).await.is_err() {
            tracing::warn!(left = self.goodbye.receiver_count(), "server.sockets.cut");
        }
    }

    /// Writes what sockets told at the last of how far they have come, within `limit`.
    pub async fn write_marks(&self, limit: Duration) {
        let written = tokio::time::timeout(limit, self.marks.write(&self.store, OrganisationId::FIRST)).await;
        match written {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "server.marks.lost"),
            Err(_) => tracing::warn!("server.marks.cut"),
        }
    }
}

/// Has all be read that understanding needs, beside what else a start does. Cancelled when that is done.
fn prepare() -> CancellationToken {
    let prepared = CancellationToken::new();
    // Cancels it also where the reading panics: the first message finds that then.
    let done = prepared.clone().drop_guard();
    std::thread::spawn(move || {
        studio_nlu::prepare();
        drop(done);
    });
    prepared
}

/// What signs the visitors' tokens.
async fn secret_of(data: &Path, store: &Store) -> Result<[u8; 32], StartError> {
    if let Some(secret) = secret::read(data).map_err(StartError::Secret)? {
        return Ok(secret);
    }
    if store.holds_anything().await.map_err(StartError::unread("the conversations"))? {
        let what =
            "the tokens of visitors were signed by a secret that is gone: they begin new conversations";
        tracing::warn!(file = %data.join("secret").display(), what, "secret.missing");
    }
    secret::read_or_make(data, || Clock::default().random()).map_err(StartError::Secret)
}

/// What of the settings can be seen to be wrong before anything runs.
pub fn mistakes(config: &Config) -> Vec<String> {
    let checks = [
        ("store.url", wrong_with(address(config))),
        ("server.key", wrong_with(crate::vault::Vault::read(&config.server.key))),
        ("translation.service", wrong_with(translation::check(config))),
        ("texts.folder", wrong_with(crate::texts::read(&config.texts.folder))),
    ];
    let placed = |setting: &str, problem: &str| format!("{}{problem}", config.origins.of_setting(setting));
    let wrong = checks.into_iter().filter_map(|(setting, error)| {
        let error = error?;
        let explained = matches!(setting, "store.url" | "translation.service");
        let more = if explained { format!("; {EXPLAINED}") } else { String::new() };
        Some(placed(setting, &format!("{error}{more}")))
    });
    let all = config.unreadable.values().cloned().chain(mistaken(config)).chain(wrong);
    let mut all: Vec<_> = all.collect();
    all.sort_by_cached_key(|mistake| by_line(mistake));
    all
}

fn wrong_with<T, E: fmt::Display>(checked: Result<T, E>) -> Option<String> {
    checked.err().map(|error| error.to_string())
}

/// The models of the settings that there are not, and what happens without each. Whether the others are whole is not looked at.
pub fn unknown_models(config: &Config) -> Vec<(String, &'static str)> {
    // One that was built without models has none, and says so where it starts.
    if !cfg!(feature = "models") {
        return Vec::new();
    }
    let models = Models::new(config.models.clone());
    let known = models.list(false);
    let unknown =
        models.wanted().into_iter().filter(|(_, name, _)| !known.iter().any(|model| model.name == *name));
    unknown
        .map(|(setting, name, instead)| {
            let names = known.iter().map(|model| model.name.as_str());
            let hint = hint(name, names, "`studio models list` names them");
            (format!("models.{setting}: there is no model {name}; {hint}"), instead)
        })
        .collect()
}

/// A warning for each of these, where it stands: the studio starts without them.
pub fn missing_models(config: &Config) -> Vec<String> {
    let unknown = unknown_models(config).into_iter().map(|(problem, instead)| {
        let setting = problem.split(':').next().unwrap_or_default();
        format!("{}{problem} ({instead})", config.origins.of_setting(setting))
    });
    unknown.collect()
}

/// Opens the store that the settings name.
pub async fn open_store(config: &Config) -> Result<Store, NoStore> {
    Ok(Store::open(&store_settings(config)?).await?)
}

/// Opens the store that the settings name as it is, to read it.
pub async fn open_store_to_read(config: &Config) -> Result<Store, NoStore> {
    Ok(Store::open_to_read(&store_settings(config)?).await?)
}

/// Where the store is.
pub fn store_settings(config: &Config) -> Result<Settings, UnknownUrl> {
    Ok(Settings {
        address: address(config)?,
        namespace: config.store.namespace.clone(),
        database: config.store.database.clone(),
        memory: Memory { log: config.store.log_bytes, cache: config.store.cache_bytes },
    })
}

fn address(config: &Config) -> Result<Address, UnknownUrl> {
    Ok(match config.store.url.as_str() {
        "surrealkv" => Address::Folder(config.server.data.join("store")),
        "rocksdb" => Address::RocksDb(config.server.data.join("rocksdb")),
        "memory" => Address::Memory,
        url if url.starts_with("ws://") || url.starts_with("wss://") => Address::Server {
            url: url.to_owned(),
            user: config.store.user.clone(),
            password: config.store.password.reveal().to_owned(),
        },
        other => return Err(UnknownUrl(other.to_owned())),
    })
}

/// Whether the sample bot runs beside its order service.
fn runs_sample(config: &Config) -> bool {
    config.demo.enabled && !config.bots.folder.exists()
}

/// The operator's settings of the bots; the sample bot calls the demo shop of this very server.
pub fn overrides(config: &Config) -> Overrides {
    let mut settings = config.bots.settings.clone();
    if runs_sample(config) {
        let address = format!("http://{}/demo/shop", config.server.listen);
        settings.entry("shop".to_owned()).or_default().entry("shop_url".to_owned()).or_insert(address.into());
    }
    settings
}

/// What the clients of a connection that was made by the API may call. Not the studio itself, as bots may.
fn fence(config: &Config) -> Fence {
    Fence::around(networks(config))
}

fn networks(config: &Config) -> Networks {
    Networks {
        allow_private: config.egress.allow_private.clone(),
        allow_ports: config.egress.allow_ports.clone(),
        ..Networks::default()
    }
}

/// What the one client may call.
pub fn policy(config: &Config) -> Policy {
    let mut policy = Policy {
        networks: networks(config),
        max_redirects: config.egress.max_redirects,
        timeout: config::std_duration(config.egress.timeout),
        max_bytes: config.egress.max_bytes,
    };
    if runs_sample(config) {
        // The sample bot's order service is this very server. Bots of the operator's own have no such exception.
        policy.networks.allow_endpoints.push(config.server.listen);
    }
    policy
}

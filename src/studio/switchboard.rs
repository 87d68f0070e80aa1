//! Which connections run, which are paused, and how do they live?
//!
//! Those of the settings are there from the start; those of the API are read from the store, where
//! their settings stand encrypted, and come and go while the studio runs. Who makes them need not be
//! trusted with the studio's own network: their addresses are looked at when they are made and at each
//! start, and their clients are held within a [`Fence`]. Each connection of a
//! platform has a task of its own: one that ends, or panics, is begun anew after a pause, and no other
//! notices.

mod change;
mod delete;
mod make;

use std::{
    collections::{BTreeMap, HashMap, hash_map},
    sync::{
        Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::future::join_all;
use jiff::Timestamp;
use serde_json::Value;
use studio_adapters::{connection::ConnectionConfig, fence::Fence, platform::Platform};
use studio_core::{
    api::{ConnectionSource, ConnectionState},
    id::OrganisationId,
};
use studio_store::StoredConnection;
use tokio::{
    sync::watch,
    time::{Instant, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use url::Url;

use super::{Connection, Studio, StudioHost};
use crate::{
    config::Config,
    vault::{self, Vault, VaultError},
};

/// Between two lives of a connection that ended by itself: doubling from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
/// At the start, for the look-ups of one connection; all are looked up at once. Those that take longer are begun all the
/// same: what their names stand for is looked at again whenever they are called.
const LOOK_UP: Duration = Duration::from_secs(3);

/// All connections, as they stand now.
#[derive(Debug)]
pub struct Switchboard {
    entries: RwLock<BTreeMap<String, Entry>>,
    /// Counts every change.
    changed: watch::Sender<u64>,
    /// What lives of them.
    lives: TaskTracker,
    /// One is made, changed, paused or deleted at a time.
    turn: tokio::sync::Mutex<()>,
}

/// One connection, whatever its state.
#[derive(Clone, Debug)]
pub struct Entry {
    pub source: ConnectionSource,
    /// Name of the channel and of the bot, also of one that cannot run; empty where its settings cannot be read.
    pub channel: String,
    pub bot: String,
    /// What runs; why it cannot, where it cannot.
    pub line: Result<Connection, String>,
    pub paused: bool,
    /// A connection that is the same account on the platform: only that one runs.
    pub twin: Option<String>,
    /// When the API made it. One of the settings that was paused is kept too, and is not younger for it.
    pub created_at: Option<Timestamp>,
    /// Ends its task.
    stop: CancellationToken,
    /// How often its task ended by itself, one time after the other.
    ended: u32,
    /// Calls of its webhook while it could not run and knew no secret to believe them by.
    turned_away: Arc<AtomicU64>,
}

impl Entry {
    pub fn state(&self) -> ConnectionState {
        match (&self.line, self.paused) {
            // Whoever lets it go on would find that it cannot.
            (Err(_), _) => ConnectionState::Broken,
            (Ok(_), _) if self.twin.is_some() => ConnectionState::Broken,
            (Ok(_), true) => ConnectionState::Paused,
            (Ok(_), false) if self.ended > 0 => ConnectionState::Failing,
            (Ok(_), false) => ConnectionState::Running,
        }
    }

    /// Why it does not run, where that is for good.
    pub fn problem(&self) -> Option<String> {
        let twin = self.twin.as_ref().map(|twin| same_account(twin));
        let why = self.line.as_ref().err().cloned().or(twin)?;
        Some(if self.paused { format!("{why}; it is paused as well") } else { why })
    }

    /// Calls of its webhook that nobody could believe.
    pub fn turned_away(&self) -> u64 {
        self.turned_away.load(Ordering::Relaxed)
    }

    fn runs(&self) -> bool {
        !self.paused && self.line.is_ok() && self.twin.is_none()
    }

    fn account(&self) -> Option<[u8; 32]> {
        Some(self.line.as_ref().ok()?.platform()?.account())
    }

    fn new(
        source: ConnectionSource,
        (channel, bot): (&str, &str),
        line: Result<Connection, String>,
        kept: Option<&StoredConnection>,
    ) -> Self {
        let (channel, bot) = match &line {
            Ok(line) => (line.channel(), line.bot()),
            Err(_) => (channel, bot),
        };
        Self {
            source,
            channel: channel.to_owned(),
            bot: bot.to_owned(),
            line,
            paused: kept.is_some_and(|kept| kept.paused),
            twin: None,
            created_at: match source {
                ConnectionSource::Api => kept.map(|kept| kept.created_at),
                ConnectionSource::Settings => None,
            },
            stop: CancellationToken::new(),
            ended: 0,
            turned_away: Arc::default(),
        }
    }
}

impl Switchboard {
    /// The connections of the settings, and those that the store keeps.
    pub async fn new(
        configured: BTreeMap<String, Result<Connection, String>>,
        stored: &[StoredConnection],
        config: &Config,
    ) -> Result<Self, VaultError> {
        let vault = Vault::read(&config.server.key)?;
        let mut entries = BTreeMap::new();
        let fence = super::fence(config);
        let sealed = stored.iter().filter(|kept| !kept.sealed.is_empty());
        let (vault, fence) = (vault.as_ref(), &fence);
        let opened = sealed.map(|kept| async move { (kept, unseal(kept, vault, config, fence).await) });
        for (kept, line) in join_all(opened).await {
            if let Err(why) = &line {
                tracing::error!(connection = kept.name, why, "connection.broken");
            }
            let told = (kept.channel.as_str(), kept.bot.as_str());
            entries.insert(kept.name.clone(), Entry::new(ConnectionSource::Api, told, line, Some(kept)));
        }
        for (name, line) in configured {
            let kept = stored.iter().find(|kept| kept.name == name);
            if kept.is_some_and(|kept| !kept.sealed.is_empty()) {
                tracing::warn!(connection = name, "connection.hidden_by_settings");
            }
            let kept = kept.filter(|kept| kept.sealed.is_empty());
            if let Err(why) = &line {
                tracing::error!(connection = name, why, "connection.broken");
            }
            let settings = config.connection.iter().find(|settings| settings.name() == name);
            let told = settings.map_or(("", ""), |settings| (settings.channel(), settings.bot()));
            entries.insert(name, Entry::new(ConnectionSource::Settings, told, line, kept));
        }
        find_twins(&mut entries);
        for (name, twin) in entries.iter().filter_map(|(name, entry)| Some((name, entry.twin.as_ref()?))) {
            tracing::error!(connection = name, twin, why = same_account(twin), "connection.twin");
        }
        Ok(Self {
            entries: RwLock::new(entries),
            changed: watch::Sender::new(0),
            lives: TaskTracker::new(),
            turn: tokio::sync::Mutex::new(()),
        })
    }

    /// The connection that has this account on its platform, unless it is the one of this name.
    fn twin_of(&self, connection: &Connection, name: &str) -> Option<String> {
        let account = connection.platform()?.account();
        let has_it = |entry: &Entry| entry.twin.is_none() && entry.account() == Some(account);
        let entries = self.read();
        entries.iter().find(|(known, entry)| *known != name && has_it(entry)).map(|(known, _)| known.clone())
    }

    /// The connection of this name, paused or not.
    pub fn find(&self, name: &str) -> Option<Connection> {
        self.read().get(name)?.line.clone().ok()
    }

    pub fn entry(&self, name: &str) -> Option<Entry> {
        self.read().get(name).cloned()
    }

    /// All of them by name.
    pub fn entries(&self) -> Vec<(String, Entry)> {
        self.read().iter().map(|(name, entry)| (name.clone(), entry.clone())).collect()
    }

    /// Whether nothing comes in or leaves by it for now.
    pub fn rests(&self, name: &str) -> bool {
        self.read().get(name).is_some_and(|entry| !entry.runs())
    }

    /// Whether there is one of this name that cannot run until somebody sets it right.
    pub fn is_broken(&self, name: &str) -> bool {
        self.read().get(name).is_some_and(|entry| entry.line.is_err() || entry.twin.is_some())
    }

    /// Counts a call of the webhook of one whose settings or secrets cannot be read; the name of its channel.
    pub fn turned_away(&self, name: &str) -> Option<String> {
        let entries = self.read();
        let entry = entries.get(name)?;
        let why = entry.line.as_ref().err()?;
        if entry.turned_away.fetch_add(1, Ordering::Relaxed) == 0 {
            tracing::warn!(connection = name, why, "connection.turned_away");
        }
        Some(entry.channel.clone())
    }

    /// Rung with every change.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Waits until all have ended that were told to: some keep something at the last.
    pub async fn ended(&self) {
        self.lives.close();
        self.lives.wait().await;
    }

    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<String, Entry>> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut BTreeMap<String, Entry>) -> T) -> T {
        let mut entries: RwLockWriteGuard<'_, _> =
            self.entries.write().unwrap_or_else(PoisonError::into_inner);
        let changed = change(&mut entries);
        drop(entries);
        self.changed.send_modify(|count| *count += 1);
        changed
    }
}

/// Of connections that are one account the first runs: those of the settings before those of the API, and these in the
/// order in which they were made.
fn find_twins(entries: &mut BTreeMap<String, Entry>) {
    let mut order: Vec<String> = entries.keys().cloned().collect();
    order.sort_by_key(|name| {
        let entry = &entries[name];
        (entry.source != ConnectionSource::Settings, entry.created_at, name.clone())
    });
    let mut first: HashMap<[u8; 32], String> = HashMap::new();
    for name in order {
        let Some(entry) = entries.get_mut(&name) else { continue };
        entry.twin = entry.account().and_then(|account| match first.entry(account) {
            hash_map::Entry::Occupied(known) => Some(known.get().clone()),
            hash_map::Entry::Vacant(place) => {
                place.insert(name);
                None
            }
        });
    }
}

/// Those that rest because the connection of this name has their account.
fn twins_of(entries: &BTreeMap<String, Entry>, name: &str) -> Vec<String> {
    let twins = entries.iter().filter(|(_, entry)| entry.twin.as_deref() == Some(name));
    twins.map(|(twin, _)| twin.clone()).collect()
}

/// What is said of a connection whose account another one has.
pub(super) fn same_account(twin: &str) -> String {
    format!(
        "the connection {twin} is the same account on the platform, where only one can be heard: it runs, and this one \
         does not. Remove one of the two, or give this one an account of its own"
    )
}

async fn unseal(
    kept: &StoredConnection,
    vault: Option<&Vault>,
    config: &Config,
    fence: &Fence,
) -> Result<Connection, String> {
    let plain = opened(kept, vault).map_err(|error| error.to_string())?;
    let unknown = |error: serde_json::Error| {
        format!("its settings are not what this studio knows: {error}; make it anew")
    };
    let settings: ConnectionConfig = serde_json::from_slice(&plain).map_err(unknown)?;
    let connection = Connection::new(&settings, config, fence).map_err(|mistakes| mistakes.join("; "))?;
    let json: Value = serde_json::from_slice(&plain).map_err(unknown)?;
    match timeout(LOOK_UP, refused(fence, &json)).await {
        Ok(Some(why)) => Err(why),
        Ok(None) | Err(_) => Ok(connection),
    }
}

/// The settings as JSON, as they were given.
fn opened(kept: &StoredConnection, vault: Option<&Vault>) -> Result<Vec<u8>, VaultError> {
    match (vault::plain(&kept.sealed), vault) {
        (Some(plain), _) => Ok(plain.to_vec()),
        (None, Some(vault)) => vault.open(&kept.name, &kept.sealed),
        (None, None) => Err(VaultError::NoKey),
    }
}

/// Which of the addresses among settings may not be called, and why.
async fn refused(fence: &Fence, settings: &Value) -> Option<String> {
    for (key, value) in settings.as_object().into_iter().flatten() {
        let address = value.as_str().and_then(|text| Url::parse(text).ok());
        let Some(url) = address.filter(|url| matches!(url.scheme(), "http" | "https")) else { continue };
        if let Some(error) = fence.refused(&url).await {
            return Some(format!("{key}: {error}"));
        }
    }
    None
}

/// Why a connection was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    #[error("there is a connection {0} already: choose another name, or delete that one first")]
    Exists(String),
    #[error("{}", same_account(.0))]
    Twin(String),
    /// `place` is `file:line: `, or empty where nobody knows.
    #[error(
        "{place}the connection {name} stands in the settings: change it there, and start the studio again"
    )]
    InSettings { name: String, place: String },
    #[error("{0}")]
    Unfit(String),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Store(#[from] studio_store::StoreError),
}

impl Studio {
    /// Begins the life of every connection of a platform.
    pub(super) fn plug_in_all(self: &Arc<Self>) {
        for (name, _) in self.switchboard.entries() {
            self.plug_in(&name);
        }
    }

    fn in_settings(&self, name: &str) -> ConnectionError {
        let place = self.config.connection.iter().position(|settings| settings.name() == name);
        let place = place.map(|place| self.config.origins.of_connection(place, "name")).unwrap_or_default();
        ConnectionError::InSettings { name: name.to_owned(), place }
    }

    /// Nothing comes in or leaves by it until it goes on; `false` if there is none.
    pub async fn pause_connection(
        self: &Arc<Self>,
        name: &str,
        paused: bool,
    ) -> Result<bool, ConnectionError> {
        let _turn = self.switchboard.turn.lock().await;
        if self.switchboard.entry(name).is_none() {
            return Ok(false);
        }
        self.store.pause_connection(OrganisationId::FIRST, name, paused, self.clock.now()).await?;
        self.switchboard.change(|entries| {
            if let Some(entry) = entries.get_mut(name) {
                entry.stop.cancel();
                entry.stop = CancellationToken::new();
                entry.paused = paused;
                entry.ended = 0;
            }
        });
        self.deliverer.begin_anew(name);
        self.plug_in(name);
        tracing::info!(connection = name, paused, "connection.paused");
        Ok(true)
    }

    /// Begins the life of a connection of a platform, unless it is paused.
    fn plug_in(self: &Arc<Self>, name: &str) {
        let Some(entry) = self.switchboard.entry(name).filter(Entry::runs) else { return };
        if let Ok(Connection::Platform(platform)) = entry.line {
            self.switchboard.lives.spawn(live(Arc::clone(self), platform, entry.stop));
        }
    }
}

/// One connection's life, until it is stopped or the studio is.
async fn live(studio: Arc<Studio>, platform: Platform, stop: CancellationToken) {
    let name = platform.name().to_owned();
    let mut ended = 0;
    loop {
        // Its own token, so that a stop of the studio reaches it as well.
        let token = stop.child_token();
        let began = Instant::now();
        let mut life = tokio::spawn(platform.clone().run(StudioHost(Arc::clone(&studio)), token.clone()));
        let how = tokio::select! {
            how = &mut life => how,
            () = studio.stopping.cancelled() => {
                token.cancel();
                let _ = life.await;
                return;
            }
        };
        if stop.is_cancelled() {
            return;
        }
        if began.elapsed() > LONGEST_PAUSE {
            ended = 0;
        }
        ended += 1;
        let why = match how {
            Ok(()) => "it ended by itself".to_owned(),
            Err(error) => format!("a bug: {error}"),
        };
        tracing::error!(connection = name, why, ended, "connection.ended");
        studio.switchboard.change(|entries| {
            if let Some(entry) = entries.get_mut(&name) {
                entry.ended = ended;
            }
        });
        let pause = (FIRST_PAUSE * 2_u32.saturating_pow((ended - 1).min(16))).min(LONGEST_PAUSE);
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => return,
            () = studio.stopping.cancelled() => return,
        }
        // A later change would otherwise show it as failing for ever.
        studio.switchboard.change(|entries| {
            if let Some(entry) = entries.get_mut(&name) {
                entry.ended = 0;
            }
        });
    }
}

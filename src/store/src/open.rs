//! Where does the store live, and how is it opened and closed?

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, OnceLock, RwLock,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use surrealdb::{
    Connection, Surreal,
    engine::any::connect,
    opt::{Config, auth::Root},
    types::Object,
};
use tokio::{
    sync::SetOnce,
    time::{Instant, sleep, timeout},
};

use crate::{
    error::{OpenError, StoreError},
    explained::{explained, refused},
    handle::{Handle, Memory},
    lease::{Lease, Process, Terms},
    log_tail,
    migrations::{self, Migration},
    repair::connect_to_folder,
    sweep::Unswept,
    testing::Faults,
};

/// Each handle is a session of the database; all calls share these.
const HANDLES: usize = 8;
pub(crate) const QUERY_TIMEOUT: Duration = Duration::from_secs(20);
pub(crate) const TRANSACTION_TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest wait for the embedded database to let go of its folder, where nobody waits for the end.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(20);

/// Where the store is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// In memory, gone when closed: for tests.
    Memory,
    /// Embedded, in this folder. Every commit is on disk before it is acknowledged.
    Folder(PathBuf),
    /// The same by RocksDB, where this was built with its feature.
    RocksDb(PathBuf),
    /// A `SurrealDB` server: `ws://…` or `wss://…`, with a root user.
    Server { url: String, user: String, password: String },
}

impl Address {
    /// Where SurrealKV keeps its log; the others have none that is looked at.
    fn log(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::Memory | Self::RocksDb(_) | Self::Server { .. } => None,
        }
    }
}

/// How the store is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub address: Address,
    /// Namespace and database; `studio` and `studio` unless one server serves several studios.
    pub namespace: String,
    pub database: String,
    /// Of an embedded database in a folder, whichever engine it has.
    pub memory: Memory,
}

impl Settings {
    pub fn new(address: Address) -> Self {
        let (namespace, database) = ("studio".to_owned(), "studio".to_owned());
        Self { address, namespace, database, memory: Memory::default() }
    }
}

/// How an embedded database was left when it was closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Left {
    /// All that it holds is in its tables. The same of a database that is not embedded.
    Whole,
    /// Its log, of so many bytes, holds what could not be written into a table. The next start reads it.
    InLog { bytes: u64 },
    /// Its log cannot be looked at, for this reason, so that nobody knows whether it holds anything. The next start must read it.
    LogUnread(String),
    /// It has not let go of its folder in time. The next start reads its log.
    Open,
    /// Its disk had refused a write before, for this reason, so it was not closed. The next start reads its log.
    Refused(String),
}

/// The store. Clones are the same store.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    /// Empty once closed.
    handles: RwLock<Vec<Arc<Handle>>>,
    next: AtomicUsize,
    /// Number given to the last arrival.
    arrived: AtomicU64,
    folder: Option<PathBuf>,
    /// See [`Address::log`].
    log: Option<PathBuf>,
    /// Why the disk refused a write, once it has.
    refusal: SetOnce<String>,
    unswept: Unswept,
    /// See [`Store::doubt_inbox`].
    inbox_in_doubt: AtomicBool,
    /// Somebody is to be forgotten, and the database did not do its part.
    erasure_put_off: AtomicBool,
    faults: Faults,
    /// Held by whoever moves the projections on, so that two do not undo each other's work.
    projecting: tokio::sync::Mutex<()>,
    /// Held by whoever keeps what could not be read, so that it is kept once and no more than there is room for.
    keeping: tokio::sync::Mutex<()>,
    /// Of a store that is only read.
    pending: OnceLock<Vec<Migration>>,
    /// Of a server's, unless it is only read.
    lease: OnceLock<Lease>,
}

impl Inner {
    fn new(first: Handle, address: &Address) -> Self {
        Self {
            handles: RwLock::new(pool(first)),
            next: AtomicUsize::new(0),
            arrived: AtomicU64::new(0),
            folder: match address {
                Address::Folder(folder) | Address::RocksDb(folder) => Some(folder.clone()),
                Address::Memory | Address::Server { .. } => None,
            },
            log: address.log().map(Path::to_owned),
            refusal: SetOnce::new(),
            unswept: Unswept::default(),
            // A server's rows may be another process's as well.
            inbox_in_doubt: AtomicBool::new(matches!(address, Address::Server { .. })),
            erasure_put_off: AtomicBool::new(false),
            faults: Faults::default(),
            projecting: tokio::sync::Mutex::new(()),
            keeping: tokio::sync::Mutex::new(()),
            pending: OnceLock::new(),
            lease: OnceLock::new(),
        }
    }
}

/// Whether what is not there yet is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Making {
    Allowed,
    Forbidden,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("folder", &self.inner.folder).finish_non_exhaustive()
    }
}

pub(crate) const LAST_ARRIVAL: &str = "SELECT VALUE arrived FROM inbox ORDER BY id DESC LIMIT 1";

impl Store {
    /// Opens the store, brings its tables up to this binary's migrations, and finishes what was begun.
    pub async fn open(settings: &Settings) -> Result<Self, OpenError> {
        Self::whole(settings).await.map_err(|error| explained(&settings.address, error))
    }

    async fn whole(settings: &Settings) -> Result<Self, OpenError> {
        let store = Self::as_it_is(settings).await?;
        if store.import_is_unfinished().await? {
            store.close().await;
            return Err(OpenError::UnfinishedImport);
        }
        migrations::apply(&store).await?;
        store.inner.arrived.store(store.last_arrival().await?, Ordering::SeqCst);
        store.finish_sweeping().await?;
        store.finish_erasures().await?;
        store.see_to_index().await;
        store.see_to_places().await;
        Ok(store)
    }

    /// Opens a store as it is, also where an import was not finished: for [`Store::import`] alone.
    pub async fn open_to_import(settings: &Settings) -> Result<Self, OpenError> {
        Self::as_it_is(settings).await.map_err(|error| explained(&settings.address, error))
    }

    async fn as_it_is(settings: &Settings) -> Result<Self, OpenError> {
        let store = Self::connect(settings, Making::Allowed).await?;
        migrations::prepare(&store).await?;
        // The embedded engines lock their folder.
        if matches!(settings.address, Address::Server { .. }) {
            store.claim(Terms::default(), &Process::this()).await?;
        }
        Ok(store)
    }

    /// Opens a store as it is: for whoever only reads. What [`Store::open`] would do first is left to be done, and
    /// [`Store::pending_migrations`] says which of this binary's migrations it does not have.
    pub async fn open_to_read(settings: &Settings) -> Result<Self, OpenError> {
        Self::only_read(settings).await.map_err(|error| explained(&settings.address, error))
    }

    async fn only_read(settings: &Settings) -> Result<Self, OpenError> {
        let store = Self::connect(settings, Making::Forbidden).await?;
        let pending = migrations::pending(&store).await?;
        match store.import_is_unfinished().await {
            Ok(true) => {
                store.close().await;
                return Err(OpenError::UnfinishedImport);
            }
            // An older store has no such table.
            Ok(false) | Err(StoreError::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
        // Set once, here.
        let _ = store.inner.pending.set(pending);
        Ok(store)
    }

    /// The migrations that a store which is only read does not have yet, in order.
    pub fn pending_migrations(&self) -> &[Migration] {
        self.inner.pending.get().map_or(&[], Vec::as_slice)
    }

    async fn connect(settings: &Settings, making: Making) -> Result<Self, OpenError> {
        let url = url_of(&settings.address)?;
        let config = Config::new().query_timeout(QUERY_TIMEOUT).transaction_timeout(TRANSACTION_TIMEOUT);
        let connected = match &settings.address {
            Address::Memory => connect((url.clone(), config)).await.map(Handle::Other),
            // Nothing is looked after there: `repair` is of SurrealKV.
            Address::RocksDb(_) => Handle::in_folder(&url, settings.memory).await,
            // A large store that was not closed takes its time to read its log.
            Address::Folder(folder) => connect_to_folder(&url, settings.memory, folder).await,
            Address::Server { .. } => {
                let connecting = connect((url.clone(), config)).into_future();
                let connected = timeout(CONNECT_TIMEOUT, connecting).await.map_err(|_| {
                    let reason = format!("no answer within {} s", CONNECT_TIMEOUT.as_secs());
                    OpenError::Unreachable { url: url.clone(), reason }
                })?;
                connected.map(Handle::Other)
            }
        };
        let first = connected.map_err(|error| refused(&settings.address, &url, &error))?;
        sign_in(&first, &settings.address).await?;
        use_database(&first, settings, making).await?;
        Ok(Self { inner: Arc::new(Inner::new(first, &settings.address)) })
    }

    /// Lets go of the database, unless its disk has refused a write. Calls that come after fail with
    /// [`StoreError::Closed`]; calls under way are finished. Returns once another process could open the folder.
    pub async fn close(&self) -> Left {
        self.close_within(CLOSE_TIMEOUT).await
    }

    /// The same, waiting for the embedded database no longer than so.
    pub async fn close_within(&self, limit: Duration) -> Left {
        let begun = Instant::now();
        if let Some(reason) = self.inner.refusal.get() {
            return Left::Refused(reason.clone());
        }
        self.release().await;
        let handles = self.inner.handles.write().map(|mut handles| std::mem::take(&mut *handles));
        drop(handles);
        let Some(folder) = &self.inner.folder else { return Left::Whole };
        while is_locked(folder) {
            if begun.elapsed() >= limit {
                return Left::Open;
            }
            sleep(Duration::from_millis(5)).await;
        }
        left(self.inner.log.as_deref())
    }

    pub(crate) fn handle(&self) -> Result<Arc<Handle>, StoreError> {
        self.disk_is_good()?;
        let handles = self.inner.handles.read().map_err(|_| StoreError::Closed)?;
        let next = self.inner.next.fetch_add(1, Ordering::Relaxed);
        handles.get(next % handles.len().max(1)).cloned().ok_or(StoreError::Closed)
    }

    pub(crate) fn is_in_folder(&self) -> bool {
        self.inner.folder.is_some()
    }

    pub(crate) fn lease(&self) -> &OnceLock<Lease> {
        &self.inner.lease
    }

    /// The store, as long as somebody has it.
    pub(crate) fn downgrade(&self) -> impl Fn() -> Option<Self> + Send + Sync + use<> {
        let inner = Arc::downgrade(&self.inner);
        move || inner.upgrade().map(|inner| Self { inner })
    }

    /// What another process would have of the same database.
    #[cfg(test)]
    pub(crate) fn beside(&self) -> Self {
        let first = self.handle().map(|handle| Handle::clone(&handle)).expect("open");
        Self { inner: Arc::new(Inner::new(first, &Address::Memory)) }
    }

    pub(crate) fn refusal(&self) -> &SetOnce<String> {
        &self.inner.refusal
    }

    /// The number of the next arrival: later than `now` and than every arrival before.
    pub(crate) fn next_arrival(&self, now: u64) -> u64 {
        let last = &self.inner.arrived;
        let next = |last: u64| Some(now.max(last + 1));
        match last.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next) {
            Ok(before) | Err(before) => now.max(before + 1),
        }
    }

    /// From now on a turn is committed only where its event still stands in the inbox. It costs a read of every
    /// event, and is needed once events may be gone that a lane still has: because the inbox was read again, and
    /// lanes have some of its rows twice, or because something was forgotten.
    pub fn doubt_inbox(&self) {
        self.inner.inbox_in_doubt.store(true, Ordering::SeqCst);
    }

    pub(crate) fn inbox_is_in_doubt(&self) -> bool {
        self.inner.inbox_in_doubt.load(Ordering::SeqCst)
    }

    pub(crate) fn erasure_put_off(&self) -> &AtomicBool {
        &self.inner.erasure_put_off
    }

    pub(crate) fn unswept(&self) -> &Unswept {
        &self.inner.unswept
    }

    pub(crate) fn faults(&self) -> &Faults {
        &self.inner.faults
    }

    pub(crate) async fn projecting(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.inner.projecting.lock().await
    }

    pub(crate) async fn keeping(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.inner.keeping.lock().await
    }

    async fn last_arrival(&self) -> Result<u64, StoreError> {
        Ok(self.rows("inbox", LAST_ARRIVAL, Object::new()).await?.first().copied().unwrap_or(0))
    }
}

/// How a database with this log was left by its engine, which removes the files of its log once all that they hold is in tables, before
/// it unlocks the folder.
fn left(log: Option<&Path>) -> Left {
    match log.map(log_tail::length) {
        None | Some(Ok(0)) => Left::Whole,
        Some(Ok(bytes)) => Left::InLog { bytes },
        Some(Err(error)) => Left::LogUnread(error.to_string()),
    }
}

fn url_of(address: &Address) -> Result<String, OpenError> {
    match address {
        Address::Memory => Ok("mem://".to_owned()),
        Address::Folder(folder) => folder_url("surrealkv", folder),
        Address::RocksDb(folder) if cfg!(feature = "rocksdb") => folder_url("rocksdb", folder),
        Address::RocksDb(_) => Err(OpenError::BadAddress(
            "rocksdb: this studio was built without it; build it with `--features rocksdb`".to_owned(),
        )),
        Address::Server { url, .. } => {
            if url.starts_with("ws://") || url.starts_with("wss://") {
                Ok(url.clone())
            } else {
                Err(OpenError::BadAddress(format!("{url}: it must begin with ws:// or wss://")))
            }
        }
    }
}

/// The address of an embedded engine. Its only durable mode is stated, not left to a default, and
/// a folder whose name could override it is refused.
fn folder_url(engine: &str, folder: &Path) -> Result<String, OpenError> {
    let folder = std::path::absolute(folder)
        .map_err(|error| OpenError::BadAddress(format!("{}: {error}", folder.display())))?;
    let name = folder.to_str().ok_or_else(|| {
        OpenError::BadAddress(format!("{}: the name of the folder is not UTF-8", folder.display()))
    })?;
    if name.contains('?') || name.contains('~') {
        return Err(OpenError::BadAddress(format!("{name}: the name of the folder must not contain ? or ~")));
    }
    Ok(format!("{engine}://{name}?sync=every"))
}

async fn sign_in(handle: &Handle, address: &Address) -> Result<(), OpenError> {
    let (Handle::Other(handle), Address::Server { url, user, password }) = (handle, address) else {
        return Ok(());
    };
    let root = Root { username: user.clone(), password: password.clone() };
    match handle.signin(root).await {
        Ok(_) => Ok(()),
        Err(error) if error.is_not_allowed() => Err(OpenError::BadCredentials { url: url.clone() }),
        Err(error) => Err(OpenError::Unreachable { url: url.clone(), reason: error.to_string() }),
    }
}

async fn use_database(handle: &Handle, settings: &Settings, making: Making) -> Result<(), OpenError> {
    // Names of namespaces cannot be bound; these come from the configuration and are checked.
    for name in [&settings.namespace, &settings.database] {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if name.is_empty() || !name.bytes().all(plain) {
            let reason = format!("{name}: namespace and database are letters, digits and _");
            return Err(OpenError::BadAddress(reason));
        }
    }
    let selected = handle.select(&settings.namespace, &settings.database, making).await;
    selected.map_err(|error| OpenError::Other(error.to_string()))
}

/// The names are letters, digits and `_`.
pub(crate) async fn select<C: Connection>(
    handle: &Surreal<C>,
    namespace: &str,
    database: &str,
    making: Making,
) -> surrealdb::Result<()> {
    if making == Making::Allowed {
        handle.query(format!("DEFINE NAMESPACE IF NOT EXISTS `{namespace}`")).await?.check()?;
        handle.use_ns(namespace).await?;
        handle.query(format!("DEFINE DATABASE IF NOT EXISTS `{database}`")).await?.check()?;
    }
    handle.use_ns(namespace).use_db(database).await?;
    Ok(())
}

fn pool(first: Handle) -> Vec<Arc<Handle>> {
    let mut handles: Vec<_> = (1..HANDLES).map(|_| Arc::new(first.clone())).collect();
    handles.push(Arc::new(first));
    handles
}

/// Whether someone holds the embedded database in `folder`.
pub(crate) fn is_locked(folder: &Path) -> bool {
    match std::fs::File::open(folder.join("LOCK")) {
        Ok(file) => file.try_lock().is_err(),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_commit_is_synced() {
        let check = |folder: &str, expected: Option<&str>| {
            assert_eq!(folder_url("surrealkv", Path::new(folder)).ok().as_deref(), expected, "{folder}");
        };
        check("/var/lib/studio/store", Some("surrealkv:///var/lib/studio/store?sync=every"));
        check("/a folder/é", Some("surrealkv:///a folder/é?sync=every"));
        check("/store?sync=never", None);
        check("/~/store", None);
    }

    #[test]
    fn a_log_is_looked_at_where_there_is_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let check = |address: fn(PathBuf) -> Address, is_expected: fn(&Left) -> bool| {
            let left = left(address(folder.path().to_owned()).log());
            assert!(is_expected(&left), "{left:?}");
        };
        let is_whole = |left: &Left| *left == Left::Whole;
        check(Address::Folder, is_whole);
        std::fs::write(folder.path().join("wal"), "no folder").expect("written");
        check(Address::Folder, |left| matches!(left, Left::LogUnread(_)));
        check(Address::RocksDb, is_whole);
    }

    #[test]
    fn a_server_is_reached_by_websocket_only() {
        for url in ["http://127.0.0.1:8000", "mem://", "surrealkv:///x?sync=never", ""] {
            let address =
                Address::Server { url: url.to_owned(), user: String::new(), password: String::new() };
            assert!(matches!(url_of(&address), Err(OpenError::BadAddress(_))), "{url}");
        }
    }
}

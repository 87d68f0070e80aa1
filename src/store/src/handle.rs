//! A session of the database, wherever that runs.
//!
//! The SDK opens an embedded SurrealKV or RocksDB with a log and a cache in memory that grow with the machine (of SurrealKV up to
//! 4 GiB, and up to half of the memory), and has no setting for either. So the database in a folder is opened here, as the SDK
//! does it, with the sizes that the operator wants, and handed to the SDK.
//!
//! SurrealKV 0.21 writes its tables and merges them in tasks of the runtime that it was opened in (`src/task.rs`), and
//! does not let go of the thread for as long as that takes, a second and more. So it gets threads of its own: on those
//! that run turns it would hold up whatever waits behind it.

use std::{borrow::Cow, fmt::Display, io, sync::LazyLock};

use futures::future::BoxFuture;
use surrealdb::{
    Connection, IndexedResults, Surreal,
    engine::{any::Any, local::Db},
    method::Transaction,
    types::{Object, Value},
};
use surrealdb_cnf::ConfigMap;
use surrealdb_engine_local::Datastore;
use tokio::runtime::{self, Runtime};

use crate::open::{Making, QUERY_TIMEOUT, TRANSACTION_TIMEOUT, select};

/// What the embedded database may hold in memory, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Its log, until that is written into a table: once more while it is written. The log is also what is read again
    /// after a kill.
    pub log: u64,
    /// Blocks of tables that were read.
    pub cache: u64,
}

impl Default for Memory {
    /// As `config.toml` has them.
    fn default() -> Self {
        Self { log: 128 << 20, cache: 256 << 20 }
    }
}

/// One for tables that are written, one for tables that are merged, one for all that is short.
const THREADS: usize = 3;

/// As SurrealDB wants it for deep queries.
const STACK: usize = 16 << 20;

/// The threads of the databases in folders, for as long as the process lives.
static THREADS_OF_ALL: LazyLock<io::Result<Runtime>> = LazyLock::new(|| {
    runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .thread_name("store")
        .thread_stack_size(STACK)
        .enable_all()
        .build()
});

/// A session of the database.
#[derive(Clone)]
pub(crate) enum Handle {
    Folder(Surreal<Db>),
    Other(Surreal<Any>),
}

impl Handle {
    /// Opens the database in a folder, as `connect` of the SDK does, with its memory bounded.
    pub(crate) async fn in_folder(url: &str, memory: Memory) -> surrealdb::Result<Self> {
        let url = url.to_owned();
        let threads = THREADS_OF_ALL.as_ref().map_err(internal)?;
        let opening = threads.spawn(async move { Self::open(&url, memory).await });
        opening.await.map_err(internal)?
    }

    async fn open(url: &str, memory: Memory) -> surrealdb::Result<Self> {
        let datastore = Datastore::builder()
            .with_config(sizes(memory))
            .with_query_timeout(Some(QUERY_TIMEOUT))
            .with_transaction_timeout(Some(TRANSACTION_TIMEOUT))
            .with_auth(false)
            // Each of them writes, which must not be before the version is noted.
            .without_maintenance_tasks()
            .build_with_path(url)
            .await
            .map_err(internal)?;
        // What cannot be read is found here: the next step asks for two minutes, in case it is a server that is not ready.
        datastore.health_check().await.map_err(internal)?;
        datastore.check_version().await.map_err(internal)?;
        datastore.bootstrap().await.map_err(internal)?;
        datastore.start_maintenance_tasks();
        Ok(Self::Folder(Surreal::unstable_from_datastore(datastore, None).await?))
    }

    /// Runs statements in a row.
    pub(crate) fn run(
        &self,
        texts: impl IntoIterator<Item = impl Into<Cow<'static, str>>>,
        bind: Object,
    ) -> BoxFuture<'_, surrealdb::Result<IndexedResults>> {
        match self {
            Self::Folder(database) => run(database, texts, bind),
            Self::Other(database) => run(database, texts, bind),
        }
    }

    /// Uses the namespace and the database, and makes them where they are not there and may be made.
    pub(crate) async fn select(
        &self,
        namespace: &str,
        database: &str,
        making: Making,
    ) -> surrealdb::Result<()> {
        match self {
            Self::Folder(handle) => select(handle, namespace, database, making).await,
            Self::Other(handle) => select(handle, namespace, database, making).await,
        }
    }

    pub(crate) async fn begin(&self) -> surrealdb::Result<Reading> {
        Ok(match self {
            Self::Folder(database) => Reading::Folder(database.clone().begin().await?),
            Self::Other(database) => Reading::Other(database.clone().begin().await?),
        })
    }
}

/// The sizes as each of the engines calls them: it passes over what is another's. RocksDB would write a table once several of its logs in
/// memory are full; so that they are as large and as many as those of SurrealKV it writes each by itself, and fills one meanwhile.
fn sizes(memory: Memory) -> ConfigMap {
    let (log, cache) = (memory.log.to_string(), memory.cache.to_string());
    [
        ("surrealkv_max_memtable_size", log.clone()),
        ("surrealkv_block_cache_capacity", cache.clone()),
        ("rocksdb_write_buffer_size", log),
        ("rocksdb_max_write_buffer_number", "2".to_owned()),
        ("rocksdb_min_write_buffer_number_to_merge", "1".to_owned()),
        ("rocksdb_block_cache_size", cache),
    ]
    .into_iter()
    .fold(ConfigMap::empty(), |config, (key, value)| config.with_key_value(key, value))
}

/// A transaction that only reads.
pub(crate) enum Reading {
    Folder(Transaction<Db>),
    Other(Transaction<Any>),
}

impl Reading {
    pub(crate) async fn query(&self, text: &'static str, bind: Object) -> surrealdb::Result<IndexedResults> {
        let bind = Value::Object(bind);
        match self {
            Self::Folder(transaction) => transaction.query(text).bind(bind).await,
            Self::Other(transaction) => transaction.query(text).bind(bind).await,
        }
    }

    pub(crate) async fn cancel(self) -> surrealdb::Result<()> {
        match self {
            Self::Folder(transaction) => transaction.cancel().await.map(drop),
            Self::Other(transaction) => transaction.cancel().await.map(drop),
        }
    }
}

fn run<C: Connection>(
    database: &Surreal<C>,
    texts: impl IntoIterator<Item = impl Into<Cow<'static, str>>>,
    bind: Object,
) -> BoxFuture<'_, surrealdb::Result<IndexedResults>> {
    let mut texts = texts.into_iter();
    let first = database.query(texts.next().map(Into::into).unwrap_or_default());
    texts.fold(first, |query, text| query.query(text.into())).bind(Value::Object(bind)).into_future()
}

fn internal(error: impl Display) -> surrealdb::Error {
    surrealdb::Error::internal(error.to_string())
}

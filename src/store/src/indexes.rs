//! Is the index whole that a migration begins over a table that may be large?
//!
//! It is defined `CONCURRENTLY`: a transaction that waited for a million rows would take longer than any may, and each start would fail
//! at it anew. The database builds it beside, in transactions of at most 250 rows or 8 MiB, each of which notes how far it has come, and
//! answers without it until it is whole. After a kill it goes on from there by itself, once it takes the process before for dead:
//! within two minutes.

use std::time::Duration;

use surrealdb::types::{Object, SurrealValue};
use tokio::time::{Instant, sleep, timeout};

use crate::{Store, error::StoreError, transact::Probe};

/// How long a start waits: ample where there are few rows.
const AT_THE_START: Duration = Duration::from_secs(5);
const FIRST_PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// Before the first line of the log, and between two of them.
const TOLD_AFTER: Duration = Duration::from_secs(3);
const TOLD_EVERY: Duration = Duration::from_secs(30);

/// That of migration 12, the one so far.
const NAME: &str = "conversation_contact";
const STAGE: &str = "INFO FOR INDEX conversation_contact ON conversation";
const ANEW: &str = "REBUILD INDEX conversation_contact ON conversation CONCURRENTLY";

/// How far an index is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Whole,
    /// So many rows stand in it.
    Building(u64),
    /// With the reason.
    Failed(String),
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Info {
    building: Building,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Building {
    status: String,
    initial: Option<u64>,
    error: Option<String>,
}

impl Store {
    /// Waits for a moment until the index is whole; where it takes longer, that is told of in the log, beside all else.
    pub(crate) async fn see_to_index(&self) {
        if timeout(AT_THE_START, told_until_whole(self.downgrade())).await.is_err() {
            tokio::spawn(told_until_whole(self.downgrade()));
        }
    }

    pub(crate) async fn stage_of_index(&self) -> Result<Stage, StoreError> {
        let mut results = self.read(STAGE, Object::new()).await?;
        let info: Result<Option<Info>, _> = results.take(0);
        let corrupt = |what| StoreError::Corrupt { table: "conversation", what };
        let info = info.map_err(|error| corrupt(error.to_string()))?;
        let Some(Info { building }) = info else {
            return Err(corrupt(format!("nothing is known of its index {NAME}")));
        };
        Ok(match building.status.as_str() {
            "ready" => Stage::Whole,
            "error" | "aborted" => {
                Stage::Failed(building.error.unwrap_or_else(|| "it was given up".to_owned()))
            }
            // Of the database: `started`, `cleaning`, `indexing`.
            _ => Stage::Building(building.initial.unwrap_or_default()),
        })
    }
}

/// Returns once the index is whole, or where that cannot be seen to any more.
async fn told_until_whole(open: impl Fn() -> Option<Store>) {
    match until_whole(open).await {
        Ok(()) | Err(StoreError::Closed) => {}
        Err(error) => tracing::error!(index = NAME, %error, "store.index.failed"),
    }
}

/// Returns once the index is whole, or the store is let go of. One that could not be built is begun anew, once.
pub(crate) async fn until_whole(open: impl Fn() -> Option<Store>) -> Result<(), StoreError> {
    let begun = Instant::now();
    let mut told_next = begun + TOLD_AFTER;
    let (mut pause, mut of, mut is_told, mut is_anew) = (FIRST_PAUSE, None, false, false);
    loop {
        let Some(store) = open() else { return Ok(()) };
        match store.stage_of_index().await {
            Ok(Stage::Whole) => {
                if is_told {
                    tracing::info!(index = NAME, seconds = begun.elapsed().as_secs(), "store.index.built");
                }
                return Ok(());
            }
            Ok(Stage::Building(rows)) => {
                if Instant::now() >= told_next {
                    if !is_told {
                        of = store.count_conversations().await.ok();
                    }
                    tracing::info!(index = NAME, rows, of, "store.index.building");
                    (told_next, is_told) = (Instant::now() + TOLD_EVERY, true);
                }
            }
            Ok(Stage::Failed(reason)) if is_anew => return Err(StoreError::Refused(reason)),
            Ok(Stage::Failed(reason)) => {
                tracing::warn!(index = NAME, reason, "store.index.begun_anew");
                store.transact(&[ANEW], Object::new(), Probe::Repeat).await?;
                is_anew = true;
            }
            // A server that is away goes on as soon as it is there again.
            Err(StoreError::Unavailable(_)) => {}
            Err(error) => return Err(error),
        }
        drop(store);
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

//! How does anything get written?
//!
//! Every write is one `query("BEGIN … COMMIT")` sent from here; nothing else commits.
//!
//! 1. Every statement's result is looked at: `query()` is `Ok` even where `COMMIT` failed.
//! 2. A conflict with another transaction wrote nothing and is tried again: 8 tries, 2 ms doubling
//!    with full jitter, 2 s in all.
//! 3. A statement that failed rolled all of it back: the caller learns which way.
//! 4. On a database server each transaction begins with a look whether this studio still has the store: see `lease`.
//! 5. Any other failure of the commit leaves the outcome unknown: the grouped fsync comes after the
//!    rows are visible. The caller's [`Probe`] reads back by record id and decides. If it was the disk
//!    of the embedded database there is nothing to decide: see `disk`.

use std::{iter, time::Duration};

use surrealdb::{
    Error, IndexedResults,
    types::{ErrorDetails, Object, QueryError, RecordId, SurrealValue, Value},
};
use tokio::time::{Instant, sleep, timeout};
use tracing::{debug, warn};

use crate::{
    Store,
    error::{Failure, StoreError},
    find::with_ids,
    lease::is_taken,
    testing::Fault,
};

/// Tries of one transaction before [`StoreError::Busy`].
const TRIES: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(2);
/// Time in which the tries must begin.
const BUDGET: Duration = Duration::from_secs(2);
/// How long a caller waits for a server; longer than the database's own time-outs, which come first
/// when it is embedded.
pub(crate) const PATIENCE: Duration = Duration::from_secs(40);

/// What the database puts before what a transaction throws.
const THROWN: &str = "An error occurred: ";

/// How to find out whether a transaction whose commit failed was committed after all.
pub(crate) enum Probe {
    /// It was if this record exists.
    Exists(RecordId),
    /// It does not matter: doing it twice is the same as once.
    Repeat,
    /// A question that returns a boolean.
    Ask(&'static str, Object),
}

impl Store {
    /// Runs `parts` as one transaction. The texts are constants by type: values are bound.
    pub(crate) async fn transact(
        &self,
        parts: &[&'static str],
        bind: Object,
        probe: Probe,
    ) -> Result<(), Failure> {
        self.transact_with(parts, || Ok(bind.clone()), probe).await
    }

    /// The same with values that are many: each try gets its own.
    pub(crate) async fn transact_with(
        &self,
        parts: &[&'static str],
        mut bind: impl FnMut() -> Result<Object, StoreError>,
        probe: Probe,
    ) -> Result<(), Failure> {
        let begun = Instant::now();
        let mut pause = FIRST_PAUSE;
        let mut tries = 0;
        loop {
            tries += 1;
            let reason = match self.attempt(parts, bind()?).await? {
                Attempt::Committed => return Ok(()),
                Attempt::Failed(failure) => return Err(failure),
                Attempt::Conflict => None,
                Attempt::Unknown(reason) => {
                    warn!(store.reason = %reason, "outcome of a commit unknown, reading back");
                    if self.probe(&probe, &reason).await? {
                        return Ok(());
                    }
                    Some(reason)
                }
            };
            if tries >= TRIES || begun.elapsed() + pause > BUDGET {
                return Err(Failure::Store(match reason {
                    None => StoreError::Busy { tries },
                    Some(reason) => StoreError::Unavailable(reason),
                }));
            }
            debug!(store.tries = tries, "transaction is tried again");
            sleep(pause.mul_f64(rand::random::<f64>())).await;
            pause *= 2;
        }
    }

    async fn attempt(&self, parts: &[&'static str], mut bind: Object) -> Result<Attempt, StoreError> {
        let handle = self.handle()?;
        let fault = self.faults().take();
        if matches!(fault, Fault::BeforeCommit) {
            return Ok(Attempt::Unknown("injected before the commit".to_owned()));
        }
        let fence = self.fence(&mut bind);
        let texts = iter::once("BEGIN").chain(fence).chain(parts.iter().copied()).chain(iter::once("COMMIT"));
        let sent = timeout(PATIENCE, handle.run(texts, bind)).await;
        let attempt = match (sent, fault) {
            (Ok(Ok(_)), Fault::Disk) => Attempt::Unknown("IO error: injected".to_owned()),
            (Ok(Ok(_)), Fault::Denied) => Attempt::Conflict,
            (Ok(Ok(_)), Fault::AfterCommit) => Attempt::Unknown("injected after the commit".to_owned()),
            (Ok(Ok(results)), _) => match judge(results) {
                Attempt::Failed(Failure::Thrown(what)) if is_taken(&what) => {
                    return Err(self.note_taken().await);
                }
                attempt => attempt,
            },
            (Ok(Err(error)), _) if is_definite(&error) => {
                Attempt::Failed(Failure::Store(StoreError::Refused(error.to_string())))
            }
            (Ok(Err(error)), _) => Attempt::Unknown(error.to_string()),
            (Err(_), _) => Attempt::Unknown(format!("no answer within {} s", PATIENCE.as_secs())),
        };
        if let Attempt::Unknown(reason) = &attempt {
            self.suspect_disk(reason);
        }
        // A commit behind one that the disk refused is not safe, although it succeeded.
        self.disk_is_good()?;
        Ok(attempt)
    }

    /// Whether the transaction was committed after all.
    async fn probe(&self, probe: &Probe, reason: &str) -> Result<bool, StoreError> {
        let (text, bind) = match probe {
            Probe::Exists(id) => ("RETURN record::exists($id)", id_of(id)),
            Probe::Repeat => return Ok(false),
            Probe::Ask(text, bind) => (*text, bind.clone()),
        };
        let unknown = |error: String| StoreError::Unknown(format!("{reason}; then {error}"));
        let mut results = self.read(text, bind).await.map_err(|error| unknown(error.to_string()))?;
        let answer: Option<bool> = results.take(0).map_err(|error| unknown(error.to_string()))?;
        answer.ok_or_else(|| unknown("the question had no answer".to_owned()))
    }

    /// Runs statements that write nothing.
    pub(crate) async fn read(&self, text: &'static str, bind: Object) -> Result<IndexedResults, StoreError> {
        let handle = self.handle()?;
        match timeout(PATIENCE, handle.run([text], bind)).await {
            Ok(Ok(results)) => results.check().map_err(|error| unread(&error)),
            Ok(Err(error)) => Err(unread(&error)),
            Err(_) => Err(StoreError::Unavailable(format!("no answer within {} s", PATIENCE.as_secs()))),
        }
    }

    /// Runs one statement that writes nothing and returns its rows.
    pub(crate) async fn rows<T: SurrealValue>(
        &self,
        table: &'static str,
        text: &'static str,
        bind: Object,
    ) -> Result<Vec<T>, StoreError> {
        let mut results = self.read(text, bind).await?;
        results.take::<Vec<T>>(0).map_err(|error| StoreError::Corrupt { table, what: error.to_string() })
    }

    /// The same, each row for itself with its id, which must be among what is asked for: one that does not hold what it
    /// should keeps no other from being read.
    pub(crate) async fn each_row<T: SurrealValue>(
        &self,
        table: &'static str,
        text: &'static str,
        bind: Object,
    ) -> Result<Vec<(RecordId, Result<T, StoreError>)>, StoreError> {
        let rows: Vec<Object> = self.rows(table, text, bind).await?;
        let read = |row: Object| {
            T::from_value(Value::Object(row))
                .map_err(|error| StoreError::Corrupt { table, what: error.to_string() })
        };
        Ok(with_ids(table, rows)?.into_iter().map(|(id, row)| (id, read(row))).collect())
    }
}

enum Attempt {
    Committed,
    /// Rolled back by another transaction on the same rows.
    Conflict,
    /// Rolled back by a statement of its own.
    Failed(Failure),
    /// `COMMIT` failed, or nobody knows.
    Unknown(String),
}

/// What the results of all statements say about the transaction.
fn judge(mut results: IndexedResults) -> Attempt {
    let last = results.num_statements().saturating_sub(1);
    let mut errors: Vec<_> = results.take_errors().into_iter().collect();
    errors.sort_by_key(|(index, _)| *index);
    if errors.iter().any(|(_, error)| is_conflict(error)) {
        return Attempt::Conflict;
    }
    // The statement at fault has an error of its own; the others only say "not executed".
    let own = errors.iter().find(|(index, error)| *index != last && is_own(error));
    match (own, errors.last()) {
        (Some((_, error)), _) => Attempt::Failed(failure(error)),
        (None, Some((_, error))) => Attempt::Unknown(error.to_string()),
        (None, None) => Attempt::Committed,
    }
}

fn is_conflict(error: &Error) -> bool {
    matches!(error.query_details(), Some(QueryError::TransactionConflict))
}

/// Whether the error is the statement's own, and not what befell the transaction around it.
fn is_own(error: &Error) -> bool {
    !matches!(error.details(), ErrorDetails::Query(_))
}

fn failure(error: &Error) -> Failure {
    if error.is_thrown() {
        let message = error.message();
        Failure::Thrown(message.strip_prefix(THROWN).unwrap_or(message).to_owned())
    } else if error.is_already_exists() {
        Failure::Exists
    } else {
        Failure::Store(StoreError::Refused(error.to_string()))
    }
}

/// Whether the request was refused before anything ran.
fn is_definite(error: &Error) -> bool {
    error.is_validation() || error.is_not_allowed() || error.is_serialization()
}

fn unread(error: &Error) -> StoreError {
    if is_definite(error) || error.is_not_found() {
        StoreError::Refused(error.to_string())
    } else {
        StoreError::Unavailable(error.to_string())
    }
}

fn id_of(id: &RecordId) -> Object {
    let mut bind = Object::new();
    bind.insert("id", id.clone());
    bind
}

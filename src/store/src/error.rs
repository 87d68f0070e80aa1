//! What can go wrong with the store, and what happens next?

/// A call on the store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The call came after [`crate::Store::close`]. The process is going down: stop.
    #[error("the store is closed")]
    Closed,
    /// The disk refused a write before: nothing can be relied on any more. The process is to end.
    #[error("the disk refused a write ({0})")]
    Disk(String),
    /// Another studio has the store now: nothing was written. The process is to end.
    #[error("another studio has taken the store over ({0}); nothing was written")]
    Taken(String),
    /// Others wrote the same rows each time. Nothing was written; try again later.
    #[error("the transaction was in conflict with others {tries} times in a row; nothing was written")]
    Busy { tries: u32 },
    /// The database did not answer in time or not at all. Nothing was written; try again later.
    #[error("the database is not available ({0}); nothing was written")]
    Unavailable(String),
    /// The commit failed and reading back failed too: the rows may or may not be there.
    /// Calls that carry a key of their own (events, turns) may simply be repeated.
    #[error("it is not known whether the transaction was committed ({0})")]
    Unknown(String),
    /// The database refused a statement. Nothing was written, and trying again will not help.
    #[error("the database refused ({0}); nothing was written")]
    Refused(String),
    /// A row does not hold what this version of the studio writes.
    #[error("a row of `{table}` cannot be read: {what}")]
    Corrupt { table: &'static str, what: String },
}

/// A store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(
        "the store in {folder} is in use by another process: stop the other studio, or give this one another data folder"
    )]
    Locked { folder: String },
    #[error(
        "the store is held by another studio, {holder}: stop that one, or give this one a database of its own (`store.database`)"
    )]
    Held { holder: String },
    #[error(
        "the database at {url} cannot be reached ({reason}): check that it runs and that the address is right"
    )]
    Unreachable { url: String, reason: String },
    #[error("the database at {url} refused the user name or password: check both in the configuration")]
    BadCredentials { url: String },
    #[error(
        "the store was written by a newer studio (its migration {store}, this binary knows {binary}): run the newer studio, or restore a backup from before"
    )]
    Newer { store: u32, binary: u32 },
    #[error(
        "migration {number} of the store differs from that of this binary: the binary and the store do not belong together"
    )]
    Altered { number: u32 },
    #[error(
        "an import into this store was not finished: run `studio import FILE` again, which begins anew, or take another data folder"
    )]
    UnfinishedImport,
    #[error(
        "the store in {folder} is damaged ({reason}): restore a copy with `studio import FILE` into a new data folder, or \
         start with a new one (`studio serve --data FOLDER`); keep this folder until then"
    )]
    Damaged { folder: String, reason: String },
    #[error(
        "the disk with the store in {folder} is full ({why}): make room on it and start the studio again; nothing that was acknowledged is lost"
    )]
    Full { folder: String, why: &'static str },
    #[error(
        "the disk with the store in {folder} takes no writes ({why}): see why (a system makes a disk that fails read-only), mount it to be \
         written and start the studio again; nothing that was acknowledged is lost"
    )]
    ReadOnly { folder: String, why: &'static str },
    #[error("the address of the store is not usable: {0}")]
    BadAddress(String),
    #[error("the store could not be opened: {0}")]
    Other(String),
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        Self::Other(error.to_string())
    }
}

/// Why a transaction was not committed, for the code that may know what to do about it.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The transaction's own `THROW`.
    Thrown(String),
    /// An inserted record exists.
    Exists,
    Store(StoreError),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Thrown(what) => Self::Refused(what),
            Failure::Exists => Self::Refused("the record exists".to_owned()),
            Failure::Store(error) => error,
        }
    }
}

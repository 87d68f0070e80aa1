//! What if the disk refuses a write?
//!
//! The embedded engine keeps what it could not write to its log in a buffer, and writes it behind the next commit, in
//! whole or in part: a transaction that failed may come back after a restart, and the start after that cuts the log at
//! the first part that it cannot read, with every commit behind it. So nothing is acknowledged after such a failure,
//! not even what was committed in the same moment. The process is to end, and the next start reads what is safe.

use crate::{Store, error::StoreError};

/// How the engine begins its words about files: its log's, and all others'.
const MARKS: [&str; 2] = ["WAL error", "IO error"];

impl Store {
    /// Returns why once the disk of the embedded database has refused a write; never otherwise. Every call fails from
    /// then on. End the process at once: the store is not closed any more, for that would write to its log again.
    pub async fn disk_refused(&self) -> String {
        self.refusal().wait().await.clone()
    }

    /// Looks at why a commit failed.
    pub(crate) fn suspect_disk(&self, reason: &str) {
        let is_of_disk = MARKS.iter().any(|mark| reason.contains(mark));
        if self.is_in_folder() && is_of_disk && self.refusal().set(reason.to_owned()).is_ok() {
            tracing::error!(reason, "store.disk_refused");
            // Whoever lets go of the last one closes it.
            std::mem::forget(self.clone());
        }
    }

    /// Whether the disk has taken every write so far.
    pub(crate) fn disk_is_good(&self) -> Result<(), StoreError> {
        match self.refusal().get() {
            Some(reason) => Err(StoreError::Disk(reason.clone())),
            None => Ok(()),
        }
    }
}

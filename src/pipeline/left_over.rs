//! Which events did the last run leave, and did the turn of one of them end it?
//!
//! A turn that panics or hangs is counted where it fails. One that ends the process (an abort, a stack that overflows, memory
//! that is not there) leaves nobody who could count. So the tries of events that stand in the inbox at the start are counted
//! before they are made:
//!
//! 1. Those that were never tried are tried as ever, many at a time, and counted together in one transaction.
//! 2. Whoever was tried before, and is still there, is suspected: it has its turn alone, while no lane thinks about anything
//!    else. Should the process end again, it is known by which event.
//! 3. Whoever was tried often enough is parked and not tried any more.
//!
//! An event that was merely waiting is not counted, and one that comes while the studio runs costs nothing of this.

use std::{collections::HashMap, sync::Arc};

use studio_store::{InboxKey, InboxRow};
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// Why an event is parked whose turn ended the process.
pub(super) const ENDED: &str = "the studio ended during its turn";

/// A lane's events of the last run that have not had their turn, and whether this run has counted a try of theirs.
#[derive(Debug, Default)]
pub(super) struct LeftOver(HashMap<InboxKey, bool>);

/// Held by all lanes while they have turns; by one alone for an event that is suspected.
#[derive(Clone, Debug, Default)]
pub(super) struct Turns(Arc<RwLock<()>>);

impl Turns {
    pub async fn together(&self) -> OwnedRwLockReadGuard<()> {
        Arc::clone(&self.0).read_owned().await
    }

    pub async fn alone(&self) -> OwnedRwLockWriteGuard<()> {
        Arc::clone(&self.0).write_owned().await
    }
}

impl LeftOver {
    pub fn add(&mut self, key: InboxKey) {
        self.0.insert(key, false);
    }

    /// Whether it was tried as often as an event may be, and is not to be tried again.
    pub fn is_spent(&self, row: &InboxRow, most: u32) -> bool {
        self.is_uncounted(row) && row.attempts >= most
    }

    /// Whether it is to have its turn alone. Where one try is all that there is, nobody else may be counted with it.
    pub fn is_suspected(&self, row: &InboxRow, most: u32) -> bool {
        (row.attempts > 0 || most <= 1) && self.0.contains_key(&row.key)
    }

    /// Whether its next try is to be counted before it is made.
    pub fn is_uncounted(&self, row: &InboxRow) -> bool {
        self.0.get(&row.key).is_some_and(|counted| !counted)
    }

    pub fn count(&mut self, row: &InboxRow) {
        if let Some(counted) = self.0.get_mut(&row.key) {
            *counted = true;
        }
    }

    /// Its turn is over, or has failed: from now on it is as any other. Whether that try was counted before.
    pub fn remove(&mut self, row: &InboxRow) -> bool {
        !self.0.is_empty() && self.0.remove(&row.key).unwrap_or(false)
    }
}

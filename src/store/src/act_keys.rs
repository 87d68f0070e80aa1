//! Was something else asked for under this key before?

use jiff::Timestamp;
use studio_core::id::OrganisationId;
use surrealdb::types::{RecordId, array, object};

use crate::{
    Store,
    error::{Failure, StoreError},
    keys::{microseconds, record},
    transact::Probe,
};

/// What an earlier request with the same key asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActKeyUse {
    New,
    /// The same: this one is a repeat.
    Same,
    /// Something else: a mistake of the caller.
    Other,
}

// Looks at every key: people act seldom, and keys are dropped with the receipts.
pub(crate) const PRUNE: &str = "DELETE act_key WHERE used < $before RETURN NONE";

fn id(organisation: OrganisationId, key: &str) -> RecordId {
    record("act_key", array![organisation.to_string(), key.to_owned()])
}

impl Store {
    /// How a key was used; `digest` is that of what is asked for now.
    pub async fn act_key(
        &self,
        organisation: OrganisationId,
        key: &str,
        digest: &str,
    ) -> Result<ActKeyUse, StoreError> {
        let bind = object! { id: id(organisation, key) };
        let found: Vec<String> = self.rows("act_key", "SELECT VALUE digest FROM $id", bind).await?;
        Ok(match found.first() {
            None => ActKeyUse::New,
            Some(before) if before == digest => ActKeyUse::Same,
            Some(_) => ActKeyUse::Other,
        })
    }

    /// Takes a key for a request; of two at the same time, one learns that the other has it.
    pub async fn take_act_key(
        &self,
        organisation: OrganisationId,
        key: &str,
        digest: &str,
        now: Timestamp,
    ) -> Result<ActKeyUse, StoreError> {
        let id = id(organisation, key);
        let row = object! { id: id.clone(), digest: digest.to_owned(), used: microseconds(now) };
        let insert = "INSERT INTO act_key $row RETURN NONE";
        match self.transact(&[insert], object! { row: row }, Probe::Exists(id)).await {
            Ok(()) => Ok(ActKeyUse::New),
            Err(Failure::Exists) => self.act_key(organisation, key, digest).await,
            Err(failure) => Err(failure.into()),
        }
    }

    /// Forgets the keys of all organisations that were taken before `before`.
    pub async fn prune_act_keys(&self, before: Timestamp) -> Result<(), StoreError> {
        self.transact(&[PRUNE], object! { before: microseconds(before) }, Probe::Repeat).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{memory, run};

    #[test]
    fn a_key_stands_for_one_request_until_it_is_forgotten() {
        run(async {
            let store = memory().await.expect("opened");
            let first = OrganisationId::FIRST;
            let now = Timestamp::UNIX_EPOCH;
            assert_eq!(store.act_key(first, "k", "a").await.expect("read"), ActKeyUse::New);
            for (digest, expected) in [("a", ActKeyUse::New), ("a", ActKeyUse::Same), ("b", ActKeyUse::Other)]
            {
                let used = store.take_act_key(first, "k", digest, now).await.expect("taken");
                assert_eq!(used, expected, "{digest}");
                let known = store.act_key(first, "k", "a").await.expect("read");
                assert_eq!(known, ActKeyUse::Same);
            }
            store.prune_act_keys(now + jiff::SignedDuration::from_secs(1)).await.expect("pruned");
            assert_eq!(store.act_key(first, "k", "b").await.expect("read"), ActKeyUse::New);
        });
    }
}

//! What did a machine make of a bot's text before?
//!
//! Only texts of authors are kept, as they were written, gaps and all: nothing of a visitor is among them.

use std::collections::HashMap;

use jiff::Timestamp;
use studio_core::id::OrganisationId;
use surrealdb::types::{RecordId, SurrealValue, array, object};

use crate::{
    Store,
    error::StoreError,
    keys::{microseconds, record},
    transact::Probe,
};

/// Rows in one transaction.
const MOST_ROWS: usize = 500;
/// A use is noted when the last one that was noted is older, in microseconds: a day.
const NOTED: u64 = 24 * 3_600 * 1_000_000;

// Looks at every row, once an hour: authors write some thousands of texts.
const PRUNE: [&str; 2] = [
    "DELETE translated WHERE used < $before RETURN NONE",
    "DELETE (SELECT VALUE id FROM (SELECT id, used FROM translated ORDER BY used DESC START $most)) RETURN NONE",
];

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    hash: String,
    text: String,
    used: u64,
}

fn id(organisation: OrganisationId, hash: &str) -> RecordId {
    record("translated", array![organisation.to_string(), hash.to_owned()])
}

impl Store {
    /// What is known under these hashes. That it was of use is noted, about once a day.
    pub async fn translated(
        &self,
        organisation: OrganisationId,
        hashes: &[String],
        now: Timestamp,
    ) -> Result<HashMap<String, String>, StoreError> {
        let mut found = HashMap::new();
        let now = microseconds(now);
        for hashes in hashes.chunks(MOST_ROWS) {
            let ids: Vec<RecordId> = hashes.iter().map(|hash| id(organisation, hash)).collect();
            let rows: Vec<Row> =
                self.rows("translated", "SELECT hash, text, used FROM $ids", object! { ids: ids }).await?;
            let stale = rows.iter().filter(|row| row.used < now.saturating_sub(NOTED));
            let stale: Vec<RecordId> = stale.map(|row| id(organisation, &row.hash)).collect();
            if !stale.is_empty() {
                let update = "UPDATE $ids SET used = $now RETURN NONE";
                self.transact(&[update], object! { ids: stale, now: now }, Probe::Repeat).await?;
            }
            found.extend(rows.into_iter().map(|row| (row.hash, row.text)));
        }
        Ok(found)
    }

    /// Keeps what a machine made of texts, by their hashes.
    pub async fn keep_translated(
        &self,
        organisation: OrganisationId,
        made: &[(String, String)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        for made in made.chunks(MOST_ROWS) {
            let row = |(hash, text): &(String, String)| {
                object! { id: id(organisation, hash), hash: hash.clone(), text: text.clone(), used: microseconds(now) }
            };
            let rows: Vec<_> = made.iter().map(row).collect();
            // What is known already stays as it was said before.
            let insert = "INSERT IGNORE INTO translated $rows RETURN NONE";
            self.transact(&[insert], object! { rows: rows }, Probe::Repeat).await?;
        }
        Ok(())
    }

    /// Forgets the translations of all organisations that were of no use since `before`, and beyond `most` those whose
    /// use is the longest ago.
    pub async fn prune_translated(&self, before: Timestamp, most: u32) -> Result<(), StoreError> {
        let bind = object! { before: microseconds(before), most: most };
        self.transact(&PRUNE, bind, Probe::Repeat).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::testing::{memory, run};

    #[test]
    fn a_translation_is_kept_while_it_is_of_use() {
        run(async {
            let store = memory().await.expect("opened");
            let (first, second) = (OrganisationId::FIRST, OrganisationId(ulid::Ulid(9)));
            let at = |days: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * days);
            let made = |hash: &str, text: &str| (hash.to_owned(), text.to_owned());
            let kept = [made("a", "namiot"), made("b", "plecak"), made("c", "buty")];
            store.keep_translated(first, &kept, at(0)).await.expect("kept");
            store.keep_translated(first, &[made("a", "other")], at(0)).await.expect("kept");
            let asked = ["a", "b", "c", "d"].map(str::to_owned);
            let known = async |organisation, days| {
                let found = store.translated(organisation, &asked, at(days)).await.expect("read");
                let mut found: Vec<_> = found.into_iter().collect();
                found.sort();
                found
            };
            assert_eq!(known(first, 0).await, kept, "what was said first stays");
            assert_eq!(known(second, 0).await, [], "it is this organisation's alone");

            let used = store.translated(first, &asked[..1], at(30)).await.expect("read");
            assert_eq!(used.len(), 1);
            store.prune_translated(at(10), 10).await.expect("pruned");
            assert_eq!(known(first, 30).await, kept[..1]);

            store.keep_translated(first, &kept[1..], at(40)).await.expect("kept");
            store.prune_translated(at(0), 2).await.expect("pruned");
            assert_eq!(known(first, 40).await, kept[1..], "the oldest goes");
        });
    }
}

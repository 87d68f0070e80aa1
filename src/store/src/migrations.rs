//! What tables are there?
//!
//! One file a migration under `migrations/`, applied in order, once, each in one transaction with
//! its number and checksum. A store that knows more migrations than this binary is not opened.

use sha2::{Digest, Sha256};
use surrealdb::types::{Object, SurrealValue, Value, array, object};

use crate::{
    Store,
    error::{OpenError, StoreError},
    keys::record,
    transact::Probe,
};

/// A step from one form of the store to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migration {
    pub number: u32,
    pub name: &'static str,
    text: &'static str,
}

impl Migration {
    /// Whether the table is there only once this is applied.
    pub(crate) fn makes(&self, table: &str) -> bool {
        self.text.lines().any(|line| {
            let defined = line.strip_prefix("DEFINE TABLE ").and_then(|rest| rest.split([' ', ';']).next());
            defined == Some(table)
        })
    }
}

const MIGRATIONS: &[Migration] = &[
    Migration { number: 1, name: "tables", text: include_str!("../migrations/0001_tables.surql") },
    Migration { number: 2, name: "act_keys", text: include_str!("../migrations/0002_act_keys.surql") },
    Migration { number: 3, name: "channels", text: include_str!("../migrations/0003_channels.surql") },
    Migration { number: 4, name: "translated", text: include_str!("../migrations/0004_translated.surql") },
    Migration { number: 5, name: "learning", text: include_str!("../migrations/0005_learning.surql") },
    Migration { number: 6, name: "texts", text: include_str!("../migrations/0006_texts.surql") },
    Migration { number: 7, name: "wishes", text: include_str!("../migrations/0007_wishes.surql") },
    Migration { number: 8, name: "evaluations", text: include_str!("../migrations/0008_evaluations.surql") },
    Migration { number: 9, name: "apart", text: include_str!("../migrations/0009_apart.surql") },
    Migration { number: 10, name: "changed", text: include_str!("../migrations/0010_changed.surql") },
    Migration { number: 11, name: "unsettled", text: include_str!("../migrations/0011_unsettled.surql") },
    Migration { number: 12, name: "contacts", text: include_str!("../migrations/0012_contacts.surql") },
    Migration { number: 13, name: "reached", text: include_str!("../migrations/0013_reached.surql") },
    Migration { number: 14, name: "unreachable", text: include_str!("../migrations/0014_unreachable.surql") },
    Migration { number: 15, name: "chat_part", text: include_str!("../migrations/0015_chat_part.surql") },
    Migration {
        number: 16,
        name: "review_place",
        text: include_str!("../migrations/0016_review_place.surql"),
    },
];

/// The number of the last migration that this binary knows.
pub(crate) const LATEST: u32 = MIGRATIONS[MIGRATIONS.len() - 1].number;

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Applied {
    number: u32,
    checksum: String,
}

pub(crate) async fn apply(store: &Store) -> Result<(), OpenError> {
    apply_all(store, MIGRATIONS).await
}

/// As [`apply`], up to this one.
pub(crate) async fn apply_to(store: &Store, number: u32) -> Result<(), OpenError> {
    apply_all(store, &MIGRATIONS[..MIGRATIONS.len() - after(number).len()]).await
}

/// Makes the tables of the store itself, which are in no copy of it.
pub(crate) async fn prepare(store: &Store) -> Result<(), OpenError> {
    let tables = [
        "DEFINE TABLE IF NOT EXISTS lease SCHEMALESS",
        "DEFINE TABLE IF NOT EXISTS migration SCHEMALESS",
        "DEFINE TABLE IF NOT EXISTS unfinished_import SCHEMALESS",
    ];
    store.transact(&tables, Object::new(), Probe::Repeat).await.map_err(StoreError::from)?;
    Ok(())
}

/// The last one that the store has; 0 for none.
pub(crate) async fn reached(store: &Store) -> Result<u32, OpenError> {
    let applied = applied(store).await?;
    missing(&applied, MIGRATIONS)?;
    Ok(applied.iter().map(|applied| applied.number).max().unwrap_or(0))
}

/// Those behind this one.
pub(crate) fn after(number: u32) -> &'static [Migration] {
    let before = MIGRATIONS.iter().take_while(|migration| migration.number <= number).count();
    &MIGRATIONS[before..]
}

async fn apply_all(store: &Store, migrations: &[Migration]) -> Result<(), OpenError> {
    prepare(store).await?;
    for migration in missing(&applied(store).await?, migrations)? {
        run(store, migration).await?;
    }
    Ok(())
}

/// What [`apply`] would apply; nothing is written.
pub(crate) async fn pending(store: &Store) -> Result<Vec<Migration>, OpenError> {
    let applied = match applied(store).await {
        Ok(applied) => applied,
        // There is no such table before the first of them.
        Err(StoreError::Refused(_)) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    Ok(missing(&applied, MIGRATIONS)?.into_iter().copied().collect())
}

async fn applied(store: &Store) -> Result<Vec<Applied>, StoreError> {
    store.rows("migration", "SELECT number, checksum FROM migration", Object::new()).await
}

/// Those that are not applied, in order, where store and binary belong together.
fn missing<'a>(applied: &[Applied], migrations: &'a [Migration]) -> Result<Vec<&'a Migration>, OpenError> {
    let binary = migrations.iter().map(|migration| migration.number).max().unwrap_or(0);
    if let Some(newer) = applied.iter().map(|applied| applied.number).max().filter(|number| *number > binary)
    {
        return Err(OpenError::Newer { store: newer, binary });
    }
    let mut missing = Vec::new();
    for migration in migrations {
        match applied.iter().find(|applied| applied.number == migration.number) {
            Some(applied) if applied.checksum == checksum(migration) => {}
            Some(_) => return Err(OpenError::Altered { number: migration.number }),
            None => missing.push(migration),
        }
    }
    Ok(missing)
}

fn checksum(migration: &Migration) -> String {
    hex::encode(Sha256::digest(migration.text))
}

async fn run(store: &Store, migration: &Migration) -> Result<(), StoreError> {
    let id = record("migration", array![migration.number]);
    let row: Value = object! {
        id: id.clone(),
        number: migration.number,
        name: migration.name.to_owned(),
        checksum: checksum(migration),
    }
    .into_value();
    let parts = [migration.text, "INSERT INTO migration $row RETURN NONE"];
    store.transact(&parts, object! { row: row }, Probe::Exists(id)).await?;
    tracing::info!(migration.number = migration.number, migration.name, "store migrated");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{memory, run};

    /// All migrations and one more.
    fn and(text: &'static str) -> Vec<Migration> {
        let more = Migration { number: LATEST + 1, name: "more", text };
        MIGRATIONS.iter().copied().chain([more]).collect()
    }

    #[test]
    fn each_is_applied_once_in_order_and_kept() {
        for (index, migration) in MIGRATIONS.iter().enumerate() {
            assert_eq!(migration.number as usize, index + 1, "{}", migration.name);
        }
        run(async {
            let store = memory().await.expect("opened");
            // Applying it twice would fail: the table exists.
            let all = and("DEFINE TABLE extra SCHEMALESS");
            apply_all(&store, &all).await.expect("applied");
            apply_all(&store, &all).await.expect("nothing to do");
            let newer = apply_all(&store, MIGRATIONS).await;
            assert!(matches!(newer, Err(OpenError::Newer { binary: LATEST, .. })), "{newer:?}");
            let altered = apply_all(&store, &and("DEFINE TABLE other SCHEMALESS")).await;
            assert!(
                matches!(altered, Err(OpenError::Altered { number }) if number == LATEST + 1),
                "{altered:?}"
            );
        });
    }

    #[test]
    fn one_that_fails_leaves_nothing_behind() {
        run(async {
            let store = memory().await.expect("opened");
            let broken = and("DEFINE TABLE extra SCHEMALESS; THROW 'broken'");
            assert!(apply_all(&store, &broken).await.is_err());
            let whole = and("DEFINE TABLE extra SCHEMALESS");
            apply_all(&store, &whole).await.expect("the table is not there yet");
        });
    }
}

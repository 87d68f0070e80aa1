//! What was signed and could not be read? Kept as it came, so many of each connection, for a later look.

use std::collections::BTreeMap;

use jiff::Timestamp;
use studio_core::{
    api::{Page, Unread},
    id::OrganisationId,
};
use surrealdb::types::{Bytes, RecordId, SurrealValue, array, object};
use ulid::Ulid;

use crate::{
    Store,
    error::StoreError,
    keys::{Parts, parse, record},
    transact::Probe,
};

/// Bodies kept of a connection.
const MOST: usize = 100;

/// A body that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadBody {
    pub connection: String,
    pub id: Ulid,
    pub bytes: Vec<u8>,
    /// Why it could not be read.
    pub why: String,
    pub at: Timestamp,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    id: RecordId,
    size: u64,
    why: String,
    at: String,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Kept {
    id: RecordId,
    why: String,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Whole {
    bytes: Bytes,
    why: String,
    at: String,
}

fn id(organisation: OrganisationId, connection: &str, unread: Ulid) -> RecordId {
    record("unread", array![organisation.to_string(), connection.to_owned(), unread.to_string()])
}

pub(crate) const IDS: &str =
    "SELECT VALUE id FROM unread:[$organisation, $connection]..[$organisation, $connection, []] ORDER BY id";
pub(crate) const REASONS: &str =
    "SELECT id, why FROM unread:[$organisation, $connection]..[$organisation, $connection, []] ORDER BY id";
pub(crate) const LIST: &str =
    "SELECT id, size, why, at FROM unread:[$organisation]..[$organisation, []] ORDER BY id";

impl Store {
    /// Keeps a body; others of the connection give way where there are too many.
    pub async fn keep_unread(
        &self,
        organisation: OrganisationId,
        unread: &UnreadBody,
    ) -> Result<(), StoreError> {
        let row = object! {
            id: id(organisation, &unread.connection, unread.id),
            size: unread.bytes.len(),
            bytes: Bytes::from(unread.bytes.clone()),
            why: unread.why.clone(),
            at: unread.at.to_string(),
        };
        let mine = object! { organisation: organisation.to_string(), connection: unread.connection.clone() };
        let kept: Vec<Kept> = self.rows("unread", REASONS, mine).await?;
        let bind = object! { row: row, old: giving_way(kept, &unread.why) };
        let parts = ["INSERT IGNORE INTO unread $row RETURN NONE", "DELETE $old RETURN NONE"];
        self.transact(&parts, bind, Probe::Repeat).await?;
        Ok(())
    }

    /// The bodies of an organisation that could not be read, oldest first within each connection: all of them.
    pub async fn unread(&self, organisation: OrganisationId) -> Result<Page<Unread>, StoreError> {
        let bind = object! { organisation: organisation.to_string() };
        let rows: Vec<Row> = self.rows("unread", LIST, bind).await?;
        let items = rows
            .into_iter()
            .map(|row| {
                let mut key = Parts::of("unread", &row.id)?;
                key.text()?;
                Ok(Unread {
                    connection: key.text()?,
                    id: key.text()?,
                    size: row.size,
                    why: row.why,
                    at: parse("unread", &row.at)?,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        Ok(Page { items, next_cursor: None })
    }

    /// One of them with its bytes.
    pub async fn unread_body(
        &self,
        organisation: OrganisationId,
        connection: &str,
        unread: Ulid,
    ) -> Result<Option<UnreadBody>, StoreError> {
        let bind = object! { id: id(organisation, connection, unread) };
        let rows: Vec<Whole> = self.rows("unread", "SELECT bytes, why, at FROM $id", bind).await?;
        let Some(row) = rows.into_iter().next() else { return Ok(None) };
        Ok(Some(UnreadBody {
            connection: connection.to_owned(),
            id: unread,
            bytes: row.bytes.to_vec(),
            why: row.why,
            at: parse("unread", &row.at)?,
        }))
    }

    /// It was read after all, or is not wanted any more.
    pub async fn delete_unread(
        &self,
        organisation: OrganisationId,
        connection: &str,
        unread: Ulid,
    ) -> Result<(), StoreError> {
        let bind = object! { id: id(organisation, connection, unread) };
        self.transact(&["DELETE $id RETURN NONE"], bind, Probe::Repeat).await?;
        Ok(())
    }
}

/// What makes room for one more: the oldest of the reason that most are kept for, so that what comes often, such as a kind of event
/// that a platform has added, drives nothing else out.
fn giving_way(mut kept: Vec<Kept>, why: &str) -> Vec<RecordId> {
    let mut old = Vec::new();
    while kept.len() >= MOST {
        let mut times = BTreeMap::from([(why, 1_usize)]);
        for one in &kept {
            *times.entry(&one.why).or_default() += 1;
        }
        let most = times.values().max().copied();
        let oldest = kept.iter().position(|one| times.get(one.why.as_str()).copied() == most);
        old.push(kept.remove(oldest.unwrap_or(0)).id);
    }
    old
}

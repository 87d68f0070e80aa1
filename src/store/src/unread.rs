//! What was signed and could not be read, or not taken in? Kept as it came, so many of each connection, for a later look.

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

/// Bodies kept of a connection; as many more are put aside.
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
    /// The platform's own id of what it tells, where it has one: it is kept once at a time.
    pub native: Option<String>,
}

/// What became of a body that was to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// In the place of so many others.
    Kept { gave_way: usize },
    /// It was kept already.
    Before,
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
    /// It waits for its connection, and gives way to nothing.
    aside: Option<bool>,
    native: Option<String>,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Whole {
    bytes: Bytes,
    why: String,
    at: String,
    native: Option<String>,
}

fn id(organisation: OrganisationId, connection: &str, unread: Ulid) -> RecordId {
    record("unread", array![organisation.to_string(), connection.to_owned(), unread.to_string()])
}

pub(crate) const IDS: &str =
    "SELECT VALUE id FROM unread:[$organisation, $connection]..[$organisation, $connection, []] ORDER BY id";
pub(crate) const REASONS: &str = "SELECT id, why, aside, native \
    FROM unread:[$organisation, $connection]..[$organisation, $connection, []] ORDER BY id";
pub(crate) const LIST: &str = "SELECT id, size, why, at \
    FROM type::record(unread:[$organisation, $connection, $unread]>..[$organisation, []]) ORDER BY id LIMIT $limit";

impl Store {
    /// Keeps a body, unless it is kept already; others of the connection give way where there are too many.
    pub async fn keep_unread(
        &self,
        organisation: OrganisationId,
        unread: &UnreadBody,
    ) -> Result<Keeping, StoreError> {
        let _alone = self.keeping().await;
        let mut kept = self.kept(organisation, &unread.connection).await?;
        if is_among(&kept, unread) {
            return Ok(Keeping::Before);
        }
        kept.retain(|one| one.aside != Some(true));
        let old = giving_way(kept, &unread.why);
        let gave_way = old.len();
        self.add_unread(organisation, unread, false, old).await?;
        Ok(Keeping::Kept { gave_way })
    }

    /// Keeps a body that nothing drives out, unless it is kept already; `false` where there was no room for it.
    pub async fn put_aside(
        &self,
        organisation: OrganisationId,
        unread: &UnreadBody,
    ) -> Result<bool, StoreError> {
        let _alone = self.keeping().await;
        let kept = self.kept(organisation, &unread.connection).await?;
        if is_among(&kept, unread) {
            return Ok(true);
        }
        if kept.iter().filter(|one| one.aside == Some(true)).count() >= MOST {
            return Ok(false);
        }
        self.add_unread(organisation, unread, true, Vec::new()).await?;
        Ok(true)
    }

    async fn kept(&self, organisation: OrganisationId, connection: &str) -> Result<Vec<Kept>, StoreError> {
        let mine = object! { organisation: organisation.to_string(), connection: connection.to_owned() };
        self.rows("unread", REASONS, mine).await
    }

    /// One more, in the place of these.
    async fn add_unread(
        &self,
        organisation: OrganisationId,
        unread: &UnreadBody,
        aside: bool,
        old: Vec<RecordId>,
    ) -> Result<(), StoreError> {
        let row = object! {
            id: id(organisation, &unread.connection, unread.id),
            size: unread.bytes.len(),
            bytes: Bytes::from(unread.bytes.clone()),
            why: unread.why.clone(),
            at: unread.at.to_string(),
            aside: aside,
            native: unread.native.clone(),
        };
        let bind = object! { row: row, old: old };
        let parts = ["INSERT IGNORE INTO unread $row RETURN NONE", "DELETE $old RETURN NONE"];
        self.transact(&parts, bind, Probe::Repeat).await?;
        Ok(())
    }

    /// The bodies of an organisation that could not be read, by their connections, oldest first within each. `after` is the
    /// connection and the id of the last of the page before.
    pub async fn unread(
        &self,
        organisation: OrganisationId,
        after: Option<(&str, Ulid)>,
        limit: u32,
    ) -> Result<Page<Unread>, StoreError> {
        let bind = object! {
            organisation: organisation.to_string(),
            connection: after.map(|(connection, _)| connection.to_owned()).unwrap_or_default(),
            unread: after.map(|(_, unread)| unread.to_string()).unwrap_or_default(),
            limit: limit,
        };
        let rows: Vec<Row> = self.rows("unread", LIST, bind).await?;
        let full = rows.len() >= limit as usize;
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
        let last = items.last().filter(|_| full);
        let next_cursor = last.map(|last| format!("{}/{}", last.connection, last.id));
        Ok(Page { items, next_cursor })
    }

    /// One of them with its bytes.
    pub async fn unread_body(
        &self,
        organisation: OrganisationId,
        connection: &str,
        unread: Ulid,
    ) -> Result<Option<UnreadBody>, StoreError> {
        let bind = object! { id: id(organisation, connection, unread) };
        let rows: Vec<Whole> = self.rows("unread", "SELECT bytes, why, at, native FROM $id", bind).await?;
        let Some(row) = rows.into_iter().next() else { return Ok(None) };
        Ok(Some(UnreadBody {
            connection: connection.to_owned(),
            id: unread,
            bytes: row.bytes.to_vec(),
            why: row.why,
            at: parse("unread", &row.at)?,
            native: row.native,
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

fn is_among(kept: &[Kept], unread: &UnreadBody) -> bool {
    unread.native.is_some() && kept.iter().any(|known| known.native == unread.native)
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

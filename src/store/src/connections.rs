//! Which connections were made by the API? Their settings are sealed by the server; here they are bytes.

use jiff::Timestamp;
use studio_core::id::OrganisationId;
use surrealdb::types::{Bytes, Object, RecordId, SurrealValue, array, object};

use crate::{
    Store,
    error::{Failure, StoreError},
    keys::{Parts, parse, record},
    transact::Probe,
};

/// A connection as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredConnection {
    pub organisation: OrganisationId,
    pub name: String,
    /// As its settings say; empty for one of `config.toml`, and for one that was made before they were kept beside.
    pub channel: String,
    pub bot: String,
    /// Settings and credentials, encrypted; empty for one of `config.toml` that is only paused.
    pub sealed: Vec<u8>,
    pub paused: bool,
    pub created_at: Timestamp,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    id: RecordId,
    channel: Option<String>,
    bot: Option<String>,
    sealed: Bytes,
    paused: bool,
    created_at: String,
}

impl Row {
    fn read(self) -> Result<StoredConnection, StoreError> {
        let mut key = Parts::of("connection", &self.id)?;
        Ok(StoredConnection {
            organisation: key.parse()?,
            name: key.text()?,
            channel: self.channel.unwrap_or_default(),
            bot: self.bot.unwrap_or_default(),
            sealed: self.sealed.to_vec(),
            paused: self.paused,
            created_at: parse("connection", &self.created_at)?,
        })
    }
}

pub(crate) const ALL: &str = "SELECT * FROM connection ORDER BY id";

fn id(organisation: OrganisationId, name: &str) -> RecordId {
    record("connection", array![organisation.to_string(), name.to_owned()])
}

impl Store {
    /// The connections of all organisations: read once at the start.
    pub async fn stored_connections(&self) -> Result<Vec<StoredConnection>, StoreError> {
        let rows: Vec<Row> = self.rows("connection", ALL, Object::new()).await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// The one of this name; `None` where there is none.
    pub async fn stored_connection(
        &self,
        organisation: OrganisationId,
        name: &str,
    ) -> Result<Option<StoredConnection>, StoreError> {
        let bind = object! { id: id(organisation, name) };
        let rows: Vec<Row> = self.rows("connection", "SELECT * FROM $id", bind).await?;
        rows.into_iter().next().map(Row::read).transpose()
    }

    /// Keeps other settings of one that is there.
    pub async fn change_connection(&self, connection: &StoredConnection) -> Result<(), StoreError> {
        let bind = object! {
            id: id(connection.organisation, &connection.name),
            channel: connection.channel.clone(),
            bot: connection.bot.clone(),
            sealed: Bytes::from(connection.sealed.clone()),
        };
        let update = "UPDATE $id SET channel = $channel, bot = $bot, sealed = $sealed RETURN NONE";
        self.transact(&[update], bind, Probe::Repeat).await?;
        Ok(())
    }

    /// Keeps a new one; `false` if there is one of this name. What is left of one that stood in `config.toml` gives way.
    pub async fn create_connection(&self, connection: &StoredConnection) -> Result<bool, StoreError> {
        let id = id(connection.organisation, &connection.name);
        let row = object! {
            id: id.clone(),
            channel: connection.channel.clone(),
            bot: connection.bot.clone(),
            sealed: Bytes::from(connection.sealed.clone()),
            paused: connection.paused,
            created_at: connection.created_at.to_string(),
        };
        let parts = [
            "DELETE $id WHERE bytes::len(sealed) = 0 RETURN NONE",
            "INSERT INTO connection $row RETURN NONE",
        ];
        let bind = object! { id: id.clone(), row: row };
        let ours = object! { id: id, created_at: connection.created_at.to_string() };
        let kept =
            "RETURN array::any((SELECT VALUE bytes::len(sealed) > 0 AND created_at = $created_at FROM $id))";
        match self.transact(&parts, bind, Probe::Ask(kept, ours)).await {
            Ok(()) => Ok(true),
            Err(Failure::Exists) => Ok(false),
            Err(failure) => Err(failure.into()),
        }
    }

    /// Pauses a connection or lets it go on. One of `config.toml` has a row from then on, without settings.
    pub async fn pause_connection(
        &self,
        organisation: OrganisationId,
        name: &str,
        paused: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let row = object! {
            id: id(organisation, name),
            sealed: Bytes::from(Vec::new()),
            paused: paused,
            created_at: now.to_string(),
        };
        let insert = "INSERT INTO connection $row ON DUPLICATE KEY UPDATE paused = $input.paused RETURN NONE";
        self.transact(&[insert], object! { row: row }, Probe::Repeat).await?;
        Ok(())
    }

    /// Forgets a connection with what it remembered and what of it could not be read. What was said stays.
    pub async fn delete_connection(
        &self,
        organisation: OrganisationId,
        name: &str,
    ) -> Result<(), StoreError> {
        let bind = object! {
            id: id(organisation, name),
            organisation: organisation.to_string(),
            connection: name.to_owned(),
        };
        let parts = [
            "DELETE $id RETURN NONE",
            "DELETE memory:[$organisation, $connection]..[$organisation, $connection, []] RETURN NONE",
            "DELETE unread:[$organisation, $connection]..[$organisation, $connection, []] RETURN NONE",
        ];
        self.transact(&parts, bind, Probe::Repeat).await?;
        Ok(())
    }
}

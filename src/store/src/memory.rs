//! What does a connection keep over restarts? Small things, such as the place up to which it has read.

use studio_core::id::OrganisationId;
use surrealdb::types::{RecordId, array, object};

use crate::{Store, error::StoreError, keys::record, transact::Probe};

fn id(organisation: OrganisationId, connection: &str, key: &str) -> RecordId {
    record("memory", array![organisation.to_string(), connection.to_owned(), key.to_owned()])
}

impl Store {
    /// Keeps a value in the place of the one before.
    pub async fn remember(
        &self,
        organisation: OrganisationId,
        connection: &str,
        key: &str,
        value: &str,
    ) -> Result<(), StoreError> {
        let row = object! { id: id(organisation, connection, key), value: value.to_owned() };
        let insert = "INSERT INTO memory $row ON DUPLICATE KEY UPDATE value = $input.value RETURN NONE";
        self.transact(&[insert], object! { row: row }, Probe::Repeat).await?;
        Ok(())
    }

    /// What [`Store::remember`] kept last.
    pub async fn recall(
        &self,
        organisation: OrganisationId,
        connection: &str,
        key: &str,
    ) -> Result<Option<String>, StoreError> {
        let bind = object! { id: id(organisation, connection, key) };
        Ok(self.rows("memory", "SELECT VALUE value FROM $id", bind).await?.into_iter().next())
    }
}

//! With whom?

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value as Json;
use studio_core::id::{ContactId, OrganisationId};
use surrealdb::types::{RecordId, SurrealValue, array, object};

use crate::{
    Store, Unreachable,
    error::StoreError,
    json,
    keys::{parse, record},
};

/// A person who talks to a bot.
#[derive(Clone, Debug, PartialEq)]
pub struct Contact {
    pub id: ContactId,
    /// Empty where unknown or erased.
    pub name: String,
    pub attributes: BTreeMap<String, Json>,
    pub created_at: Timestamp,
}

/// How a contact is known on a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub connection: String,
    /// The platform's own name of the person.
    pub external: String,
    pub contact: ContactId,
    /// Why, and since when, nothing that is said to them there gets through; `None` where it does.
    pub unreachable: Option<Unreachable>,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    name: String,
    attributes: String,
    created_at: String,
}

pub(crate) fn contact_id(organisation: OrganisationId, contact: ContactId) -> RecordId {
    record("contact", array![organisation.to_string(), contact.to_string()])
}

pub(crate) fn identity_id(organisation: OrganisationId, connection: &str, external: &str) -> RecordId {
    record("identity", array![organisation.to_string(), connection.to_owned(), external.to_owned()])
}

impl Store {
    pub async fn contact(
        &self,
        organisation: OrganisationId,
        contact: ContactId,
    ) -> Result<Option<Contact>, StoreError> {
        let bind = object! { id: contact_id(organisation, contact) };
        let rows: Vec<Row> = self.rows("contact", "SELECT * FROM $id", bind).await?;
        let Some(row) = rows.into_iter().next() else { return Ok(None) };
        Ok(Some(Contact {
            id: contact,
            name: row.name,
            attributes: json::read("contact", &row.attributes)?,
            created_at: parse("contact", &row.created_at)?,
        }))
    }

    /// Who this is; `None` before the first turn.
    pub async fn identity(
        &self,
        organisation: OrganisationId,
        connection: &str,
        external: &str,
    ) -> Result<Option<Identity>, StoreError> {
        let bind = object! { id: identity_id(organisation, connection, external) };
        let rows: Vec<String> = self.rows("identity", "SELECT VALUE contact FROM $id", bind).await?;
        let Some(contact) = rows.first() else { return Ok(None) };
        let name = (connection.to_owned(), external.to_owned());
        let unreachable = self.marks(organisation, std::slice::from_ref(&name)).await?.remove(&name);
        let (connection, external) = name;
        Ok(Some(Identity { connection, external, contact: parse("identity", contact)?, unreachable }))
    }
}

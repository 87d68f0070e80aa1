//! Who cannot be written to?
//!
//! It stands on the row of the person's identity, where people ask for it, and in a row of the conversation's own, so that a start
//! knows all of them without reading everybody. Both are one transaction.

use std::collections::BTreeMap;

use jiff::Timestamp;
use studio_core::id::{ContactId, ConversationId, OrganisationId};
use surrealdb::types::{RecordId, SurrealValue, Value, array, object};

use crate::{
    Identity, Store,
    contacts::identity_id,
    conversations,
    error::StoreError,
    keys::{Parts, parse, record},
    transact::Probe,
};

/// Rows read at once.
const PAGE: u32 = 1_000;

const MARK: &str =
    "INSERT INTO unreachable $row ON DUPLICATE KEY UPDATE since = $input.since, why = $input.why RETURN NONE";
const MARK_IDENTITIES: &str =
    "UPDATE $identities SET unreachable_since = $since, unreachable_why = $why RETURN NONE";
const LIFT: &str = "DELETE $id RETURN NONE";
const LIFT_IDENTITIES: &str =
    "UPDATE $identities SET unreachable_since = NONE, unreachable_why = NONE RETURN NONE";

/// Nothing that is said to a person gets through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreachable {
    pub since: Timestamp,
    /// A sentence that says what to do.
    pub why: String,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    since: String,
    why: String,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Of {
    contact: Option<String>,
    connection: Option<String>,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Marked {
    id: RecordId,
    unreachable_since: Option<String>,
    unreachable_why: Option<String>,
}

fn id(organisation: OrganisationId, conversation: ConversationId) -> RecordId {
    record("unreachable", array![organisation.to_string(), conversation.to_string()])
}

impl Store {
    /// The person of a conversation cannot be written to.
    pub async fn note_unreachable(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
        unreachable: &Unreachable,
    ) -> Result<(), StoreError> {
        let identities = self.identities_of(organisation, conversation).await?;
        let (since, why) = (unreachable.since.to_string(), unreachable.why.clone());
        let row = object! { id: id(organisation, conversation), since: since.clone(), why: why.clone() };
        let mut parts = vec![MARK];
        let mut bind = object! { row: row, since: since, why: why };
        if !identities.is_empty() {
            parts.push(MARK_IDENTITIES);
            bind.insert("identities", identities);
        }
        self.transact(&parts, bind, Probe::Repeat).await?;
        Ok(())
    }

    /// They can be written to again.
    pub async fn note_reachable(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
    ) -> Result<(), StoreError> {
        let identities = self.identities_of(organisation, conversation).await?;
        let mut parts = vec![LIFT];
        let mut bind = object! { id: id(organisation, conversation) };
        if !identities.is_empty() {
            parts.push(LIFT_IDENTITIES);
            bind.insert("identities", identities);
        }
        self.transact(&parts, bind, Probe::Repeat).await?;
        Ok(())
    }

    /// The conversations of all organisations whose person cannot be written to; `most` at most.
    pub async fn unreachable(&self, most: usize) -> Result<Vec<(ConversationId, Unreachable)>, StoreError> {
        let mut found = Vec::new();
        let mut after: Option<RecordId> = None;
        while found.len() < most {
            let page = self.page("unreachable", after.as_ref(), PAGE).await?;
            let Some((last, _)) = page.last() else { break };
            after = Some(last.clone());
            for (id, row) in page {
                match read(&id, Value::Object(row)) {
                    Ok(one) => found.push(one),
                    Err(error) => tracing::error!(?id, %error, "store.unreachable.unreadable"),
                }
            }
        }
        found.truncate(most);
        Ok(found)
    }

    /// Those of a contact's identities that cannot be written to, by their connections and names there.
    pub(crate) async fn marks(
        &self,
        organisation: OrganisationId,
        names: &[(String, String)],
    ) -> Result<BTreeMap<(String, String), Unreachable>, StoreError> {
        if names.is_empty() {
            return Ok(BTreeMap::new());
        }
        let ids: Vec<RecordId> = names
            .iter()
            .map(|(connection, external)| identity_id(organisation, connection, external))
            .collect();
        let text = "SELECT id, unreachable_since, unreachable_why FROM $ids";
        let rows: Vec<Marked> = self.rows("identity", text, object! { ids: ids }).await?;
        let mut marks = BTreeMap::new();
        for row in rows {
            let (Some(since), Some(why)) = (row.unreachable_since, row.unreachable_why) else { continue };
            let mut key = Parts::of("identity", &row.id)?;
            key.text()?;
            let name = (key.text()?, key.text()?);
            marks.insert(name, Unreachable { since: parse("identity", &since)?, why });
        }
        Ok(marks)
    }

    /// How the person of a conversation is known on its connection; nothing before its first turn.
    async fn identities_of(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
    ) -> Result<Vec<RecordId>, StoreError> {
        let bind = object! { id: conversations::id(organisation, conversation) };
        let text = "SELECT filter.contact AS contact, filter.connection AS connection FROM $id";
        let found: Vec<Of> = self.rows("conversation", text, bind).await?;
        let Some(Of { contact: Some(contact), connection: Some(connection) }) = found.into_iter().next()
        else {
            return Ok(Vec::new());
        };
        let contact: ContactId = parse("conversation", &contact)?;
        let known = self.identities(organisation, contact).await?;
        let here = known.iter().filter(|identity| identity.connection == connection);
        let of = |one: &Identity| identity_id(organisation, &one.connection, &one.external);
        Ok(here.map(of).collect())
    }
}

fn read(id: &RecordId, row: Value) -> Result<(ConversationId, Unreachable), StoreError> {
    let mut key = Parts::of("unreachable", id)?;
    key.text()?;
    let conversation = key.parse()?;
    let Row { since, why } = Row::from_value(row)
        .map_err(|error| StoreError::Corrupt { table: "unreachable", what: error.to_string() })?;
    Ok((conversation, Unreachable { since: parse("unreachable", &since)?, why }))
}

//! Of whose conversations must it be looked anew which language the person wished for?
//!
//! A row is written with what may have changed it: a turn with a wish, a merging, its taking back. It is deleted once every
//! conversation of the person was told, unless it was written again meanwhile.

use std::collections::BTreeMap;

use studio_core::id::{ContactId, OrganisationId};
use surrealdb::types::{Object, RecordId, SurrealValue, array, object};

use crate::{
    ConversationFilter, Store, StoredConversation,
    error::StoreError,
    keys::{Parts, record},
    transact::Probe,
};

/// Rows of one look.
const MOST: u32 = 100;
/// Conversations of a person in one page.
const PAGE: u32 = 200;

pub(crate) const PUT: &str =
    "INSERT INTO wish_due $wishes ON DUPLICATE KEY UPDATE token = $input.token RETURN NONE";
pub(crate) const DUE: &str = "SELECT id, token FROM wish_due ORDER BY id LIMIT $limit";

/// A contact whose person is to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueWish {
    pub organisation: OrganisationId,
    pub contact: ContactId,
    /// Another one every time it is due.
    pub token: String,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    id: RecordId,
    token: String,
}

fn id(organisation: OrganisationId, contact: ContactId) -> RecordId {
    record("wish_due", array![organisation.to_string(), contact.to_string()])
}

pub(crate) fn row(organisation: OrganisationId, contact: ContactId, token: &str) -> Object {
    object! { id: id(organisation, contact), token: token.to_owned() }
}

impl Store {
    /// Those that are due, of all organisations.
    pub async fn due_wishes(&self) -> Result<Vec<DueWish>, StoreError> {
        let rows: Vec<Row> = self.rows("wish_due", DUE, object! { limit: MOST }).await?;
        rows.into_iter()
            .map(|row| {
                let mut key = Parts::of("wish_due", &row.id)?;
                Ok(DueWish { organisation: key.parse()?, contact: key.parse()?, token: row.token })
            })
            .collect()
    }

    /// Every conversation of the person was told.
    pub async fn settle_wish(&self, due: &DueWish) -> Result<(), StoreError> {
        let bind = object! { id: id(due.organisation, due.contact), seen: due.token.clone() };
        self.transact(&["DELETE $id WHERE token = $seen RETURN NONE"], bind, Probe::Repeat).await?;
        Ok(())
    }

    /// All conversations of the person that a contact is, or is part of.
    pub async fn conversations_of_person(
        &self,
        organisation: OrganisationId,
        contact: ContactId,
    ) -> Result<Vec<StoredConversation>, StoreError> {
        let parts = self.person(organisation, contact).await?.parts;
        let filter = ConversationFilter {
            contacts: Some(parts.into_iter().collect()),
            ..ConversationFilter::default()
        };
        // Lists move while they are read: each once.
        let mut found = BTreeMap::new();
        let mut cursor: Option<String> = None;
        loop {
            let page = self.conversations(organisation, &filter, cursor.as_deref(), PAGE).await?;
            let ids: Vec<_> = page.items.iter().map(|item| item.id).collect();
            for (conversation, stored) in self.conversations_by_id(organisation, &ids).await? {
                match stored {
                    Ok(stored) => _ = found.insert(conversation, stored),
                    Err(error) => tracing::error!(%conversation, %error, "store.conversation.unreadable"),
                }
            }
            cursor = page.next_cursor;
            if cursor.is_none() {
                return Ok(found.into_values().collect());
            }
        }
    }
}

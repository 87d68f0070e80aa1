//! What did visitors make of their messages afterwards?
//!
//! The journal says it where it happened, and the message may stand far before that: here it is found by the message.

use std::collections::BTreeMap;

use studio_core::{
    api::VisitorChange,
    content::Content,
    dialogue::{Entry, Happening},
    id::{ConversationId, OrganisationId},
};
use surrealdb::types::{RecordId, SurrealValue, Value, array, object};

use crate::{
    Store,
    error::StoreError,
    json,
    keys::{Parts, parse, record},
};

/// What was taken back stays so: platforms tell in any order.
pub(crate) const PUT: &str = "INSERT INTO changed $changed ON DUPLICATE KEY UPDATE \
    content = IF gone { NONE } ELSE { $input.content }, at = $input.at, sequence = $input.sequence, \
    gone = gone OR $input.gone RETURN NONE";

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    id: RecordId,
    content: Option<String>,
    at: String,
}

fn id(organisation: OrganisationId, conversation: ConversationId, message: &str) -> RecordId {
    record("changed", array![organisation.to_string(), conversation.to_string(), message.to_owned()])
}

/// The row of an entry that changes a message.
pub(crate) fn row(
    organisation: OrganisationId,
    conversation: ConversationId,
    entry: &Entry,
) -> Result<Option<Value>, StoreError> {
    let (message, content): (&str, Option<&Content>) = if let Happening::Edited { id, content } = &entry.what
    {
        (id.as_str(), Some(content))
    } else if let Happening::Deleted { id } = &entry.what {
        (id.as_str(), None)
    } else {
        return Ok(None);
    };
    let row = object! {
        id: id(organisation, conversation, message),
        content: content.map(|content| json::write("changed", content)).transpose()?,
        gone: content.is_none(),
        at: entry.at.to_string(),
        sequence: entry.sequence,
    };
    Ok(Some(row.into_value()))
}

impl Store {
    /// What became of those of these messages that were changed or taken back, by the visitor's own ids of them.
    pub async fn changes(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
        messages: &[&str],
    ) -> Result<BTreeMap<String, VisitorChange>, StoreError> {
        if messages.is_empty() {
            return Ok(BTreeMap::new());
        }
        let ids: Vec<_> = messages.iter().map(|message| id(organisation, conversation, message)).collect();
        let rows: Vec<Row> =
            self.rows("changed", "SELECT id, content, at FROM $ids", object! { ids: ids }).await?;
        let read = |row: Row| {
            let mut key = Parts::of("changed", &row.id)?;
            key.text()?;
            key.text()?;
            let content = row.content.as_deref().map(|text| json::read("changed", text)).transpose()?;
            Ok::<_, StoreError>((key.text()?, VisitorChange { at: parse("changed", &row.at)?, content }))
        };
        rows.into_iter().map(read).collect()
    }
}

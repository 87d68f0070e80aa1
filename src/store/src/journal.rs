//! What happened in a conversation?

use studio_core::{
    dialogue::Entry,
    id::{ConversationId, OrganisationId},
};
use surrealdb::types::{SurrealValue, object};

use crate::{Store, error::StoreError, json};

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    entries: String,
}

pub(crate) const JOURNAL: &str = "SELECT entries, id FROM turn:[$organisation, $conversation, $after]>..\
                    [$organisation, $conversation, []] ORDER BY id LIMIT $turns";

impl Store {
    /// The entries of a conversation's journal after a sequence number, oldest first: those of the
    /// next `turns` turns, so none for a page beyond the end, and never a part of a turn except at
    /// the beginning.
    pub async fn journal(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
        after: u64,
        turns: u32,
    ) -> Result<Vec<Entry>, StoreError> {
        // A turn's id ends with its last entry, so the first turn after `after` may begin before it.
        let bind = object! {
            organisation: organisation.to_string(),
            conversation: conversation.to_string(),
            after: after,
            turns: turns,
        };
        let rows: Vec<Row> = self.rows("turn", JOURNAL, bind).await?;
        let mut entries = Vec::new();
        for row in rows {
            let turn: Vec<Entry> = json::read("turn", &row.entries)?;
            entries.extend(turn.into_iter().filter(|entry| entry.sequence > after));
        }
        Ok(entries)
    }
}

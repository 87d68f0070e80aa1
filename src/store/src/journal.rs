//! What happened in a conversation?

use studio_core::{
    dialogue::Entry,
    id::{ConversationId, OrganisationId},
};
use surrealdb::types::{RecordId, SurrealValue, object};

use crate::{Store, error::StoreError, json, keys::Parts};

/// A stretch of a conversation's journal.
#[derive(Clone, Debug, PartialEq)]
pub struct JournalPage {
    pub entries: Vec<Entry>,
    /// Number of the last entry that was looked at: where to go on. `None` beyond the end.
    pub last: Option<u64>,
    /// Why a turn of the page is missing; the log tells of each.
    pub missing: Option<String>,
    /// Length of the turns that were read, as they are stored.
    pub bytes: usize,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    entries: String,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct TurnRow {
    event: String,
    first: u64,
}

impl JournalPage {
    /// The entry of this number, `None` where there is none. Where it may be in a turn that cannot be read, that is an error.
    pub fn entry(&self, sequence: u64) -> Result<Option<&Entry>, StoreError> {
        let found = self.entries.iter().find(|entry| entry.sequence == sequence);
        match &self.missing {
            Some(what) if found.is_none() => Err(StoreError::Corrupt { table: "turn", what: what.clone() }),
            Some(_) | None => Ok(found),
        }
    }
}

pub(crate) const JOURNAL: &str = "SELECT entries, id FROM type::record(turn:[$organisation, $conversation, $after]>..\
                    [$organisation, $conversation, []]) ORDER BY id LIMIT $turns";

pub(crate) const TURNS: &str = "SELECT event, first, id FROM type::record(turn:[$organisation, $conversation, $after]>..\
                    [$organisation, $conversation, []]) ORDER BY id LIMIT $turns";

impl Store {
    /// The entries of a conversation's journal after a sequence number, oldest first: those of the
    /// next `turns` turns, so none for a page beyond the end, and never a part of a turn except at
    /// the beginning. A turn that cannot be read is told of and passed over.
    pub async fn journal(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
        after: u64,
        turns: u32,
    ) -> Result<JournalPage, StoreError> {
        // A turn's id ends with its last entry, so the first turn after `after` may begin before it.
        let bind = object! {
            organisation: organisation.to_string(),
            conversation: conversation.to_string(),
            after: after,
            turns: turns,
        };
        let rows = self.each_row::<Row>("turn", JOURNAL, bind).await?;
        let mut page = JournalPage { entries: Vec::new(), last: None, missing: None, bytes: 0 };
        for (id, row) in rows {
            page.last = Some(last_entry(&id)?);
            let turn = row.and_then(|row| {
                page.bytes += row.entries.len();
                json::read::<Vec<Entry>>("turn", &row.entries)
            });
            match turn {
                Ok(turn) => page.entries.extend(turn.into_iter().filter(|entry| entry.sequence > after)),
                Err(error) => {
                    tracing::error!(?id, %error, "store.turn.unreadable");
                    page.missing = Some(error.to_string());
                }
            }
        }
        Ok(page)
    }
}

impl Store {
    /// The turns of the events that came from `source`, with the event's native id and the number of the first entry of each: of
    /// the `limit` turns whose last entries come after a sequence number, oldest first.
    pub async fn turns_from(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
        source: &str,
        after: u64,
        limit: u32,
    ) -> Result<Vec<(String, u64)>, StoreError> {
        let bind = object! {
            organisation: organisation.to_string(),
            conversation: conversation.to_string(),
            after: after,
            turns: limit,
        };
        let rows: Vec<TurnRow> = self.rows("turn", TURNS, bind).await?;
        let native = |row: TurnRow| {
            let native = row.event.strip_prefix(source)?.strip_prefix('/')?.to_owned();
            Some((native, row.first))
        };
        Ok(rows.into_iter().filter_map(native).collect())
    }
}

/// A turn's id ends with the number of its last entry.
fn last_entry(id: &RecordId) -> Result<u64, StoreError> {
    let mut parts = Parts::of("turn", id)?;
    parts.text()?;
    parts.text()?;
    parts.number()
}

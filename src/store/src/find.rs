//! Is a text still anywhere? Asks every table, so that forgetting can be proved.

use studio_core::id::OrganisationId;
use surrealdb::types::{Object, RecordId, RecordIdKey, ToSql, Value, object};

use crate::{Store, error::StoreError};

/// All tables that hold an organisation's rows.
pub(crate) const TABLES: [&str; 49] = [
    "act_key",
    "api_key",
    "api_key_hash",
    "apart",
    "bot",
    "bot_version",
    "changed",
    "chat_part",
    "connection",
    "contact",
    "contact_identity",
    "conversation",
    "conversation_media",
    "dead",
    "email",
    "erasure",
    "evaluation",
    "feed",
    "fetching",
    "identity",
    "inbox",
    "lesson",
    "media",
    "media_chunk",
    "member",
    "memory",
    "merged",
    "outbox",
    "own_text",
    "parked",
    "part",
    "projection",
    "reached",
    "receipt",
    "review",
    "review_place",
    "self_test",
    "sending",
    "session",
    "statistics",
    "thread_alias",
    "timer",
    "translated",
    "turn",
    "unreachable",
    "unread",
    "unsettled",
    "verified",
    "wish_due",
];

const PAGE: u32 = 500;

/// A row that holds a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub table: &'static str,
    /// The record id as the database writes it.
    pub id: String,
}

impl Store {
    /// The rows of an organisation that hold `needle`, in a key, a field, a payload or the bytes of a
    /// file. Reads everything: seconds to minutes on a large store.
    pub async fn find_text(
        &self,
        organisation: OrganisationId,
        needle: &str,
    ) -> Result<Vec<Found>, StoreError> {
        let organisation = organisation.to_string();
        // Payloads are JSON text, where quotes and the like are escaped.
        let quoted = serde_json::Value::String(needle.to_owned()).to_string();
        let needles = [needle, quoted.trim_matches('"')];
        let mut found = Vec::new();
        for table in TABLES {
            let mut after = None;
            loop {
                let rows = self.page(table, after.as_ref(), PAGE).await?;
                for (id, row) in &rows {
                    if is_of(&organisation, id, row) && needles.iter().any(|needle| holds(row, needle)) {
                        found.push(Found { table, id: id.to_sql() });
                    }
                }
                match rows.into_iter().next_back() {
                    Some((id, _)) => after = Some(id),
                    None => break,
                }
            }
        }
        Ok(found)
    }

    /// The next rows of a table by record id, with their ids.
    pub(crate) async fn page(
        &self,
        table: &'static str,
        after: Option<&RecordId>,
        limit: u32,
    ) -> Result<Vec<(RecordId, Object)>, StoreError> {
        let (text, bind) = page(table, after, limit);
        let rows: Vec<Object> = self.rows(table, text, bind).await?;
        with_ids(table, rows)
    }
}

/// The statement that reads the next rows of a table by record id.
///
/// A range stands in `type::record(…)` here and wherever else rows are read page by page: only there does the engine hand the
/// limit down to its scan. Of a range that stands by itself it reads and decodes all rows to the end, and then takes the page,
/// so that the pages of a table cost its square (surrealdb 3.3.5, `RecordIdScan`). Not with `ORDER BY id DESC`: that scan goes
/// forward whatever is asked.
pub(crate) fn page(table: &'static str, after: Option<&RecordId>, limit: u32) -> (&'static str, Object) {
    match after {
        None => (
            "SELECT * FROM type::table($table) ORDER BY id LIMIT $limit",
            object! { table: table.to_owned(), limit: limit },
        ),
        Some(after) => {
            let range = surrealdb::types::RecordIdKeyRange::from((
                std::ops::Bound::Excluded(after.key.clone()),
                std::ops::Bound::<RecordIdKey>::Unbounded,
            ));
            let range = RecordId::new(table, range);
            (
                // The planner would put a parameter by itself in its place, and take its range for one that is written out.
                "SELECT * FROM type::record($range ?? NONE) ORDER BY id LIMIT $limit",
                object! { range: range, limit: limit },
            )
        }
    }
}

pub(crate) fn with_ids(
    table: &'static str,
    rows: Vec<Object>,
) -> Result<Vec<(RecordId, Object)>, StoreError> {
    rows.into_iter()
        .map(|row| match row.get("id") {
            Some(Value::RecordId(id)) => Ok((id.clone(), row)),
            _ => Err(StoreError::Corrupt { table, what: "a row has no id".to_owned() }),
        })
        .collect()
}

fn is_of(organisation: &str, id: &RecordId, row: &Object) -> bool {
    let is_it = |value: &Value| matches!(value, Value::String(text) if text == organisation);
    let keyed = match &id.key {
        RecordIdKey::Array(parts) => parts.iter().any(is_it),
        _ => false,
    };
    keyed || row.get("organisation").is_some_and(is_it)
}

fn holds(row: &Object, needle: &str) -> bool {
    row.iter().any(|(name, value)| name.contains(needle) || value_holds(value, needle))
}

fn value_holds(value: &Value, needle: &str) -> bool {
    match value {
        Value::String(text) => text.contains(needle),
        Value::Bytes(bytes) => {
            !needle.is_empty() && bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
        }
        Value::Array(items) => items.iter().any(|item| value_holds(item, needle)),
        Value::Object(fields) => holds(fields, needle),
        Value::RecordId(id) => match &id.key {
            RecordIdKey::Array(parts) => parts.iter().any(|part| value_holds(part, needle)),
            RecordIdKey::String(text) => text.contains(needle),
            _ => false,
        },
        _ => false,
    }
}

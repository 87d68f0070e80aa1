//! How is all of it copied out and in?
//!
//! JSON lines: a header, the rows of every table in the order of their ids, a footer with the number
//! of rows of each table and a hash over them. The same rows have the same hash, so a restored store
//! is compared with the copied one by their footers.
//!
//! Tables are read page by page: what is written meanwhile may be in the copy or not. For a copy of
//! one moment, copy while nothing is written.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};
use surrealdb::types::{Array, Bytes, Number, Object, RecordId, RecordIdKey, Value, object};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncWrite, AsyncWriteExt};

use crate::{
    Store,
    accept::{MOST_BYTES, MOST_ROWS, size},
    error::StoreError,
    find::TABLES,
    migrations,
    transact::Probe,
};

const FORMAT: u32 = 1;
const PAGE: u32 = 200;

/// What a copy holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// Rows of each table that has any.
    pub rows: BTreeMap<String, u64>,
    /// SHA-256 over all rows, hexadecimal.
    pub hash: String,
}

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the copy cannot be read or written: {0}")]
    Io(#[from] std::io::Error),
    /// Take another copy, or the studio it was made with.
    #[error("line {line} of the copy cannot be used: {reason}")]
    BadLine { line: u64, reason: String },
    /// Import into a new data folder.
    #[error("the store is not empty: import into a new data folder")]
    NotEmpty,
    #[error(
        "the copy is of migration {copy}, this studio is of migration {binary}: import it with the studio that made it"
    )]
    OtherVersion { copy: u32, binary: u32 },
    /// The copy is damaged or was cut off; do not use the store.
    #[error("what was imported is not what was exported: the copy is damaged or cut off")]
    Damaged,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Line {
    Header { format: u32, migration: u32 },
    Row { table: String, row: Map<String, Json> },
    Footer(Contents),
}

impl Store {
    /// Copies everything, of all organisations, to `writer`.
    pub async fn export(
        &self,
        writer: &mut (impl AsyncWrite + Unpin + Send),
    ) -> Result<Contents, ExportError> {
        write_line(writer, &Line::Header { format: FORMAT, migration: migrations::LATEST }).await?;
        let mut contents = Contents::default();
        let mut hash = Sha256::new();
        for table in TABLES {
            let mut after = None;
            loop {
                let rows = self.page(table, after.as_ref(), PAGE).await?;
                let Some((last, _)) = rows.last() else { break };
                after = Some(last.clone());
                for (_, row) in rows {
                    let line = Line::Row { table: table.to_owned(), row: object_to_json(table, row)? };
                    let text = write_line(writer, &line).await?;
                    hash.update(&text);
                    *contents.rows.entry(table.to_owned()).or_default() += 1;
                }
            }
        }
        contents.hash = hex::encode(hash.finalize());
        write_line(writer, &Line::Footer(contents.clone())).await?;
        writer.flush().await?;
        Ok(contents)
    }

    /// What a copy would hold, without making one.
    pub async fn contents(&self) -> Result<Contents, ExportError> {
        self.export(&mut tokio::io::sink()).await
    }

    /// Fills an empty store from a copy and compares the two.
    pub async fn import(
        &self,
        reader: &mut (impl AsyncBufRead + Unpin + Send),
    ) -> Result<Contents, ExportError> {
        if !self.contents().await?.rows.is_empty() {
            return Err(ExportError::NotEmpty);
        }
        let mut lines = reader.lines();
        let mut number = 0;
        let mut batch = Batch::default();
        let mut footer = None;
        while let Some(text) = lines.next_line().await? {
            number += 1;
            let bad = |reason: String| ExportError::BadLine { line: number, reason };
            let line: Line = serde_json::from_str(&text).map_err(|error| bad(error.to_string()))?;
            match line {
                Line::Header { format: FORMAT, migration: migrations::LATEST } if number == 1 => {}
                Line::Header { migration, .. } => {
                    return Err(ExportError::OtherVersion { copy: migration, binary: migrations::LATEST });
                }
                Line::Row { .. } if number == 1 => return Err(bad("it has no header".to_owned())),
                Line::Row { table, row } => {
                    let table = TABLES.into_iter().find(|known| *known == table);
                    let table = table.ok_or_else(|| bad("no such table".to_owned()))?;
                    let row = json_to_object(table, row).ok_or_else(|| bad("no such value".to_owned()))?;
                    batch.add(row);
                    if batch.is_full() {
                        self.import_batch(&mut batch).await?;
                    }
                }
                Line::Footer(contents) => footer = Some(contents),
            }
        }
        self.import_batch(&mut batch).await?;
        let imported = self.contents().await?;
        if footer.as_ref() == Some(&imported) { Ok(imported) } else { Err(ExportError::Damaged) }
    }

    async fn import_batch(&self, batch: &mut Batch) -> Result<(), StoreError> {
        let rows = std::mem::take(batch).rows;
        if rows.is_empty() {
            return Ok(());
        }
        // The rows' ids name their tables.
        let insert = "FOR $row IN $rows { UPSERT $row.id CONTENT $row RETURN NONE }";
        self.transact(&[insert], object! { rows: rows }, Probe::Repeat).await?;
        Ok(())
    }
}

#[derive(Default)]
struct Batch {
    rows: Vec<Value>,
    bytes: usize,
}

impl Batch {
    fn add(&mut self, row: Object) {
        let row = Value::Object(row);
        self.bytes += size(&row);
        self.rows.push(row);
    }

    fn is_full(&self) -> bool {
        self.rows.len() >= MOST_ROWS || self.bytes >= MOST_BYTES / 2
    }
}

async fn write_line(
    writer: &mut (impl AsyncWrite + Unpin + Send),
    line: &Line,
) -> Result<Vec<u8>, ExportError> {
    let mut text = serde_json::to_vec(line).map_err(std::io::Error::from)?;
    text.push(b'\n');
    writer.write_all(&text).await?;
    Ok(text)
}

fn object_to_json(table: &'static str, row: Object) -> Result<Map<String, Json>, StoreError> {
    row.into_iter().map(|(name, value)| Ok((name, to_json(table, value)?))).collect()
}

/// Values that JSON does not have are objects of one field whose name begins with `$`; rows never
/// have such objects of their own, since payloads are text.
fn to_json(table: &'static str, value: Value) -> Result<Json, StoreError> {
    let tagged = |tag: &str, value: Json| Json::Object(Map::from_iter([(tag.to_owned(), value)]));
    Ok(match value {
        Value::None => tagged("$none", Json::Null),
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(value),
        Value::Number(Number::Int(value)) => Json::from(value),
        Value::String(value) => Json::String(value),
        Value::Bytes(value) => tagged("$bytes", Json::String(STANDARD.encode(&value[..]))),
        Value::Array(items) => {
            Json::Array(items.into_iter().map(|item| to_json(table, item)).collect::<Result<_, _>>()?)
        }
        Value::Object(fields) => Json::Object(object_to_json(table, fields)?),
        Value::RecordId(RecordId { table: of, key: RecordIdKey::Array(key) }) => {
            let key = to_json(table, Value::Array(key))?;
            tagged("$id", Json::Array(vec![Json::String(of.to_string()), key]))
        }
        other => {
            let what = format!("a field of kind {:?} is not exported", other.kind());
            return Err(StoreError::Corrupt { table, what });
        }
    })
}

fn json_to_object(table: &str, row: Map<String, Json>) -> Option<Object> {
    let row = from_json(Json::Object(row))?;
    match row {
        Value::Object(row) => match row.get("id") {
            Some(Value::RecordId(id)) if id.table.as_str() == table => Some(row),
            _ => None,
        },
        _ => None,
    }
}

fn from_json(value: Json) -> Option<Value> {
    Some(match value {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(value),
        Json::Number(value) => Value::Number(Number::Int(value.as_i64()?)),
        Json::String(value) => Value::String(value),
        Json::Array(items) => {
            Value::Array(items.into_iter().map(from_json).collect::<Option<Vec<_>>>()?.into())
        }
        Json::Object(fields) => match fields.iter().next() {
            Some((tag, _)) if tag.starts_with('$') && fields.len() == 1 => untag(fields)?,
            _ => {
                let mut object = Object::new();
                for (name, value) in fields {
                    object.insert(name, from_json(value)?);
                }
                Value::Object(object)
            }
        },
    })
}

fn untag(fields: Map<String, Json>) -> Option<Value> {
    let (tag, value) = fields.into_iter().next()?;
    match (tag.as_str(), value) {
        ("$none", Json::Null) => Some(Value::None),
        ("$bytes", Json::String(text)) => Some(Value::Bytes(Bytes::from(STANDARD.decode(text).ok()?))),
        ("$id", Json::Array(parts)) => {
            let [Json::String(table), key] = <[Json; 2]>::try_from(parts).ok()? else { return None };
            let Value::Array(key) = from_json(key)? else { return None };
            let key: Array = key;
            Some(Value::RecordId(RecordId::new(table, key)))
        }
        _ => None,
    }
}

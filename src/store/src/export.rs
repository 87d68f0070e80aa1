//! How is all of it copied out and in?
//!
//! JSON lines: a header with the studio's secret, the rows of every table in the order of their ids, a footer with the number
//! of rows of each table and a hash over them. The same rows have the same hash, so a restored store
//! is compared with the copied one by their footers.
//!
//! All of it is read from one snapshot: the copy is of one moment, however much is written meanwhile.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};
use surrealdb::types::{Object, Value, object};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncWrite, AsyncWriteExt};

use crate::{
    Store,
    accept::{MOST_BYTES, MOST_ROWS, size},
    copied::{json_to_object, object_to_json},
    error::StoreError,
    find::TABLES,
    migrations,
    snapshot::Snapshot,
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
    Header {
        format: u32,
        migration: u32,
        /// In base64.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        secret: Option<String>,
    },
    Row {
        table: String,
        row: Map<String, Json>,
    },
    Footer(Contents),
}

/// What was read from a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    pub contents: Contents,
    /// What signed the visitors' tokens where the copy was made.
    pub secret: Option<[u8; 32]>,
}

impl Contents {
    /// What a copy says in its last line that it holds; `None` if it was cut off.
    pub fn of_footer(line: &[u8]) -> Option<Self> {
        match serde_json::from_slice(line).ok()? {
            Line::Footer(contents) => Some(contents),
            Line::Header { .. } | Line::Row { .. } => None,
        }
    }
}

impl Store {
    /// Copies everything, of all organisations, to `writer`, with the secret that signs the visitors' tokens.
    pub async fn export(
        &self,
        writer: &mut (impl AsyncWrite + Unpin + Send),
        secret: Option<&[u8; 32]>,
    ) -> Result<Contents, ExportError> {
        let snapshot = self.snapshot().await?;
        let copied = copy(&snapshot, writer, secret).await;
        snapshot.end().await;
        copied
    }

    /// What a copy would hold, without making one.
    pub async fn contents(&self) -> Result<Contents, ExportError> {
        self.export(&mut tokio::io::sink(), None).await
    }

    /// Fills an empty store from a copy and compares the two.
    pub async fn import(
        &self,
        reader: &mut (impl AsyncBufRead + Unpin + Send),
    ) -> Result<Imported, ExportError> {
        if !self.contents().await?.rows.is_empty() {
            return Err(ExportError::NotEmpty);
        }
        let mut lines = reader.lines();
        let mut number = 0;
        let mut batch = Batch::default();
        let (mut footer, mut secret) = (None, None);
        while let Some(text) = lines.next_line().await? {
            number += 1;
            let bad = |reason: String| ExportError::BadLine { line: number, reason };
            let line: Line = serde_json::from_str(&text).map_err(|error| bad(error.to_string()))?;
            match line {
                Line::Header { format: FORMAT, migration: migrations::LATEST, secret: text }
                    if number == 1 =>
                {
                    let read =
                        text.map(|text| read_secret(&text).ok_or_else(|| bad("no such secret".to_owned())));
                    secret = read.transpose()?;
                }
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
        let contents = self.contents().await?;
        if footer.as_ref() != Some(&contents) {
            return Err(ExportError::Damaged);
        }
        Ok(Imported { contents, secret })
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

async fn copy(
    snapshot: &Snapshot,
    writer: &mut (impl AsyncWrite + Unpin + Send),
    secret: Option<&[u8; 32]>,
) -> Result<Contents, ExportError> {
    let secret = secret.map(|secret| STANDARD.encode(secret));
    write_line(writer, &Line::Header { format: FORMAT, migration: migrations::LATEST, secret }).await?;
    let mut contents = Contents::default();
    let mut hash = Sha256::new();
    for table in TABLES {
        let mut after = None;
        loop {
            let rows = snapshot.page(table, after.as_ref(), PAGE).await?;
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

fn read_secret(text: &str) -> Option<[u8; 32]> {
    STANDARD.decode(text).ok()?.try_into().ok()
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

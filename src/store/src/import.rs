//! How is a copy brought in, whole or not at all?
//!
//! 1. Every line is read and compared with what the last one says, before anything is written.
//! 2. The store is marked, what a broken import left is cleared away, the tables are made as they were where the copy was made,
//!    and the rows are written.
//! 3. What stands in the store is compared with the copy, the migrations that came since are applied, the index is waited for, and
//!    [`Store::finish_import`] takes the mark away.
//!
//! Only [`Store::open_to_import`] opens a store that has the mark.

use std::io::ErrorKind;

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};
use surrealdb::types::{Object, RecordId, Value, array, object};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncSeek, AsyncSeekExt};

use crate::{
    Contents, ExportError, Store,
    accept::{MOST_BYTES, MOST_ROWS, size},
    copied::json_to_object,
    error::StoreError,
    export::{FORMAT, Line, tables_without},
    indexes,
    keys::record,
    migrations,
    transact::Probe,
};

const PAGE: u32 = 500;
/// How every copy begins, of whatever studio.
const FIRST: &[u8] = b"{\"header\"";

/// What was read from a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    pub contents: Contents,
    /// What signed the visitors' tokens where the copy was made.
    pub secret: Option<[u8; 32]>,
    /// The last migration of the copy. The store has all of this binary's now.
    pub migration: u32,
}

impl Imported {
    /// What a copy holds, once all of it was read and compared with what its last line says. No store is needed for it.
    pub async fn read(
        copy: &mut (impl AsyncBufRead + AsyncSeek + Unpin + Send),
    ) -> Result<Self, ExportError> {
        copy.rewind().await.map_err(|error| match error.kind() {
            ErrorKind::NotSeekable => ExportError::Pipe,
            _ => error.into(),
        })?;
        verify(copy).await
    }

    /// Whether the copy was older than this binary, so that the store holds other than the copy.
    pub fn is_migrated(&self) -> bool {
        self.migration < migrations::LATEST
    }
}

impl Store {
    /// Fills an empty store, or one that an import left unfinished, from a copy that is whole.
    ///
    /// The store stays marked as unfinished: call [`Store::finish_import`] once the secret is kept as well.
    pub async fn import(
        &self,
        copy: &mut (impl AsyncBufRead + AsyncSeek + Unpin + Send),
    ) -> Result<Imported, ExportError> {
        let whole = Imported::read(copy).await?;
        self.import_whole(copy, whole).await
    }

    /// As [`Store::import`], of a copy of which [`Imported::read`] has said what it holds.
    pub async fn import_whole(
        &self,
        copy: &mut (impl AsyncBufRead + AsyncSeek + Unpin + Send),
        imported: Imported,
    ) -> Result<Imported, ExportError> {
        let begun_before = self.import_is_unfinished().await?;
        let reached = migrations::reached(self).await?;
        if !begun_before && !self.is_empty(reached).await? {
            return Err(ExportError::NotEmpty);
        }
        if imported.migration < reached {
            return Err(ExportError::Older { copy: imported.migration, store: reached });
        }
        self.transact(&["UPSERT $id RETURN NONE"], object! { id: mark() }, Probe::Repeat)
            .await
            .map_err(StoreError::from)?;
        if begun_before {
            self.clear(reached).await?;
        }
        if imported.migration > reached {
            migrations::apply_to(self, imported.migration).await?;
        }
        copy.rewind().await?;
        self.fill(copy).await?;
        let pending = migrations::after(imported.migration);
        if self.contents_without(pending).await? != imported.contents {
            return Err(ExportError::Differs);
        }
        if !pending.is_empty() {
            migrations::apply(self).await?;
        }
        indexes::until_whole(self.downgrade()).await?;
        Ok(imported)
    }

    /// From now on the store is one as any other.
    pub async fn finish_import(&self) -> Result<(), StoreError> {
        self.transact(&["DELETE $id RETURN NONE"], object! { id: mark() }, Probe::Repeat).await?;
        Ok(())
    }

    pub(crate) async fn import_is_unfinished(&self) -> Result<bool, StoreError> {
        let mut results = self.read("RETURN record::exists($id)", object! { id: mark() }).await?;
        let answer: Result<Option<bool>, _> = results.take(0);
        let corrupt = |what| StoreError::Corrupt { table: "unfinished_import", what };
        answer
            .map_err(|error| corrupt(error.to_string()))?
            .ok_or_else(|| corrupt("the question had no answer".to_owned()))
    }

    async fn is_empty(&self, reached: u32) -> Result<bool, StoreError> {
        for table in tables_without(migrations::after(reached)) {
            if !self.page(table, None, 1).await?.is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn clear(&self, reached: u32) -> Result<(), StoreError> {
        for table in tables_without(migrations::after(reached)) {
            loop {
                let rows = self.page(table, None, PAGE).await?;
                if rows.is_empty() {
                    break;
                }
                let ids: Vec<RecordId> = rows.into_iter().map(|(id, _)| id).collect();
                self.transact(&["DELETE $ids RETURN NONE"], object! { ids: ids }, Probe::Repeat).await?;
            }
        }
        Ok(())
    }

    async fn fill(&self, copy: &mut (impl AsyncBufRead + Unpin)) -> Result<(), ExportError> {
        let mut lines = Lines::of(copy);
        let mut batch = Batch::default();
        while let Some(line) = lines.next().await? {
            let Line::Row { table, row } = line else { continue };
            batch.add(json_to_object(&table, row).ok_or(ExportError::Differs)?);
            if batch.is_full() {
                self.write(&mut batch).await?;
            }
        }
        self.write(&mut batch).await?;
        Ok(())
    }

    async fn write(&self, batch: &mut Batch) -> Result<(), StoreError> {
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

/// Stands while an import is unfinished; no table that is copied holds it.
fn mark() -> RecordId {
    record("unfinished_import", array!["mark".to_owned()])
}

/// Reads all of a copy, and compares it with its footer.
async fn verify(copy: &mut (impl AsyncBufRead + Unpin)) -> Result<Imported, ExportError> {
    let mut lines = Lines::of(copy);
    let mut found = Contents::default();
    let mut hash = Sha256::new();
    let (mut secret, mut footer, mut made_by) = (None, None, 0);
    while let Some(line) = lines.next().await? {
        if footer.is_some() {
            return Err(lines.bad("it stands behind the last one"));
        }
        match line {
            Line::Header { format: FORMAT, migration, secret: text }
                if lines.number == 1 && migration <= migrations::LATEST =>
            {
                made_by = migration;
                secret = match text {
                    None => None,
                    Some(text) => Some(read_secret(&text).ok_or_else(|| lines.bad("no such secret"))?),
                };
            }
            Line::Header { format, .. } if lines.number == 1 && format != FORMAT => {
                return Err(ExportError::Format { copy: format });
            }
            Line::Header { migration, .. } if lines.number == 1 => {
                return Err(ExportError::Newer { copy: migration, binary: migrations::LATEST });
            }
            Line::Header { .. } => return Err(lines.bad("a second header")),
            Line::Row { .. } | Line::Footer(_) if lines.number == 1 => {
                return Err(lines.bad("it has no header"));
            }
            Line::Row { table, row } => {
                let table = tables_without(migrations::after(made_by)).find(|known| *known == table);
                let table = table.ok_or_else(|| lines.bad("no such table"))?;
                json_to_object(table, row).ok_or_else(|| lines.bad("no such value"))?;
                hash.update(&lines.text);
                *found.rows.entry(table.to_owned()).or_default() += 1;
            }
            Line::Footer(contents) => footer = Some(contents),
        }
    }
    found.hash = hex::encode(hash.finalize());
    if footer.as_ref() != Some(&found) {
        return Err(ExportError::Damaged);
    }
    Ok(Imported { contents: found, secret, migration: made_by })
}

fn read_secret(text: &str) -> Option<[u8; 32]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// The lines of a copy, one after the other.
struct Lines<'a, R> {
    reader: &'a mut R,
    /// Of the last line read, from 1.
    number: u64,
    /// The last line read, with its end.
    text: Vec<u8>,
}

impl<'a, R: AsyncBufRead + Unpin> Lines<'a, R> {
    fn of(reader: &'a mut R) -> Self {
        Self { reader, number: 0, text: Vec::new() }
    }

    async fn next(&mut self) -> Result<Option<Line>, ExportError> {
        self.text.clear();
        if self.reader.read_until(b'\n', &mut self.text).await? == 0 {
            return Ok(None);
        }
        self.number += 1;
        serde_json::from_slice(&self.text).map(Some).map_err(|error| match self.number {
            1 if !self.text.starts_with(FIRST) => ExportError::NoCopy,
            _ => self.bad(&reason(&error)),
        })
    }

    fn bad(&self, reason: &str) -> ExportError {
        ExportError::BadLine { line: self.number, reason: reason.to_owned() }
    }
}

/// Why a line is none, without the place within it: lines are counted in the copy.
fn reason(error: &serde_json::Error) -> String {
    if error.is_eof() {
        return "it ends too early".to_owned();
    }
    let told = error.to_string();
    told.split(" at line ").next().unwrap_or_default().to_owned()
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

//! How is all of it copied out?
//!
//! JSON lines: a header with the studio's secret, the rows of every table in the order of their ids, a footer with the number
//! of rows of each table and a hash over them. The same rows have the same hash, so a restored store
//! is compared with the copied one by their footers. `import` brings it in.
//!
//! All of it is read from one snapshot: the copy is of one moment, however much is written meanwhile.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::{
    Migration, OpenError, Store, copied::object_to_json, error::StoreError, find::TABLES, migrations,
    snapshot::Snapshot,
};

pub(crate) const FORMAT: u32 = 1;
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
    #[error("line {line} of the copy cannot be used ({reason}); nothing was written: take another copy")]
    BadLine { line: u64, reason: String },
    /// It was never one.
    #[error("this is no copy of a studio, which `studio export` makes; nothing was written")]
    NoCopy,
    /// Import into a new data folder.
    #[error("the store is not empty: import into a new data folder")]
    NotEmpty,
    #[error(
        "the copy was made by a newer studio (of migration {copy}, this one knows {binary}); nothing was written: import it with a studio \
         that is as new"
    )]
    Newer { copy: u32, binary: u32 },
    #[error(
        "the copy is of format {copy}, and this studio reads format {FORMAT} alone; nothing was written: import it with a studio \
         that is as new as the one it was made by"
    )]
    Format { copy: u32 },
    #[error(
        "the copy is of migration {copy} and the store of a later one ({store}): import into a new data folder, and the copy \
         is brought up to this studio"
    )]
    Older { copy: u32, store: u32 },
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Take another copy.
    #[error(
        "the copy is damaged or cut off: it does not hold what its last line says; nothing was written: take another copy"
    )]
    Damaged,
    /// Write it to a file first.
    #[error("the copy is read twice, so it must be a file and not a pipe")]
    Pipe,
    /// The store keeps its mark; import again.
    #[error(
        "what stands in the store is not what the copy held: it was changed while it was read; import again"
    )]
    Differs,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Line {
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
    /// Copies everything, of all organisations, to `writer`, with the secret that signs the visitors' tokens. The copy of a
    /// store that lacks migrations is of the last that it has.
    pub async fn export(
        &self,
        writer: &mut (impl AsyncWrite + Unpin + Send),
        secret: Option<&[u8; 32]>,
    ) -> Result<Contents, ExportError> {
        self.export_without(self.pending_migrations(), writer, secret).await
    }

    async fn export_without(
        &self,
        pending: &[Migration],
        writer: &mut (impl AsyncWrite + Unpin + Send),
        secret: Option<&[u8; 32]>,
    ) -> Result<Contents, ExportError> {
        let snapshot = self.snapshot().await?;
        let copied = copy(&snapshot, writer, secret, pending).await;
        snapshot.end().await;
        copied
    }

    /// As [`Store::contents`] of a store that lacks these migrations.
    pub(crate) async fn contents_without(&self, pending: &[Migration]) -> Result<Contents, ExportError> {
        self.export_without(pending, &mut tokio::io::sink(), None).await
    }

    /// What a copy would hold, without making one.
    pub async fn contents(&self) -> Result<Contents, ExportError> {
        self.export(&mut tokio::io::sink(), None).await
    }
}

async fn copy(
    snapshot: &Snapshot,
    writer: &mut (impl AsyncWrite + Unpin + Send),
    secret: Option<&[u8; 32]>,
    pending: &[Migration],
) -> Result<Contents, ExportError> {
    let secret = secret.map(|secret| STANDARD.encode(secret));
    let migration = pending.first().map_or(migrations::LATEST, |first| first.number - 1);
    write_line(writer, &Line::Header { format: FORMAT, migration, secret }).await?;
    let mut contents = Contents::default();
    let mut hash = Sha256::new();
    for table in tables_without(pending) {
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

/// The tables that are there before these migrations.
pub(crate) fn tables_without(pending: &[Migration]) -> impl Iterator<Item = &'static str> {
    TABLES.into_iter().filter(move |table| !pending.iter().any(|one| one.makes(table)))
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

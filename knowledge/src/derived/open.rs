//! How does an index come up, whatever lies on the disk?
//!
//! Opening trusts nothing: format, checksums of all files, and the ledger are checked, and anything wrong leads to an
//! empty index that is made beside the old one and takes its place by rename. Only where not even that works (a
//! read-only disk, another process in the folder) is the index kept in memory.

use std::{
    fs, io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use tantivy::{
    Index, IndexReader, IndexWriter, ReloadPolicy, TantivyError, directory::error::LockError,
    indexer::LogMergePolicy,
};

use super::{kept::Condition, kind::Kind};

/// Memory of the one writer in bytes; about tantivy's minimum, since little is written at once.
const WRITER_BYTES: usize = 20_000_000;
/// Share of deleted documents from which a segment is merged; tantivy's own default is never.
const DELETED_BEFORE_MERGE: f32 = 0.25;
/// Bytes that are written to learn whether a folder takes any.
const PROBE: usize = 4_096;
/// Ends of the names beside an index while it is made anew.
const NEW: &str = "new";
const OLD: &str = "old";

/// An open index with its one writer.
pub struct Opened<K: Kind> {
    pub writer: IndexWriter,
    pub reader: IndexReader,
    pub ledger: K::Ledger,
    pub fields: K::Fields,
}

impl<K: Kind> Opened<K> {
    /// Commits with the new ledger. What was asked of the writer before is lost with it if this fails.
    pub fn commit(&mut self, ledger: K::Ledger) -> Result<(), String> {
        let payload = serde_json::to_string(&ledger).map_err(text)?;
        let mut commit = self.writer.prepare_commit().map_err(text)?;
        commit.set_payload(&payload);
        commit.commit().map_err(text)?;
        self.ledger = ledger;
        Ok(())
    }
}

/// Opens what lies in `folder`, or builds it from nothing.
pub fn in_folder<K: Kind>(folder: &Path) -> Result<(Opened<K>, Condition), String> {
    let damage = match guarded(|| existing::<K>(folder)) {
        Ok(Found::Whole(opened)) => {
            sweep::<K>(folder);
            return Ok((*opened, Condition::Whole));
        }
        Ok(Found::Locked(reason)) => return instead_in_memory(reason),
        Ok(Found::Nothing) => None,
        Err(damage) => Some(damage),
    };
    match guarded(|| replaced::<K>(folder)) {
        Ok(opened) => Ok((opened, damage.map_or(Condition::New, Condition::Rebuilt))),
        Err(reason) => instead_in_memory(reason),
    }
}

/// What lies in a folder, if it is not damaged.
enum Found<K: Kind> {
    Nothing,
    Whole(Box<Opened<K>>),
    /// Another process writes to it, or it cannot be known that none does: it must not be taken away from there. With the
    /// reason.
    Locked(String),
}

/// Whether something can be written there: an index can be opened on a full disk too, and is of an earlier time.
pub fn takes_writes(folder: &Path) -> bool {
    let probe = folder.join(".probe");
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(&probe, [0; PROBE]));
    let _ = fs::remove_file(&probe);
    written.is_ok()
}

pub fn instead_in_memory<K: Kind>(reason: String) -> Result<(Opened<K>, Condition), String> {
    Ok((in_memory()?, Condition::InMemory(reason)))
}

/// An empty index that lives as long as the process.
pub fn in_memory<K: Kind>() -> Result<Opened<K>, String> {
    guarded(|| opened::<K>(&Index::create_in_ram(K::schema().0), K::fresh()).map_err(text))
}

fn existing<K: Kind>(folder: &Path) -> Result<Found<K>, String> {
    let Some((index, ledger)) = fit::<K>(folder)? else { return Ok(Found::Nothing) };
    match opened::<K>(&index, ledger) {
        Ok(opened) => Ok(Found::Whole(Box::new(opened))),
        Err(TantivyError::LockFailure(LockError::LockBusy, _)) => {
            Ok(Found::Locked("another process has the index open".to_owned()))
        }
        Err(TantivyError::LockFailure(LockError::IoError(error), _)) => {
            Ok(Found::Locked(format!("its lock cannot be taken: {error}")))
        }
        Err(error) => Err(error.to_string()),
    }
}

/// The index in a folder if nothing is wrong with it, or else why it is not to be used; `None` where nothing is.
pub fn fit<K: Kind>(folder: &Path) -> Result<Option<(Index, K::Ledger)>, String> {
    let is_empty = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => return Err(error.to_string()),
    };
    if is_empty {
        return Ok(None);
    }
    let index = Index::open_in_dir(folder).map_err(text)?;
    let meta = index.load_metas().map_err(text)?;
    let ledger: K::Ledger = match &meta.payload {
        Some(payload) => {
            serde_json::from_str(payload).map_err(|error| format!("unreadable ledger: {error}"))?
        }
        None => return Err("the index was never committed".to_owned()),
    };
    if !K::is_ours(&ledger) || index.schema() != K::schema().0 {
        return Err("the index was written by another version of the studio".to_owned());
    }
    // A file that is missing altogether fails the reader below.
    let damaged = index.validate_checksum().map_err(text)?;
    if let Some(file) = damaged.iter().next() {
        return Err(format!("{} is damaged", file.display()));
    }
    Ok(Some((index, ledger)))
}

/// Makes an empty index beside `folder` and puts it in its place.
fn replaced<K: Kind>(folder: &Path) -> Result<Opened<K>, String> {
    sweep::<K>(folder);
    let (fresh_folder, old_folder) = (beside(folder, NEW), beside(folder, OLD));
    fs::create_dir_all(&fresh_folder).map_err(text)?;
    let index = Index::create_in_dir(&fresh_folder, K::schema().0).map_err(text)?;
    // A first commit, so that the folder says what it is even if nothing is ever written.
    let mut empty = opened::<K>(&index, K::fresh()).map_err(text)?;
    empty.commit(K::fresh())?;
    drop(empty);
    match fs::rename(folder, &old_folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.to_string()),
        _ => fs::rename(&fresh_folder, folder).map_err(text)?,
    }
    sweep::<K>(folder);
    opened::<K>(&Index::open_in_dir(folder).map_err(text)?, K::fresh()).map_err(text)
}

fn opened<K: Kind>(index: &Index, ledger: K::Ledger) -> tantivy::Result<Opened<K>> {
    let writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES)?;
    let mut merging = LogMergePolicy::default();
    merging.set_del_docs_ratio_before_merge(DELETED_BEFORE_MERGE);
    writer.set_merge_policy(Box::new(merging));
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    let (_, fields) = K::schema();
    Ok(Opened { writer, reader, ledger, fields })
}

/// Removes what stood beside the index while it was made: the old one has all of its words. What cannot be removed is for the next time.
fn sweep<K: Kind>(folder: &Path) {
    for left in [NEW, OLD].map(|suffix| beside(folder, suffix)) {
        if let Err(error) = remove(&left) {
            tracing::warn!(folder = %left.display(), %error, "{}.left_over", K::NAME);
        }
    }
}

fn beside(folder: &Path, suffix: &str) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{suffix}"));
    folder.with_file_name(name)
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::symlink_metadata(folder) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(folder),
        Ok(_) => fs::remove_file(folder),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Damaged files may make the reader panic: here that is one more way of being damaged.
pub fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err("reading the index panicked".to_owned()))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn text(error: impl ToString) -> String {
    error.to_string()
}

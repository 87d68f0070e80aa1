//! Does a weights' file have every tensor that the network has, and none out of place?

use std::{
    collections::BTreeMap,
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{ModelError, WEIGHTS};

/// Weights in the form of libtorch, which rust-bert's own models have.
pub const TORCH_WEIGHTS: &str = "rust_model.ot";

/// Longest header of a weights' file; that of a model with a thousand tensors has 100 kB.
const MOST_HEADER: u64 = 8 * 1024 * 1024;
/// An archive of libtorch ends with a directory of its parts, and this stands in its last bytes.
const END_OF_ARCHIVE: &[u8] = b"PK\x05\x06";
const LAST_BYTES: u64 = 66_000;

/// Names and shapes of a network's tensors.
pub(crate) type Tensors = Vec<(String, Vec<u64>)>;

/// One tensor of the header.
#[derive(Debug, Deserialize)]
pub(super) struct Entry {
    pub(super) dtype: String,
    shape: Vec<u64>,
    /// In bytes behind the header.
    pub(super) data_offsets: (u64, u64),
}

/// Where the weights of a folder are: in the form of libtorch only where there is nothing better.
pub(crate) fn place(folder: &Path) -> PathBuf {
    let (usual, torch) = (folder.join(WEIGHTS), folder.join(TORCH_WEIGHTS));
    if !usual.exists() && torch.exists() { torch } else { usual }
}

/// Looks at the header alone. Of an archive of libtorch only its end is looked at; its tensors are compared when it is imported,
/// verified or opened ([`crate::tasks::complete`]).
pub(crate) fn check(file: &Path, wanted: &Tensors) -> Result<(), ModelError> {
    if file.extension().is_some_and(|ending| ending == "ot") {
        return archive(file);
    }
    let unsuitable = |problem: String| ModelError::Unsuitable { file: file.to_owned(), problem };
    let damaged = |problem: String| ModelError::Damaged { file: file.to_owned(), problem };
    let entries = header(file)?;
    for (name, shape) in wanted {
        let entry = entries.get(name).ok_or_else(|| unsuitable(format!("the tensor `{name}` is missing")))?;
        if &entry.shape != shape {
            return Err(unsuitable(format!(
                "the tensor `{name}` has the shape {:?}, the configuration says {shape:?}",
                entry.shape
            )));
        }
        let bytes = match entry.dtype.as_str() {
            "F32" => 4,
            "F16" | "BF16" => 2,
            other => return Err(unsuitable(format!("the tensor `{name}` has numbers of the kind {other}"))),
        };
        let (from, to) = entry.data_offsets;
        if to.checked_sub(from) != Some(shape.iter().product::<u64>() * bytes) {
            return Err(damaged(format!(
                "the tensor `{name}` has the place {from} to {to}, which is not its size"
            )));
        }
    }
    Ok(())
}

/// Whether a file has a tensor of this name.
pub(crate) fn has(file: &Path, name: &str) -> Result<bool, ModelError> {
    Ok(header(file)?.contains_key(name))
}

pub(super) fn header(file: &Path) -> Result<BTreeMap<String, Entry>, ModelError> {
    let missing = |why| ModelError::Missing { file: file.to_owned(), why };
    let damaged = |problem: String| ModelError::Damaged { file: file.to_owned(), problem };
    let mut reader = File::open(file).map_err(missing)?;
    let whole = reader.metadata().map_err(missing)?.len();
    let mut length = [0; 8];
    reader.read_exact(&mut length).map_err(|_| damaged("it ends within its first eight bytes".to_owned()))?;
    let length = u64::from_le_bytes(length);
    if length > MOST_HEADER || length.saturating_add(8) > whole {
        return Err(damaged(format!("its header would have {length} bytes, the file has {whole}")));
    }
    let mut header = vec![0; usize::try_from(length).map_err(|error| damaged(error.to_string()))?];
    reader.read_exact(&mut header).map_err(|error| damaged(error.to_string()))?;
    let header: BTreeMap<String, serde_json::Value> = serde_json::from_slice(&header)
        .map_err(|error| damaged(format!("its header is not JSON: {error}")))?;
    let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
    for (name, value) in header {
        if name != "__metadata__" {
            let entry = serde_json::from_value(value)
                .map_err(|error| damaged(format!("its header does not describe `{name}`: {error}")))?;
            entries.insert(name, entry);
        }
    }
    let end = entries.values().map(|entry| entry.data_offsets.1).max().unwrap_or(0);
    if end.saturating_add(8 + length) != whole {
        return Err(damaged(format!(
            "its tensors need {} bytes, the file has {whole}",
            end.saturating_add(8 + length)
        )));
    }
    Ok(entries)
}

fn archive(file: &Path) -> Result<(), ModelError> {
    let missing = |why| ModelError::Missing { file: file.to_owned(), why };
    let mut reader = File::open(file).map_err(missing)?;
    let whole = reader.metadata().map_err(missing)?.len();
    reader.seek(SeekFrom::Start(whole.saturating_sub(LAST_BYTES))).map_err(missing)?;
    let mut end = Vec::new();
    reader.read_to_end(&mut end).map_err(missing)?;
    if end.windows(END_OF_ARCHIVE.len()).any(|window| window == END_OF_ARCHIVE) {
        return Ok(());
    }
    let problem = "it has no end: it is cut off, or no archive of libtorch".to_owned();
    Err(ModelError::Damaged { file: file.to_owned(), problem })
}

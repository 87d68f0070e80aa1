//! How do vectors lie on the disk?
//!
//! A line of JSON that says whose they are and how many, the vectors of each language in the order of their contents (32 bytes, then
//! the numbers, four bytes each, the lowest first), and the SHA-256 of all that.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write as _},
    path::Path,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use studio_core::embedding::Vector;

use super::{Content, Vectors};

const SUM: usize = 32;
const CONTENT: usize = size_of::<Content>();
const NUMBER: usize = size_of::<f32>();

#[derive(Serialize, Deserialize)]
struct Head {
    identity: String,
    /// Numbers of a vector.
    dimensions: usize,
    /// Vectors of each language.
    languages: BTreeMap<String, usize>,
}

/// Writes the file whole, or leaves the one that is there.
pub fn write(path: &Path, vectors: &Vectors) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let all = || vectors.by_language.values().flatten();
    let head = Head {
        identity: vectors.identity.clone(),
        dimensions: all().next().map_or(0, |(_, vector)| vector.len()),
        languages: vectors.by_language.iter().map(|(language, of)| (language.clone(), of.len())).collect(),
    };
    let mut bytes = serde_json::to_vec(&head)?;
    bytes.push(b'\n');
    for (content, vector) in all() {
        bytes.extend_from_slice(content);
        bytes.extend(vector.iter().flat_map(|number| number.to_le_bytes()));
    }
    let sum: [u8; SUM] = Sha256::digest(&bytes).into();
    bytes.extend(sum);
    let fresh = path.with_extension("new");
    let mut out = fs::File::create(&fresh)?;
    out.write_all(&bytes)?;
    out.sync_all()?;
    drop(out);
    fs::rename(&fresh, path)
}

/// What a file holds that is whole.
pub fn read(path: &Path) -> Option<Vectors> {
    let bytes = fs::read(path).ok()?;
    let (bytes, sum) = bytes.split_at_checked(bytes.len().checked_sub(SUM)?)?;
    let found: [u8; SUM] = Sha256::digest(bytes).into();
    if found.as_slice() != sum {
        return None;
    }
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let head: Head = serde_json::from_slice(&bytes[..end]).ok()?;
    let length = head.dimensions.checked_mul(NUMBER)?.checked_add(CONTENT)?;
    let mut rows = bytes[end + 1..].chunks_exact(length);
    let mut by_language = BTreeMap::new();
    for (language, count) in head.languages {
        let of: BTreeMap<_, _> = rows.by_ref().take(count).filter_map(row).collect();
        if of.len() != count {
            return None;
        }
        by_language.insert(language, of);
    }
    Some(Vectors { identity: head.identity, by_language })
}

fn row(bytes: &[u8]) -> Option<(Content, Vector)> {
    let (content, numbers) = bytes.split_first_chunk::<CONTENT>()?;
    let (numbers, _) = numbers.as_chunks::<NUMBER>();
    Some((*content, numbers.iter().map(|number| f32::from_le_bytes(*number)).collect()))
}

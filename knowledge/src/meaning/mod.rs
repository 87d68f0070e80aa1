//! Which passages mean what a question asks, whatever words they have?
//!
//! Each passage of a bot that wants it has the vector of a sentence embedding model, and a question is near to those at a small
//! angle from its own. Vectors are known by what a passage says ([`content_of`]): what stands unchanged in a new version keeps its
//! vector, and a vector of what is gone finds nothing. They are kept in memory ([`kept`]) and, so that a start needs no model for
//! them, in a file for each bot ([`file`]), which may be lost or damaged at any time: what is not there is worked out again.

mod file;
mod kept;
mod near;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use studio_core::embedding::Vector;

pub use kept::{Learned, Meaning, Meanings};
pub use near::{Near, Nearness, fuse, nearest};

/// SHA-256 of what a passage says.
pub type Content = [u8; 32];

/// The vectors of a bot's passages by their language (ISO 639-1, empty if unknown), all made by one model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vectors {
    /// Of the model: [`studio_core::embedding::Embedder::identity`].
    pub identity: String,
    pub by_language: BTreeMap<String, BTreeMap<Content, Vector>>,
}

impl Vectors {
    pub fn get(&self, content: &Content) -> Option<&Vector> {
        self.by_language.values().find_map(|vectors| vectors.get(content))
    }

    pub fn count(&self) -> usize {
        self.by_language.values().map(BTreeMap::len).sum()
    }
}

/// What stands for a passage. The parts cannot run into each other.
pub fn content_of(title: &str, headings: &[String], text: &str) -> Content {
    let mut hash = Sha256::new();
    for part in [title, text].into_iter().chain(headings.iter().map(String::as_str)) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

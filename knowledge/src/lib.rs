//! What do a bot's own documents say about a question?
//!
//! | module | the question it answers |
//! |---|---|
//! | [`chunk`] | which passages does a document have, and under which headings? |
//! | [`analysis`] | which terms does a text stand for, in its language? |
//! | [`index`] | what is held, and how does it heal itself? |
//! | [`search`] | which passages answer a question, and how much of it? |
//!
//! The index is derived from the store: it may be lost at any time. What it holds is written into each commit
//! ([`Knowledge::holds`]), so that the server can compare it with the store and publish again what differs.

mod analysis;
mod chunk;
mod index;
mod search;

#[cfg(test)]
mod tests;

pub use chunk::{Chunk, chunk};
pub use index::{Condition, Holding, Knowledge, KnowledgeError, Look, Published, checksum, look};

/// A document of a bot's `knowledge` folder, as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Document {
    /// Path below the `knowledge` folder, `/` between its parts. `.txt` is plain text, all else Markdown.
    pub path: String,
    /// Language of the text (ISO 639-1; a region is ignored). Empty: found out from the text.
    pub language: String,
    /// The whole text, UTF-8.
    pub text: String,
}

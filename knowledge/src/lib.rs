//! What do a bot's own documents say about a question, and where was something said?
//!
//! | module | the question it answers |
//! |---|---|
//! | [`chunk`] | which passages does a document have, and under which headings? |
//! | [`analysis`] | which terms does a text stand for, in its language? |
//! | [`derived`] | how does an index that is derived from the store come up, and heal itself? |
//! | [`index`] | which passages are held, of which version of which bot? |
//! | [`search`] | which passages answer a question, and how much of it? |
//! | [`meaning`] | which passages mean what a question asks, whatever words they have? |
//! | [`messages`] | in which messages of all conversations do these words stand? |
//!
//! Both indexes are derived from the store: they may be lost at any time. What they hold is written into each commit
//! ([`Knowledge::holds`], [`MessageIndex::marks`]), so that the server can compare it with the store and write again what differs.

mod analysis;
mod chunk;
mod derived;
mod index;
mod meaning;
mod messages;
mod search;

#[cfg(test)]
mod tests;

pub use chunk::{Chunk, chunk};
pub use derived::Condition;
pub use index::{Holding, Knowledge, KnowledgeError, Look, Published, checksum, look};
pub use meaning::Learned;
pub use messages::{Hit, Hits, Mark, MessageIndex, MessageIndexError, Put, Stretch, said, snippet};

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

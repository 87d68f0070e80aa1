//! What do models say of texts, besides their vectors and how they feel?
//!
//! Each trait is the one border between the studio and the engine that runs such a model, as [`Embedder`](crate::embedding),
//! [`SentimentModel`](crate::feeling) and [`Translator`](crate::translation) are: whoever implements it can take the place of
//! the present one. All wait for a bounded time, and say sooner that they cannot than too late.

use std::fmt::Debug;

use serde::{Deserialize, Serialize};

pub use crate::embedding::EmbedError as ModelFailure;

/// What is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameKind {
    Person,
    Place,
    Organisation,
    /// Nationalities, events, works: what has a name and is none of the others.
    Other,
}

/// A name in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    pub kind: NameKind,
    /// Bytes of the text, at the borders of characters.
    pub start: usize,
    pub end: usize,
    /// From 0 to 1.
    pub score: f64,
}

/// Finds names of people, places and organisations.
pub trait Tagger: Debug + Send + Sync {
    /// Name and hash of the weights.
    fn identity(&self) -> &str;

    /// The names in a text, from its start to its end, while somebody waits for them; nothing where the model does not know
    /// its language (ISO 639-1).
    fn names_now(&self, text: &str, language: Option<&str>) -> Result<Option<Vec<Name>>, ModelFailure>;
}

/// The part of a passage that answers a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Bytes of the passage.
    pub start: usize,
    pub end: usize,
    /// From 0 to 1.
    pub score: f64,
}

/// Finds the words of a passage that answer a question.
pub trait Answerer: Debug + Send + Sync {
    fn identity(&self) -> &str;

    /// The best answer, if there is any.
    fn answer_now(&self, question: &str, passage: &str) -> Result<Option<Answer>, ModelFailure>;
}

/// Says how well labels that it was never trained on fit a text.
pub trait ZeroShot: Debug + Send + Sync {
    fn identity(&self) -> &str;

    /// How likely each label is, from 0 to 1 and each for itself, in their order.
    fn weigh_now(&self, text: &str, labels: &[&str]) -> Result<Vec<f64>, ModelFailure>;
}

/// Says a text in fewer words.
pub trait Summariser: Debug + Send + Sync {
    fn identity(&self) -> &str;

    /// Takes seconds: never called from a thread that serves others.
    fn summarise(&self, text: &str) -> Result<String, ModelFailure>;
}

//! What did the documents answer?

use serde::{Deserialize, Serialize};

/// A passage of a document that answers a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Passage {
    /// Path of the document below the bot's `knowledge` folder.
    pub document: String,
    /// Title of the document.
    pub title: String,
    /// The headings above the passage, outermost first, without the title.
    pub headings: Vec<String>,
    /// The passage itself, Markdown.
    pub text: String,
    /// Language of the document (ISO 639-1).
    pub language: String,
    /// Score of the search; comparable within one answer only.
    pub score: f64,
    /// Share of the question's informative words that the passage has, 0 to 1.
    pub coverage: f64,
    /// How near its meaning is to the question's (cosine, -1 to 1); absent where the bot does not search by meaning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nearness: Option<f64>,
    /// By what it was found.
    #[serde(default)]
    pub by: FoundBy,
}

/// By what a passage was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    #[default]
    Words,
    Meaning,
    Both,
}

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
}

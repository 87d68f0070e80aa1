//! What a model said about an utterance. Recorded once in the event; a replay never runs a model again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The meaning of one utterance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Understanding {
    /// Intents, the most likely first; at most five. Empty where the bot has none.
    pub intents: Vec<Scored>,
    /// Whether the best intent is confident enough to be acted on; `false` says "none of these".
    pub confident: bool,
    /// What was found in the text, in the order of their places.
    pub entities: Vec<EntityMatch>,
    /// The language that the text seems to be written in (ISO 639-1), where it is clear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl Understanding {
    /// The intent to act on, if there is one.
    pub fn intent(&self) -> Option<&Scored> {
        if self.confident { self.intents.first() } else { None }
    }
}

/// An intent and how sure the model is of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Scored {
    pub intent: String,
    /// Calibrated probability, 0 to 1.
    pub confidence: f64,
    /// Which part of the understanding said so.
    pub by: Understander,
}

/// The part of the understanding that named an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Understander {
    /// The text is, once normalised, one of the bot's own phrases.
    Exact,
    /// The linear model over words and character n-grams.
    Linear,
}

/// One entity found in a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EntityMatch {
    /// Name of the entity: one of the bot's, or a built-in kind
    /// (`number`, `email`, `phone`, `url`, `money`, `date`, `time`).
    pub entity: String,
    /// The normalised value: a string, a number, or an object such as
    /// `{"amount": 12.5, "currency": "EUR"}` for money; dates are `YYYY-MM-DD`, times `HH:MM`.
    pub value: Value,
    /// The words themselves.
    pub text: String,
    /// Where they stand, in bytes of the original text.
    pub start: usize,
    pub end: usize,
    /// 1 for an exact find, less for a fuzzy one.
    pub confidence: f64,
}

/// Phrases and entities from which an understanding is trained: all that `studio-nlu` needs of a bot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lessons {
    /// Phrases of each intent, all languages together, without annotations.
    pub phrases: BTreeMap<String, Vec<String>>,
    /// The bot's own entities.
    pub entities: BTreeMap<String, EntityLesson>,
    /// Languages of the bot (ISO 639-1).
    pub languages: Vec<String>,
    /// The author's own threshold, 0 to 1; otherwise it is chosen by cross-validation.
    pub threshold: Option<f64>,
}

/// How one of the bot's entities is found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityLesson {
    /// Values with their synonyms, found with small spelling mistakes if `fuzzy`.
    List { values: BTreeMap<String, Vec<String>>, fuzzy: bool },
    /// A regular expression; the value is its first group, or the whole match.
    Pattern(String),
}

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

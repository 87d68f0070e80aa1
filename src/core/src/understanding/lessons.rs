//! What is an understanding trained from?

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Phrases and entities from which an understanding is trained: all that `studio-nlu` needs of a bot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lessons {
    /// Phrases of each intent, all languages together, without annotations.
    pub phrases: BTreeMap<String, Vec<String>>,
    /// What an intent is about, in a sentence: it stands for phrases where there are none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub descriptions: BTreeMap<String, String>,
    /// The bot's own entities.
    pub entities: BTreeMap<String, EntityLesson>,
    /// Those phrases in which entities are annotated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub annotated: Vec<Annotated>,
    /// Languages of the bot (ISO 639-1).
    pub languages: Vec<String>,
    /// The author's own threshold, 0 to 1; otherwise it is chosen by cross-validation.
    pub threshold: Option<f64>,
    /// Whether 3/4 is the 4th of March.
    pub month_first: bool,
    /// Whose holidays and national telephone numbers are meant (ISO 3166-1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// A phrase with what is annotated in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotated {
    /// Without the annotations.
    pub text: String,
    /// In the order of their places, none within another.
    pub annotations: Vec<Annotation>,
}

/// Words of a phrase that are an entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotation {
    /// Place in the phrase, in bytes.
    pub start: usize,
    pub end: usize,
    pub entity: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

/// How one of the bot's entities is found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityLesson {
    /// Values with their synonyms, found with small spelling mistakes if `fuzzy`.
    List { values: BTreeMap<String, Vec<String>>, fuzzy: bool },
    /// A regular expression; the value is its first group, or the whole match.
    Pattern(String),
    /// Learned from the phrases in which it is annotated: any words in such places.
    Learned,
    /// Other entities that stand side by side, at least two of these; the value has each by its name.
    Composite(Vec<String>),
}

//! What did a night find of a bot? A row a day, of which a trend is made.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A bot's nightly self-test: how well its own phrases are understood, and how its visitors' messages of the day before
/// were. Shares are 0 to 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SelfTest {
    /// The day of the messages, `YYYY-MM-DD` in UTC.
    pub day: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    pub version: u32,
    /// Phrases that were held out; 0 where the bot could not be judged.
    pub phrases: usize,
    /// Of the cross-validation; absent where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub macro_f1: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration_error: Option<f64>,
    /// Why there was no cross-validation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    pub messages: MessageFigures,
    /// What changed for the worse against the four weeks before.
    pub drift: Vec<Drift>,
}

/// What a day's messages were like to a bot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MessageFigures {
    /// Messages with words that were looked at for an intent.
    pub messages: u64,
    pub mean_confidence: f64,
    /// Share of all messages that the bot said it did not understand.
    pub not_understood: f64,
    /// Share of these that no intent was sure of.
    pub out_of_scope: f64,
    /// Share of these with a word that is in no phrase of the bot.
    pub with_unknown_words: f64,
    /// Share of such words in all words.
    pub unknown_words: f64,
}

/// A change for the worse that is large, and no chance (docs/understanding.md has the rule).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Drift {
    pub kind: DriftKind,
    /// The share, or the mean confidence, of the day.
    pub is: f64,
    /// That of the four weeks before.
    pub was: f64,
    pub messages: u64,
    pub messages_before: u64,
    /// How many standard errors lie between them.
    pub z: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DriftKind {
    /// More messages that the bot said it did not understand.
    NotUnderstood,
    /// More messages that no intent is sure of.
    OutOfScope,
    /// More messages with words that are in no phrase.
    UnknownWords,
    /// Less confidence.
    Confidence,
}

impl std::fmt::Display for Drift {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = match self.kind {
            DriftKind::NotUnderstood => "messages not understood",
            DriftKind::OutOfScope => "messages of no intent",
            DriftKind::UnknownWords => "messages with unknown words",
            DriftKind::Confidence => "mean confidence",
        };
        write!(out, "{what}: {:.1} %, was {:.1} %", self.is * 100.0, self.was * 100.0)
    }
}

//! Messages that somebody should look at, and what was learned from them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::ConversationId;

/// Why a message is in the review list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewReason {
    /// The bot said that it did not understand, or what it says to everything else.
    Misunderstood,
    /// No intent was sure enough to be acted on; documents or a greeting answered.
    Unsure,
    /// It was acted on, and another intent was nearly as likely.
    Close,
}

impl ReviewReason {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Misunderstood => "misunderstood",
            Self::Unsure => "unsure",
            Self::Close => "close",
        }
    }

    pub fn of(name: &str) -> Option<Self> {
        [Self::Misunderstood, Self::Unsure, Self::Close].into_iter().find(|reason| reason.as_str() == name)
    }
}

/// Messages of visitors that say nearly the same, and that somebody should look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReviewCluster {
    /// Names it in what is done with it.
    pub id: String,
    /// Messages in it.
    pub count: u64,
    /// Conversations in which they were said.
    pub conversations: u64,
    /// Different wordings, the most frequent first; at most ten. Personal data is masked.
    pub examples: Vec<ReviewExample>,
    /// What the messages were taken for, the most likely first: the mean confidence over all of them.
    pub guesses: Vec<ReviewGuess>,
    /// Messages by language (ISO 639-1).
    pub languages: BTreeMap<String, u64>,
    /// Messages by what was doubtful about them.
    #[schema(value_type = BTreeMap<String, u64>)]
    pub reasons: BTreeMap<ReviewReason, u64>,
    #[schema(value_type = String, format = DateTime)]
    pub first_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub last_at: Timestamp,
}

/// One wording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewExample {
    pub text: String,
    pub language: String,
    pub count: u64,
    /// Where it was said last.
    pub conversation: ConversationId,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReviewGuess {
    pub intent: String,
    /// 0 to 1.
    pub confidence: f64,
}

/// What is done with a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "decision", rename_all = "snake_case", deny_unknown_fields)]
pub enum ReviewDecision {
    /// It means this intent: the wordings become phrases of the bot's draft.
    Label {
        intent: String,
        /// Whether the intent is to be made; otherwise it must be one of the bot's.
        #[serde(default)]
        create: bool,
        /// The phrases to learn in place of all wordings: chosen or rewritten; at most 50.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        phrases: Option<Vec<String>>,
    },
    /// It means nothing that the bot should know.
    Dismiss,
}

/// What became of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewDecided {
    /// Messages that left the list.
    pub messages: u64,
    /// What the draft learned.
    pub phrases: Vec<LearnedPhrase>,
    /// What is to be known of the phrases: those of a language that the bot does not speak, in a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A phrase of the bot's draft that came from the review list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LearnedPhrase {
    pub id: String,
    pub intent: String,
    pub phrase: String,
    pub language: String,
    /// Who said so.
    pub by: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

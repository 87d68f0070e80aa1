//! Which conversations must go as written?

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A conversation with the bot that must go as written. Every message of the bot is listed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestCase {
    pub name: String,
    /// The language of the visitor (ISO 639-1).
    pub language: String,
    pub file: String,
    pub line: u32,
    pub conversation: Vec<Line>,
}

/// One line of a test with its place, so that a failure can name it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    pub line: u32,
    pub kind: LineKind,
}

/// What happens, or must be so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    Visitor(VisitorAct),
    /// The next message of the bot.
    Bot(Expected),
    /// What the service called by the bot answers.
    Http(HttpOutcome),
    /// The bot hands over, to this team where one is named.
    Handoff(Option<String>),
    /// An agent takes the conversation over, if it is not theirs, and writes.
    Agent(String),
    /// The agent gives the conversation back to the bot.
    HandBack,
    /// The clock goes on.
    Later(SignedDuration),
    Event {
        name: String,
        data: Value,
    },
    Expect(Box<Expect>),
    /// An agent closes the conversation.
    Close,
}

/// What a visitor does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitorAct {
    Text(String),
    /// Presses the button or quick reply with this value.
    Press(String),
    File {
        name: String,
        media_type: String,
        /// In bytes.
        size: u64,
    },
    /// Opens the chat without writing.
    Opens,
}

/// What a message of the bot must be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// Any variant of this response.
    Response(String),
    /// All of these words.
    Contains(Vec<String>),
    /// This text as a whole.
    Text(String),
    Any,
}

/// How a call of a remote service ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HttpOutcome {
    Answered {
        status: u16,
        body: Value,
        /// Lower-case names.
        headers: BTreeMap<String, String>,
    },
    /// Why there is no answer.
    Failed(String),
}

/// What must be so at a point of a conversation; what is absent does not matter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Expect {
    pub flow: ExpectedName,
    pub intent: ExpectedName,
    /// `null` is an empty slot.
    pub slots: BTreeMap<String, Value>,
    pub owner: Option<ExpectedOwner>,
    /// Tags that the conversation has, maybe among others.
    pub tags: BTreeSet<String>,
    pub language: Option<String>,
}

/// What a name must be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpectedName {
    /// It does not matter.
    #[default]
    Unchecked,
    /// No flow runs, no intent was understood.
    Nothing,
    Is(String),
}

/// Who must own a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpectedOwner {
    Bot,
    /// Waiting for a member.
    Team,
    Member,
}

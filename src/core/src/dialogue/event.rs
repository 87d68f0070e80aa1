//! What can happen to a conversation.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::state::TimerKind;
use crate::{
    content::{Content, Template},
    id::{EventKey, MediaId, MemberId},
    understanding::{Passage, Understanding},
};

/// One event, as it stands in the inbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub key: EventKey,
    /// When the studio accepted it.
    pub at: Timestamp,
    /// When the person said it, by the platform's clock; `None` where the person said nothing by it, or no platform tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_at: Option<Timestamp>,
    /// Who of several said it, as the platform calls them; `None` where only one could.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Bytes of the files in it that are not here yet, as far as the platform tells them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sizes: BTreeMap<MediaId, u64>,
    pub body: Body,
}

impl Event {
    /// One of which no platform tells anything besides.
    pub fn new(key: EventKey, at: Timestamp, body: Body) -> Self {
        Self { key, at, said_at: None, author: None, sizes: BTreeMap::new(), body }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Body {
    /// A visitor opened the chat. `language` is what the browser or platform says.
    Opened {
        #[serde(default)]
        language: Option<String>,
        /// What the page tells of the visitor, e.g. name or order; becomes `contact.…`.
        #[serde(default)]
        attributes: BTreeMap<String, Value>,
    },
    /// A platform says who the visitor is, beside what he does: nothing is said to that.
    Introduced {
        #[serde(default)]
        language: Option<String>,
        #[serde(default)]
        attributes: BTreeMap<String, Value>,
    },
    /// A visitor wrote or sent something.
    Message {
        content: Content,
        /// Filled in by the pipeline, once, before the first step.
        #[serde(default)]
        understanding: Understanding,
        #[serde(default)]
        language: Option<String>,
    },
    /// A visitor pressed a button or a quick reply.
    Press { value: String, title: String },
    /// A visitor filled in the form of this id.
    Submitted { form: String, fields: Vec<Filled> },
    /// A visitor changed what he wrote before: `id` is the platform's own id of that message.
    Edited { id: String, content: Content },
    /// A visitor took back what he wrote before.
    Deleted { id: String },
    /// A visitor asked the channel for more of what was said under the number `of`, such as the next page of a list: it leaves as
    /// it stands here, without the bot's doing.
    More { of: u64, content: Content },
    /// The page or a program says that something happened.
    Custom { name: String, data: Value },
    /// Which language the person wished last, in another of the conversations that are this person's; nothing where no such wish
    /// holds any more.
    Wished { language: Option<String>, at: Timestamp },
    /// A timer of this conversation is due.
    Timer { timer: u64, kind: TimerKind },
    /// A remote call was answered, or was given up.
    Answer { call: u64, outcome: CallOutcome },
    /// The answer to a [`super::Question`], within the same turn.
    Found { question: u64, passages: Vec<Passage> },
    /// A member of the organisation did something.
    Act {
        by: MemberId,
        name: String,
        act: Act,
        /// Whether the member's role lets them close what another member has.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        overrules: bool,
    },
    /// The visitor asked that everything said be forgotten.
    Forget,
}

impl Body {
    /// What a visitor says, before the pipeline understands it.
    pub fn said(content: Content, language: Option<String>) -> Self {
        Self::Message { content, understanding: Understanding::default(), language }
    }
}

/// What was written into a field of a form, or chosen there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Filled {
    pub name: String,
    pub text: String,
    /// Filled in by the pipeline, as that of a message.
    #[serde(default)]
    pub understanding: Understanding,
}

impl Filled {
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), understanding: Understanding::default() }
    }
}

/// What an agent can do with a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    TakeOver,
    /// Only by the member who owns the conversation.
    Reply {
        content: Content,
    },
    /// Sends an approved message; `content` is how it reads. Only by the member who owns the conversation.
    Template {
        template: Box<Template>,
        content: Content,
    },
    Note {
        text: String,
    },
    /// Gives the conversation back to the bot, which goes on where it was.
    HandBack,
    Close,
    /// Lets the bot speak another of its languages with this visitor, and keep to it.
    Speak {
        language: String,
    },
    /// Changes what was said under this number of the journal; without content it is taken back.
    Correct {
        of: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content: Option<Content>,
    },
    /// Passes it to a team.
    Assign {
        team: String,
    },
    /// Gives it back to those who wait for a team, `None` for anyone. Only in the name of the member who owns it.
    Release {
        #[serde(default)]
        team: Option<String>,
    },
}

/// How a remote call ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    Answered(RemoteAnswer),
    /// Refused address, time-out, connection lost, too large; a sentence for the author.
    Failed(String),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RemoteAnswer {
    pub status: u16,
    /// Lower-case names.
    pub headers: BTreeMap<String, String>,
    /// JSON where the answer is JSON, a string otherwise.
    pub body: Value,
}

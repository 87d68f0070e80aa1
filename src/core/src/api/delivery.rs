//! What becomes of a message that leaves, and how lists show it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Message, Sender};
use crate::{
    content::{Content, Template},
    id::ConversationId,
    translation::Translation,
};

/// How far a message of ours has come. It only grows: `failed` is the last only until something better is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It has not left yet.
    Waiting,
    Sent,
    Failed,
    Delivered,
    Read,
}

/// What became of a message that is sent to the other end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Delivery {
    pub state: DeliveryState,
    /// Since when; absent while it waits, where the other end fetches it, and where the address of an HTTP connection took it at the
    /// first try.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// It may have reached the other end twice: it was tried again, and nobody knows whether it had left before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub uncertain: bool,
    /// What the channel could not show, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub losses: Vec<String>,
    /// Why it failed, and what to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// What a message was changed into after it had left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Correction {
    /// Absent where it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// What of it the channel could not show, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub losses: Vec<String>,
}

/// A change that the platform did not take, or that could not be brought there: the message is as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefusedChange {
    /// Number of the journal entry that asked for it.
    pub sequence: u64,
    /// Why, and what to do.
    pub error: String,
}

/// What a visitor made of a message afterwards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VisitorChange {
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Absent where it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
}

/// A message of the transcript as members see it: with the way that it came or went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TranscriptMessage {
    /// Number of its journal entry.
    pub sequence: u64,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    pub from: Sender,
    /// Who of several visitors said it, as the platform calls them; absent where only one could.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    pub content: Content,
    /// The visitor's own id of the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The approved message that it is, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Box<Template>>,
    /// Whether a machine translated it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub translated: bool,
    /// From which language, and by what; or why the author's own text was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translation: Option<Box<Translation>>,
    pub conversation: ConversationId,
    pub connection: String,
    pub channel: String,
    /// What became of it; absent for the visitor's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Delivery>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<Correction>,
    /// The last change that was asked for, where it could not be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused_change: Option<RefusedChange>,
    /// What its visitor made of it since; `content` stays what was said first, which the bot has heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<VisitorChange>,
}

/// What became of a message since it was said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Since {
    pub delivery: Option<Delivery>,
    pub correction: Option<Correction>,
    pub refused_change: Option<RefusedChange>,
    pub change: Option<VisitorChange>,
}

impl TranscriptMessage {
    /// The message alone, as live frames have it, and what became of it.
    pub fn apart(self) -> (Message, Since) {
        let Self {
            sequence,
            at,
            from,
            author,
            content,
            client_id,
            template,
            translated,
            translation,
            delivery,
            correction,
            refused_change,
            change,
            ..
        } = self;
        let message =
            Message { sequence, at, from, author, content, client_id, template, translated, translation };
        (message, Since { delivery, correction, refused_change, change })
    }
}

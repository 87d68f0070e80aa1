//! How is a message told where the protocol is the studio's own: to the widget, and on the HTTP channel?

use jiff::Timestamp;
use serde::Serialize;
use studio_core::{
    api::{Message, Sender},
    content::Content,
    dialogue::Speaker,
};

/// A message as the visitor's side gets it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shown {
    /// Place in the conversation: the highest, given back as `after`, says where to go on.
    pub sequence: u64,
    pub at: Timestamp,
    pub from: From,
    /// Of the agent, for messages of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The sender's own id of the message, for messages of the visitor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    pub content: Content,
    /// Whether a machine translated it: the visitor is told.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub translated: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum From {
    Visitor,
    Bot,
    Agent,
}

impl Shown {
    /// `None` for a note among members.
    pub fn of(message: &Message) -> Option<Self> {
        let (from, name) = match &message.from {
            Sender::Visitor => (From::Visitor, None),
            Sender::Speaker { speaker: Speaker::Bot } => (From::Bot, None),
            Sender::Speaker { speaker: Speaker::Member { name, .. } } => (From::Agent, Some(name.clone())),
            Sender::Note { .. } => return None,
        };
        // Stored with the session or the conversation before it: `session:id`.
        let id =
            message.client_id.as_deref().map(|id| id.rsplit_once(':').map_or(id, |(_, id)| id).to_owned());
        Some(Self {
            sequence: message.sequence,
            at: message.at,
            from,
            name,
            id,
            content: message.content.clone(),
            translated: message.translated,
        })
    }
}

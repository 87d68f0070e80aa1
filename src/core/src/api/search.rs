//! What is found among conversations.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Conversation;
use crate::id::ConversationId;

/// One page of conversations.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConversationPage {
    pub items: Vec<Conversation>,
    /// Give it back as `cursor` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// What was found in the messages; absent where there was no `query`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<Search>,
}

/// What a query found in the messages of the conversations of a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Search {
    /// Whether all messages were looked through. They are not while the index is built or behind, and where more was found than is looked at.
    pub complete: bool,
    /// The newest message of each conversation that has the words; none of those that have them in a name or a tag alone.
    pub messages: Vec<FoundMessage>,
}

/// A message that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FoundMessage {
    pub conversation: ConversationId,
    /// Number of the message.
    pub sequence: u64,
    /// Its text around what was found, in one line of at most 120 characters.
    pub snippet: String,
}

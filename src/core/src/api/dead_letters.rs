//! What could not be delivered, and how it leaves again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::ConversationId;

/// Something that could not be delivered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DeadLetter {
    pub id: String,
    pub conversation: ConversationId,
    pub connection: String,
    /// What it is; absent where that cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<DeadLetterKind>,
    /// Number of the journal entry by which it was to leave: a message's own; absent where it cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// How the message begins, or what it was to be changed into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    pub attempts: u32,
    pub error: String,
    #[schema(value_type = String, format = DateTime)]
    pub died_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeadLetterKind {
    Message,
    /// A message was to be changed, or taken back.
    Change,
    /// A flow's call of a service.
    Call,
}

/// Which dead letters are tried again, in the order in which they were said: those of a conversation, of a connection, or of
/// both.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReplay {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ConversationId>,
    /// Name of the connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<String>,
}

/// What is on its way again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Replayed {
    pub replayed: usize,
    /// Those that are too many for one call: ask again.
    pub left: usize,
}

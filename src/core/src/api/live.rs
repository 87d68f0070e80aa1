//! What is told of the studio while it happens? The frames of `GET /live`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Conversation;
use crate::{dialogue::Entry, id::ConversationId};

/// First frame of a client of `/live`, within 10 s.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LiveHello {
    /// Session token or API key; not needed on the Unix socket.
    #[serde(default)]
    pub token: Option<String>,
    /// Where the client left off, from an earlier connection.
    #[serde(default)]
    pub after: Option<LivePosition>,
}

/// A place in the live stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LivePosition {
    /// One number for each start of the server.
    pub epoch: u64,
    pub number: u64,
}

/// One frame of the live stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LiveFrame {
    /// The stream begins. `caught_up` is false when what lies between `after` and now is no longer
    /// held: read the lists again.
    Welcome { position: LivePosition, caught_up: bool },
    /// A turn was committed.
    Turn { position: LivePosition, conversation: Box<Conversation>, entries: Vec<Entry> },
    /// A visitor or agent is typing; never stored, ends after 5 s.
    Typing { conversation: ConversationId, who: String },
    /// The client was too slow; it is disconnected and may come back with `after`.
    TooSlow,
}

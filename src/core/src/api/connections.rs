//! Connections, and what came by them that nobody could read.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a connection comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionSource {
    /// `config.toml`: the API can pause it, not delete it.
    Settings,
    Api,
}

/// Whether a connection works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionState {
    Running,
    /// By a member; what is to leave waits, and what comes is refused until it goes on.
    Paused,
    /// It tries, and does not get through: its task ended by itself and is begun anew, or its platform refuses the token, cannot be
    /// reached, or asked for a long wait; `problem` says which.
    Failing,
    /// It cannot run, paused or not; `problem` says why.
    Broken,
}

/// One account on a channel. Never holds a credential.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Connection {
    pub name: String,
    pub channel: String,
    pub bot: String,
    pub source: ConnectionSource,
    pub state: ConnectionState,
    /// Why it cannot run, does not get through, or runs and nobody answers there, and what to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Where the platform must send events; absent where they come another way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<String>,
    /// How it stands with the platform; absent for channels of the studio's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<ConnectionStanding>,
}

/// What came in by a connection since the studio started.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConnectionCounts {
    /// Events, and states of messages, that were taken in.
    pub received: u64,
    /// Requests without the platform's signature, or too large to be read, and events that will never be taken.
    pub refused: u64,
    /// What means nothing to a bot.
    pub ignored: u64,
    /// The same by its kind, as the platform calls it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ignored_kinds: BTreeMap<String, u64>,
    /// Kept as it came because it could not be read, or came while the connection did not run (`GET /unread`).
    pub unread: u64,
    /// Not kept, or driven out later, because too much was kept already.
    #[serde(default)]
    pub dropped: u64,
}

/// A token that a platform refuses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefusedToken {
    /// Its name in the settings of the connection.
    pub token: String,
    /// A sentence that says what to do.
    pub reason: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// How a connection stands with its platform. What is absent is not known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConnectionStanding {
    /// Whom the platform says we are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// Whether all its tokens are valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_valid: Option<bool>,
    /// Of connections with several tokens, those that the platform refuses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused_tokens: Vec<RefusedToken>,
    /// Whether events are on their way to us. Absent where the platform does not tell, and has not called yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listening: Option<bool>,
    /// How events come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way_in: Option<String>,
    /// Where the platform says that it sends events: the host alone where the address is not known to be the studio's own. Absent
    /// where it does not tell (Slack), or they come another way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook_set: Option<String>,
    /// Events that the platform holds for us. Absent where it does not count them: Telegram alone does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<u64>,
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_event: Option<Timestamp>,
    /// When the platform last called the webhook with its signature.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_call: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error_at: Option<Timestamp>,
    /// The platform's clock less ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_skew_seconds: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<ConnectionCounts>,
}

/// Something that was signed by a platform and could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Unread {
    pub id: String,
    pub connection: String,
    /// Bytes.
    pub size: u64,
    pub why: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

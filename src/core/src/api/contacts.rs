//! People, and how they are known.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Conversation;
use crate::id::ContactId;

/// How a person is known on a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ContactIdentity {
    pub connection: String,
    /// The channel of the connection; absent where there is none of that name any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The platform's own name of the person.
    pub external: String,
    /// The contact that it was before contacts were merged: what can be taken apart again.
    pub contact: ContactId,
    /// Absent where the person can be written to, as far as is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreachable: Option<Unreachable>,
}

/// Nothing that is said to a person there gets through, such as where they have blocked the bot. It ends once they are heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Unreachable {
    /// When the platform said so.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// A sentence that says what to do.
    pub reason: String,
}

/// A person, with all the contacts that were merged into one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ContactDetail {
    /// The contact that stands for the person.
    pub id: ContactId,
    /// Empty where unknown.
    pub name: String,
    #[schema(value_type = Object)]
    pub attributes: BTreeMap<String, Value>,
    pub identities: Vec<ContactIdentity>,
    /// The last ones, the last changed first: at most 50.
    pub conversations: Vec<Conversation>,
}

/// The contact that another becomes a part of.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMerge {
    pub into: ContactId,
}

//! What does Meta write in a webhook? The vendor's types, as far as they are read.
//!
//! Messages and statuses are read one by one, so that one that cannot be read spoils no other.

use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
pub struct Payload {
    pub object: String,
    pub entry: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
pub struct Entry {
    pub changes: Vec<Change>,
}

#[derive(Debug, Deserialize)]
pub struct Change {
    pub field: String,
    pub value: Value,
}

/// The value of a change in the field `messages` or `user_preferences`.
#[derive(Debug, Deserialize)]
pub struct News {
    pub metadata: Metadata,
    #[serde(default)]
    pub contacts: Vec<Contact>,
    #[serde(default)]
    pub messages: Vec<Value>,
    #[serde(default)]
    pub statuses: Vec<Value>,
    #[serde(default)]
    pub errors: Vec<GraphError>,
    #[serde(default)]
    pub user_preferences: Vec<Value>,
}

impl News {
    /// Whether it tells nothing that is read.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
            && self.statuses.is_empty()
            && self.errors.is_empty()
            && self.user_preferences.is_empty()
    }
}

#[derive(Debug, Deserialize)]
pub struct Metadata {
    pub phone_number_id: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub struct Contact {
    #[serde(default)]
    pub profile: Profile,
    /// The phone number; absent or empty for those who go by a user name.
    #[serde(default)]
    pub wa_id: Option<String>,
    /// The business-scoped user id.
    #[serde(default)]
    pub user_id: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub struct Profile {
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub username: Option<String>,
}

/// What every message has. What it says stands in the field that its type names.
#[derive(Debug, Deserialize)]
pub struct Head {
    pub id: String,
    #[serde(default)]
    pub from: Option<String>,
    #[serde(default)]
    pub from_user_id: Option<String>,
    #[serde(default)]
    pub group_id: Option<String>,
    pub timestamp: String,
    #[serde(rename = "type")]
    pub kind: String,
}

#[derive(Debug, Deserialize)]
pub struct Text {
    pub body: String,
}

#[derive(Debug, Deserialize)]
pub struct Media {
    pub id: String,
    #[serde(default)]
    pub mime_type: Option<String>,
    #[serde(default)]
    pub caption: Option<String>,
    #[serde(default)]
    pub filename: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Location {
    pub latitude: f64,
    pub longitude: f64,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub address: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Reaction {
    pub message_id: String,
    /// Absent or empty where it was taken back.
    #[serde(default)]
    pub emoji: Option<String>,
}

/// A press on something of a message inside the window.
#[derive(Debug, Deserialize)]
pub struct Interactive {
    #[serde(default, rename = "button_reply")]
    pub button: Option<Reply>,
    #[serde(default, rename = "list_reply")]
    pub row: Option<Reply>,
    #[serde(default, rename = "nfm_reply")]
    pub form: Option<FormReply>,
}

#[derive(Debug, Deserialize)]
pub struct Reply {
    pub id: String,
    pub title: String,
}

#[derive(Debug, Deserialize)]
pub struct FormReply {
    /// JSON within JSON.
    pub response_json: String,
    #[serde(default)]
    pub name: Option<String>,
}

/// A press on a button of a template.
#[derive(Debug, Deserialize)]
pub struct Button {
    #[serde(default)]
    pub payload: Option<String>,
    pub text: String,
}

#[derive(Debug, Deserialize)]
pub struct SharedContact {
    #[serde(default)]
    pub name: Option<SharedName>,
    #[serde(default)]
    pub phones: Vec<SharedPhone>,
    #[serde(default)]
    pub emails: Vec<SharedEmail>,
}

#[derive(Debug, Deserialize)]
pub struct SharedName {
    #[serde(default)]
    pub formatted_name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct SharedPhone {
    #[serde(default)]
    pub phone: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct SharedEmail {
    #[serde(default)]
    pub email: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct System {
    #[serde(rename = "type", default)]
    pub kind: String,
    /// The new phone number.
    #[serde(default)]
    pub wa_id: Option<String>,
    /// The new business-scoped user id.
    #[serde(default)]
    pub user_id: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Edited {
    pub original_message_id: String,
    pub message: Value,
}

#[derive(Debug, Deserialize)]
pub struct Revoked {
    pub original_message_id: String,
}

#[derive(Debug, Deserialize)]
pub struct Status {
    pub id: String,
    #[serde(rename = "status")]
    pub progress: String,
    /// `message` or nothing where it is of a message of ours; `payment` where it is of what a person pays.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    pub timestamp: String,
    #[serde(default)]
    pub recipient_id: Option<String>,
    #[serde(default)]
    pub recipient_user_id: Option<String>,
    /// Present where it went to a group.
    #[serde(default)]
    pub recipient_type: Option<String>,
    #[serde(default)]
    pub biz_opaque_callback_data: Option<String>,
    #[serde(default)]
    pub errors: Vec<GraphError>,
}

/// An error, in an answer as well as in a webhook.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct GraphError {
    pub code: i64,
    #[serde(default)]
    pub message: Option<String>,
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub error_data: Option<ErrorData>,
    #[serde(default)]
    pub is_transient: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct ErrorData {
    #[serde(default)]
    pub details: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Preference {
    #[serde(default)]
    pub wa_id: Option<String>,
    #[serde(default)]
    pub user_id: Option<String>,
    #[serde(default)]
    pub category: Option<String>,
    pub value: String,
    /// In seconds, as a number or as a text.
    pub timestamp: Value,
}

//! What do Slack's payloads hold? Only what the studio reads of them.
//!
//! The library's own types read all of an event, and refuse it where one field, in a part that nobody needs, is of
//! another kind than they expect, or drop its words without a sound: a message would be lost. They also lack what files
//! are (size, mode). These take what they need, whatever stands beside it; the tests read the same payloads with both.

#![expect(clippy::struct_field_names, reason = "the names are Slack's")]

use serde::Deserialize;
use serde_json::Value;

use super::{
    inbound::is_event_id,
    kinds, message,
    place::{is_id, is_time_stamp},
};
use crate::misread;
pub(super) use crate::misread::value;

/// Something that Slack tells, however it came.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Payload {
    Event(Box<Envelope>),
    Interaction(Box<Interaction>),
    Command(Box<Command>),
    /// Slack tests the address's certificate (`ssl_check`).
    Check,
}

impl Payload {
    /// Whether Slack only looks who is there.
    pub fn is_test(&self) -> bool {
        match self {
            Self::Event(envelope) => envelope.challenge.is_some(),
            Self::Check => true,
            Self::Interaction(_) | Self::Command(_) => false,
        }
    }

    /// Whether a history has what it tells: what somebody said, and no change of that.
    pub fn is_in_history(&self) -> bool {
        matches!(self, Self::Event(envelope) if envelope.is_said())
    }
}

/// The outer object of the Events API.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub(super) struct Envelope {
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub challenge: Option<String>,
    #[serde(default)]
    pub event_id: Option<String>,
    #[serde(default)]
    pub event: Option<Value>,
    #[serde(default)]
    pub team_id: Option<String>,
    /// The workspace through which the app hears of it; another than `team_id` in a channel that two workspaces share.
    #[serde(default)]
    pub context_team_id: Option<String>,
    #[serde(default)]
    pub enterprise_id: Option<String>,
    #[serde(default)]
    pub api_app_id: Option<String>,
    /// For whom it was sent: our bot's user is among them.
    #[serde(default)]
    pub authorizations: Vec<Authorization>,
    /// Of `app_rate_limited`, in seconds since 1970.
    #[serde(default)]
    pub minute_rate_limited: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Authorization {
    #[serde(default)]
    pub user_id: Option<String>,
    #[serde(default)]
    pub team_id: Option<String>,
    #[serde(default)]
    pub is_bot: bool,
}

/// Which app an event was sent to, and in which workspaces and organisations it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Origin {
    pub app: Option<String>,
    pub teams: Vec<String>,
}

impl Envelope {
    /// The user that our bot is in this workspace, where Slack says so.
    pub fn bot_user(&self) -> Option<&str> {
        self.authorizations.iter().find(|one| one.is_bot).and_then(|one| one.user_id.as_deref())
    }

    /// What it is called however it comes: a message by its place, anything else by the id that Slack gave the event.
    fn native(&self) -> Option<String> {
        self.place_of_message().or_else(|| self.event_id.clone().filter(|id| is_event_id(id)))
    }

    fn place_of_message(&self) -> Option<String> {
        let channel = self.text("channel").filter(|id| is_id(id))?;
        let ts = self.text("ts").filter(|ts| is_time_stamp(ts))?;
        self.is_message().then(|| message::native(channel, ts))
    }

    fn is_said(&self) -> bool {
        self.is_message() && !matches!(self.text("subtype"), Some("message_changed" | "message_deleted"))
    }

    fn is_message(&self) -> bool {
        matches!(self.text("type"), Some("message" | "app_mention"))
    }

    /// A field of the event.
    fn text(&self, field: &str) -> Option<&str> {
        self.event.as_ref()?.get(field)?.as_str()
    }
}

/// The events `message` and `app_mention`, and messages of a history.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Message {
    pub subtype: Option<String>,
    pub channel: Option<String>,
    /// `im`, `mpim`, `channel` or `group`.
    pub channel_type: Option<String>,
    pub user: Option<String>,
    pub bot_id: Option<String>,
    pub text: Option<String>,
    pub ts: Option<String>,
    pub thread_ts: Option<String>,
    pub files: Option<Vec<File>>,
    pub attachments: Option<Vec<Shared>>,
    /// Of `message_changed`.
    pub message: Option<Box<Message>>,
    /// Of `message_changed` and `message_deleted`.
    pub previous_message: Option<Box<Message>>,
    pub deleted_ts: Option<String>,
    /// Of a message that begins a thread, in a history.
    pub reply_count: Option<u64>,
    pub latest_reply: Option<String>,
    pub metadata: Option<Metadata>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Metadata {
    #[serde(default)]
    pub event_type: String,
    #[serde(default)]
    pub event_payload: Value,
}

/// A message of someone else that was passed on.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Shared {
    pub text: Option<String>,
    pub fallback: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct File {
    pub id: Option<String>,
    pub name: Option<String>,
    pub title: Option<String>,
    pub mimetype: Option<String>,
    pub size: Option<u64>,
    /// `hosted`, `external`, `tombstone` and others.
    pub mode: Option<String>,
    pub is_external: bool,
    pub url_private: Option<String>,
    pub url_private_download: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Reaction {
    pub user: String,
    pub reaction: String,
    pub item: ReactedTo,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct ReactedTo {
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub channel: Option<String>,
    #[serde(default)]
    pub ts: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Assistant {
    pub assistant_thread: AssistantThread,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct AssistantThread {
    pub user_id: String,
    pub channel_id: String,
    pub thread_ts: String,
    /// What the person looks at beside the assistant.
    #[serde(default)]
    pub context: Value,
}

/// What the app has for itself in Slack was opened.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Home {
    pub user: String,
    pub channel: String,
    /// `home` or `messages`.
    #[serde(default)]
    pub tab: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Joined {
    pub user: String,
    pub channel: String,
    #[serde(default)]
    pub inviter: Option<String>,
}

/// A press or a form that was filled in.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Interaction {
    #[serde(rename = "type")]
    pub kind: String,
    pub user: Named,
    #[serde(default)]
    pub channel: Option<Named>,
    #[serde(default)]
    pub container: Option<Container>,
    #[serde(default)]
    pub message: Option<Message>,
    #[serde(default)]
    pub actions: Vec<Action>,
    #[serde(default)]
    pub view: Option<View>,
    #[serde(default)]
    pub response_url: Option<String>,
    #[serde(default)]
    pub trigger_id: Option<String>,
    #[serde(default)]
    pub team: Option<Named>,
    #[serde(default)]
    pub enterprise: Option<Named>,
    #[serde(default)]
    pub api_app_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Named {
    pub id: String,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Container {
    pub message_ts: Option<String>,
    pub channel_id: Option<String>,
    pub thread_ts: Option<String>,
    pub is_ephemeral: bool,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Action {
    pub action_id: String,
    #[serde(default)]
    pub action_ts: Option<String>,
    #[serde(default)]
    pub text: Option<Words>,
    #[serde(default)]
    pub value: Option<String>,
    #[serde(default)]
    pub selected_option: Option<Chosen>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Words {
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Chosen {
    pub value: String,
    #[serde(default)]
    pub text: Option<Words>,
}

/// A form that was filled in.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct View {
    pub id: String,
    #[serde(default)]
    pub hash: String,
    #[serde(default)]
    pub callback_id: String,
    #[serde(default)]
    pub private_metadata: String,
    #[serde(default)]
    pub state: Value,
}

/// A slash command.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Command {
    pub command: String,
    #[serde(default)]
    pub text: String,
    pub user_id: String,
    pub channel_id: String,
    pub trigger_id: String,
    #[serde(default)]
    pub response_url: Option<String>,
    #[serde(default)]
    pub team_id: Option<String>,
    #[serde(default)]
    pub enterprise_id: Option<String>,
    #[serde(default)]
    pub api_app_id: Option<String>,
}

impl Payload {
    /// What is told, in Slack's words, where that is known.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Event(envelope) => {
                let kind =
                    envelope.event.as_ref().and_then(|event| event.get("type")).and_then(Value::as_str);
                kind.and_then(kinds::event).unwrap_or("event")
            }
            Self::Interaction(interaction) => kinds::interaction(&interaction.kind).unwrap_or("interaction"),
            Self::Command(_) => "slash_command",
            Self::Check => "ssl_check",
        }
    }

    /// The same each time that it is told or found, where it has such an id.
    pub fn native(&self) -> Option<String> {
        match self {
            Self::Event(envelope) => envelope.native(),
            Self::Interaction(_) | Self::Command(_) | Self::Check => None,
        }
    }

    /// Where it comes from, as far as it says so.
    pub fn origin(&self) -> Origin {
        match self {
            Self::Event(event) => {
                let own = [&event.team_id, &event.context_team_id, &event.enterprise_id];
                let others = event.authorizations.iter().map(|one| &one.team_id);
                let teams = own.into_iter().chain(others).flatten().cloned().collect();
                Origin { app: event.api_app_id.clone(), teams }
            }
            Self::Interaction(press) => {
                let teams = [&press.team, &press.enterprise].into_iter().flatten();
                Origin { app: press.api_app_id.clone(), teams: teams.map(|named| named.id.clone()).collect() }
            }
            Self::Command(command) => {
                let teams = [&command.team_id, &command.enterprise_id].into_iter().flatten();
                Origin { app: command.api_app_id.clone(), teams: teams.cloned().collect() }
            }
            Self::Check => Origin::default(),
        }
    }

    /// The error is a sentence on what is wrong, without any of what was sent.
    pub fn read(body: &[u8]) -> Result<Self, String> {
        if body.trim_ascii_start().first() == Some(&b'{') {
            return json(body).map(|envelope| Self::Event(Box::new(envelope)));
        }
        let fields = url::form_urlencoded::parse(body).collect::<Vec<_>>();
        let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_ref());
        if let Some(interaction) = field("payload") {
            return json(interaction.as_bytes()).map(|read| Self::Interaction(Box::new(read)));
        }
        if field("ssl_check").is_some() {
            return Ok(Self::Check);
        }
        if field("command").is_none() {
            return Err("it is neither an event, an interaction nor a slash command".to_owned());
        }
        let wanted = |name: &'static str| field(name).map(str::to_owned).ok_or(format!("{name} is missing"));
        Ok(Self::Command(Box::new(Command {
            command: wanted("command")?,
            text: field("text").unwrap_or_default().to_owned(),
            user_id: wanted("user_id")?,
            channel_id: wanted("channel_id")?,
            trigger_id: wanted("trigger_id")?,
            response_url: field("response_url").map(str::to_owned),
            team_id: field("team_id").map(str::to_owned),
            enterprise_id: field("enterprise_id").map(str::to_owned),
            api_app_id: field("api_app_id").map(str::to_owned),
        })))
    }

    /// The payload of a Socket Mode envelope; `None` for a kind that Slack may add.
    pub fn of_socket(kind: &str, payload: Value) -> Option<Result<Self, String>> {
        match kind {
            "events_api" => Some(value(payload).map(|envelope| Self::Event(Box::new(envelope)))),
            "interactive" => Some(value(payload).map(|read| Self::Interaction(Box::new(read)))),
            "slash_commands" => Some(value(payload).map(Self::Command)),
            _ => None,
        }
    }
}

fn json<T: for<'de> Deserialize<'de>>(text: &[u8]) -> Result<T, String> {
    misread::json(text).and_then(value)
}

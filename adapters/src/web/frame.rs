//! What do widget and studio say to each other? `docs/widget.md` describes every frame.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use studio_core::{api::list_for_object, content::Source, id::MediaId};

use super::config::{Theme, Uploads};
pub use crate::shown::{From, Shown as MessageFrame};

/// What the widget says. One JSON object a frame, at most 64 KiB.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientFrame {
    /// The first frame of a socket, within 10 s. `after` is the last sequence seen.
    Hello {
        token: String,
        #[serde(default)]
        after: u64,
    },
    /// Words, or a file that was uploaded before. `id` is the widget's own: sent again until it is
    /// acknowledged, stored once.
    Message {
        id: String,
        #[serde(default)]
        text: Option<String>,
        #[serde(default)]
        file: Option<MediaId>,
        #[serde(default)]
        language: Option<String>,
    },
    /// A button, quick reply or row was chosen.
    Press {
        id: String,
        value: String,
        title: String,
    },
    /// Something happened on the page.
    Event {
        id: String,
        name: String,
        #[serde(default)]
        data: Value,
    },
    Typing {},
    /// Everything up to this sequence was seen.
    Read {
        sequence: u64,
    },
}

/// What the studio says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// The answer to `hello`; the messages after `after` follow, then live ones.
    Welcome {
        /// Number of the last journal entry.
        sequence: u64,
        title: String,
        languages: Vec<String>,
        owner: OwnerFace,
    },
    Message(MessageFrame),
    /// The event of this id is durable.
    Ack {
        id: String,
    },
    /// Someone on the studio's side is typing; ends after 5 s or with the next message.
    Typing {
        who: String,
    },
    /// Another talks to the visitor from here on.
    Owner {
        owner: OwnerFace,
    },
    /// Everything said was erased: forget it as well.
    Erased {},
    Error(ErrorFrame),
}

/// Who talks to the visitor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum OwnerFace {
    Bot {},
    /// A person will come.
    Waiting {},
    Agent {
        name: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ErrorFrame {
    pub code: ErrorCode,
    /// A sentence for the developer of the page.
    pub message: String,
    /// The frame that it is about, where it had an id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// In milliseconds: when to send the same again. Absent: never, it will not be accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The frame is no frame, or one of its fields is out of bounds.
    Invalid,
    /// The token has ended or is not for this connection.
    Unauthorized,
    /// Too many messages in a short time.
    TooFast,
    /// The studio is busy, or its store is.
    Busy,
    /// Another frame was stored under this id.
    Conflict,
    /// The server does not take it.
    Refused,
}

/// Why the studio closed a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseCode {
    /// The server is going away; come back.
    GoingAway,
    /// A frame of more than 64 KiB, or none of text.
    TooLarge,
    /// The first frame was not a valid `hello`.
    NoHello,
    /// The token is not good, or has ended meanwhile; get a new one and come back.
    Unauthorized,
    /// No `hello` within 10 s.
    HelloTimeout,
    /// Too many frames, or too many sockets; wait a minute.
    TooMany,
    /// The store could not be read; come back.
    Unavailable,
}

impl CloseCode {
    pub fn number(self) -> u16 {
        match self {
            Self::GoingAway => 1001,
            Self::TooLarge => 1009,
            Self::NoHello => 4400,
            Self::Unauthorized => 4401,
            Self::HelloTimeout => 4408,
            Self::TooMany => 4429,
            Self::Unavailable => 4503,
        }
    }

    pub fn reason(self) -> &'static str {
        match self {
            Self::GoingAway => "the server is going away",
            Self::TooLarge => "frames are text of at most 64 KiB",
            Self::NoHello => "the first frame must be hello",
            Self::Unauthorized => "get a new token",
            Self::HelloTimeout => "no hello within 10 s",
            Self::TooMany => "too many frames or sockets",
            Self::Unavailable => "the store could not be read",
        }
    }
}

impl ClientFrame {
    /// The error is a sentence for the developer of the page.
    pub fn read(frame: &[u8]) -> Result<Self, String> {
        let read = serde_json::from_slice(frame).map_err(|error| unfit(frame, &error))?;
        match list_for_object(frame, &read) {
            Some(_) => Err("the frame is a list: send one object a frame".to_owned()),
            None => Ok(read),
        }
    }
}

fn unfit(frame: &[u8], error: &serde_json::Error) -> String {
    if !error.is_data() {
        return "the frame is no JSON: send one object a frame".to_owned();
    }
    let message = error.to_string();
    let named = |start: &str| message.strip_prefix(start).and_then(|rest| rest.split('`').next());
    if let Some(kind) = named("unknown variant `") {
        return format!(
            "there is no type `{}`: a frame is of the type hello, message, press, event, typing or read",
            kind.chars().take(40).collect::<String>()
        );
    }
    if let Some(field) = named("unknown field `") {
        let field: String = field.chars().take(40).collect();
        return format!("a frame of this type has no field `{field}`: leave it out");
    }
    if let Some(field) = named("missing field `") {
        return format!("the field `{field}` is missing");
    }
    if names_no_file(frame) {
        return "`file` is no id of a file: it is `media` of what the upload answered".to_owned();
    }
    "a field is of the wrong kind, such as a number for a text: docs/widget.md lists the fields of each frame"
        .to_owned()
}

fn names_no_file(frame: &[u8]) -> bool {
    let frame: Value = serde_json::from_slice(frame).unwrap_or_default();
    let file = &frame["file"];
    frame["type"] == "message" && !file.is_null() && MediaId::deserialize(file).is_err()
}

/// The body of `POST …/sessions`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewSession {
    /// Of an earlier session, to go on with it.
    pub refresh: Option<String>,
    /// What the browser says.
    pub language: Option<String>,
    /// What the page tells of the visitor.
    pub attributes: std::collections::BTreeMap<String, Value>,
}

/// The answer to it.
#[derive(Clone, Debug, Serialize)]
pub struct SessionOpened {
    /// Names the conversation; no secret.
    pub session: String,
    pub token: String,
    pub expires_at: Timestamp,
    pub refresh: String,
}

/// What the widget needs before there is a session.
#[derive(Clone, Debug, Serialize)]
pub struct Settings {
    pub title: String,
    pub languages: Vec<String>,
    pub theme: Theme,
    pub uploads: Uploads,
    /// Longest message in characters.
    pub text: usize,
}

/// The answer to an upload.
#[derive(Clone, Debug, Serialize)]
pub struct Uploaded {
    pub source: Source,
    pub media: MediaId,
    pub name: String,
    pub media_type: String,
    pub size: u64,
}

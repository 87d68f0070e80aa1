//! What does a message that was sent by POST mean?

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use studio_core::{
    api::list_for_object,
    content::{Content, Source},
    dialogue::Body,
    plain::wrong,
    texts,
    unseen::is_readable,
};
use url::Url;

use super::sign::is_id;
use crate::{file_name, fingerprint::fingerprint, host::Incoming};

const LONGEST_CONVERSATION: usize = 256;
const LONGEST_TEXT: usize = 10_000;
const LONGEST_VALUE: usize = 2_000;
const MOST_CONTACT_FIELDS: usize = 64;
/// What of a contact the studio itself reads: texts, and whether the sender vouches for them.
const CONTACT_TEXTS: [&str; 6] = ["name", "username", "email", "phone", "topic", "timezone"];
const CONTACT_TRUTHS: [&str; 2] = ["email_verified", "phone_verified"];

/// The body of `POST /webhooks/{connection}`.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Posted {
    /// The sender's own name of the conversation, at most 256 characters.
    pub conversation: String,
    /// The sender's own id of this message within the conversation; the `webhook-id` where absent.
    #[serde(default)]
    pub id: Option<String>,
    pub message: PostedMessage,
    /// What is known of the person: `contact.…` in the bot. Told before the message.
    #[serde(default)]
    pub contact: BTreeMap<String, Value>,
    /// ISO 639-1 or a longer language tag.
    #[serde(default)]
    pub language: Option<String>,
}

/// One of these.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PostedMessage {
    Text(String),
    /// A button, quick reply or row was chosen.
    Press(Press),
    File(File),
    /// A place, in degrees.
    Location(Location),
    /// Something happened that a flow may wait for.
    Event(Event),
    /// The person opened the chat and has not said a word: the bot greets, once.
    Open(Open),
    /// Everything said in the conversation is to be forgotten.
    Forget(Forget),
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Press {
    pub value: String,
    /// What the transcript shows; the value where absent.
    #[serde(default)]
    pub title: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// A public address of http or https.
    pub url: String,
    pub name: String,
    pub media_type: String,
    /// In bytes, 0 where unknown.
    #[serde(default)]
    pub size: u64,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Location {
    pub latitude: f64,
    pub longitude: f64,
    #[serde(default)]
    pub label: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    pub name: String,
    #[serde(default)]
    pub data: Value,
}

/// Written `{}`.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Open {}

/// Written `{}`.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Forget {}

/// Why a body is no message, in a sentence for the sender.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misread {
    #[error("the body is no JSON: {0}")]
    NoJson(String),
    /// It is JSON; the sentence names the field.
    #[error("{0}")]
    Unfit(String),
}

impl Posted {
    pub fn read(body: &[u8]) -> Result<Self, Misread> {
        // Derived readers take an array of the fields' values as well.
        if body.trim_ascii_start().first() == Some(&b'[') {
            return Err(Misread::Unfit(NO_OBJECT.to_owned()));
        }
        let mut reader = serde_json::Deserializer::from_slice(body);
        let posted = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let field = error.path().to_string();
            misfit(body, &field, &error.into_inner())
        })?;
        reader.end().map_err(|error| Misread::NoJson(error.to_string()))?;
        match list_for_object(body, &posted) {
            Some(field) => Err(Misread::Unfit(format!(
                "the field {field} does not fit: an object is needed, not a list"
            ))),
            None => Ok(posted),
        }
    }

    /// What a repeat must be alike in.
    pub fn fingerprint(&self, key: &[u8; 32]) -> u64 {
        fingerprint(key, "http", self)
    }
}

/// As in [`PostedMessage`].
const FORMS: [&str; 7] = ["text", "press", "file", "location", "event", "open", "forget"];

const NO_OBJECT: &str =
    r#"the body must be an object, such as {"conversation": "customer-17", "message": {"text": "Hello"}}"#;

/// What to write in place of a body that does not fit.
fn misfit(body: &[u8], field: &str, why: &serde_json::Error) -> Misread {
    let body: Value = match serde_json::from_slice(body) {
        Ok(body) => body,
        Err(error) => return Misread::NoJson(error.to_string()),
    };
    let is_one = |message: &Value| message.as_object().is_some_and(|forms| forms.len() == 1);
    Misread::Unfit(if !body.is_object() {
        NO_OBJECT.to_owned()
    } else if let Some(message) = body.get("message").filter(|message| !is_one(message)) {
        no_form(message)
    } else if field == "." {
        format!("the body does not fit: {}", wrong(&why.to_string(), ""))
    } else {
        format!("the field {field} does not fit: {}", wrong(&why.to_string(), ""))
    })
}

/// Of a message that is none of the forms, or several.
fn no_form(message: &Value) -> String {
    let forms = FORMS.join(", ");
    let is_stray = |name: &&String| !FORMS.contains(&name.as_str());
    match message.as_object().and_then(|message| message.keys().find(is_stray)) {
        Some(name) => {
            let name: String = name.chars().take(40).collect();
            format!("message has no field `{name}`: it must hold exactly one of {forms}")
        }
        None => format!("message must hold exactly one of {forms}"),
    }
}

/// What the studio reads of a contact must be what it is read as.
fn check_contact(contact: &BTreeMap<String, Value>) -> Result<(), String> {
    if contact.len() > MOST_CONTACT_FIELDS {
        return Err(format!("contact may have at most {MOST_CONTACT_FIELDS} fields"));
    }
    for (name, value) in contact {
        let is_text = CONTACT_TEXTS.contains(&name.as_str());
        if is_text && !(value.is_string() || value.is_null()) {
            return Err(format!("contact.{name} must be a text"));
        }
        if CONTACT_TRUTHS.contains(&name.as_str()) && !value.is_boolean() {
            return Err(format!("contact.{name} must be true or false"));
        }
    }
    Ok(())
}

/// The events of one POST, in their order; the last is the message itself.
///
/// The error is a sentence for the sender.
pub fn incoming(
    connection: &str,
    webhook_id: &str,
    fingerprint: u64,
    posted: Posted,
) -> Result<Vec<Incoming>, String> {
    let Posted { conversation, id, message, contact, language } = posted;
    let id = id.unwrap_or_else(|| webhook_id.to_owned());
    if !is_id(&id) {
        return Err("id must be 1 to 128 letters, digits, hyphens and underscores".into());
    }
    let length = conversation.chars().count();
    if length == 0 || length > LONGEST_CONVERSATION || conversation.chars().any(char::is_control) {
        return Err(format!(
            "conversation must be 1 to {LONGEST_CONVERSATION} characters, none of them a control character such as a line break"
        ));
    }
    check_contact(&contact)?;
    if language.as_ref().is_some_and(|language| !texts::is_tag(language)) {
        return Err(format!("language must be {}", texts::TAG));
    }
    // Ids have no colon, so the last one divides: another conversation's id can never be met.
    let native = format!("{conversation}:{id}");
    let event = |native: String, body: Body| Incoming {
        connection: connection.to_owned(),
        thread: conversation.clone(),
        external: conversation.clone(),
        native,
        body,
        fingerprint: Some(fingerprint),
        said_at: None,
        author: None,
        attachments: Vec::new(),
    };
    let body = body(message, language.clone())?;
    let mut events = Vec::new();
    if !contact.is_empty() {
        // No id has a plus sign.
        events.push(event(format!("{native}+contact"), Body::Introduced { language, attributes: contact }));
    }
    events.push(event(native, body));
    Ok(events)
}

fn body(message: PostedMessage, language: Option<String>) -> Result<Body, String> {
    let content = match message {
        PostedMessage::Text(text) => Content::text(words(text, LONGEST_TEXT)?),
        PostedMessage::Press(Press { value, title }) => {
            let title = title.unwrap_or_else(|| value.clone());
            if value.is_empty() || value.len() > LONGEST_VALUE || title.len() > LONGEST_VALUE {
                return Err(format!("value and title of a press must be 1 to {LONGEST_VALUE} bytes"));
            }
            return Ok(Body::Press { value, title });
        }
        PostedMessage::File(File { url, name, media_type, size }) => {
            let web = Url::parse(&url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
            if !web || url.len() > LONGEST_VALUE {
                return Err("the url of a file must be an address of http or https".into());
            }
            if !is_media_type(&media_type) {
                return Err(
                    "the media_type of a file must be one such as application/pdf, of at most 127 characters"
                        .into(),
                );
            }
            Content::File { source: Source::Url(url), name: file_name::clean(&name, &[]), media_type, size }
        }
        PostedMessage::Location(Location { latitude, longitude, label }) => Content::Location {
            latitude_microdegrees: microdegrees(latitude, 90.0)?,
            longitude_microdegrees: microdegrees(longitude, 180.0)?,
            label,
        },
        PostedMessage::Event(Event { name, data }) => {
            if !is_event_name(&name) {
                return Err("the name of an event must be 1 to 64 lower case letters, digits, dots, hyphens and underscores".into());
            }
            return Ok(Body::Custom { name, data });
        }
        PostedMessage::Open(Open {}) => return Ok(Body::Opened { language, attributes: BTreeMap::new() }),
        PostedMessage::Forget(Forget {}) => return Ok(Body::Forget),
    };
    Ok(Body::said(content, language))
}

/// The text as it came, which must have something to read and at most so many characters.
///
/// The error is a sentence for the sender.
pub(crate) fn words(text: String, longest: usize) -> Result<String, String> {
    if !is_readable(&text) {
        return Err("the text has nothing to read".into());
    }
    if text.chars().nth(longest).is_some() {
        return Err(format!("the text may have at most {longest} characters"));
    }
    Ok(text)
}

/// Whether a text looks like `application/pdf` or `text/plain; charset=utf-8`: it goes into headers elsewhere.
fn is_media_type(text: &str) -> bool {
    let named = text.split_once('/').is_some_and(|(kind, more)| !kind.is_empty() && !more.is_empty());
    named && text.len() <= 127 && text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
}

/// Degrees as whole millionths.
fn microdegrees(degrees: f64, most: f64) -> Result<i32, String> {
    if !(-most..=most).contains(&degrees) {
        return Err("latitude lies within 90 degrees, longitude within 180".into());
    }
    #[expect(clippy::cast_possible_truncation, reason = "180 million fit into 32 bits")]
    Ok((degrees * 1_000_000.0).round() as i32)
}

/// Whether a text looks like a language tag, as pages name their languages: `en`, `de-AT`, `zh-Hant-TW`, `english`.
pub(crate) fn is_language(tag: &str) -> bool {
    tag.len() <= 35
        && tag.split(['-', '_']).all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

/// Whether a text can name an event of the page or of a program.
pub(crate) fn is_event_name(name: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_');
    (1..=64).contains(&name.len()) && name.bytes().all(allowed)
}

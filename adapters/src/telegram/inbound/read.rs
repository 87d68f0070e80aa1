//! How is an update read, whatever Telegram has added to it since?

use serde_json::{Value, json};
use teloxide_core::types::{MessageKind, Update, UpdateKind};

use crate::{misread::named, telegram::kinds};

/// Parts of a message that it can be understood without: a kind of mark or of keyboard that is not known yet must not cost
/// the words that it stands with.
const DISPENSABLE: [&str; 10] = [
    "entities",
    "caption_entities",
    "reply_to_message",
    "reply_markup",
    "quote",
    "external_reply",
    "forward_origin",
    "link_preview_options",
    "via_bot",
    "sender_tag",
];

/// What a person can say.
pub const SAID: [&str; 11] = [
    "text",
    "photo",
    "document",
    "voice",
    "audio",
    "video",
    "video_note",
    "animation",
    "sticker",
    "location",
    "contact",
];

/// An update that cannot be read; a sentence for the log, without anything of what was said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    #[error("it has no update_id")]
    Form,
    #[error("it holds “{0}”, which this studio does not know or cannot read")]
    Kind(String),
}

/// The update that a text of JSON holds.
pub fn read(raw: &Value) -> Result<Update, Unread> {
    if raw["update_id"].as_u64().is_none() {
        return Err(Unread::Form);
    }
    let kind = kinds::of(raw);
    let unread = || Unread::Kind(named(kind).to_owned());
    // A reaction of nobody is more than teloxide can bear.
    let nobody =
        kind == "message_reaction" && raw[kind]["user"].is_null() && raw[kind]["actor_chat"].is_null();
    if nobody {
        return Err(unread());
    }
    let mut raw = raw.clone();
    // teloxide wants each of these ids as an object, which Telegram never sends.
    for id in raw[kind].get_mut("message_ids").and_then(Value::as_array_mut).into_iter().flatten() {
        *id = json!({ "message_id": id.take() });
    }
    let whole = try_read(&raw);
    if whole.as_ref().is_some_and(|update| !is_empty(update)) || !says_something(&raw[kind]) {
        return whole.ok_or_else(unread);
    }
    let mut bare = raw;
    if let Some(message) = bare.get_mut(kind).and_then(Value::as_object_mut) {
        message.retain(|name, _| !DISPENSABLE.contains(&name.as_str()));
    }
    try_read(&bare).filter(|update| !is_empty(update)).ok_or_else(unread)
}

/// Whether teloxide found nothing in a message: it does so too where one entity is of a kind that it does not know.
fn is_empty(update: &Update) -> bool {
    match &update.kind {
        UpdateKind::Message(message)
        | UpdateKind::EditedMessage(message)
        | UpdateKind::BusinessMessage(message)
        | UpdateKind::EditedBusinessMessage(message) => matches!(message.kind, MessageKind::Empty {}),
        _ => false,
    }
}

/// Whether a message holds anything that a person says, in contrast to what a chat says of itself.
fn says_something(message: &Value) -> bool {
    SAID.iter().any(|field| message.get(field).is_some())
}

fn try_read(raw: &Value) -> Option<Update> {
    // From a text: from a value whose names are not borrowed, teloxide loses the first of them.
    let update = serde_json::from_str::<Update>(&raw.to_string()).ok()?;
    (!matches!(update.kind, UpdateKind::Error(_))).then_some(update)
}

//! How is an update read, whatever Telegram has added to it since?

use serde_json::Value;
use teloxide_core::types::{Update, UpdateKind};

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

/// An update that cannot be read; a sentence for the log, without anything of what was said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    #[error("not an update: {0}")]
    Form(String),
    #[error("update {0} holds “{1}”, which cannot be read; a newer studio may be able to")]
    Kind(u64, String),
}

/// The update that a text of JSON holds.
pub fn read(raw: &Value) -> Result<Update, Unread> {
    let Some(id) = raw["update_id"].as_u64() else {
        return Err(Unread::Form("it has no update_id".to_owned()));
    };
    let kind = raw.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    let kind = kind.filter(|name| *name != "update_id").next().unwrap_or("nothing").to_owned();
    // A reaction of nobody is more than teloxide can bear.
    let nobody = kind == "message_reaction"
        && raw[&kind].get("user").is_none()
        && raw[&kind].get("actor_chat").is_none();
    if nobody {
        return Err(Unread::Kind(id, kind));
    }
    if let Some(update) = try_read(raw) {
        return Ok(update);
    }
    let mut bare = raw.clone();
    if let Some(message) = bare.get_mut(&kind).and_then(Value::as_object_mut) {
        message.retain(|name, _| !DISPENSABLE.contains(&name.as_str()));
    }
    try_read(&bare).ok_or(Unread::Kind(id, kind))
}

fn try_read(raw: &Value) -> Option<Update> {
    // From a text: from a value whose names are not borrowed, teloxide loses the first of them.
    let update = serde_json::from_str::<Update>(&raw.to_string()).ok()?;
    (!matches!(update.kind, UpdateKind::Error(_))).then_some(update)
}

//! How does a bot say again what was said: forwarded, or copied?

use serde_json::{Value, json};

use super::{
    api::{Answered, Refusal, refusal},
    edit::set,
    messages::{Target, check_caption, markup, place, words},
    read::Given,
    things::{needed, new_id},
    world::World,
};

/// Fields that say where, when and how something was said, but not what.
const AROUND: [&str; 15] = [
    "message_id",
    "from",
    "chat",
    "date",
    "edit_date",
    "message_thread_id",
    "is_topic_message",
    "business_connection_id",
    "sender_business_bot",
    "reply_to_message",
    "reply_markup",
    "media_group_id",
    "effect_id",
    "has_protected_content",
    "forward_origin",
];
/// What tells of something that happened in a chat.
const HAPPENED: [&str; 7] = [
    "new_chat_members",
    "left_chat_member",
    "new_chat_title",
    "forum_topic_created",
    "forum_topic_edited",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
];
/// What may have a caption.
const WITH_CAPTION: [&str; 6] = ["photo", "document", "animation", "video", "audio", "voice"];

pub fn forward(world: &World, given: &Given) -> Answered {
    let target = Target::find(world, given)?;
    let card = original(world, given, "forward")?;
    let mut again = content(&card);
    again["forward_origin"] = match card.get("forward_origin") {
        Some(origin) => origin.clone(),
        None => json!({ "type": "user", "date": card["date"], "sender_user": card["from"] }),
    };
    target.say(world, again, None)
}

/// A copy does not say whose it was; a caption may be put in the place of the old one.
pub fn copy(world: &World, given: &Given) -> Answered {
    let target = Target::find(world, given)?;
    let mut again = content(&original(world, given, "copy")?);
    if given.text("caption").is_some() && WITH_CAPTION.iter().any(|kind| again.get(*kind).is_some()) {
        let (caption, entities) = words(world, given, "caption")?;
        check_caption(&caption)?;
        set(&mut again, "caption", (!caption.is_empty()).then(|| caption.into()));
        set(&mut again, "caption_entities", (!entities.is_empty()).then(|| entities.into()));
    }
    if again.get("poll").is_some() {
        again["poll"]["id"] = new_id(world).into();
        again["poll"]["is_closed"] = false.into();
    }
    let said = target.say(world, again, markup(given)?)?;
    Ok(json!({ "message_id": said["message_id"] }))
}

/// The message that is to be said again.
fn original(world: &World, given: &Given, what: &str) -> Answered {
    needed(given, "from_chat_id")?;
    let state = world.state();
    let chat = place(&state, given, "from_chat_id")?;
    let message = state.chats[&chat].messages.get(&given.number("message_id").unwrap_or_default());
    // Those of business chats are not the bot's to find.
    let message =
        message.filter(|message| !message.deleted && message.card.get("business_connection_id").is_none());
    let missing = || refusal(400, &format!("Bad Request: message to {what} not found"));
    let card = message.ok_or_else(missing)?.card.clone();
    if card["has_protected_content"] == true || HAPPENED.iter().any(|field| card.get(*field).is_some()) {
        return Err(cannot(what));
    }
    Ok(card)
}

fn cannot(what: &str) -> Refusal {
    let done = if what == "copy" { "copied" } else { "forwarded" };
    refusal(400, &format!("Bad Request: message can't be {done}"))
}

/// What a message says.
fn content(card: &Value) -> Value {
    let mut content = card.clone();
    for field in AROUND {
        set(&mut content, field, None);
    }
    content
}

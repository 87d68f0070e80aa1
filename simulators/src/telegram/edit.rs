//! How does a bot change or take back what it has said?

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    api::{Answered, Refusal, refusal},
    messages::{Target, check_caption, check_rate, check_text, markup, words},
    read::Given,
    world::{Message, World},
};

/// How long a message can be deleted, in hours.
const DELETE_WITHIN: i64 = 48;
/// Most messages that are deleted at a time.
const MOST_DELETED: usize = 100;
/// With which bots may react (Bot API 10.1, `ReactionTypeEmoji`).
const REACTIONS: [&str; 73] = [
    "❤",
    "👍",
    "👎",
    "🔥",
    "🥰",
    "👏",
    "😁",
    "🤔",
    "🤯",
    "😱",
    "🤬",
    "😢",
    "🎉",
    "🤩",
    "🤮",
    "💩",
    "🙏",
    "👌",
    "🕊",
    "🤡",
    "🥱",
    "🥴",
    "😍",
    "🐳",
    "❤\u{200d}🔥",
    "🌚",
    "🌭",
    "💯",
    "🤣",
    "⚡",
    "🍌",
    "🏆",
    "💔",
    "🤨",
    "😐",
    "🍓",
    "🍾",
    "💋",
    "🖕",
    "😈",
    "😴",
    "😭",
    "🤓",
    "👻",
    "👨\u{200d}💻",
    "👀",
    "🎃",
    "🙈",
    "😇",
    "😨",
    "🤝",
    "✍",
    "🤗",
    "🫡",
    "🎅",
    "🎄",
    "☃",
    "💅",
    "🤪",
    "🗿",
    "🆒",
    "💘",
    "🙉",
    "🦄",
    "😘",
    "💊",
    "🙊",
    "😎",
    "👾",
    "🤷\u{200d}♂",
    "🤷",
    "🤷\u{200d}♀",
    "😡",
];
/// Some emoji are told with it, and are the same without.
const IN_COLOUR: char = '\u{fe0f}';

pub fn text(world: &World, given: &Given) -> Answered {
    let (text, entities) = words(world, given, "text")?;
    let text = check_text(&text)?;
    change(world, given, |card| {
        if card.get("text").is_none() {
            return Err(refusal(400, "Bad Request: there is no text in the message to edit"));
        }
        card["text"] = text.into();
        set(card, "entities", (!entities.is_empty()).then(|| entities.into()));
        Ok(())
    })
}

pub fn caption(world: &World, given: &Given) -> Answered {
    let (caption, entities) = words(world, given, "caption")?;
    check_caption(&caption)?;
    change(world, given, |card| {
        let kinds = ["photo", "document", "animation", "video", "audio", "voice"];
        if !kinds.iter().any(|kind| card.get(*kind).is_some()) {
            return Err(refusal(400, "Bad Request: there is no caption in the message to edit"));
        }
        set(card, "caption", (!caption.is_empty()).then(|| caption.into()));
        set(card, "caption_entities", (!entities.is_empty()).then(|| entities.into()));
        Ok(())
    })
}

pub fn keys(world: &World, given: &Given) -> Answered {
    change(world, given, |_| Ok(()))
}

/// Puts a field into a message, or takes it out.
pub fn set(card: &mut Value, name: &str, value: Option<Value>) {
    let Some(fields) = card.as_object_mut() else { return };
    match value {
        Some(value) => fields.insert(name.to_owned(), value),
        None => fields.remove(name),
    };
}

/// Changes a message of the bot's; whoever leaves the keyboard out takes it away.
fn change(world: &World, given: &Given, how: impl FnOnce(&mut Value) -> Result<(), Refusal>) -> Answered {
    let target = Target::find(world, given)?;
    let keys = markup(given)?;
    if keys.as_ref().is_some_and(|keys| keys.get("inline_keyboard").is_none()) {
        return Err(refusal(400, "Bad Request: inline keyboard expected"));
    }
    let mut state = world.state();
    if world.settings.limited {
        check_rate(&mut state, target.chat, world.now())?;
    }
    let id = given.number("message_id").unwrap_or_default();
    let messages = state.chats.get_mut(&target.chat).map(|chat| &mut chat.messages);
    let message = messages.and_then(|messages| messages.get_mut(&id)).filter(|message| !message.deleted);
    let message = message.ok_or_else(|| refusal(400, "Bad Request: message to edit not found"))?;
    let other_keys =
        message.card.get("reply_markup").is_some_and(|keys| keys.get("inline_keyboard").is_none());
    if !message.by_bot || other_keys || message.card.get("forward_origin").is_some() {
        return Err(refusal(400, "Bad Request: message can't be edited"));
    }
    let mut card = message.card.clone();
    how(&mut card)?;
    set(&mut card, "reply_markup", keys);
    let without_date = |card: &Value| {
        let mut card = card.clone();
        set(&mut card, "edit_date", None);
        card
    };
    if without_date(&card) == without_date(&message.card) {
        return Err(refusal(
            400,
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
        ));
    }
    card["edit_date"] = world.now().as_second().into();
    message.card = card.clone();
    message.edited.push(world.now());
    Ok(card)
}

pub fn delete_one(world: &World, given: &Given) -> Answered {
    let target = Target::find(world, given)?;
    let id = given.number("message_id").unwrap_or_default();
    let mut state = world.state();
    let messages = state.chats.get_mut(&target.chat).map(|chat| &mut chat.messages);
    let message = messages.and_then(|messages| messages.get_mut(&id)).filter(|message| !message.deleted);
    let message = message.ok_or_else(|| refusal(400, "Bad Request: message to delete not found"))?;
    if !may_be_deleted(message, target.chat, world.now()) {
        return Err(refusal(400, "Bad Request: message can't be deleted for everyone"));
    }
    message.deleted = true;
    Ok(json!(true))
}

/// Bots react with one emoji, or take it back.
pub fn react(world: &World, given: &Given) -> Answered {
    let target = Target::find(world, given)?;
    let reactions = given.json("reaction")?.unwrap_or_else(|| json!([]));
    let reactions = reactions.as_array().map(Vec::as_slice).unwrap_or_default();
    if reactions.len() > 1 {
        return Err(refusal(400, "Bad Request: REACTIONS_TOO_MANY"));
    }
    let is_known = |reaction: &Value| {
        let emoji = reaction["emoji"].as_str().unwrap_or_default().replace(IN_COLOUR, "");
        reaction["type"] == "emoji" && REACTIONS.contains(&emoji.as_str())
    };
    if !reactions.iter().all(is_known) {
        return Err(refusal(400, "Bad Request: REACTION_INVALID"));
    }
    let id = given.number("message_id").unwrap_or_default();
    let state = world.state();
    let message = state.chats.get(&target.chat).and_then(|chat| chat.messages.get(&id));
    match message.filter(|message| !message.deleted) {
        Some(_) => Ok(json!(true)),
        None => Err(refusal(400, "Bad Request: message to react not found")),
    }
}

/// Those that are not there any more are passed over; one that may not be deleted keeps the others.
pub fn delete(world: &World, given: &Given) -> Answered {
    let target = Target::find(world, given)?;
    remove(world, &[target.chat], &ids(given)?)
}

pub fn delete_business(world: &World, given: &Given) -> Answered {
    let business = given.text("business_connection_id").unwrap_or_default();
    if !world.state().business.contains_key(&business) {
        return Err(refusal(400, "Bad Request: BUSINESS_CONNECTION_INVALID"));
    }
    let ids = ids(given)?;
    let chats = {
        let state = world.state();
        let holds = |id: &&i64| state.chats[*id].messages.keys().any(|message| ids.contains(message));
        state.chats.keys().filter(holds).copied().collect::<Vec<_>>()
    };
    remove(world, &chats, &ids)
}

fn ids(given: &Given) -> Result<Vec<i64>, Refusal> {
    let ids = given.json("message_ids")?.unwrap_or_else(|| json!([]));
    let ids = ids.as_array().into_iter().flatten().filter_map(Value::as_i64).collect::<Vec<_>>();
    if ids.is_empty() || ids.len() > MOST_DELETED {
        return Err(refusal(400, "Bad Request: message identifiers are not specified, or too many of them"));
    }
    Ok(ids)
}

fn remove(world: &World, chats: &[i64], ids: &[i64]) -> Answered {
    let mut state = world.state();
    let there = chats.iter().flat_map(|chat| ids.iter().map(move |id| (*chat, *id)));
    let there = there.filter(|(chat, id)| {
        let message = state.chats.get(chat).and_then(|chat| chat.messages.get(id));
        message.is_some_and(|message| !message.deleted)
    });
    let there = there.collect::<Vec<_>>();
    let now = world.now();
    if !there.iter().all(|(chat, id)| may_be_deleted(&state.chats[chat].messages[id], *chat, now)) {
        return Err(refusal(400, "Bad Request: message can't be deleted for everyone"));
    }
    for (chat, id) in there {
        if let Some(message) = state.chats.get_mut(&chat).and_then(|chat| chat.messages.get_mut(&id)) {
            message.deleted = true;
        }
    }
    Ok(json!(true))
}

fn may_be_deleted(message: &Message, chat: i64, now: Timestamp) -> bool {
    let young = now.duration_since(message.at).as_hours() < DELETE_WITHIN;
    young && (message.by_bot || chat > 0)
}

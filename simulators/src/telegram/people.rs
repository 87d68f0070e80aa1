//! What can be done in a person's place? `POST /simulator/<act>`, with a body of JSON.
//!
//! | act | body |
//! |---|---|
//! | `person` | `{"id", "first_name", "last_name", "username", "language"}`: only the id is needed |
//! | `group` | `{"id", "title", "forum", "topics": [2, {"id": 3, "name"}]}`: ids of supergroups, as forums are, are -1000000000001 or lower |
//! | `business` | `{"id", "owner", "enabled"}`: an account connects the bot, or disconnects it |
//! | `start` | `{"person", "payload"}` |
//! | `say` | `{"person", "chat", "topic", "business", "text", "reply_to"}`: without `chat` in private |
//! | `press` | `{"person", "chat", "message", "title"}`: a button below the bot's message, the last one where `message` is left out |
//! | `send` | like `say`, with `kind` (photo, document, voice, audio, video, sticker, location, venue, contact), `name`, `media_type`, `base64` or `content`, `caption`, `latitude`, `longitude`, `title`, `address`, `emoji`, `phone`, `first_name`, `user` (whose number it is; the person's own where it is left out, nobody's where it is null) |
//! | `album` | like `send`, with `files`: a list of those |
//! | `edit` | `{"person", "chat", "message", "text"}` |
//! | `delete` | `{"person", "business", "message"}`: only business chats tell of it |
//! | `react` | `{"person", "chat", "message", "emoji"}` |
//! | `block`, `unblock` | `{"person"}` |
//! | `join`, `leave` | `{"person", "chat"}` |
//! | `remove_bot` | `{"chat"}` |
//! | `rename` | `{"person", "chat", "title"}`, or `{"person", "chat", "topic", "name"}`: a group, or a topic of it |
//! | `migrate` | `{"chat", "to"}`: a group becomes a supergroup |
//! | `renumber` | `{"next"}`: Telegram numbers its updates anew, as it does after a quiet week |
//! | `clock` | `{"seconds"}`: so much time passes, for everything |
//! | `age` | `{"chat", "hours"}`: so much time has passed since everything there was said |
//! | `update` | any update without its id, as it is |
//!
//! What tells the bot something answers with the `update`'s number; it is null where the bot did not ask for updates of this kind
//! (`allowed_updates`), and `untold` says so.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    content,
    edit::set,
    marks,
    world::{Chat, Message, Query, World, anywhere, is_super},
};

/// What comes of an act; `None` where there is none of this name.
pub fn act(world: &World, act: &str, body: &Value) -> Result<Option<Value>, String> {
    let done = match act {
        "person" => Ok(person(world, number(body, "id")?, body)),
        "group" => group(world, body),
        "business" => business(world, body),
        "start" => {
            let payload = body["payload"].as_str().map_or(String::new(), |payload| format!(" {payload}"));
            let person = number(body, "person")?;
            let said = json!({"person": person, "text": format!("/start{payload}")});
            open(world, person);
            say(world, &said, &json!({ "text": said["text"] }))
        }
        "say" => {
            let text =
                body["text"].as_str().filter(|text| !text.trim().is_empty()).ok_or("text is needed")?;
            if text.chars().count() > super::messages::LONGEST_TEXT {
                return Err("text may have 4096 characters".to_owned());
            }
            say(world, body, &json!({ "text": text }))
        }
        "send" => {
            let content = content::of(world, body, body)?;
            say(world, body, &content)
        }
        "album" => album(world, body),
        "press" => press(world, body),
        "edit" => edit(world, body),
        "delete" => delete(world, body),
        "react" => react(world, body),
        "renumber" => {
            world.state().next_update = number(body, "next")?;
            Ok(json!({}))
        }
        "block" | "unblock" => block(world, number(body, "person")?, act == "block"),
        "join" | "leave" => {
            let person = person(world, number(body, "person")?, &Value::Null);
            let content = match act {
                "join" => json!({ "new_chat_members": [person] }),
                _ => json!({ "left_chat_member": person }),
            };
            say(world, body, &content)
        }
        "rename" => rename(world, body),
        "remove_bot" => remove_bot(world, number(body, "chat")?),
        "migrate" => migrate(world, number(body, "chat")?, number(body, "to")?),
        "clock" => {
            world.advance(number(body, "seconds")?);
            Ok(json!({ "now": world.now().to_string() }))
        }
        "age" => {
            let (chat, hours) = (number(body, "chat")?, number(body, "hours")?);
            let mut state = world.state();
            let chat = state.chats.get_mut(&chat).ok_or("there is no such chat")?;
            for message in chat.messages.values_mut() {
                message.at =
                    message.at.saturating_sub(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MIN);
            }
            Ok(json!({}))
        }
        "update" => {
            let (kind, content) =
                body.as_object().and_then(|body| body.iter().next()).ok_or("an update is needed")?;
            Ok(tell(world, 0, kind, content.clone(), json!({})))
        }
        _ => return Ok(None),
    };
    done.map(Some)
}

fn number(body: &Value, name: &str) -> Result<i64, String> {
    body[name].as_i64().ok_or_else(|| format!("{name} must be a number"))
}

/// Tells the bot of something: what the act answers has the number of the update, or says why there is none.
fn tell(world: &World, chat: i64, kind: &str, body: Value, mut answer: Value) -> Value {
    let update = world.tell(chat, kind, body);
    answer["update"] = json!(update);
    if update.is_none() {
        answer["untold"] =
            json!(format!("the bot is not told: it did not ask for `{kind}` in its allowed_updates"));
    }
    answer
}

/// The person with this id, known from now on.
fn person(world: &World, id: i64, body: &Value) -> Value {
    let mut state = world.state();
    let known = state.people.contains_key(&id);
    let person = state.people.entry(id).or_insert_with(
        || json!({"id": id, "is_bot": false, "first_name": format!("Person {id}"), "language_code": "en"}),
    );
    for (field, name) in [
        ("first_name", "first_name"),
        ("last_name", "last_name"),
        ("username", "username"),
        ("language", "language_code"),
    ] {
        if let Some(value) = body[field].as_str() {
            person[name] = value.into();
        }
    }
    let person = person.clone();
    if !known {
        let mut card = json!({"id": id, "type": "private", "first_name": person["first_name"]});
        for name in ["last_name", "username"] {
            if let Some(value) = person.get(name) {
                card[name] = value.clone();
            }
        }
        state.chats.insert(id, chat(card, false));
    }
    person
}

fn chat(card: Value, open: bool) -> Chat {
    Chat {
        card,
        messages: std::collections::BTreeMap::new(),
        next_message: anywhere(),
        topics: BTreeMap::new(),
        open,
        blocked: false,
        migrated_to: None,
        typing: Vec::new(),
    }
}

fn open(world: &World, id: i64) {
    person(world, id, &Value::Null);
    if let Some(chat) = world.state().chats.get_mut(&id) {
        chat.open = true;
    }
}

const NOT_SUPER: &str = "the id of a supergroup is -1000000000001 or lower, such as -1001234567890";

fn group(world: &World, body: &Value) -> Result<Value, String> {
    let id = number(body, "id")?;
    if id >= 0 {
        return Err("the id of a group is negative".to_owned());
    }
    let kind = if is_super(id) { "supergroup" } else { "group" };
    let mut card = json!({"id": id, "type": kind, "title": body["title"].as_str().unwrap_or("Group")});
    if body["forum"] == true && !is_super(id) {
        return Err(format!("a forum is a supergroup: {NOT_SUPER}"));
    }
    if body["forum"] == true {
        card["is_forum"] = true.into();
    }
    let mut group = chat(card.clone(), true);
    group.topics = body["topics"].as_array().into_iter().flatten().filter_map(topic).collect();
    world.state().chats.insert(id, group);
    Ok(card)
}

fn business(world: &World, body: &Value) -> Result<Value, String> {
    let id = body["id"].as_str().ok_or("id must be a text")?;
    let owner = number(body, "owner")?;
    let enabled = body["enabled"].as_bool().unwrap_or(true);
    let user = person(world, owner, &Value::Null);
    let connection = json!({
        "id": id, "user": user, "user_chat_id": owner, "date": world.now().as_second(), "is_enabled": enabled,
        "rights": {"can_reply": true},
    });
    world.state().business.insert(id.to_owned(), connection.clone());
    Ok(tell(world, owner, "business_connection", connection, json!({})))
}

/// What is said in a topic later still names the one that it was made with.
fn rename(world: &World, body: &Value) -> Result<Value, String> {
    if let Some(name) = body["name"].as_str() {
        body["topic"].as_i64().ok_or("topic must be a number")?;
        return say(world, body, &json!({ "forum_topic_edited": { "name": name } }));
    }
    let title = body["title"].as_str().ok_or("title or name is needed")?;
    let chat = number(body, "chat")?;
    world.state().chats.get_mut(&chat).ok_or("there is no such chat")?.card["title"] = title.into();
    say(world, body, &json!({ "new_chat_title": title }))
}

/// A topic by its number alone, or with its name.
fn topic(told: &Value) -> Option<(i64, String)> {
    let id = told.as_i64().or_else(|| told["id"].as_i64())?;
    let name = told["name"].as_str().map_or_else(|| format!("Topic {id}"), str::to_owned);
    Some((id, name))
}

/// Something is said: a message of a person in a chat.
fn say(world: &World, body: &Value, content: &Value) -> Result<Value, String> {
    let id = number(body, "person")?;
    let from = person(world, id, &Value::Null);
    let place = body["chat"].as_i64().unwrap_or(id);
    let business = body["business"].as_str();
    let mut state = world.state();
    let at = world.now();
    if place > 0 && place != id && business.is_none() {
        return Err("in private, a person writes in the chat with the same id".to_owned());
    }
    let message = state.message_id(place);
    let chat = state.chats.get_mut(&place).ok_or("there is no such chat; make it with the act group")?;
    if chat.blocked {
        return Err("who has blocked a bot cannot write to it; unblock first".to_owned());
    }
    if let Some(new) = chat.migrated_to {
        return Err(format!("this group has become the supergroup {new}"));
    }
    chat.open |= place == id;
    let mut card = json!({"message_id": message, "from": from, "chat": chat.card, "date": at.as_second()});
    if let Some(topic) = body["topic"].as_i64() {
        let name = chat.topics.get(&topic).ok_or("there is no such topic")?;
        card["message_thread_id"] = topic.into();
        card["is_topic_message"] = true.into();
        // What answers nothing else answers the message that made the topic.
        let made = json!({ "name": name, "icon_color": 7_322_096 });
        card["reply_to_message"] = json!({
            "message_id": topic, "from": from, "chat": chat.card, "date": at.as_second(), "message_thread_id": topic,
            "is_topic_message": true, "forum_topic_created": made,
        });
    }
    if let Some(answered) = body["reply_to"].as_i64() {
        let answered = chat.messages.get(&answered).ok_or("there is no message to reply to")?;
        card["reply_to_message"] = quoted(&answered.card);
    }
    if let Some(business) = business {
        card["business_connection_id"] = business.into();
    }
    for (name, value) in content.as_object().into_iter().flatten() {
        card[name] = value.clone();
    }
    for (words, name) in [("text", "entities"), ("caption", "caption_entities")] {
        let entities = content[words].as_str().map(marks::found).unwrap_or_default();
        if !entities.is_empty() && content.get(name).is_none() {
            card[name] = entities.into();
        }
    }
    let kept = Message { card: card.clone(), by_bot: false, at, edited: Vec::new(), deleted: false };
    chat.messages.insert(message, kept);
    drop(state);
    let kind = if business.is_some() { "business_message" } else { "message" };
    Ok(tell(world, place, kind, card, json!({"chat": place, "message": message})))
}

/// A message as it stands in an answer to it: without what it answers itself, and without keys in place of the letters.
fn quoted(card: &Value) -> Value {
    let mut card = card.clone();
    set(&mut card, "reply_to_message", None);
    if card["reply_markup"].get("inline_keyboard").is_none() {
        set(&mut card, "reply_markup", None);
    }
    card
}

/// Each file is an update of its own; that they belong together stands in each.
fn album(world: &World, body: &Value) -> Result<Value, String> {
    let files = body["files"].as_array().filter(|files| (2..=10).contains(&files.len()));
    let files = files.ok_or("files must be a list of 2 to 10")?;
    let group = (13_000_000_000_000_000 + world.state().number()).to_string();
    let mut told = Vec::new();
    for file in files {
        let mut content = content::of(world, &Value::Null, file)?;
        content["media_group_id"] = group.as_str().into();
        told.push(say(world, body, &content)?);
    }
    Ok(json!({"album": group, "messages": told}))
}

fn press(world: &World, body: &Value) -> Result<Value, String> {
    let id = number(body, "person")?;
    let from = person(world, id, &Value::Null);
    let place = body["chat"].as_i64().unwrap_or(id);
    let title = body["title"].as_str().ok_or("title is needed: what stands on the button")?;
    let mut state = world.state();
    let chat = state.chats.get(&place).ok_or("there is no such chat")?;
    let wanted = body["message"].as_i64();
    let candidates = || {
        chat.messages.iter().rev().filter(move |(number, message)| {
            message.by_bot && !message.deleted && wanted.is_none_or(|wanted| wanted == **number)
        })
    };
    let named = |button: &&Value| button["text"] == *title && button["callback_data"].is_string();
    let (message, data) = candidates()
        .find_map(|(_, message)| {
            let rows = message.card["reply_markup"]["inline_keyboard"].as_array()?;
            let button = rows.iter().flat_map(|row| row.as_array().into_iter().flatten()).find(named)?;
            Some((message.card.clone(), button["callback_data"].clone()))
        })
        .ok_or_else(|| {
            let is_key = candidates().any(|(_, message)| has_key(message, title));
            let why = if is_key {
                ": it is a quick reply, on the keyboard; who taps it says its words (`say`)"
            } else {
                ""
            };
            format!("no message of the bot has a button “{title}”{why}")
        })?;
    let query = (4_382_000_000_000_000_000 + state.number()).to_string();
    state.queries.insert(query.clone(), Query { at: world.now(), answer: None });
    drop(state);
    let told = json!({
        "id": query, "from": from, "message": message, "chat_instance": "-7513478123479", "data": data,
    });
    Ok(tell(world, place, "callback_query", told, json!({ "query": query })))
}

/// Whether a message brings a keyboard with this key.
fn has_key(message: &Message, title: &str) -> bool {
    let rows = message.card["reply_markup"]["keyboard"].as_array().into_iter().flatten();
    let mut keys = rows.flat_map(|row| row.as_array().into_iter().flatten());
    keys.any(|key| *key == *title || key["text"] == *title)
}

fn edit(world: &World, body: &Value) -> Result<Value, String> {
    let id = number(body, "person")?;
    let place = body["chat"].as_i64().unwrap_or(id);
    let number = number(body, "message")?;
    let text = body["text"].as_str().ok_or("text is needed")?;
    let mut state = world.state();
    let message = state.chats.get_mut(&place).and_then(|chat| chat.messages.get_mut(&number));
    let message = message.filter(|message| message.card["from"]["id"] == id && !message.deleted);
    let message = message.ok_or("this person has no such message")?;
    let is_text = message.card.get("text").is_some();
    let (field, named) = if is_text { ("text", "entities") } else { ("caption", "caption_entities") };
    message.card[field] = text.into();
    let entities = marks::found(text);
    set(&mut message.card, named, (!entities.is_empty()).then(|| entities.into()));
    message.card["edit_date"] = world.now().as_second().into();
    let card = message.card.clone();
    drop(state);
    let kind = if card.get("business_connection_id").is_some() {
        "edited_business_message"
    } else {
        "edited_message"
    };
    Ok(tell(world, place, kind, card, json!({})))
}

fn delete(world: &World, body: &Value) -> Result<Value, String> {
    let place = number(body, "person")?;
    let business = body["business"].as_str().ok_or("only business chats tell of what was deleted")?;
    let number = number(body, "message")?;
    let mut state = world.state();
    let chat = state.chats.get_mut(&place).ok_or("there is no such chat")?;
    chat.messages.get_mut(&number).ok_or("there is no such message")?.deleted = true;
    let told = json!({"business_connection_id": business, "chat": chat.card, "message_ids": [number]});
    drop(state);
    Ok(tell(world, place, "deleted_business_messages", told, json!({})))
}

fn react(world: &World, body: &Value) -> Result<Value, String> {
    let id = number(body, "person")?;
    let user = person(world, id, &Value::Null);
    let place = body["chat"].as_i64().unwrap_or(id);
    let card = world.state().chats.get(&place).ok_or("there is no such chat")?.card.clone();
    let fresh = body["emoji"].as_str().map(|emoji| json!({"type": "emoji", "emoji": emoji}));
    let told = json!({
        "chat": card, "message_id": number(body, "message")?, "user": user, "date": world.now().as_second(),
        "old_reaction": [], "new_reaction": fresh.into_iter().collect::<Vec<_>>(),
    });
    Ok(tell(world, place, "message_reaction", told, json!({})))
}

fn block(world: &World, id: i64, blocked: bool) -> Result<Value, String> {
    let user = person(world, id, &Value::Null);
    let card = {
        let mut state = world.state();
        let chat = state.chats.get_mut(&id).ok_or("there is no such person")?;
        chat.blocked = blocked;
        chat.card.clone()
    };
    let member = json!({"user": world.me(), "status": "member"});
    let kicked = json!({"user": world.me(), "status": "kicked", "until_date": 0});
    let (old, new) = if blocked { (member, kicked) } else { (kicked, member) };
    let told = json!({
        "chat": card, "from": user, "date": world.now().as_second(), "old_chat_member": old, "new_chat_member": new,
    });
    Ok(tell(world, id, "my_chat_member", told, json!({})))
}

fn remove_bot(world: &World, place: i64) -> Result<Value, String> {
    let user = person(world, 1, &Value::Null);
    let card = {
        let mut state = world.state();
        let chat = state.chats.get_mut(&place).ok_or("there is no such chat")?;
        chat.open = false;
        chat.card.clone()
    };
    let told = json!({
        "chat": card, "from": user, "date": world.now().as_second(),
        "old_chat_member": {"user": world.me(), "status": "member"},
        "new_chat_member": {"user": world.me(), "status": "left"},
    });
    Ok(tell(world, place, "my_chat_member", told, json!({})))
}

fn migrate(world: &World, from: i64, to: i64) -> Result<Value, String> {
    if !is_super(to) {
        return Err(NOT_SUPER.to_owned());
    }
    let (old, title, old_message) = {
        let mut state = world.state();
        let message = state.message_id(from);
        let chat = state.chats.get_mut(&from).ok_or("there is no such chat")?;
        chat.migrated_to = Some(to);
        (chat.card.clone(), chat.card["title"].clone(), message)
    };
    let new = group(world, &json!({"id": to, "title": title}))?;
    let user = person(world, 1, &Value::Null);
    let date = world.now().as_second();
    let told = |message: i64, chat: &Value, field: &str, id: i64| {
        let mut card = json!({"message_id": message, "from": user, "chat": chat, "date": date});
        card[field] = id.into();
        card
    };
    world.tell(from, "message", told(old_message, &old, "migrate_to_chat_id", to));
    let new_message = world.state().message_id(to);
    Ok(tell(world, to, "message", told(new_message, &new, "migrate_from_chat_id", from), json!({})))
}

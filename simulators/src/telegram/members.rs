//! Who is in a chat, as far as what was said there tells?

use serde_json::{Value, json};

use super::{
    api::{Answered, refusal},
    messages::{check_open, place},
    read::Given,
    world::{Chat, World},
};

pub fn get(world: &World, given: &Given) -> Answered {
    let user = given.number("user_id").filter(|user| *user > 0);
    let user = user.ok_or_else(|| refusal(400, "Bad Request: invalid user_id specified"))?;
    let state = world.state();
    let id = place(&state, given, "chat_id")?;
    let chat = &state.chats[&id];
    let is_bot = user == world.bot_id();
    if id < 0 && !is_bot {
        check_open(chat, id)?;
    }
    let card = if is_bot { Some(world.me()) } else { state.people.get(&user).cloned() };
    let card = card.ok_or_else(|| refusal(400, "Bad Request: member not found"))?;
    let is_in = if is_bot { chat.open } else { id == user || is_in(chat, user) };
    let status = if is_in { "member" } else { "left" };
    Ok(json!({ "user": card, "status": status }))
}

/// Whether a person is in a group: who came or has spoken, and has not left since.
fn is_in(chat: &Chat, user: i64) -> bool {
    let is_user = |card: &Value| card["id"] == user;
    let heard = chat.messages.values().rev().find_map(|message| {
        let card = &message.card;
        if is_user(&card["left_chat_member"]) {
            return Some(false);
        }
        let came = card["new_chat_members"].as_array().is_some_and(|came| came.iter().any(is_user));
        (came || is_user(&card["from"])).then_some(true)
    });
    heard.unwrap_or(false)
}

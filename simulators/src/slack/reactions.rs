//! How does a bot react to a message?

use serde_json::{Value, json};

use super::{
    api::{Answer, Arguments, Refusal},
    calls::is_time_stamp,
    events,
    world::{BOT_USER, Message, State, World},
};

pub(super) fn add(world: &World, arguments: &Arguments) -> Answer {
    react(world, arguments, "reaction_added", |reactions, name| {
        match reactions.iter_mut().find(|reaction| reaction["name"] == name) {
            Some(reaction) if is_ours(reaction) => return Err("already_reacted".into()),
            Some(reaction) => {
                if let Some(users) = reaction["users"].as_array_mut() {
                    users.push(json!(BOT_USER));
                }
                reaction["count"] = json!(reaction["users"].as_array().map_or(0, Vec::len));
            }
            None => reactions.push(json!({ "name": name, "users": [BOT_USER], "count": 1 })),
        }
        Ok(())
    })
}

pub(super) fn remove(world: &World, arguments: &Arguments) -> Answer {
    react(world, arguments, "reaction_removed", |reactions, name| {
        let before = reactions.len();
        reactions.retain(|reaction| reaction["name"] != name || !is_ours(reaction));
        if reactions.len() == before { Err("no_reaction".into()) } else { Ok(()) }
    })
}

fn is_ours(reaction: &Value) -> bool {
    reaction["users"].as_array().is_some_and(|users| users.iter().any(|user| user == BOT_USER))
}

/// Changes the reactions to a message, and tells of it.
fn react(
    world: &World,
    arguments: &Arguments,
    event: &str,
    change: impl FnOnce(&mut Vec<Value>, &str) -> Result<(), Refusal>,
) -> Answer {
    let name = arguments.text("name").filter(|name| is_name(name)).ok_or("invalid_name")?;
    let (channel, ts) =
        arguments.text("channel").zip(arguments.text("timestamp")).ok_or("no_item_specified")?;
    if !is_time_stamp(ts) {
        return Err("bad_timestamp".into());
    }
    let mut state = world.state();
    let message = message(&mut state, channel, ts)?;
    let mut reactions = message.value["reactions"].as_array().cloned().unwrap_or_default();
    change(&mut reactions, name)?;
    message.value["reactions"] = json!(reactions);
    let author = message.value["user"].clone();
    let at = state.ts();
    drop(state);
    let item = json!({ "type": "message", "channel": channel, "ts": ts });
    events::tell(
        world,
        &json!({
            "type": event, "user": BOT_USER, "reaction": name, "item_user": author, "item": item, "event_ts": at,
        }),
    );
    Ok(json!({}))
}

/// A message that all see.
fn message<'a>(state: &'a mut State, channel: &str, ts: &str) -> Result<&'a mut Message, Refusal> {
    let found = state.channels.get_mut(channel).ok_or("channel_not_found")?;
    if found.archived {
        return Err("is_archived".into());
    }
    if !found.bot_is_in {
        return Err("not_in_channel".into());
    }
    let message = found.messages.get_mut(ts).filter(|message| message.only.is_none());
    message.ok_or_else(|| "message_not_found".into())
}

/// What an emoji may be called, with a tone of skin; which ones a workspace has is not known here.
fn is_name(name: &str) -> bool {
    let letters = |part: &str| {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-+'".contains(&byte);
        !part.is_empty() && part.bytes().all(fits)
    };
    let (name, tone) = name.split_once("::").map_or((name, None), |(name, tone)| (name, Some(tone)));
    let tones = ["skin-tone-2", "skin-tone-3", "skin-tone-4", "skin-tone-5", "skin-tone-6"];
    letters(name) && tone.is_none_or(|tone| tones.contains(&tone))
}

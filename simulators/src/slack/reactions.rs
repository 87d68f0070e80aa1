//! Who reacts to a message, and how?

use serde_json::{Value, json};

use super::{
    api::{Answer, Arguments, Refusal},
    calls::is_time_stamp,
    events,
    world::{BOT_USER, World},
};

/// Of somebody to a message.
#[derive(Clone, Copy)]
pub(super) struct Reaction<'a> {
    pub user: &'a str,
    pub channel: &'a str,
    pub ts: &'a str,
    /// Of the emoji.
    pub name: &'a str,
}

pub(super) fn add(world: &World, arguments: &Arguments) -> Answer {
    of_bot(world, arguments, true)
}

pub(super) fn remove(world: &World, arguments: &Arguments) -> Answer {
    of_bot(world, arguments, false)
}

fn of_bot(world: &World, arguments: &Arguments, is_added: bool) -> Answer {
    let name = arguments.text("name").filter(|name| is_name(name)).ok_or("invalid_name")?;
    let (channel, ts) =
        arguments.text("channel").zip(arguments.text("timestamp")).ok_or("no_item_specified")?;
    if !is_time_stamp(ts) {
        return Err("bad_timestamp".into());
    }
    {
        let state = world.state();
        let found = state.channels.get(channel).ok_or("channel_not_found")?;
        if found.archived {
            return Err("is_archived".into());
        }
        if !found.bot_is_in {
            return Err("not_in_channel".into());
        }
    }
    react(world, Reaction { user: BOT_USER, channel, ts, name }, is_added)?;
    Ok(json!({}))
}

/// Changes the reactions to a message that all see, and tells of it where the bot is.
pub(super) fn react(world: &World, reaction: Reaction<'_>, is_added: bool) -> Result<(), Refusal> {
    let Reaction { user, channel, ts, name } = reaction;
    let mut state = world.state();
    let found = state.channels.get_mut(channel).ok_or("channel_not_found")?;
    let hears = found.bot_is_in;
    let message = found.messages.get_mut(ts).filter(|message| message.only.is_none());
    let message = message.ok_or("message_not_found")?;
    let reactions = changed(&message.value["reactions"], reaction, is_added)?;
    if reactions.is_empty() {
        message.value.as_object_mut().and_then(|fields| fields.remove("reactions"));
    } else {
        message.value["reactions"] = json!(reactions);
    }
    let author = message.value["user"].clone();
    let at = state.ts();
    drop(state);
    if hears {
        let kind = if is_added { "reaction_added" } else { "reaction_removed" };
        let item = json!({ "type": "message", "channel": channel, "ts": ts });
        events::tell(
            world,
            &json!({
                "type": kind, "user": user, "reaction": name, "item_user": author, "item": item, "event_ts": at,
            }),
        );
    }
    Ok(())
}

/// The reactions to a message with one more, or one less.
fn changed(before: &Value, reaction: Reaction<'_>, is_added: bool) -> Result<Vec<Value>, Refusal> {
    let mut reactions = before.as_array().cloned().unwrap_or_default();
    let place = reactions.iter().position(|known| known["name"] == reaction.name);
    let users = place.and_then(|place| reactions[place]["users"].as_array().cloned());
    let mut users = users.unwrap_or_default();
    match (is_added, users.iter().position(|user| user == reaction.user)) {
        (true, None) => users.push(json!(reaction.user)),
        (true, Some(_)) => return Err("already_reacted".into()),
        (false, Some(place)) => drop(users.remove(place)),
        (false, None) => return Err("no_reaction".into()),
    }
    let now = json!({ "name": reaction.name, "users": users, "count": users.len() });
    match place {
        Some(place) if users.is_empty() => drop(reactions.remove(place)),
        Some(place) => reactions[place] = now,
        None => reactions.push(now),
    }
    Ok(reactions)
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

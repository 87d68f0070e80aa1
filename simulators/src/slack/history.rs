//! The methods that read.

use serde_json::{Value, json};

use super::{
    api::{Answer, Arguments, Refusal},
    calls::{BROADCAST, is_person, is_time_stamp},
    scopes,
    world::{BOT_USER, Channel, GENERAL, Message, State, World, kind},
};

fn readable<'a>(state: &'a State, arguments: &Arguments) -> Result<&'a Channel, Refusal> {
    let channel = state.channels.get(arguments.text("channel").ok_or("channel_not_found")?);
    let channel = channel.ok_or("channel_not_found")?;
    if channel.bot_is_in { Ok(channel) } else { Err("not_in_channel".into()) }
}

pub(super) fn history(world: &World, arguments: &Arguments) -> Answer {
    let state = world.state();
    let channel = readable(&state, arguments)?;
    let mut top = channel.messages.values().filter(|message| {
        let value = &message.value;
        value["thread_ts"].is_null() || value["thread_ts"] == value["ts"] || value["subtype"] == BROADCAST
    });
    page(&state, arguments, &mut top, true)
}

pub(super) fn replies(world: &World, arguments: &Arguments) -> Answer {
    let state = world.state();
    let channel = readable(&state, arguments)?;
    let thread = arguments.text("ts").ok_or("thread_not_found")?;
    if !channel.messages.contains_key(thread) {
        return Err("thread_not_found".into());
    }
    let mut all = channel.messages.values().filter(|message| {
        message.value["ts"] == json!(thread) || message.value["thread_ts"] == json!(thread)
    });
    page(&state, arguments, &mut all, false)
}

/// Histories are told from the newest on, threads from the oldest.
fn page(
    state: &State,
    arguments: &Arguments,
    messages: &mut dyn Iterator<Item = &Message>,
    newest_first: bool,
) -> Answer {
    for name in ["oldest", "latest"] {
        if arguments.text(name).is_some_and(|ts| !is_time_stamp(ts) && ts.parse::<u64>().is_err()) {
            return Err(if name == "oldest" { "invalid_ts_oldest" } else { "invalid_ts_latest" }.into());
        }
    }
    let (oldest, latest) =
        (key(arguments.text("oldest").unwrap_or("0")), arguments.text("latest").map_or((u64::MAX, 0), key));
    let inclusive = arguments.is_true("inclusive");
    let seen = messages.filter(|message| message.only.is_none());
    let mut found = seen
        .map(|message| message.value.clone())
        .filter(|value| {
            let ts = value["ts"].as_str().unwrap_or_default();
            // The first message of a thread is told in any case.
            let first = !newest_first && value["ts"] == value["thread_ts"];
            let at = key(ts);
            let is_at_an_end = inclusive && (at == oldest || at == latest);
            first || is_at_an_end || oldest < at && at < latest
        })
        .collect::<Vec<_>>();
    if newest_first {
        found.reverse();
    }
    if !arguments.is_true("include_all_metadata") || !state.scopes.contains(scopes::METADATA) {
        for value in &mut found {
            value.as_object_mut().and_then(|fields| fields.remove("metadata"));
        }
    }
    let (page, next) = paged(arguments, found, state.limits.page())?;
    let more = !next.is_empty();
    Ok(json!({ "messages": page, "has_more": more, "response_metadata": { "next_cursor": next } }))
}

/// So much of what was found as is asked for, and the cursor of what follows; no more than `most` at a time.
fn paged(arguments: &Arguments, found: Vec<Value>, most: usize) -> Result<(Vec<Value>, String), Refusal> {
    let limit = arguments.number("limit").unwrap_or(100);
    if !(1..=999).contains(&limit) {
        return Err("invalid_limit".into());
    }
    let skip: usize = match arguments.text("cursor") {
        None => 0,
        Some(cursor) => cursor.strip_prefix("after-").and_then(|n| n.parse().ok()).ok_or("invalid_cursor")?,
    };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX).min(most);
    let next = if found.len() > skip + limit { format!("after-{}", skip + limit) } else { String::new() };
    Ok((found.into_iter().skip(skip).take(limit).collect(), next))
}

/// Seconds and number of a time stamp.
fn key(ts: &str) -> (u64, u64) {
    let (seconds, number) = ts.split_once('.').unwrap_or((ts, "0"));
    (seconds.parse().unwrap_or_default(), number.parse().unwrap_or_default())
}

pub(super) fn info(world: &World, arguments: &Arguments) -> Answer {
    let state = world.state();
    let id = arguments.text("channel").ok_or("channel_not_found")?;
    let channel = state.channels.get(id).ok_or("channel_not_found")?;
    Ok(json!({ "channel": told(id, channel) }))
}

fn told(id: &str, channel: &Channel) -> Value {
    let kind = kind(id);
    let name = if id == GENERAL { "general".to_owned() } else { id.to_lowercase() };
    json!({
        "id": id, "name": (kind != "im").then_some(name), "is_im": kind == "im", "is_channel": kind == "channel", "is_group": kind == "group",
        "is_archived": channel.archived, "is_member": channel.bot_is_in, "user": channel.direct,
    })
}

pub(super) fn conversations(world: &World, arguments: &Arguments) -> Answer {
    let types =
        arguments.text("types").unwrap_or("public_channel").split(',').map(str::trim).collect::<Vec<_>>();
    let known = ["public_channel", "private_channel", "mpim", "im"];
    if types.iter().any(|kind| !known.contains(kind)) {
        return Err("invalid_types".into());
    }
    let state = world.state();
    let wanted = |id: &str| {
        types.contains(&match kind(id) {
            "im" => "im",
            "group" => "private_channel",
            _ => "public_channel",
        })
    };
    let channels = state
        .channels
        .iter()
        .filter(|(id, channel)| channel.bot_is_in && wanted(id))
        .filter(|(_, channel)| !(channel.archived && arguments.is_true("exclude_archived")))
        .map(|(id, channel)| told(id, channel))
        .collect::<Vec<_>>();
    let (channels, next) = paged(arguments, channels, usize::MAX)?;
    Ok(json!({ "channels": channels, "response_metadata": { "next_cursor": next } }))
}

pub(super) fn user(world: &World, arguments: &Arguments) -> Answer {
    let id = arguments.text("user").filter(|id| *id == BOT_USER || is_person(id)).ok_or("user_not_found")?;
    let mut user =
        json!({ "id": id, "name": id.to_lowercase(), "is_bot": id == BOT_USER, "locale": "en-US" });
    let state = world.state();
    if let Some((email, confirmed)) = state.emails.get(id) {
        let is_shown = state.scopes.contains(scopes::EMAIL);
        user["profile"] = if is_shown { json!({ "email": email }) } else { json!({}) };
        user["is_email_confirmed"] = json!(confirmed);
    }
    Ok(json!({ "user": user }))
}

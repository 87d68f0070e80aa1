//! The methods that write: messages, forms, statuses; and what is POSTed to a `response_url`.

use axum::{
    body::Bytes,
    extract::{Path, State as Shared},
    http::StatusCode,
    response::{IntoResponse as _, Response as HttpResponse},
};
use serde_json::{Value, json};

use super::{
    api::{Answer, Arguments, Refusal, lost, too_many},
    blocks::{self, Surface},
    events,
    world::{APP, BOT, BOT_USER, Message, State, TEAM, World},
};
use crate::faults::Fault;

pub(super) fn identity(world: &World) -> Value {
    json!({
        "url": format!("{}/", world.inner().address), "team": "Simulated", "user": "studio",
        "team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT, "is_enterprise_install": false,
    })
}

pub(super) fn connections_open(world: &World) -> Answer {
    let mut state = world.state();
    if let Some(revoked) = state.revoked {
        return Err(revoked.into());
    }
    let ticket = format!("ticket-{}", state.next());
    state.tickets.push(ticket.clone());
    let address = world.inner().address.replacen("http", "ws", 1);
    Ok(json!({ "url": format!("{address}/link?ticket={ticket}&app_id={APP}") }))
}

/// What is said, checked: the text and the blocks.
fn words(arguments: &Arguments) -> Result<(String, Option<Value>), Refusal> {
    let text = arguments.text("text").unwrap_or_default().to_owned();
    let blocks = match arguments.tree("blocks") {
        None => None,
        Some(Ok(blocks)) => Some(blocks),
        Some(Err(())) => return Err("invalid_blocks_format".into()),
    };
    if let Some(blocks) = &blocks {
        blocks::check(blocks, Surface::Message)?;
    }
    let blocks = blocks.filter(|blocks| blocks.as_array().is_some_and(|list| !list.is_empty()));
    if text.is_empty() && blocks.is_none() {
        return Err("no_text".into());
    }
    if text.chars().count() > 40_000 {
        return Err("msg_too_long".into());
    }
    Ok((text, blocks))
}

/// A channel that the bot can write in; a person's id stands for the direct messages with them.
fn channel(state: &mut State, arguments: &Arguments) -> Result<String, Refusal> {
    let id = arguments.text("channel").ok_or("channel_not_found")?.to_owned();
    let id = if is_person(&id) { state.direct(&id) } else { id };
    let channel = state.channels.get(&id).ok_or("channel_not_found")?;
    if channel.archived {
        return Err("is_archived".into());
    }
    if !channel.bot_is_in {
        return Err("not_in_channel".into());
    }
    Ok(id)
}

fn metadata(arguments: &Arguments) -> Result<Option<Value>, Refusal> {
    let Some(metadata) = arguments.tree("metadata") else { return Ok(None) };
    let metadata = metadata.map_err(|()| "invalid_metadata_format")?;
    let named = metadata.get("event_type").and_then(Value::as_str).is_some_and(|name| !name.is_empty());
    if !named || !metadata.get("event_payload").is_some_and(Value::is_object) {
        return Err("invalid_metadata_schema".into());
    }
    if metadata.to_string().len() > 16 << 10 {
        return Err("metadata_too_large".into());
    }
    Ok(Some(metadata))
}

pub(super) fn post_message(world: &World, arguments: &Arguments) -> Answer {
    let mut state = world.state();
    let channel = channel(&mut state, arguments)?;
    let (text, blocks) = words(arguments)?;
    let metadata = metadata(arguments)?;
    let thread = arguments.text("thread_ts").map(str::to_owned);
    if let Some(thread) = &thread {
        if !is_time_stamp(thread) {
            return Err("invalid_thread_ts".into());
        }
        let parent = state.message(&channel, thread).ok_or("thread_not_found")?;
        if parent.value["thread_ts"].as_str().is_some_and(|root| root != thread) {
            return Err("cannot_reply_to_message".into());
        }
    }
    let ts = state.ts();
    let mut message = of_bot(&ts, &text, blocks.as_ref());
    if let Some(thread) = thread {
        message["thread_ts"] = json!(thread);
    }
    let answer = message.clone();
    if let Some(metadata) = metadata {
        message["metadata"] = metadata;
    }
    state.keep(&channel, &ts, message, None);
    drop(state);
    // Slack tells a bot of its own messages as well.
    events::message(world, &channel, &answer);
    Ok(json!({ "channel": channel, "ts": ts, "message": answer }))
}

fn of_bot(ts: &str, text: &str, blocks: Option<&Value>) -> Value {
    let mut message = json!({
        "type": "message", "user": BOT_USER, "bot_id": BOT, "app_id": APP, "team": TEAM, "ts": ts, "text": text,
        "bot_profile": { "id": BOT, "app_id": APP, "name": "Studio", "team_id": TEAM },
    });
    if let Some(blocks) = blocks {
        message["blocks"] = numbered(blocks);
    }
    message
}

/// Slack gives ids to blocks that have none.
fn numbered(blocks: &Value) -> Value {
    let mut blocks = blocks.clone();
    for (index, block) in blocks.as_array_mut().into_iter().flatten().enumerate() {
        if block.get("block_id").is_none() {
            block["block_id"] = json!(format!("b{index}"));
        }
    }
    blocks
}

pub(super) fn post_ephemeral(world: &World, arguments: &Arguments) -> Answer {
    let mut state = world.state();
    let channel = channel(&mut state, arguments)?;
    let user = arguments.text("user").filter(|user| is_person(user)).ok_or("user_not_in_channel")?.to_owned();
    let direct = state.channels.get(&channel).and_then(|channel| channel.direct.as_ref());
    if direct.is_some_and(|person| *person != user) {
        return Err("user_not_in_channel".into());
    }
    let (text, blocks) = words(arguments)?;
    let ts = state.ts();
    let message = of_bot(&ts, &text, blocks.as_ref());
    state.keep(&channel, &ts, message, Some(user));
    Ok(json!({ "message_ts": ts }))
}

/// A message of the bot that all see.
fn own<'a>(
    state: &'a mut State,
    arguments: &Arguments,
    not_ours: &'static str,
) -> Result<(String, &'a mut Message), Refusal> {
    let channel = arguments.text("channel").ok_or("channel_not_found")?.to_owned();
    let ts = arguments.text("ts").ok_or("message_not_found")?;
    let found = state.channels.get_mut(&channel).ok_or("channel_not_found")?;
    let message =
        found.messages.get_mut(ts).filter(|message| message.only.is_none()).ok_or("message_not_found")?;
    if message.value["bot_id"] != json!(BOT) {
        return Err(not_ours.into());
    }
    Ok((channel, message))
}

pub(super) fn update(world: &World, arguments: &Arguments) -> Answer {
    let mut state = world.state();
    let now = format!("{}.000000", state.now().as_second());
    let (channel, message) = own(&mut state, arguments, "cant_update_message")?;
    let (text, blocks) = words(arguments)?;
    let before = message.value.clone();
    message.value["text"] = json!(text);
    match &blocks {
        Some(blocks) => message.value["blocks"] = numbered(blocks),
        None => drop(message.value.as_object_mut().and_then(|fields| fields.remove("blocks"))),
    }
    message.value["edited"] = json!({ "user": BOT_USER, "ts": now });
    let after = message.value.clone();
    drop(state);
    events::changed(world, &channel, &after, &before);
    Ok(json!({ "channel": channel, "ts": after["ts"], "text": text, "message": after }))
}

pub(super) fn delete(world: &World, arguments: &Arguments) -> Answer {
    let mut state = world.state();
    let (channel, message) = own(&mut state, arguments, "cant_delete_message")?;
    let before = message.value.clone();
    let ts = before["ts"].as_str().unwrap_or_default().to_owned();
    if let Some(found) = state.channels.get_mut(&channel) {
        found.messages.remove(&ts);
    }
    drop(state);
    events::deleted(world, &channel, &before);
    Ok(json!({ "channel": channel, "ts": ts }))
}

pub(super) fn conversations_open(world: &World, arguments: &Arguments) -> Answer {
    let users = arguments.text("users").ok_or("users_list_not_supplied")?;
    if users == BOT_USER {
        return Err("cannot_dm_bot".into());
    }
    if !is_person(users) {
        return Err("user_not_found".into());
    }
    let id = world.state().direct(users);
    Ok(json!({ "channel": { "id": id } }))
}

pub(super) fn views_open(world: &World, arguments: &Arguments) -> Answer {
    let trigger = arguments.text("trigger_id").ok_or("invalid_trigger_id")?;
    let view = arguments.tree("view").ok_or("invalid_arguments")?.map_err(|()| "invalid_arguments")?;
    let mut state = world.state();
    let now = state.now();
    // One form for each trigger, within three seconds.
    let (user, until) = state.triggers.remove(trigger).ok_or("exchanged_trigger_id")?;
    if until < now {
        return Err("expired_trigger_id".into());
    }
    fits(&view)?;
    let id = format!("V{:09}", state.next());
    let mut opened = view;
    opened["id"] = json!(id);
    opened["hash"] = json!(format!("{}.hash", now.as_second()));
    opened["team_id"] = json!(TEAM);
    opened["app_id"] = json!(APP);
    opened["bot_id"] = json!(BOT);
    opened["state"] = json!({ "values": {} });
    state.views.insert(id, json!({ "user": user, "view": opened }));
    Ok(json!({ "view": opened }))
}

/// Whether Slack would open a form.
pub(super) fn fits(view: &Value) -> Result<(), Refusal> {
    if view["type"] != json!("modal") {
        return Err("invalid_arguments".into());
    }
    for (name, most) in [("title", 24), ("submit", 24), ("close", 24)] {
        let Some(text) = view.get(name) else { continue };
        let fits = text["type"] == json!("plain_text")
            && text["text"].as_str().is_some_and(|text| (1..=most).contains(&text.chars().count()));
        if !fits {
            let messages = vec![format!(
                "[ERROR] must be less than {} characters [json-pointer:/view/{name}/text]",
                most + 1
            )];
            return Err(Refusal { error: "invalid_arguments", messages });
        }
    }
    let length = |name: &str| view[name].as_str().map_or(0, |text| text.chars().count());
    if length("private_metadata") > 3_000 || length("callback_id") > 255 || view.get("title").is_none() {
        return Err("invalid_arguments".into());
    }
    blocks::check(&view["blocks"], Surface::Modal)?;
    let has_inputs =
        view["blocks"].as_array().into_iter().flatten().any(|block| block["type"] == json!("input"));
    if has_inputs && view.get("submit").is_none() {
        return Err("invalid_arguments".into());
    }
    Ok(())
}

pub(super) fn set_status(world: &World, arguments: &Arguments) -> Answer {
    let channel = arguments.text("channel_id").ok_or("channel_not_found")?;
    let thread = arguments.text("thread_ts").ok_or("invalid_thread_ts")?;
    let status = arguments.0.get("status").and_then(Value::as_str).ok_or("invalid_arguments")?;
    let mut state = world.state();
    if !state.channels.contains_key(channel) {
        return Err("channel_not_found".into());
    }
    if state.message(channel, thread).is_none() {
        return Err("invalid_thread_ts".into());
    }
    let status = json!({ "channel": channel, "thread_ts": thread, "status": status });
    state.statuses.push(status);
    Ok(json!({}))
}

/// `POST` to a `response_url`.
pub(super) async fn respond(
    Shared(world): Shared<World>,
    Path(id): Path<String>,
    body: Bytes,
) -> HttpResponse {
    let fault = world.faults().next();
    match fault {
        Some(Fault::TooMany { seconds }) => return too_many(seconds),
        Some(Fault::Failed) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(Fault::Slow(pause)) => tokio::time::sleep(pause).await,
        Some(Fault::AnswerLost) | None => {}
    }
    let said = answered(&world, &id, &body);
    match (said, fault) {
        (_, Some(Fault::AnswerLost)) => lost(),
        (Ok(()), _) => "ok".into_response(),
        (Err((status, error)), _) => (status, error).into_response(),
    }
}

fn answered(world: &World, id: &str, body: &[u8]) -> Result<(), (StatusCode, &'static str)> {
    let refuse = |status: u16, error| (StatusCode::from_u16(status).unwrap_or_default(), error);
    let Ok(Value::Object(fields)) = serde_json::from_slice(body) else {
        return Err(refuse(400, "invalid_payload"));
    };
    let arguments = Arguments(fields);
    let (text, blocks) = words(&arguments).map_err(|refusal| refuse(400, refusal.error))?;
    let mut state = world.state();
    let now = state.now();
    let response = state.responses.get_mut(id).ok_or(refuse(404, "no_service"))?;
    if response.until < now {
        return Err(refuse(404, "expired_url"));
    }
    if response.uses == 0 {
        return Err(refuse(404, "used_url"));
    }
    response.uses -= 1;
    let (channel, user) = (response.channel.clone(), response.user.clone());
    let alone = arguments.text("response_type") != Some("in_channel");
    let ts = state.ts();
    let message = of_bot(&ts, &text, blocks.as_ref());
    state.keep(&channel, &ts, message, alone.then_some(user));
    Ok(())
}

/// Every id of this shape is somebody of the workspace, but the bot's.
fn is_person(id: &str) -> bool {
    id != BOT_USER
        && id.len() > 1
        && id.starts_with('U')
        && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

pub(super) fn is_time_stamp(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('.').is_some_and(|(seconds, number)| digits(seconds) && digits(number))
}

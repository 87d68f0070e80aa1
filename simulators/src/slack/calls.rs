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
    blocks::{self, HasPicture, Surface},
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

/// The subtype of an answer in a thread that stands in its channel as well.
pub(super) const BROADCAST: &str = "thread_broadcast";
/// Of one message.
const MOST_ATTACHMENTS: usize = 100;

/// What is said, checked.
pub(super) struct Said {
    text: String,
    blocks: Option<Value>,
    attachments: Option<Value>,
}

impl Said {
    pub fn read(state: &State, arguments: &Arguments) -> Result<Self, Refusal> {
        let text = arguments.text("text").unwrap_or_default().to_owned();
        let blocks = match arguments.tree("blocks") {
            None => None,
            Some(Ok(blocks)) => Some(blocks),
            Some(Err(())) => return Err("invalid_blocks_format".into()),
        };
        if let Some(blocks) = &blocks {
            blocks::check(blocks, Surface::Message, &|file| state.has_picture(file))?;
        }
        let attachments = attachments(state, arguments)?;
        let is_full = |list: &Value| list.as_array().is_some_and(|list| !list.is_empty());
        let (blocks, attachments) = (blocks.filter(is_full), attachments.filter(is_full));
        if text.is_empty() && blocks.is_none() && attachments.is_none() {
            return Err("no_text".into());
        }
        if text.chars().count() > 40_000 {
            return Err("msg_too_long".into());
        }
        Ok(Self { text, blocks, attachments })
    }
}

/// What hangs below a message, numbered.
fn attachments(state: &State, arguments: &Arguments) -> Result<Option<Value>, Refusal> {
    let Some(given) = arguments.tree("attachments") else { return Ok(None) };
    let Ok(Value::Array(mut list)) = given else { return Err("invalid_attachments".into()) };
    if list.len() > MOST_ATTACHMENTS {
        return Err("too_many_attachments".into());
    }
    for (index, attachment) in list.iter_mut().enumerate() {
        if !attachment.is_object() {
            return Err("invalid_attachments".into());
        }
        if let Some(blocks) = attachment.get("blocks") {
            blocks::check(blocks, Surface::Message, &|file| state.has_picture(file))?;
            attachment["blocks"] = numbered(&attachment["blocks"]);
        }
        attachment["id"] = json!(index + 1);
        if attachment.get("fallback").is_none() {
            attachment["fallback"] = json!("[no preview available]");
        }
    }
    Ok(Some(Value::Array(list)))
}

/// A channel that the bot can write in; a person's id stands for the direct messages with them.
pub(super) fn channel(state: &mut State, arguments: &Arguments) -> Result<String, Refusal> {
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
    let said = Said::read(&state, arguments)?;
    let metadata = metadata(arguments)?;
    let thread = thread(&state, &channel, arguments)?;
    let ts = state.ts();
    let mut message = of_bot(&ts, &said);
    if let Some(thread) = thread {
        message["thread_ts"] = json!(thread);
        if arguments.is_true("reply_broadcast") {
            message["subtype"] = json!(BROADCAST);
            message["root"] = json!(state.message(&channel, &thread).map(|root| &root.value));
        }
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

/// The message below which something is to be said, if any.
pub(super) fn thread(state: &State, channel: &str, arguments: &Arguments) -> Result<Option<String>, Refusal> {
    let Some(thread) = arguments.text("thread_ts") else { return Ok(None) };
    if !is_time_stamp(thread) {
        return Err("invalid_thread_ts".into());
    }
    let parent = state.message(channel, thread).ok_or("thread_not_found")?;
    if parent.value["thread_ts"].as_str().is_some_and(|root| root != thread) {
        return Err("cannot_reply_to_message".into());
    }
    Ok(Some(thread.to_owned()))
}

pub(super) fn of_bot(ts: &str, said: &Said) -> Value {
    let mut message = json!({
        "type": "message", "user": BOT_USER, "bot_id": BOT, "app_id": APP, "team": TEAM, "ts": ts, "text": said.text,
        "bot_profile": { "id": BOT, "app_id": APP, "name": "Studio", "team_id": TEAM },
    });
    if let Some(blocks) = &said.blocks {
        message["blocks"] = numbered(blocks);
    }
    if let Some(attachments) = &said.attachments {
        message["attachments"] = attachments.clone();
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
    let said = Said::read(&state, arguments)?;
    let ts = state.ts();
    let message = of_bot(&ts, &said);
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
    let message = found.messages.get_mut(ts);
    let message = message.filter(|message| message.only.is_none() && !message.is_grave());
    let message = message.ok_or("message_not_found")?;
    if message.value["bot_id"] != json!(BOT) {
        return Err(not_ours.into());
    }
    Ok((channel, message))
}

pub(super) fn update(world: &World, arguments: &Arguments) -> Answer {
    let mut state = world.state();
    let now = format!("{}.000000", state.now().as_second());
    own(&mut state, arguments, "cant_update_message")?;
    let said = Said::read(&state, arguments)?;
    let (channel, message) = own(&mut state, arguments, "cant_update_message")?;
    let before = message.value.clone();
    message.value["text"] = json!(said.text);
    let blocks = said.blocks.as_ref().map(numbered);
    // Attachments that are not named stay.
    let attachments = match arguments.tree("attachments") {
        Some(_) => said.attachments,
        None => before.get("attachments").cloned(),
    };
    for (name, value) in [("blocks", blocks), ("attachments", attachments)] {
        match value {
            Some(value) => message.value[name] = value,
            None => drop(message.value.as_object_mut().and_then(|fields| fields.remove(name))),
        }
    }
    message.value["edited"] = json!({ "user": BOT_USER, "ts": now });
    let after = message.value.clone();
    drop(state);
    events::changed(world, &channel, &after, &before);
    Ok(json!({ "channel": channel, "ts": after["ts"], "text": after["text"], "message": after }))
}

pub(super) fn delete(world: &World, arguments: &Arguments) -> Answer {
    let mut state = world.state();
    let (channel, message) = own(&mut state, arguments, "cant_delete_message")?;
    let ts = message.value["ts"].as_str().unwrap_or_default().to_owned();
    let gone = state.delete(&channel, &ts);
    drop(state);
    if let Some((before, grave)) = gone {
        events::deleted(world, &channel, &before, grave.as_ref());
    }
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
    fits(&view, &|file| state.has_picture(file))?;
    let (id, opened) = shown(&mut state, view);
    state.views.insert(id, json!({ "user": user, "view": opened }));
    Ok(json!({ "view": opened }))
}

/// A view with its id, as Slack tells of it.
pub(super) fn shown(state: &mut State, mut view: Value) -> (String, Value) {
    let number = state.next();
    let id = format!("V{number:09}");
    view["id"] = json!(id);
    view["hash"] = json!(format!("{}.{number}", state.now().as_second()));
    view["team_id"] = json!(TEAM);
    view["app_id"] = json!(APP);
    view["bot_id"] = json!(BOT);
    view["state"] = json!({ "values": {} });
    (id, view)
}

/// The home of the app, as one person has it.
pub(super) fn views_publish(world: &World, arguments: &Arguments) -> Answer {
    let user = arguments.text("user_id").filter(|user| is_person(user)).ok_or("invalid_arguments")?;
    let view = arguments.tree("view").ok_or("invalid_arguments")?.map_err(|()| "invalid_arguments")?;
    if view["type"] != "home" || too_long(&view) {
        return Err("invalid_arguments".into());
    }
    let mut state = world.state();
    let before = state.homes.get(user).map(|view| view["hash"].clone());
    if arguments.text("hash").is_some_and(|hash| before.is_some_and(|before| before != hash)) {
        return Err("hash_conflict".into());
    }
    blocks::check(&view["blocks"], Surface::Home, &|file| state.has_picture(file))?;
    let (_, shown) = shown(&mut state, view);
    state.homes.insert(user.to_owned(), shown.clone());
    Ok(json!({ "view": shown }))
}

/// Whether what a view keeps for the app is too long.
fn too_long(view: &Value) -> bool {
    let length = |name: &str| view[name].as_str().map_or(0, |text| text.chars().count());
    length("private_metadata") > 3_000 || length("callback_id") > 255
}

/// Whether Slack would open a form.
pub(super) fn fits(view: &Value, has_picture: HasPicture<'_>) -> Result<(), Refusal> {
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
            return Err(Refusal::new("invalid_arguments", messages));
        }
    }
    if too_long(view) || view.get("title").is_none() {
        return Err("invalid_arguments".into());
    }
    blocks::check(&view["blocks"], Surface::Modal, has_picture)?;
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
    let fault = world.faults().next_of("/response");
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
    let mut state = world.state();
    let said = Said::read(&state, &arguments).map_err(|refusal| refuse(400, refusal.error))?;
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
    let message = of_bot(&ts, &said);
    state.keep(&channel, &ts, message, alone.then_some(user));
    Ok(())
}

/// Every id of this shape is somebody of the workspace, but the bot's.
pub(super) fn is_person(id: &str) -> bool {
    id != BOT_USER
        && id.len() > 1
        && id.starts_with('U')
        && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

pub(super) fn is_time_stamp(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('.').is_some_and(|(seconds, number)| digits(seconds) && digits(number))
}

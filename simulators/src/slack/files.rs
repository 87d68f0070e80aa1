//! Files: uploaded in three steps, downloaded with the bot's token.

use axum::{
    body::Bytes,
    extract::{Path, State as Shared},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};

use super::{
    api::{Answer, Arguments, lost},
    calls::is_time_stamp,
    events,
    world::{APP, BOT, BOT_USER, File, TEAM, World, kind},
};
use crate::faults::Fault;

pub(super) fn upload_address(world: &World, arguments: &Arguments) -> Answer {
    if world.faults().plan().files_disabled {
        return Err("file_uploads_disabled".into());
    }
    let name = arguments.text("filename").ok_or("invalid_arguments")?.to_owned();
    let length = arguments.number("length").filter(|length| *length > 0).ok_or("invalid_arguments")?;
    let mut state = world.state();
    let id = format!("F{:09}", state.next());
    let value = of(world, &id, &name, "application/octet-stream", BOT_USER, length);
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    state.files.insert(id.clone(), File { value, bytes: None, length, completed: false });
    Ok(json!({ "upload_url": format!("{}/upload/{id}", world.inner().address), "file_id": id }))
}

/// A file as Slack describes it.
pub(super) fn of(world: &World, id: &str, name: &str, media_type: &str, user: &str, size: u64) -> Value {
    let path: String =
        name.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '.').collect();
    let address = &world.inner().address;
    let url = format!("{address}/files/{id}/f{path}");
    json!({
        "id": id, "name": name, "title": name, "mimetype": media_type, "filetype": name.rsplit('.').next(),
        "user": user, "size": size, "mode": "hosted", "is_external": false, "is_public": false,
        "url_private": url, "url_private_download": url, "permalink": format!("{address}/files/{user}/{id}/{path}"),
        "channels": [], "groups": [], "ims": [],
    })
}

/// A file stands in a channel from now on.
pub(super) fn share(file: &mut Value, channel: &str) {
    let list = match kind(channel) {
        "im" => "ims",
        "group" => "groups",
        _ => "channels",
    };
    file[list] = json!([channel]);
}

pub(super) async fn upload(
    Shared(world): Shared<World>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fault = world.faults().next_of("/upload");
    match fault {
        Some(Fault::Failed) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(Fault::TooMany { seconds }) => {
            let wait = [(header::RETRY_AFTER, seconds.to_string())];
            return (StatusCode::TOO_MANY_REQUESTS, wait).into_response();
        }
        Some(Fault::Slow(pause)) => tokio::time::sleep(pause).await,
        Some(Fault::AnswerLost) | None => {}
    }
    let taken = take(&world, &id, &headers, body);
    if fault == Some(Fault::AnswerLost) { lost() } else { taken }
}

fn take(world: &World, id: &str, headers: &HeaderMap, body: Bytes) -> Response {
    let mut state = world.state();
    let Some(file) = state.files.get_mut(id).filter(|file| !file.completed) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let media_type =
        headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    // What slack_sdk sends: the bytes as they are, whatever it calls them.
    if media_type.starts_with("multipart/") {
        return (StatusCode::BAD_REQUEST, "send the bytes as they are").into_response();
    }
    if body.len() != file.length {
        return (StatusCode::BAD_REQUEST, "length differs").into_response();
    }
    file.value["mimetype"] = json!(media_type);
    let said = format!("OK - {}", body.len());
    file.bytes = Some(body);
    said.into_response()
}

pub(super) fn complete(world: &World, arguments: &Arguments) -> Answer {
    let files = arguments.tree("files").ok_or("invalid_arguments")?.map_err(|()| "invalid_arguments")?;
    let files = files.as_array().cloned().unwrap_or_default();
    let mut state = world.state();
    let mut told = Vec::new();
    for wanted in &files {
        let id = wanted["id"].as_str().ok_or("invalid_arguments")?;
        let file = state.files.get(id).filter(|file| !file.completed).ok_or("file_not_found")?;
        if file.bytes.is_none() {
            return Err("file_not_found".into());
        }
    }
    if files.is_empty() {
        return Err("invalid_arguments".into());
    }
    let channel = arguments.text("channel_id").map(str::to_owned);
    if let Some(channel) = &channel
        && !state.channels.get(channel).ok_or("channel_not_found")?.bot_is_in
    {
        return Err("not_in_channel".into());
    }
    let thread = arguments.text("thread_ts").map(str::to_owned);
    if thread.as_ref().is_some_and(|thread| !is_time_stamp(thread)) {
        return Err("invalid_thread_ts".into());
    }
    for wanted in &files {
        let id = wanted["id"].as_str().unwrap_or_default();
        let Some(file) = state.files.get_mut(id) else { continue };
        file.completed = true;
        if let Some(title) = wanted["title"].as_str() {
            file.value["title"] = json!(title);
        }
        if let Some(channel) = &channel {
            share(&mut file.value, channel);
        }
        told.push(file.value.clone());
    }
    if let Some(channel) = channel {
        let ts = state.ts();
        let mut message = json!({
            "type": "message", "subtype": "file_share", "user": BOT_USER, "bot_id": BOT, "app_id": APP, "team": TEAM,
            "ts": ts, "text": arguments.text("initial_comment").unwrap_or_default(), "files": told, "upload": true,
        });
        if let Some(thread) = thread {
            message["thread_ts"] = json!(thread);
        }
        state.keep(&channel, &ts, message.clone(), None);
        drop(state);
        events::message(world, &channel, &message);
    }
    Ok(json!({ "files": told }))
}

pub(super) fn info(world: &World, arguments: &Arguments) -> Answer {
    let state = world.state();
    let file = state.files.get(arguments.text("file").ok_or("file_not_found")?);
    let file = file.filter(|file| state.sees(file)).ok_or("file_not_found")?;
    Ok(json!({ "file": file.value, "comments": [], "response_metadata": { "next_cursor": "" } }))
}

pub(super) fn delete(world: &World, arguments: &Arguments) -> Answer {
    let id = arguments.text("file").ok_or("file_not_found")?.to_owned();
    let mut state = world.state();
    let file = state.files.get(&id).ok_or("file_not_found")?;
    if file.value["user"] != json!(BOT_USER) {
        return Err("cant_delete_file".into());
    }
    state.files.remove(&id);
    for channel in state.channels.values_mut() {
        channel.messages.retain(|_, message| {
            let files = message.value["files"].as_array();
            !files.is_some_and(|files| files.iter().any(|file| file["id"] == json!(id)))
        });
    }
    Ok(json!({}))
}

pub(super) async fn download(
    Shared(world): Shared<World>,
    Path((id, _)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let bearer = format!("Bearer {}", world.inner().settings.bot_token);
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if given != Some(bearer.as_str()) {
        // As Slack does: to the page for logging in.
        return (StatusCode::FOUND, [(header::LOCATION, "/?redir=files")]).into_response();
    }
    if world.faults().next_media() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let state = world.state();
    match state.files.get(&id).and_then(|file| file.bytes.clone()) {
        Some(bytes) => bytes.into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

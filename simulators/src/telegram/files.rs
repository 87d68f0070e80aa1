//! How are files kept and handed out?

use axum::{
    body::Bytes,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};

use super::{
    api::{Answered, Refusal, refusal},
    read::Given,
    world::{Kept, State, World},
};
use crate::addresses::is_private;

/// Largest file that a bot may fetch, and photo and file that it may send, in bytes.
const LARGEST_FETCHED: usize = 20 << 20;
const LARGEST_PHOTO: usize = 10 << 20;
const LARGEST_SENT: usize = 50 << 20;
/// Endings of addresses at which there is surely no photo.
const NO_PHOTOS: [&str; 14] = [
    ".svg", ".svgz", ".pdf", ".zip", ".html", ".htm", ".txt", ".json", ".mp4", ".webm", ".mp3", ".ico",
    ".tgs", ".psd",
];

impl State {
    /// Keeps a file, and gives it an id.
    pub fn keep(&mut self, folder: &str, ending: &str, media_type: &str, bytes: Bytes) -> (String, String) {
        let number = self.number();
        let id = format!("AgACAgIAAxkBAAM{number:06}Qm9{:08x}", number * 2_654_435_761 % 4_294_967_296);
        let unique = format!("AQAD{number:06}");
        let path = format!("{folder}/file_{number}{ending}");
        let kept = Kept { path, unique: unique.clone(), bytes, media_type: media_type.to_owned() };
        self.files.insert(id.clone(), kept);
        (id, unique)
    }
}

pub fn get(world: &World, given: &Given) -> Answered {
    let wrong = || refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable");
    let id = given.text("file_id").ok_or_else(|| refusal(400, "Bad Request: file_id not specified"))?;
    if world.faults.next_media() {
        return Err(wrong());
    }
    let state = world.state();
    let kept = state.files.get(&id).ok_or_else(wrong)?;
    if kept.bytes.len() > LARGEST_FETCHED {
        return Err(refusal(400, "Bad Request: file is too big"));
    }
    Ok(json!({
        "file_id": id, "file_unique_id": kept.unique, "file_size": kept.bytes.len(), "file_path": kept.path,
    }))
}

/// teloxide writes the slash of a path as `%2F`; Telegram takes both.
pub fn download(world: &World, path: &str) -> Response {
    let path = path.replace("%2F", "/").replace("%2f", "/");
    if world.faults.next_media() || world.faults.next_address(&path) {
        return refusal(404, "Not Found: file not found").into_response();
    }
    let state = world.state();
    match state.files.values().find(|kept| kept.path == path) {
        Some(kept) => {
            ([(header::CONTENT_TYPE, "application/octet-stream")], kept.bytes.clone()).into_response()
        }
        None => (StatusCode::NOT_FOUND, refusal(404, "Not Found: file not found")).into_response(),
    }
}

/// The file of a method's field: uploaded, known by its id, or to be found at an address.
pub fn sent(world: &World, given: &Given, field: &str) -> Result<Value, Refusal> {
    let named = given.text(field);
    let part = match &named {
        Some(name) => name.strip_prefix("attach://").and_then(|name| given.files.get(name)),
        None => given.files.get(field),
    };
    if let Some(file) = part {
        let most = if field == "photo" { LARGEST_PHOTO } else { LARGEST_SENT };
        if file.bytes.is_empty() {
            return Err(refusal(400, "Bad Request: file must be non-empty"));
        }
        if file.bytes.len() > LARGEST_SENT {
            return Err(refusal(413, "Request Entity Too Large"));
        }
        if file.bytes.len() > most {
            return Err(refusal(400, "Bad Request: PHOTO_SAVE_FILE_INVALID"));
        }
        if field == "photo" && !is_picture(&file.bytes) {
            return Err(refusal(400, "Bad Request: IMAGE_PROCESS_FAILED"));
        }
        let ending = file.name.rfind('.').map_or("", |dot| &file.name[dot..]).to_owned();
        let folder = format!("{field}s");
        let (id, unique) = world.state().keep(&folder, &ending, &file.media_type, file.bytes.clone());
        return Ok(card(&id, &unique, Some(&file.name), &file.media_type, file.bytes.len()));
    }
    let Some(named) = named.filter(|name| !name.is_empty() && !name.starts_with("attach://")) else {
        return Err(refusal(400, &format!("Bad Request: there is no {field} in the request")));
    };
    if let Ok(url) = url::Url::parse(&named) {
        return by_address(world, field, &url);
    }
    let state = world.state();
    let kept = state.files.get(&named).ok_or_else(|| {
        refusal(
            400,
            "Bad Request: wrong remote file identifier specified: can't unserialize it. Wrong last symbol",
        )
    })?;
    Ok(card(&named, &kept.unique, None, &kept.media_type, kept.bytes.len()))
}

/// The simulator fetches nothing: an address is judged by what it says.
fn by_address(world: &World, field: &str, url: &url::Url) -> Result<Value, Refusal> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refusal(400, "Bad Request: invalid file HTTP URL specified: Unsupported URL protocol"));
    }
    let path = url.path().to_lowercase();
    if is_private(url) || path.contains("missing") || !url.host_str().is_some_and(|host| host.contains('.')) {
        return Err(refusal(400, "Bad Request: failed to get HTTP URL content"));
    }
    if field == "photo" && NO_PHOTOS.iter().any(|ending| path.ends_with(ending)) {
        return Err(refusal(400, "Bad Request: wrong file identifier/HTTP URL specified"));
    }
    let by_url: &[&str] = match field {
        "document" => &[".pdf", ".zip", ".gif"],
        "sticker" => &[".webp"],
        _ => &[""],
    };
    if !by_url.iter().any(|ending| path.ends_with(ending)) {
        return Err(refusal(400, "Bad Request: wrong type of the web page content"));
    }
    let bytes = Bytes::from(url.as_str().to_owned());
    let (id, unique) = world.state().keep(&format!("{field}s"), "", "application/octet-stream", bytes);
    let name =
        url.path_segments().and_then(|mut segments| segments.next_back()).unwrap_or_default().to_owned();
    Ok(card(&id, &unique, Some(&name), "application/octet-stream", 0))
}

fn card(id: &str, unique: &str, name: Option<&str>, media_type: &str, size: usize) -> Value {
    let mut card = json!({
        "file_id": id, "file_unique_id": unique, "file_size": size, "mime_type": media_type,
    });
    if let Some(name) = name {
        card["file_name"] = name.into();
    }
    card
}

fn is_picture(bytes: &[u8]) -> bool {
    let starts = |with: &[u8]| bytes.starts_with(with);
    starts(b"\x89PNG")
        || starts(b"\xff\xd8\xff")
        || (starts(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"))
        || starts(b"GIF8")
}

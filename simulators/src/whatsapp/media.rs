//! Files: uploads, their addresses, downloads.

use std::sync::Arc;

use axum::{
    extract::{Multipart, Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{
    World,
    api::{Answer, GraphError},
    world::Media,
};
use crate::addresses::is_private;

const AUDIO: &[&str] = &["audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg", "audio/opus"];
const DOCUMENTS: &[&str] = &[
    "application/vnd.ms-powerpoint",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/pdf",
    "text/plain",
    "application/vnd.ms-excel",
];
/// Kind, types, most bytes.
const KINDS: [(&str, &[&str], usize); 5] = [
    ("image", &["image/jpeg", "image/png"], 5 << 20),
    ("audio", AUDIO, 16 << 20),
    ("video", &["video/mp4", "video/3gpp"], 16 << 20),
    ("document", DOCUMENTS, 100 << 20),
    ("sticker", &["image/webp"], 500 << 10),
];
/// Most bytes of a sticker that does not move.
const STILL_STICKER: usize = 100 << 10;
/// How long an upload is kept (Meta's page "Media").
const UPLOAD_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long a file is kept that an event told of (Meta's page "Media").
pub const SENT_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long an address is good.
const GOOD: SignedDuration = SignedDuration::from_mins(5);

/// Whether a file of this type can be sent as this kind.
pub fn is_of(kind: &str, media_type: &str) -> bool {
    let plain = media_type.split(';').next().unwrap_or_default().trim();
    KINDS.iter().any(|(name, types, _)| {
        *name == kind
            && (types.contains(&plain)
                || kind == "document" && KINDS.iter().any(|(_, types, _)| types.contains(&plain)))
    })
}

/// Endings of files that are of none of the types above, or of those of one kind.
const ENDINGS: [(&str, &str); 12] = [
    (".jpg", "image"),
    (".jpeg", "image"),
    (".png", "image"),
    (".webp", "sticker"),
    (".mp4", "video"),
    (".3gp", "video"),
    (".mp3", "audio"),
    (".pdf", "document"),
    (".gif", ""),
    (".svg", ""),
    (".zip", ""),
    (".exe", ""),
];

/// Whether Meta can fetch a file of this kind at an address. The simulator fetches nothing: it is judged by what it says.
pub fn can_be_fetched(kind: &str, link: &str) -> bool {
    let Ok(url) = url::Url::parse(link) else { return false };
    let path = url.path().to_lowercase();
    let named = url.host_str().is_some_and(|host| host.contains('.'));
    let ending = ENDINGS.iter().find(|(ending, _)| path.ends_with(ending));
    let fits = ending.is_none_or(|(_, of)| *of == kind || kind == "document" && !of.is_empty());
    named && !is_private(&url) && !path.contains("missing") && fits
}

pub async fn upload(world: &World, mut form: Multipart) -> Answer {
    let (mut product, mut declared, mut file) = (None, None, None);
    let broken = |_| GraphError::new(100, "(#100) Invalid parameter");
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name().unwrap_or_default() {
            "messaging_product" => product = Some(field.text().await.map_err(broken)?),
            "type" => declared = Some(field.text().await.map_err(broken)?),
            "file" => {
                let name = field.file_name().map(str::to_owned);
                let media_type = field.content_type().map(str::to_owned);
                file = Some((name, media_type, field.bytes().await.map_err(broken)?));
            }
            _ => {}
        }
    }
    if product.as_deref() != Some("whatsapp") {
        return Err(GraphError::new(100, "(#100) The parameter messaging_product is required."));
    }
    let Some((name, media_type, bytes)) = file else {
        return Err(GraphError::new(100, "(#100) The parameter file is required."));
    };
    let Some(declared) = declared.filter(|declared| !declared.is_empty()) else {
        return Err(GraphError::new(100, "(#100) The parameter type is required."));
    };
    let media_type = media_type.unwrap_or(declared);
    let plain = media_type.split(';').next().unwrap_or_default().trim().to_owned();
    let Some((_, _, most)) = KINDS.iter().find(|(_, types, _)| types.contains(&plain.as_str())) else {
        let known = KINDS.iter().flat_map(|(_, types, _)| *types).copied().collect::<Vec<_>>().join(", ");
        return Err(GraphError::new(
            100,
            format!(
                "(#100) Param file must be a file with one of the following types: {known}. Received file of type '{plain}'."
            ),
        ));
    };
    if bytes.is_empty() || bytes.len() > *most {
        let details = format!("Media file size should be within 1 and {most} bytes; got {}", bytes.len());
        return Err(GraphError::new(131_053, "(#131053) Media upload error").details(details));
    }
    if plain == "image/webp" && bytes.len() > STILL_STICKER && !moves(&bytes) {
        let details = format!("A sticker that does not move has at most {STILL_STICKER} bytes");
        return Err(GraphError::new(131_053, "(#131053) Media upload error").details(details));
    }
    if !looks_like(&plain, &bytes) {
        let message = format!("(#100) Param file must be a file of type '{plain}', which it declares.");
        return Err(GraphError::new(100, message));
    }
    let id = keep(world, name, media_type, bytes, UPLOAD_KEPT);
    Ok(json!({ "id": id }))
}

/// Whether a file of WebP has more than one picture: the flag of its first chunk.
fn moves(bytes: &[u8]) -> bool {
    bytes.get(12..16) == Some(b"VP8X") && bytes.get(20).is_some_and(|flags| flags & 2 != 0)
}

/// Whether a picture begins as its type does; other files are believed.
fn looks_like(media_type: &str, bytes: &[u8]) -> bool {
    match media_type {
        "image/png" => bytes.starts_with(b"\x89PNG"),
        "image/jpeg" => bytes.starts_with(b"\xff\xd8\xff"),
        "image/webp" => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
        _ => true,
    }
}

/// Keeps a file for so long and returns its id.
pub fn keep(
    world: &World,
    name: Option<String>,
    content_type: String,
    bytes: axum::body::Bytes,
    kept: SignedDuration,
) -> String {
    let until = world.now().saturating_add(kept).unwrap_or(Timestamp::MAX);
    let mut state = world.state();
    let id = (1_000_000_000_000_000 + state.number()).to_string();
    let sha256 = hex::encode(Sha256::digest(&bytes));
    state.media.insert(id.clone(), Media { name, content_type, bytes, sha256, asked: None, until });
    id
}

/// Where a file is for the next five minutes.
pub fn place(world: &World, id: &str, host: &str) -> Answer {
    let now = world.now();
    let expired = world.faults.next_media();
    let mut state = world.state();
    state.forget_media(now);
    let file = state.media.get_mut(id).filter(|_| !expired);
    let file = file.ok_or_else(|| GraphError::no_object(id))?;
    file.asked = Some(now);
    Ok(json!({
        "url": format!("http://{host}/media/{id}?ext={}&hash=ATsimulated", now.as_second() + GOOD.as_secs()),
        "mime_type": file.content_type,
        "sha256": file.sha256,
        "file_size": file.bytes.len(),
        "id": id,
        "messaging_product": "whatsapp",
    }))
}

pub fn delete(world: &World, id: &str) -> Answer {
    let now = world.now();
    let mut state = world.state();
    state.forget_media(now);
    match state.media.remove(id) {
        Some(_) => Ok(json!({ "success": true })),
        None => Err(GraphError::no_object(id)),
    }
}

pub async fn download(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let wanted = format!("Bearer {}", world.settings.token);
    if headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()) != Some(&wanted) {
        return (StatusCode::UNAUTHORIZED, "Authentication Error").into_response();
    }
    if world.faults.next_address(&id) {
        return (StatusCode::NOT_FOUND, "Not Found").into_response();
    }
    let now = world.now();
    let mut state = world.state();
    state.forget_media(now);
    match state.media.get(&id) {
        Some(Media { asked: Some(asked), content_type, bytes, name, .. })
            if now.duration_since(*asked) < GOOD =>
        {
            let disposition =
                format!("attachment; filename=\"{}\"", name.as_deref().unwrap_or("file").replace('"', ""));
            let headers =
                [(header::CONTENT_TYPE, content_type.clone()), (header::CONTENT_DISPOSITION, disposition)];
            (headers, bytes.clone()).into_response()
        }
        Some(_) => (StatusCode::FORBIDDEN, "URL signature expired").into_response(),
        None => (StatusCode::NOT_FOUND, "Not Found").into_response(),
    }
}

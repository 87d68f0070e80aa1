//! What does a message of each kind hold?

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{messages::LONGEST_CAPTION, world::World};

/// What a message of the kind that `file` names holds; the caption may stand in `body`.
pub fn of(world: &World, body: &Value, file: &Value) -> Result<Value, String> {
    let kind = file["kind"].as_str().ok_or("kind is needed: photo, document, voice, location, contact …")?;
    let mut content = match kind {
        "location" | "venue" => {
            let place = json!({"latitude": file["latitude"], "longitude": file["longitude"]});
            if kind == "location" {
                return Ok(json!({ "location": place }));
            }
            let venue = json!({"location": place, "title": file["title"], "address": file["address"]});
            return Ok(json!({"venue": venue, "location": place}));
        }
        "contact" => {
            let phone = file["phone"].as_str().ok_or("phone is needed")?;
            let name = file["first_name"].as_str().unwrap_or("Someone");
            let mut contact = json!({ "phone_number": phone, "first_name": name });
            // Who shares a number shares their own, unless it is said whose it is.
            let user = file.get("user").unwrap_or(&body["person"]);
            if let Some(user) = user.as_i64() {
                contact["user_id"] = user.into();
            }
            return Ok(json!({ "contact": contact }));
        }
        "sticker" => {
            let (id, unique) = world.state().keep("stickers", ".webp", "image/webp", "RIFF".into());
            let sticker = json!({
                "file_id": id, "file_unique_id": unique, "type": "regular", "width": 512, "height": 512,
                "is_animated": false, "is_video": false, "emoji": file["emoji"].as_str().unwrap_or("👍"),
            });
            return Ok(json!({ "sticker": sticker }));
        }
        _ => stored(world, kind, file)?,
    };
    let caption = file["caption"].as_str().or(body["caption"].as_str());
    if let Some(caption) = caption {
        if caption.chars().count() > LONGEST_CAPTION {
            return Err("a caption may have 1024 characters".to_owned());
        }
        content["caption"] = caption.into();
    }
    Ok(content)
}

fn stored(world: &World, kind: &str, file: &Value) -> Result<Value, String> {
    let bytes = match (file["base64"].as_str(), file["content"].as_str()) {
        (Some(text), _) => STANDARD.decode(text).map_err(|error| format!("base64: {error}"))?,
        (None, Some(text)) => text.as_bytes().to_vec(),
        (None, None) => b"nothing in particular".to_vec(),
    };
    let size = bytes.len();
    let name = file["name"].as_str().unwrap_or("file");
    let ending = name.rfind('.').map_or("", |dot| &name[dot..]);
    let media_type = file["media_type"].as_str().unwrap_or("application/octet-stream");
    let (id, unique) = world.state().keep(&format!("{kind}s"), ending, media_type, bytes.into());
    let base = json!({"file_id": id, "file_unique_id": unique, "file_size": size});
    let with = |more: Value| {
        let mut card = base.clone();
        for (name, value) in more.as_object().into_iter().flatten() {
            card[name] = value.clone();
        }
        card
    };
    Ok(match kind {
        "photo" => {
            let small = world.state().keep("thumbnails", ".jpg", "image/jpeg", "small".into());
            let thumbnail = json!({"file_id": small.0, "file_unique_id": small.1, "file_size": 5, "width": 90, "height": 67});
            json!({ "photo": [thumbnail, with(json!({"width": 1280, "height": 960}))] })
        }
        "document" => json!({ "document": with(json!({"file_name": name, "mime_type": media_type})) }),
        "voice" => json!({ "voice": with(json!({"duration": 3, "mime_type": "audio/ogg"})) }),
        "audio" => {
            json!({ "audio": with(json!({"duration": 60, "file_name": name, "mime_type": media_type})) })
        }
        "video" => json!({ "video": with(json!({
            "width": 640, "height": 480, "duration": 5, "file_name": name, "mime_type": "video/mp4",
        })) }),
        _ => return Err(format!("“{kind}” is no kind of file")),
    })
}

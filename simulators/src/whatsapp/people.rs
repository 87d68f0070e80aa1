//! What can be done in a person's place? `POST /simulator/…`
//!
//! | request | what |
//! |---|---|
//! | `POST /simulator/people` | someone appears: `{"user_id": "DE.1", "phone": "4915112345", "name": "Ada", "username": null}` |
//! | `POST /simulator/do` | someone does something, see [`Deed`]; answers with the id of the message |
//! | `GET /simulator/said?person=DE.1` | what the bot has said, with times and delivery states |
//! | `GET /simulator/marks` | read marks and typing |
//! | `GET /simulator/state` | webhook, commands, how many events were sent, taken and given up |
//! | `POST /simulator/template` | a template's new status, told by an event: `{"name": "…", "language": "…", "status": "APPROVED"}`; one with `components` is made, of a `category` |
//! | `POST /simulator/raw` | any JSON, signed and sent as it is |
//! | `POST /simulator/hold`, `…/release` | events are kept, and sent in one batch: `{"reverse": true}` |
//! | `POST /simulator/limit` | so many people may be written to first within 24 hours: `{"people": 250}`; as many as one likes without a number |
//! | `POST /simulator/clock` | time passes: `{"seconds": 86400}` |
//! | `PUT /simulator/faults` | what goes wrong, see [`crate::faults::Plan`] |

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    World, media,
    messages::status,
    world::{Person, Said},
};
use crate::faults::Plan;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Newcomer {
    user_id: String,
    #[serde(default)]
    phone: Option<String>,
    name: String,
    #[serde(default)]
    username: Option<String>,
}

/// What someone does; `person` is an id or a phone number.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Deed {
    Say {
        person: String,
        text: String,
    },
    /// Presses a button or row by its id or by its title, the newest message that has one first.
    Press {
        person: String,
        choice: String,
    },
    /// `base64` holds the bytes; `kind` is image, audio, video, document or sticker.
    SendFile {
        person: String,
        kind: String,
        media_type: String,
        #[serde(alias = "content")]
        base64: String,
        #[serde(default)]
        name: Option<String>,
        #[serde(default)]
        caption: Option<String>,
    },
    SendPlace {
        person: String,
        latitude: f64,
        longitude: f64,
        #[serde(default)]
        name: Option<String>,
    },
    /// An empty emoji takes the reaction back.
    React {
        person: String,
        message: String,
        emoji: String,
    },
    Edit {
        person: String,
        message: String,
        text: String,
    },
    Delete {
        person: String,
        message: String,
    },
    /// Reads everything that was said.
    Read {
        person: String,
    },
    Block {
        person: String,
    },
    Unblock {
        person: String,
    },
    /// Gets another number, and with it another id.
    ChangeNumber {
        person: String,
        user_id: String,
        phone: String,
    },
    /// Any message, with what every message has put in: `{"type": "order", "order": {…}}`.
    Send {
        person: String,
        message: Value,
    },
}

type Shared = State<Arc<World>>;

pub async fn join(State(world): Shared, Json(newcomer): Json<Newcomer>) -> StatusCode {
    let Newcomer { user_id, phone, name, username } = newcomer;
    let person = Person { user_id: user_id.clone(), phone, name, username, last_heard: None, blocked: false };
    world.state().people.insert(user_id, person);
    StatusCode::NO_CONTENT
}

pub async fn act(State(world): Shared, Json(deed): Json<Deed>) -> Response {
    match done(&world, deed) {
        Ok(id) => Json(json!({ "id": id })).into_response(),
        Err(why) => (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": why }))).into_response(),
    }
}

fn done(world: &World, deed: Deed) -> Result<Option<String>, String> {
    match deed {
        Deed::Say { person, text } => {
            say(world, &person, json!({ "type": "text", "text": { "body": text } }))
        }
        Deed::Press { person, choice } => {
            let pressed = pressed(world, &person, &choice)?;
            say(world, &person, pressed)
        }
        Deed::SendFile { person, kind, media_type, base64, name, caption } => {
            let bytes = STANDARD.decode(base64).map_err(|_| "base64 is none".to_owned())?;
            let id = media::keep(world, name.clone(), media_type.clone(), bytes.into(), media::SENT_KEPT);
            let sha256 = world.state().media.get(&id).map(|file| file.sha256.clone());
            let mut file = json!({ "id": id, "mime_type": media_type, "sha256": sha256 });
            if let Some(name) = name.filter(|_| kind == "document") {
                file["filename"] = json!(name);
            }
            if let Some(caption) = caption {
                file["caption"] = json!(caption);
            }
            say(world, &person, json!({ "type": kind, kind.as_str(): file }))
        }
        Deed::SendPlace { person, latitude, longitude, name } => {
            let mut place = json!({ "latitude": latitude, "longitude": longitude });
            if let Some(name) = name {
                place["name"] = json!(name);
            }
            say(world, &person, json!({ "type": "location", "location": place }))
        }
        Deed::React { person, message, emoji } => {
            let mut reaction = json!({ "message_id": message });
            if !emoji.is_empty() {
                reaction["emoji"] = json!(emoji);
            }
            say(world, &person, json!({ "type": "reaction", "reaction": reaction }))
        }
        Deed::Edit { person, message, text } => {
            let edited = json!({ "type": "text", "text": { "body": text } });
            let edit = json!({ "original_message_id": message, "message": edited });
            say(world, &person, json!({ "type": "edit", "edit": edit }))
        }
        Deed::Delete { person, message } => {
            say(world, &person, json!({ "type": "revoke", "revoke": { "original_message_id": message } }))
        }
        Deed::Read { person } => {
            let ids = {
                let state = world.state();
                let id = state.person(&person).ok_or("there is no such person")?.user_id.clone();
                let unread = |said: &&Said| said.to == id && said.status == "delivered";
                state.said.iter().filter(unread).map(|said| said.id.clone()).collect::<Vec<_>>()
            };
            for id in ids {
                status(world, &id, "read", None);
            }
            Ok(None)
        }
        Deed::Block { person } => block(world, &person, true),
        Deed::Unblock { person } => block(world, &person, false),
        Deed::ChangeNumber { person, user_id, phone } => {
            let system = {
                let mut state = world.state();
                let old = state.person(&person).ok_or("there is no such person")?.clone();
                let body = format!("{} changed the number", old.name);
                let new = Person { user_id: user_id.clone(), phone: Some(phone.clone()), ..old.clone() };
                state.people.insert(user_id.clone(), new);
                json!({ "body": body, "type": "user_changed_number", "wa_id": phone, "user_id": user_id })
            };
            let told = say(world, &person, json!({ "type": "system", "system": system }))?;
            world.state().people.remove(&person);
            Ok(told)
        }
        Deed::Send { person, message } => say(world, &person, message),
    }
}

fn block(world: &World, person: &str, blocked: bool) -> Result<Option<String>, String> {
    let mut state = world.state();
    let id = state.person(person).ok_or("there is no such person")?.user_id.clone();
    if let Some(person) = state.people.get_mut(&id) {
        person.blocked = blocked;
    }
    Ok(None)
}

/// Tells of a message of someone.
fn say(world: &World, person: &str, mut message: Value) -> Result<Option<String>, String> {
    let now = world.now();
    let mut state = world.state();
    let user_id =
        state.person(person).ok_or("there is no such person: POST /simulator/people first")?.user_id.clone();
    let id = state.message_id();
    let person = state.people.get_mut(&user_id).ok_or("there is no such person")?;
    person.last_heard = Some(now);
    let person = person.clone();
    state.heard.insert(id.clone(), user_id.clone());
    drop(state);
    message["id"] = json!(id);
    message["from_user_id"] = json!(person.user_id);
    if let Some(phone) = &person.phone {
        message["from"] = json!(phone);
    }
    message["timestamp"] = json!(now.as_second().to_string());
    let contact = (message["type"] != "system").then_some(&person);
    world.tell(world.change(contact, "messages", &message));
    Ok(Some(id))
}

/// What a press on this choice tells.
fn pressed(world: &World, person: &str, choice: &str) -> Result<Value, String> {
    let state = world.state();
    let person = state.person(person).ok_or("there is no such person")?.user_id.clone();
    for said in state.said.iter().rev().filter(|said| said.to == person) {
        let action = &said.message["interactive"]["action"];
        let context = json!({ "from": world.settings.display_phone_number, "id": said.id });
        let buttons = action["buttons"].as_array().into_iter().flatten().map(|button| &button["reply"]);
        for reply in buttons {
            if reply["id"] == choice || reply["title"] == choice {
                let interactive = json!({ "type": "button_reply", "button_reply": reply });
                return Ok(json!({ "type": "interactive", "context": context, "interactive": interactive }));
            }
        }
        let form = &action["parameters"];
        if action["name"] == "flow" && form["flow_cta"] == choice {
            // Sent off with nothing filled in.
            let filled = json!({ "flow_token": form["flow_token"].as_str().unwrap_or("unused") }).to_string();
            let reply = json!({ "name": "flow", "body": "Sent", "response_json": filled });
            let interactive = json!({ "type": "nfm_reply", "nfm_reply": reply });
            return Ok(json!({ "type": "interactive", "context": context, "interactive": interactive }));
        }
        let sections = action["sections"].as_array().into_iter().flatten();
        for row in sections.flat_map(|section| section["rows"].as_array().into_iter().flatten()) {
            if row["id"] == choice || row["title"] == choice {
                let interactive = json!({ "type": "list_reply", "list_reply": row });
                return Ok(json!({ "type": "interactive", "context": context, "interactive": interactive }));
            }
        }
    }
    Err(format!("the bot has offered no {choice:?}"))
}

#[derive(Deserialize)]
pub struct Whose {
    person: Option<String>,
}

pub async fn said(State(world): Shared, Query(whose): Query<Whose>) -> Json<Value> {
    let state = world.state();
    let said = state.said.iter().filter(|said| whose.person.as_ref().is_none_or(|person| *person == said.to));
    Json(json!(said.collect::<Vec<_>>()))
}

pub async fn marks(State(world): Shared) -> Json<Value> {
    let state = world.state();
    let marks = state.marks.iter().map(|(message, typing)| json!({ "message": message, "typing": typing }));
    Json(json!(marks.collect::<Vec<_>>()))
}

pub async fn state(State(world): Shared) -> Json<Value> {
    let state = world.state();
    Json(json!({
        "callbacks": state.callbacks,
        "subscribed": state.subscribed,
        "commands": state.commands,
        "posted": state.posted,
        "taken": state.taken,
        "given_up": state.given_up,
        "taken_messages": state.taken_messages,
        "people": state.people,
        "media": state.media.len(),
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateStatus {
    name: String,
    language: String,
    status: String,
    /// Of a new one, or one that is to be another.
    #[serde(default)]
    components: Option<Value>,
    /// Of a new one: `UTILITY` where none is named.
    #[serde(default)]
    category: Option<String>,
}

pub async fn template(State(world): Shared, Json(change): Json<TemplateStatus>) -> StatusCode {
    let TemplateStatus { name, language, status, components, category } = change;
    let mut state = world.state();
    if let Some(components) = components {
        state.templates.retain(|known| known["name"] != name || known["language"] != language);
        let id = (2_000_000_000_000_000 + state.number()).to_string();
        state.templates.push(json!({
            "id": id, "name": name, "language": language, "status": status,
            "category": category.as_deref().unwrap_or("UTILITY"), "parameter_format": "POSITIONAL",
            "components": components,
        }));
    }
    let found =
        state.templates.iter_mut().find(|known| known["name"] == name && known["language"] == language);
    let Some(found) = found else { return StatusCode::NOT_FOUND };
    found["status"] = json!(status);
    let value = json!({
        "event": status,
        "message_template_id": found["id"],
        "message_template_name": name,
        "message_template_language": language,
        "reason": "NONE",
    });
    drop(state);
    world.tell(json!({ "field": "message_template_status_update", "value": value }));
    StatusCode::NO_CONTENT
}

pub async fn raw(State(world): Shared, Json(event): Json<Value>) -> StatusCode {
    world.send_raw(event);
    StatusCode::NO_CONTENT
}

pub async fn hold(State(world): Shared) -> StatusCode {
    world.state().held.get_or_insert_default();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    #[serde(default)]
    reverse: bool,
}

pub async fn release(State(world): Shared, Json(how): Json<Release>) -> Json<Value> {
    let mut held = world.state().held.take().unwrap_or_default();
    if how.reverse {
        held.reverse();
    }
    if !held.is_empty() {
        world.send(&held);
    }
    Json(json!({ "released": held.len() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    #[serde(default)]
    people: Option<usize>,
}

pub async fn limit(State(world): Shared, Json(limit): Json<Limit>) -> StatusCode {
    world.state().people_a_day = limit.people.unwrap_or(usize::MAX);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passed {
    seconds: i64,
}

pub async fn clock(State(world): Shared, Json(passed): Json<Passed>) -> Json<Value> {
    world.advance(passed.seconds);
    Json(json!({ "now": world.now() }))
}

pub async fn faults(State(world): Shared, Json(plan): Json<Plan>) -> StatusCode {
    world.faults.set(plan);
    StatusCode::NO_CONTENT
}

pub async fn plan(State(world): Shared) -> Json<Plan> {
    Json(world.faults.plan())
}

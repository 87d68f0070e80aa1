//! What does Telegram answer to a bot, and what does it refuse?

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{again, commands, edit, events, files, members, messages, read::Given, things, world::World};

/// How long a press may be answered, in seconds; our own.
const ANSWER_WITHIN: i64 = 900;

/// An error as Telegram tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub code: u16,
    pub description: String,
    pub parameters: Option<Value>,
}

pub type Answered = Result<Value, Refusal>;

pub fn refusal(code: u16, description: &str) -> Refusal {
    Refusal { code, description: description.to_owned(), parameters: None }
}

pub fn too_many(seconds: u64) -> Refusal {
    Refusal {
        code: 429,
        description: format!("Too Many Requests: retry after {seconds}"),
        parameters: Some(json!({ "retry_after": seconds })),
    }
}

impl Refusal {
    fn json(&self) -> Value {
        let mut body = json!({"ok": false, "error_code": self.code, "description": self.description});
        if let Some(parameters) = &self.parameters {
            body["parameters"] = parameters.clone();
        }
        body
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code).unwrap_or(StatusCode::BAD_REQUEST);
        (status, Json(self.json())).into_response()
    }
}

/// Calls a method, and notes that it was called.
pub async fn answer(world: &World, name: &str, given: &Given) -> Response {
    let asked_at = world.now();
    let fields = Value::Object(given.fields.clone());
    let answered = method(world, &name.to_lowercase(), given).await;
    let (body, response) = match answered {
        Ok(result) => {
            let body = json!({"ok": true, "result": result});
            (body.clone(), Json(body).into_response())
        }
        Err(refusal) => (refusal.json(), refusal.into_response()),
    };
    // Polls that brought nothing tell nothing.
    if !name.eq_ignore_ascii_case("getUpdates")
        || body["result"].as_array().is_some_and(|list| !list.is_empty())
    {
        let call = json!({"method": name, "at": asked_at.to_string(), "fields": fields, "answer": body});
        world.state().calls.push(call);
    }
    response
}

async fn method(world: &World, name: &str, given: &Given) -> Answered {
    match name {
        "getme" => Ok(me(world)),
        "getupdates" => events::poll(world, given).await,
        "setwebhook" => events::set_webhook(world, given),
        "deletewebhook" => Ok(events::delete_webhook(world, given)),
        "getwebhookinfo" => Ok(events::webhook_info(world)),
        "sendmessage" => messages::text(world, given),
        "sendphoto" => messages::file(world, given, "photo"),
        "senddocument" => messages::file(world, given, "document"),
        "sendanimation" => messages::file(world, given, "animation"),
        "sendvideo" => messages::file(world, given, "video"),
        "sendaudio" => messages::file(world, given, "audio"),
        "sendvoice" => messages::file(world, given, "voice"),
        "sendmediagroup" => messages::album(world, given),
        "sendlocation" => messages::location(world, given),
        "sendvenue" => messages::venue(world, given),
        "sendsticker" => things::sticker(world, given),
        "sendcontact" => things::contact(world, given),
        "sendpoll" => things::poll(world, given),
        "forwardmessage" => again::forward(world, given),
        "copymessage" => again::copy(world, given),
        "sendchataction" => messages::action(world, given),
        "editmessagetext" => edit::text(world, given),
        "editmessagecaption" => edit::caption(world, given),
        "editmessagereplymarkup" => edit::keys(world, given),
        "setmessagereaction" => edit::react(world, given),
        "deletemessage" => edit::delete_one(world, given),
        "deletemessages" => edit::delete(world, given),
        "deletebusinessmessages" => edit::delete_business(world, given),
        "answercallbackquery" => answer_query(world, given),
        "setmycommands" => commands::set(world, given),
        "getmycommands" => commands::get(world, given),
        "deletemycommands" => commands::delete(world, given),
        "getfile" => files::get(world, given),
        "getchat" => chat(world, given),
        "getchatmember" => members::get(world, given),
        "getbusinessconnection" => {
            let id = given.text("business_connection_id").unwrap_or_default();
            let found = world.state().business.get(&id).cloned();
            found.ok_or_else(|| refusal(400, "Bad Request: business connection not found"))
        }
        "logout" | "close" => Ok(json!(true)),
        _ => Err(refusal(404, "Not Found: method not found")),
    }
}

fn me(world: &World) -> Value {
    let mut me = world.me();
    for (name, value) in [
        ("can_join_groups", true),
        ("can_read_all_group_messages", true),
        ("supports_inline_queries", false),
        ("can_connect_to_business", true),
        ("has_main_web_app", false),
    ] {
        me[name] = value.into();
    }
    me
}

fn answer_query(world: &World, given: &Given) -> Answered {
    let id = given.text("callback_query_id").unwrap_or_default();
    let text = given.text("text").unwrap_or_default();
    if text.chars().count() > 200 {
        return Err(refusal(400, "Bad Request: MESSAGE_TOO_LONG"));
    }
    let mut state = world.state();
    let query = state
        .queries
        .get_mut(&id)
        .filter(|query| world.now().duration_since(query.at).as_secs() < ANSWER_WITHIN);
    let Some(query) = query else {
        return Err(refusal(
            400,
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
        ));
    };
    query.answer = Some(json!({ "text": text, "at": world.now().to_string() }));
    Ok(json!(true))
}

fn chat(world: &World, given: &Given) -> Answered {
    let state = world.state();
    let chat = given.number("chat_id").and_then(|chat| state.chats.get(&chat));
    let mut card = chat.ok_or_else(|| refusal(400, "Bad Request: chat not found"))?.card.clone();
    card["accent_color_id"] = 0.into();
    card["max_reaction_count"] = 11.into();
    card["accepted_gift_types"] = json!({
        "unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false, "premium_subscription": false,
        "gifts_from_channels": false,
    });
    Ok(card)
}

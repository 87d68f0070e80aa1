//! What did bots ask, and what was answered? Everything passes here: who asks, how often, and what goes wrong on
//! demand.

use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use futures::stream;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Simulator, api::refusal, bans, limits::Taken, world::now};
use crate::faults::Fault;

/// Of the whole request, `message.mdx`.
const LARGEST_REQUEST: usize = 25 << 20;
const MOST_KEPT: usize = 100_000;

#[derive(Default)]
pub struct Requests(Mutex<Vec<Kept>>);

#[derive(Clone, Debug, Serialize)]
pub struct Kept {
    pub at: String,
    pub method: String,
    /// Below `/api/v10`.
    pub path: String,
    pub body: Value,
    pub status: u16,
    pub answer: Value,
}

impl Requests {
    pub fn all(&self) -> Vec<Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, kept: Kept) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() < MOST_KEPT {
            all.push(kept);
        }
    }
}

pub async fn watch(State(simulator): State<Simulator>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().trim_start_matches("/api/v10").to_owned();
    let Ok(bytes) = axum::body::to_bytes(body, LARGEST_REQUEST).await else {
        return refusal(StatusCode::PAYLOAD_TOO_LARGE, 40_005, "Request entity too large");
    };
    let told = said(&parts.headers, &bytes);
    let of_interaction = path.starts_with("/webhooks/") || path.starts_with("/interactions/");
    let open = of_interaction || path == "/gateway";
    let (kind, major) = kind(&parts.method, &path);
    let method = parts.method.to_string();
    let mut lost = false;
    let mut taken = None;
    let shut_out = simulator.0.bans.left(Instant::now());
    let response = 'answer: {
        if let Some(left) = shut_out {
            break 'answer bans::page(left);
        }
        if let Some(response) = stranger(&simulator, &parts.headers, open) {
            break 'answer response;
        }
        if let Some(refused) = misnamed(&path) {
            break 'answer refused;
        }
        let limits = simulator.0.limits.take(kind, &major, of_interaction);
        let over = limits.refused.map(|after| too_many(after.as_secs_f64(), limits.global, "user"));
        taken = Some(limits);
        if let Some(over) = over {
            break 'answer over;
        }
        #[expect(clippy::cast_precision_loss, reason = "seconds of a test are few")]
        let asked = |seconds: u64, scope| too_many(seconds as f64, false, scope);
        if let Some(seconds) = simulator.0.faults.flooded(&major).filter(|_| kind == "POST messages") {
            break 'answer asked(seconds, "user");
        }
        match simulator.0.faults.next_of(&format!("{method} {path}")) {
            Some(Fault::TooMany { seconds }) => break 'answer asked(seconds, "shared"),
            Some(Fault::Failed) => {
                break 'answer refusal(StatusCode::INTERNAL_SERVER_ERROR, 0, "500: Internal Server Error");
            }
            Some(Fault::AnswerLost) => lost = true,
            Some(Fault::Slow(pause)) => tokio::time::sleep(pause).await,
            None => {}
        }
        in_json(next.run(Request::from_parts(parts, Body::from(bytes))).await)
    };
    if shut_out.is_none() {
        simulator.0.bans.count(response.status(), response.headers(), Instant::now());
    }
    let (mut parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, LARGEST_REQUEST).await.unwrap_or_default();
    simulator.0.requests.keep(Kept {
        at: now().to_string(),
        method,
        path,
        body: told,
        status: parts.status.as_u16(),
        answer: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    });
    if lost {
        return broken();
    }
    if let Some(taken) = taken {
        taken.headers(&mut parts.headers);
        refused_headers(&taken, &mut parts.headers);
    }
    let date = now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = HeaderValue::from_str(&date) {
        parts.headers.insert(header::DATE, date);
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// Who may not ask: without the token, or without saying who they are.
fn stranger(simulator: &Simulator, headers: &HeaderMap, open: bool) -> Option<Response> {
    let text = |name: header::HeaderName| {
        headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    };
    // discord.py names itself only where it shows its token.
    if !open && !text(header::USER_AGENT).starts_with("DiscordBot (") {
        let why = "internal network error";
        return Some(refusal(StatusCode::FORBIDDEN, 40_333, why));
    }
    let wanted = format!("Bot {}", simulator.settings().token);
    let known = text(header::AUTHORIZATION) == wanted && !simulator.is_revoked();
    (!open && !known).then(|| refusal(StatusCode::UNAUTHORIZED, 0, "401: Unauthorized"))
}

/// Refuses what is no id where an id belongs.
fn misnamed(path: &str) -> Option<Response> {
    let parts = path.trim_start_matches('/').split('/').collect::<Vec<_>>();
    let (field, id) = parts.windows(2).find_map(|pair| {
        let field = match pair[0] {
            "applications" | "webhooks" => "application_id",
            "channels" => "channel_id",
            "guilds" => "guild_id",
            "interactions" => "interaction_id",
            "messages" => "message_id",
            "users" => "user_id",
            _ => return None,
        };
        let is_id = pair[1].starts_with(['@', '%']) || pair[1].parse::<u64>().is_ok();
        (!is_id).then_some((field, pair[1]))
    })?;
    let error =
        json!([{ "code": "NUMBER_TYPE_COERCE", "message": format!("Value \"{id}\" is not snowflake.") }]);
    let body =
        json!({ "message": "Invalid Form Body", "code": 50_035, "errors": { field: { "_errors": error } } });
    Some((StatusCode::BAD_REQUEST, axum::Json(body)).into_response())
}

/// Discord tells in JSON what the router tells in plain text.
fn in_json(response: Response) -> Response {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let plain = kind.is_none_or(|kind| kind.starts_with("text/plain"));
    match response.status() {
        status if !plain || !status.is_client_error() => response,
        StatusCode::METHOD_NOT_ALLOWED => {
            refusal(StatusCode::METHOD_NOT_ALLOWED, 0, "405: Method Not Allowed")
        }
        _ => refusal(StatusCode::BAD_REQUEST, 50_109, "The request body contains invalid JSON."),
    }
}

fn too_many(after: f64, global: bool, scope: &'static str) -> Response {
    let body = json!({ "message": "You are being rate limited.", "retry_after": after, "global": global });
    let mut response = (StatusCode::TOO_MANY_REQUESTS, axum::Json(body)).into_response();
    let headers = response.headers_mut();
    if let Ok(after) = HeaderValue::from_str(&format!("{}", after.ceil())) {
        headers.insert(header::RETRY_AFTER, after);
    }
    headers.insert("x-ratelimit-scope", HeaderValue::from_static(if global { "global" } else { scope }));
    response
}

fn refused_headers(taken: &Taken, headers: &mut HeaderMap) {
    if taken.refused.is_some() && taken.global {
        headers.insert("x-ratelimit-global", HeaderValue::from_static("true"));
    }
}

/// An answer that breaks off.
fn broken() -> Response {
    let nothing =
        stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"{")), Err(std::io::Error::other("lost"))]);
    Response::builder().header("content-length", "100").body(Body::from_stream(nothing)).unwrap_or_default()
}

/// The kind of a request and its channel or webhook.
fn kind(method: &Method, path: &str) -> (&'static str, String) {
    let parts = path.trim_start_matches('/').split('/').collect::<Vec<_>>();
    let kind = match (method.as_str(), parts.as_slice()) {
        ("POST", ["channels", _, "messages"]) => "POST messages",
        ("PATCH", ["channels", _, "messages", _]) => "PATCH message",
        ("DELETE", ["channels", _, "messages", _]) => "DELETE message",
        ("POST", ["channels", _, "typing"]) => "typing",
        (_, ["webhooks", ..]) => "webhook",
        _ => "other",
    };
    let major = match parts.as_slice() {
        ["webhooks", _, token, ..] => (*token).to_owned(),
        ["channels" | "guilds", id, ..] => (*id).to_owned(),
        _ => String::new(),
    };
    (kind, major)
}

/// The JSON of a body; of a form its part `payload_json`.
fn said(headers: &HeaderMap, bytes: &[u8]) -> Value {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("multipart/") {
        let text = String::from_utf8_lossy(bytes);
        let part = text.split("name=\"payload_json\"").nth(1).and_then(|part| part.split("\r\n\r\n").nth(1));
        let json = part.and_then(|part| part.split("\r\n--").next()).unwrap_or_default();
        return serde_json::from_str(json).unwrap_or(Value::Null);
    }
    serde_json::from_slice(bytes).unwrap_or(Value::Null)
}

//! What does Slack answer to a bot, and what does it refuse? Arguments, tokens and faults; the methods are in
//! `calls.rs`, `reactions.rs`, `scheduled.rs`, `history.rs` and `files.rs`.

use std::time::Instant;

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{Path, RawQuery, State as Shared},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::{
    calls, files, history, reactions, scheduled, scopes,
    world::{Call, World},
};
use crate::faults::Fault;

/// Why a method refuses: Slack's name of it, and what stands beside it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refusal {
    pub error: &'static str,
    pub messages: Vec<String>,
    /// The scopes that it needs, and those that there are.
    scopes: Option<[String; 2]>,
}

impl From<&'static str> for Refusal {
    fn from(error: &'static str) -> Self {
        Self::new(error, Vec::new())
    }
}

impl Refusal {
    pub fn new(error: &'static str, messages: Vec<String>) -> Self {
        Self { error, messages, scopes: None }
    }

    pub fn lacking(needed: String, provided: String) -> Self {
        Self { error: "missing_scope", messages: Vec::new(), scopes: Some([needed, provided]) }
    }

    /// The body of the answer.
    fn told(self) -> Value {
        let Self { error, messages, scopes } = self;
        let mut told = json!({ "ok": false, "error": error });
        if !messages.is_empty() {
            told["errors"] = json!(messages);
            told["response_metadata"] = json!({ "messages": messages });
        }
        if let Some([needed, provided]) = scopes {
            told["needed"] = json!(needed);
            told["provided"] = json!(provided);
        }
        told
    }
}

pub(super) type Answer = Result<Value, Refusal>;

/// The arguments of a call, however they came.
pub(super) struct Arguments(pub Map<String, Value>);

impl Arguments {
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    pub fn is_true(&self, name: &str) -> bool {
        match self.0.get(name) {
            Some(Value::Bool(yes)) => *yes,
            Some(Value::String(text)) => matches!(text.as_str(), "true" | "1"),
            _ => false,
        }
    }

    pub fn number(&self, name: &str) -> Option<u64> {
        match self.0.get(name)? {
            Value::String(text) => text.parse().ok(),
            other => other.as_u64(),
        }
    }

    /// Something built up, which forms carry as JSON in a text.
    pub fn tree(&self, name: &str) -> Option<Result<Value, ()>> {
        match self.0.get(name)? {
            Value::String(text) if text.is_empty() => None,
            Value::String(text) => Some(serde_json::from_str(text).map_err(|_| ())),
            Value::Null => None,
            other => Some(Ok(other.clone())),
        }
    }
}

/// Methods that take no JSON: a body of JSON is passed over (docs.slack.dev, "Content types" of each method).
const FORMS_ONLY: [&str; 7] = [
    "conversations.history",
    "conversations.replies",
    "conversations.info",
    "users.conversations",
    "users.info",
    "files.info",
    "files.getUploadURLExternal",
];

pub(super) async fn call(
    Shared(world): Shared<World>,
    Path(method): Path<String>,
    verb: Method,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fault = world.faults().next_of(&method);
    match fault {
        Some(Fault::TooMany { seconds }) => return too_many(seconds),
        Some(Fault::Failed) => return (StatusCode::INTERNAL_SERVER_ERROR, "upstream error").into_response(),
        Some(Fault::Slow(pause)) => tokio::time::sleep(pause).await,
        Some(Fault::AnswerLost) | None => {}
    }
    let read = arguments(&method, &verb, query.as_deref(), &headers, &body);
    let wait = read.as_ref().ok().and_then(|arguments| wait(&world, &method, arguments));
    if let Some(seconds) = wait {
        note(&world, &method, read.ok(), &Err("ratelimited".into()));
        return too_many(seconds);
    }
    let answer = match &read {
        Ok(arguments) => perform(&world, &method, &headers, arguments),
        Err(refusal) => Err(refusal.clone()),
    };
    note(&world, &method, read.ok(), &answer);
    if matches!(fault, Some(Fault::AnswerLost)) {
        return lost();
    }
    Json(match answer {
        Ok(mut value) => {
            value["ok"] = json!(true);
            value
        }
        Err(refusal) => refusal.told(),
    })
    .into_response()
}

/// Seconds until a call is taken that is one too many.
fn wait(world: &World, method: &str, arguments: &Arguments) -> Option<u64> {
    let mut state = world.state();
    let channel = arguments.text("channel").unwrap_or_default();
    let quiet = if method == "chat.postMessage" {
        world.faults().flooded(channel).unwrap_or_else(|| state.quiet(channel))
    } else {
        0
    };
    if quiet > 0 { Some(quiet) } else { state.limits.take(method, channel, Instant::now()) }
}

pub(super) fn too_many(seconds: u64) -> Response {
    let body = Json(json!({ "ok": false, "error": "ratelimited" }));
    (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds.to_string())], body).into_response()
}

/// An answer whose connection ends before it is through.
pub(super) fn lost() -> Response {
    let nothing = futures::stream::once(async { Err::<Bytes, _>(std::io::Error::other("lost")) });
    Body::from_stream(nothing).into_response()
}

fn arguments(
    method: &str,
    verb: &Method,
    query: Option<&str>,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Arguments, Refusal> {
    let query = query.unwrap_or_default().as_bytes();
    // Apps made since February 2021 may not show their token in an address.
    if url::form_urlencoded::parse(query).any(|(name, _)| name == "token") {
        return Err("invalid_auth".into());
    }
    let mut all = Map::new();
    let mut form = |text: &[u8]| {
        for (name, value) in url::form_urlencoded::parse(text) {
            all.insert(name.into_owned(), json!(value));
        }
    };
    form(query);
    if verb == Method::POST && !body.is_empty() {
        let kind = headers
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .ok_or("missing_post_type")?;
        match kind.split(';').next().unwrap_or_default().trim() {
            "application/x-www-form-urlencoded" => form(body),
            "application/json" if FORMS_ONLY.contains(&method) => {}
            "application/json" => match serde_json::from_slice(body) {
                Ok(Value::Object(fields)) => all.extend(fields),
                Ok(_) => return Err("json_not_object".into()),
                Err(_) => return Err("invalid_json".into()),
            },
            _ => return Err("invalid_post_type".into()),
        }
    }
    Ok(Arguments(all))
}

fn perform(world: &World, method: &str, headers: &HeaderMap, arguments: &Arguments) -> Answer {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = bearer.and_then(|value| value.strip_prefix("Bearer ")).or(arguments.text("token"));
    let token = token.ok_or("not_authed")?;
    let settings = &world.inner().settings;
    if method == "apps.connections.open" {
        return match token {
            token if token == settings.app_token && world.faults().plan().app_token_revoked => {
                Err("token_revoked".into())
            }
            token if token == settings.app_token => calls::connections_open(world),
            token if token == settings.bot_token => Err("not_allowed_token_type".into()),
            _ => Err("invalid_auth".into()),
        };
    }
    if token == settings.app_token {
        return Err("not_allowed_token_type".into());
    }
    if token != settings.bot_token {
        return Err("invalid_auth".into());
    }
    if let Some(revoked) = world.state().revoked {
        return Err(revoked.into());
    }
    if world.faults().plan().token_revoked {
        return Err("token_revoked".into());
    }
    scopes::check(world, method, arguments)?;
    match method {
        "api.test" => Ok(json!({})),
        "auth.test" => Ok(calls::identity(world)),
        "chat.postMessage" => calls::post_message(world, arguments),
        "chat.postEphemeral" => calls::post_ephemeral(world, arguments),
        "chat.update" => calls::update(world, arguments),
        "chat.delete" => calls::delete(world, arguments),
        "chat.scheduleMessage" => scheduled::schedule(world, arguments),
        "chat.deleteScheduledMessage" => scheduled::delete(world, arguments),
        "chat.scheduledMessages.list" => scheduled::list(world, arguments),
        "reactions.add" => reactions::add(world, arguments),
        "reactions.remove" => reactions::remove(world, arguments),
        "conversations.open" => calls::conversations_open(world, arguments),
        "views.open" => calls::views_open(world, arguments),
        "views.publish" => calls::views_publish(world, arguments),
        "assistant.threads.setStatus" => calls::set_status(world, arguments),
        "conversations.history" => history::history(world, arguments),
        "conversations.replies" => history::replies(world, arguments),
        "conversations.info" => history::info(world, arguments),
        "users.conversations" => history::conversations(world, arguments),
        "users.info" => history::user(world, arguments),
        "files.getUploadURLExternal" => files::upload_address(world, arguments),
        "files.completeUploadExternal" => files::complete(world, arguments),
        "files.info" => files::info(world, arguments),
        "files.delete" => files::delete(world, arguments),
        _ => Err("unknown_method".into()),
    }
}

fn note(world: &World, method: &str, arguments: Option<Arguments>, answer: &Answer) {
    let mut state = world.state();
    let at = state.now();
    let mut arguments = arguments.map(|arguments| arguments.0).unwrap_or_default();
    arguments.remove("token");
    let error = answer.as_ref().err().map_or(String::new(), |refusal| refusal.error.to_owned());
    state.calls.push(Call { method: method.to_owned(), arguments: Value::Object(arguments), error, at });
}

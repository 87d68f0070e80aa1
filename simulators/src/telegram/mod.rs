//! How can a Telegram bot be tried without Telegram? A stand-in for the Bot API, and for the people at the other end.
//!
//! | request | is |
//! |---|---|
//! | `/bot<token>/<method>` | a method of the Bot API, by GET or POST: JSON, form, multipart or query |
//! | `/file/bot<token>/<path>` | a file that `getFile` named |
//! | `POST /simulator/<act>` | something that a person does: see `people.rs` |
//! | `GET /simulator/said`, `/simulator/calls`, `/simulator/state` | what the bot has said and called, and how things stand |
//! | `PUT /simulator/faults` | what goes wrong from now on: see [`Plan`](crate::faults::Plan) |
//!
//! What the documents do not say (texts of errors, what a burst is) is written from how the platform is known to answer.

mod again;
mod api;
mod commands;
mod content;
mod edit;
mod events;
mod files;
mod markdown;
mod marks;
mod members;
mod messages;
mod people;
mod read;
mod things;
mod world;

use std::{io, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Query, Request, State},
    http::{Method, StatusCode, Uri, header},
    middleware::from_fn,
    response::{IntoResponse as _, Response},
    routing::{get, post, put},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use self::world::World;
use crate::{
    faults::{Fault, Plan},
    met, refusals,
};

/// Largest body of a request, in bytes: a file of 50 MB and its fields.
const LARGEST_BODY: usize = 52 << 20;

/// What a simulator is started with.
#[derive(Clone, Debug)]
pub struct Settings {
    pub token: String,
    /// The bot's own name, without `@`.
    pub username: String,
    /// Whether more than Telegram allows in a time is answered 429.
    pub limited: bool,
    /// Pause before a webhook that failed is called again; doubled each time.
    pub webhook_pause: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            token: "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw".to_owned(),
            username: "studio_bot".to_owned(),
            limited: true,
            webhook_pause: Duration::from_secs(1),
        }
    }
}

/// A stand-in that can be asked within the same process too.
#[derive(Clone)]
pub struct Simulator(Arc<World>);

/// Serves a simulator until its listener fails.
pub async fn serve(listener: TcpListener, settings: Settings) -> io::Result<()> {
    axum::serve(listener, Simulator::new(settings).router()).await
}

impl Simulator {
    pub fn new(settings: Settings) -> Self {
        Self(Arc::new(World::new(settings)))
    }

    pub fn router(&self) -> Router {
        events::start_webhooks(Arc::clone(&self.0));
        Router::new()
            .route("/simulator/said", get(said))
            .route("/simulator/calls", get(calls))
            .route("/simulator/state", get(state))
            .route("/simulator/faults", put(faults).get(planned))
            .route("/simulator/{act}", post(act).fallback(refusals::unknown))
            .merge(met::router(self.0.faults.clone()))
            .fallback(bot)
            .layer(from_fn(refusals::in_json))
            .layer(axum::extract::DefaultBodyLimit::max(LARGEST_BODY))
            .with_state(Arc::clone(&self.0))
    }

    /// Does something in a person's place: the body of `POST /simulator/<act>`.
    pub fn act(&self, act: &str, body: &Value) -> Result<Value, String> {
        people::act(&self.0, act, body)?.ok_or_else(|| format!("“{act}” is no act"))
    }

    /// What the bot has said, in order, as it stands now.
    pub fn said(&self, chat: Option<i64>) -> Vec<Value> {
        self.0.said(chat)
    }

    /// Every call of a method, with its answer.
    pub fn calls(&self) -> Vec<Value> {
        self.0.state().calls.clone()
    }

    pub fn fail(&self, plan: Plan) {
        self.0.faults.set(plan);
    }

    /// How often each fault has happened.
    pub fn met(&self) -> met::Met {
        self.0.faults.met()
    }

    /// Updates that wait for the bot.
    pub fn pending(&self) -> usize {
        self.0.state().updates.len()
    }

    /// How the webhook fares, as `getWebhookInfo` tells it.
    pub fn webhook(&self) -> Value {
        events::webhook_info(&self.0)
    }

    /// Commands of a language (empty: everyone else), as the bot has set them.
    pub fn commands(&self, language: &str) -> Value {
        self.0.commands(language)
    }
}

async fn said(State(world): State<Arc<World>>, Query(query): Query<Value>) -> Json<Value> {
    let chat = query["chat"].as_str().and_then(|chat| chat.parse().ok());
    Json(json!({ "said": world.said(chat) }))
}

async fn calls(State(world): State<Arc<World>>) -> Json<Value> {
    Json(json!({ "calls": world.state().calls }))
}

async fn state(State(world): State<Arc<World>>) -> Json<Value> {
    Json(world.standing())
}

async fn faults(State(world): State<Arc<World>>, Json(plan): Json<Plan>) -> StatusCode {
    world.faults.set(plan);
    StatusCode::NO_CONTENT
}

async fn planned(State(world): State<Arc<World>>) -> Json<Plan> {
    Json(world.faults.plan())
}

async fn act(State(world): State<Arc<World>>, Path(act): Path<String>, body: Bytes) -> Response {
    let body = if body.is_empty() { Ok(json!({})) } else { serde_json::from_slice(&body) };
    let done = body.map_err(|error| format!("the body is not JSON: {error}"));
    match done.and_then(|body| people::act(&world, &act, &body)) {
        Ok(Some(answer)) => Json(answer).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": error }))).into_response(),
    }
}

/// `/bot<token>/<method>` and `/file/bot<token>/<path>`.
async fn bot(State(world): State<Arc<World>>, method: Method, uri: Uri, request: Request) -> Response {
    // Some clients write the colon of the token as `%3A`.
    let path = uri.path().trim_start_matches('/').replace("%3A", ":");
    let (file, rest) = match path.strip_prefix("file/") {
        Some(rest) => (true, rest.to_owned()),
        None => (false, path),
    };
    let Some((token, rest)) = rest.strip_prefix("bot").and_then(|rest| rest.split_once('/')) else {
        return api::refusal(404, "Not Found").into_response();
    };
    if !world.knows(token) {
        let well_formed = token.split_once(':').is_some_and(|(bot, _)| bot.parse::<u64>().is_ok());
        return if well_formed { api::refusal(401, "Unauthorized") } else { api::refusal(404, "Not Found") }
            .into_response();
    }
    if file {
        return files::download(&world, rest);
    }
    if !matches!(method, Method::GET | Method::POST) {
        return api::refusal(405, "Method Not Allowed").into_response();
    }
    let name = rest.to_owned();
    let given = match read::given(request).await {
        Ok(given) => given,
        Err(refusal) => return refusal.into_response(),
    };
    let chat = given.number("chat_id").map(|chat| chat.to_string());
    if let Some(seconds) = chat.and_then(|chat| world.faults.flooded(&chat)) {
        return api::too_many(seconds).into_response();
    }
    let fault = world.faults.next_of(&name);
    match fault {
        Some(Fault::TooMany { seconds }) => return api::too_many(seconds).into_response(),
        Some(Fault::Failed) => return api::refusal(500, "Internal Server Error").into_response(),
        Some(Fault::Slow(time)) => tokio::time::sleep(time).await,
        Some(Fault::AnswerLost) | None => {}
    }
    let answer = api::answer(&world, &name, &given).await;
    if fault == Some(Fault::AnswerLost) {
        return lost();
    }
    answer.into_response()
}

/// An answer that promises more than it holds: the connection ends within it.
fn lost() -> Response {
    let body = axum::body::Body::from_stream(futures::stream::iter([
        Ok(Bytes::from_static(b"{\"ok\":tr")),
        Err(io::Error::other("the answer is lost")),
    ]));
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

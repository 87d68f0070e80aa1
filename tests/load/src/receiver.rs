//! Who takes the replies of the HTTP connection, and who answers the bot's calls?

use std::{
    collections::HashSet,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::Context as _;
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::post,
};
use serde_json::{Value, json};
use studio_core::invariants::Heard;
use tokio::{net::TcpListener, sync::watch};

use crate::ledger::Ledger;

/// A call with this word is never answered.
pub const HANGS: &str = "for ever";
/// What a slow service takes.
const SLOW: Duration = Duration::from_secs(3);
/// One reply in so many is refused, so that retries are part of the load.
const REFUSED: usize = 400;

#[derive(Clone)]
struct Receiver {
    ledger: Ledger,
    /// One reply in so many is refused; 0 for none.
    refused: usize,
    replies: Arc<AtomicUsize>,
    /// What was refused once is taken then: the wait after a second refusal is minutes long.
    before: Arc<Mutex<HashSet<String>>>,
    /// Nobody is answered before it is open.
    gate: watch::Receiver<bool>,
}

/// Serves on a port of its own until the process ends.
pub async fn start(ledger: Ledger) -> anyhow::Result<SocketAddr> {
    serve(ledger, REFUSED, opened()).await
}

/// As [`start`], and refuses nothing: a retry would hold up a whole conversation.
pub async fn patient(ledger: Ledger) -> anyhow::Result<SocketAddr> {
    serve(ledger, 0, opened()).await
}

/// As [`patient`], and answers nobody before the gate is open.
pub async fn behind(ledger: Ledger, gate: watch::Receiver<bool>) -> anyhow::Result<SocketAddr> {
    serve(ledger, 0, gate).await
}

fn opened() -> watch::Receiver<bool> {
    watch::channel(true).1
}

async fn serve(ledger: Ledger, refused: usize, gate: watch::Receiver<bool>) -> anyhow::Result<SocketAddr> {
    let (replies, before) = (Arc::default(), Arc::default());
    let receiver = Receiver { ledger, refused, replies, before, gate };
    let listener = TcpListener::bind("127.0.0.1:0").await.context("no port for the receiver of replies")?;
    let address = listener.local_addr()?;
    let router =
        Router::new().route("/replies", post(reply)).route("/calls", post(call)).route("/slow", post(slow));
    let router = router.with_state(receiver);
    tokio::spawn(axum::serve(listener, router).into_future());
    Ok(address)
}

async fn reply(
    State(mut receiver): State<Receiver>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let uncertain = headers.contains_key("studio-uncertain");
    let number = receiver.replies.fetch_add(1, Ordering::Relaxed) + 1;
    let id = headers.get("webhook-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    let message = &body["data"]["message"];
    let thread = body["data"]["conversation"].as_str().unwrap_or_default();
    let sequence = message["sequence"].as_u64().unwrap_or_default();
    receiver.ledger.tried(thread, sequence);
    // A gate that nobody can open any more is as it is.
    let _ = receiver.gate.wait_for(|is_open| *is_open).await;
    if receiver.refused > 0
        && number.is_multiple_of(receiver.refused)
        && receiver.before.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned())
    {
        return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "1")]).into_response();
    }
    let text = message["content"]["text"].as_str().unwrap_or_default().to_owned();
    receiver.ledger.heard(thread, Heard { sequence, text, uncertain });
    StatusCode::NO_CONTENT.into_response()
}

async fn slow() -> Json<Value> {
    tokio::time::sleep(SLOW).await;
    Json(json!({ "text": "at last" }))
}

async fn call(State(receiver): State<Receiver>, headers: HeaderMap, Json(body): Json<Value>) -> Json<Value> {
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).unwrap_or_default();
    receiver.ledger.called(key, body["text"].as_str().unwrap_or_default());
    if body["text"].as_str().is_some_and(|text| text.contains(HANGS)) {
        std::future::pending::<()>().await;
    }
    Json(json!({ "text": format!("done {}", body["text"].as_str().unwrap_or_default()) }))
}

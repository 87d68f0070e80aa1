//! When did the replies come?

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use anyhow::Context as _;
use axum::{Json, Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::Threads;

/// The replies of one rate. Those of a conversation come in the order of its messages.
#[derive(Debug)]
pub struct Replies {
    threads: Threads,
    /// Replies so far, by conversation.
    counts: Vec<AtomicUsize>,
    arrived: Mutex<Vec<Arrived>>,
    expected: AtomicUsize,
}

/// A reply, and which of the messages of its rate it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Arrived {
    pub at: Instant,
    pub number: usize,
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    data: Data<'a>,
}

#[derive(Deserialize)]
struct Data<'a> {
    conversation: &'a str,
}

/// What a bot sends by Telegram.
#[derive(Deserialize)]
struct Said {
    chat_id: usize,
}

impl Replies {
    pub fn new(threads: Threads) -> Self {
        let counts = (0..threads.count).map(|_| AtomicUsize::new(0)).collect();
        Self { threads, counts, arrived: Mutex::default(), expected: AtomicUsize::new(0) }
    }

    pub(super) fn expect(&self, count: usize) {
        for count in &self.counts {
            count.store(0, Ordering::Relaxed);
        }
        self.expected.store(count, Ordering::Relaxed);
    }

    pub(super) fn missing(&self) -> usize {
        let arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner).len();
        self.expected.load(Ordering::Relaxed).saturating_sub(arrived)
    }

    pub(super) fn take(&self) -> Vec<Arrived> {
        std::mem::take(&mut *self.arrived.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes that a reply to this conversation came.
    fn note(&self, conversation: usize) {
        let place = conversation / self.threads.step;
        let Some(count) = self.counts.get(place) else { return };
        let earlier = count.fetch_add(1, Ordering::Relaxed);
        let arrived = Arrived { at: Instant::now(), number: place + earlier * self.counts.len() };
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).push(arrived);
    }
}

/// Takes the replies of a studio, and what a bot says by Telegram's API.
pub async fn start(replies: Arc<Replies>) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await.context("no port for the receiver of replies")?;
    let address = listener.local_addr()?;
    let router = Router::new()
        .route("/replies", post(reply))
        .route("/{bot}/sendMessage", post(telegram))
        .with_state(replies);
    tokio::spawn(axum::serve(listener, router).into_future());
    Ok(address)
}

async fn reply(State(replies): State<Arc<Replies>>, body: Bytes) -> StatusCode {
    let Ok(body) = serde_json::from_slice::<Body>(&body) else { return StatusCode::BAD_REQUEST };
    if let Ok(conversation) = body.data.conversation.parse() {
        replies.note(conversation);
    }
    StatusCode::NO_CONTENT
}

async fn telegram(State(replies): State<Arc<Replies>>, Json(said): Json<Said>) -> Json<Value> {
    replies.note(said.chat_id);
    Json(json!({ "ok": true, "result": {} }))
}

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
use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use serde::Deserialize;
use tokio::net::TcpListener;

/// The replies of one rate. Those of a conversation come in the order of its messages.
#[derive(Debug)]
pub(super) struct Replies {
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

impl Replies {
    pub fn new(conversations: usize) -> Self {
        let counts = (0..conversations).map(|_| AtomicUsize::new(0)).collect();
        Self { counts, arrived: Mutex::default(), expected: AtomicUsize::new(0) }
    }

    pub fn expect(&self, count: usize) {
        for count in &self.counts {
            count.store(0, Ordering::Relaxed);
        }
        self.expected.store(count, Ordering::Relaxed);
    }

    pub fn missing(&self) -> usize {
        let arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner).len();
        self.expected.load(Ordering::Relaxed).saturating_sub(arrived)
    }

    pub fn take(&self) -> Vec<Arrived> {
        std::mem::take(&mut *self.arrived.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, conversation: usize) {
        let Some(count) = self.counts.get(conversation) else { return };
        let earlier = count.fetch_add(1, Ordering::Relaxed);
        let arrived = Arrived { at: Instant::now(), number: conversation + earlier * self.counts.len() };
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).push(arrived);
    }
}

pub(super) async fn start(replies: Arc<Replies>) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await.context("no port for the receiver of replies")?;
    let address = listener.local_addr()?;
    let router = Router::new().route("/replies", post(reply)).with_state(replies);
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

//! What does the HTTP channel keep in memory?

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};
use tokio::sync::Semaphore;

use super::{fetch, receive};
use crate::host::Host;

/// Requests that wait for a reply at the same time; more are answered 202 at once.
const MOST_WAITING: usize = 256;

pub(super) struct Shared<H> {
    pub host: H,
    pub waiting: Semaphore,
}

/// The addresses of all HTTP connections.
pub fn router<H: Host>(host: H) -> Router {
    let shared = Arc::new(Shared { host, waiting: Semaphore::new(MOST_WAITING) });
    Router::new()
        .route("/webhooks/{connection}", post(receive::receive::<H>))
        .route("/http/{connection}/messages", get(fetch::fetch::<H>))
        .with_state(shared)
}

//! What does the HTTP channel keep in memory?

use std::sync::Arc;

use axum::{
    Router,
    http::StatusCode,
    routing::{get, post},
};
use tokio::sync::Semaphore;

use super::{fetch, receive};
use crate::{host::Host, problem::Problem};

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
        .method_not_allowed_fallback(other_method)
        .with_state(shared)
}

async fn other_method() -> Problem {
    let detail = "this address takes another method; the header `Allow` names it";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail)
}

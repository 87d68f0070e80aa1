//! What does the HTTP channel keep in memory?

use std::sync::Arc;

use axum::{Router, http::StatusCode, routing::get};
use tokio::sync::Semaphore;

use super::fetch;
use crate::{host::Host, problem::Problem};

/// Requests that wait for a reply at the same time; more are answered 202 at once.
const MOST_WAITING: usize = 256;

/// What all HTTP connections share.
pub struct Shared<H> {
    pub(super) host: H,
    pub(super) waiting: Semaphore,
}

impl<H> Shared<H> {
    pub fn new(host: H) -> Self {
        Self { host, waiting: Semaphore::new(MOST_WAITING) }
    }
}

/// The addresses of all HTTP connections but for their webhooks.
pub fn router<H: Host>(host: H) -> Router {
    Router::new()
        .route("/http/{connection}/messages", get(fetch::fetch::<H>))
        .method_not_allowed_fallback(other_method)
        .with_state(Arc::new(Shared::new(host)))
}

async fn other_method() -> Problem {
    let detail = "this address takes another method; the header `Allow` names it";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail)
}

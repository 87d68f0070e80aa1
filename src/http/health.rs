//! Is it alive, and would it take a message now? For load balancers and supervisors.

use std::sync::Arc;

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use serde_json::{Value, json};

use crate::{studio::Studio, telemetry};

pub fn router(studio: Arc<Studio>) -> Router {
    Router::new()
        .route("/health/live", get(async || "alive"))
        .route("/health/ready", get(ready))
        .with_state(studio)
}

async fn ready(State(studio): State<Arc<Studio>>) -> (StatusCode, Json<Value>) {
    let stopping = studio.stopping.is_cancelled();
    let store = studio.store.next_timer_due().await.is_ok();
    let ready = store && !stopping;
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let backlog = studio.intake.backlog();
    let (waiting, without_bot) = (backlog.waiting(), backlog.asleep());
    let facts = json!({
        "ready": ready,
        "store": store,
        "stopping": stopping,
        "waiting": waiting,
        "waiting_for_a_bot": without_bot,
        // The log cannot tell while its disk is full.
        "log_lines_lost": telemetry::lost(),
    });
    (status, Json(facts))
}

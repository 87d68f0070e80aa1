//! What does Discord answer to a bot, and what does it refuse?

mod application;
pub mod files;
mod interactions;
mod messages;

use axum::{
    Json, Router,
    extract::Request,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};

pub use self::messages::Wanted;
use super::Simulator;

pub fn router() -> Router<Simulator> {
    Router::new()
        .merge(application::router())
        .merge(messages::router())
        .merge(interactions::router())
        .fallback(not_found)
}

async fn not_found(request: Request) -> Response {
    let _ = request;
    refusal(StatusCode::NOT_FOUND, 0, "404: Not Found")
}

/// An error as Discord tells it.
pub fn refusal(status: StatusCode, code: u64, message: &str) -> Response {
    (status, Json(json!({ "message": message, "code": code }))).into_response()
}

/// What a form lacks.
fn invalid(errors: Value) -> Response {
    (StatusCode::BAD_REQUEST, Json(errors)).into_response()
}

fn boxed(errors: Value) -> Box<Response> {
    Box::new(invalid(errors))
}

fn unknown_channel() -> Response {
    refusal(StatusCode::NOT_FOUND, 10_003, "Unknown Channel")
}

fn unknown_message() -> Response {
    refusal(StatusCode::NOT_FOUND, 10_008, "Unknown Message")
}

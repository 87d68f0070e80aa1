//! How is it said that something cannot be done in a person's place? In JSON, whoever refuses it: `{"error": "…"}`.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};
use serde_json::json;

/// Longest sentence, in bytes.
const LONGEST: usize = 1 << 16;

/// Says in JSON what is refused below `/simulator` in plain text, or without a word.
pub async fn in_json(request: Request, next: Next) -> Response {
    let asked = format!("{} {}", request.method(), request.uri().path());
    let is_ours = request.uri().path().starts_with("/simulator/");
    let response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_json = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !is_ours || is_json || !response.status().is_client_error() {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let said = to_bytes(body, LONGEST).await.unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    let error = if said.is_empty() { format!("{asked}: {}", parts.status) } else { said.into_owned() };
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(json!({ "error": error }).to_string()))
}

/// Nothing is at this address.
pub async fn unknown() -> StatusCode {
    StatusCode::NOT_FOUND
}

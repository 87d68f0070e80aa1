//! What is asked below `/simulator` is JSON, and how is it said that something cannot be done? In JSON: `{"error": "…"}`.

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

/// Reads what is asked below `/simulator` as JSON, whatever the caller calls it (curl: a form), and says in JSON what is refused
/// there in plain text, or without a word.
pub async fn in_json(mut request: Request, next: Next) -> Response {
    let asked = format!("{} {}", request.method(), request.uri().path());
    let is_ours = request.uri().path().starts_with("/simulator/");
    if is_ours {
        request.headers_mut().insert(header::CONTENT_TYPE, written_as());
    }
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
    parts.headers.insert(header::CONTENT_TYPE, written_as());
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(json!({ "error": error }).to_string()))
}

fn written_as() -> HeaderValue {
    HeaderValue::from_static("application/json")
}

/// Nothing is at this address.
pub async fn unknown() -> StatusCode {
    StatusCode::NOT_FOUND
}

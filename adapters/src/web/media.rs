//! `GET /web/{connection}/media/{id}`: a file of this conversation, harmless to whoever opens it.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use studio_core::id::MediaId;

use super::{door::visitor, life::Shared};
use crate::{
    host::{Host, MediaFacts},
    problem::Problem,
};

/// Pictures that cannot carry code; everything else is only for saving.
pub(crate) const SAFE_PICTURES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

pub(super) async fn download<H: Host>(
    State(shared): State<Arc<Shared<H>>>,
    Path((name, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = visitor(&shared.host, &name, &headers)?;
    let missing = || Problem::new(StatusCode::NOT_FOUND, "there is no such file in this conversation");
    let id: MediaId = id.parse().map_err(|_| missing())?;
    let (facts, bytes) = shared.host.load_media(visitor.conversation, id).await?.ok_or_else(missing)?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    for (header, value) in protect(&facts) {
        headers.insert(header, value);
    }
    Ok(response)
}

fn protect(facts: &MediaFacts) -> [(header::HeaderName, HeaderValue); 5] {
    let picture = SAFE_PICTURES.iter().find(|kind| **kind == facts.media_type);
    let place = if picture.is_some() { "inline" } else { "attachment" };
    // Per cent-encoded, so the value is always plain.
    let disposition = format!("{place}; filename*=UTF-8''{}", encode(&facts.name));
    [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(picture.copied().unwrap_or("application/octet-stream")),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment")),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600")),
    ]
}

/// As RFC 8187 wants the value of `filename*`.
fn encode(name: &str) -> String {
    name.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            text.push(char::from(byte));
        } else {
            text.push('%');
            for nibble in [byte >> 4, byte & 15] {
                text.extend(char::from_digit(u32::from(nibble), 16).map(|digit| digit.to_ascii_uppercase()));
            }
        }
        text
    })
}

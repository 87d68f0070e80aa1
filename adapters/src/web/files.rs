//! `POST /web/{connection}/files?name=…`: a file of the visitor, checked before it is kept.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use studio_core::content::Source;

use super::{door::visitor, frame::Uploaded, life::Shared};
use crate::{
    file_name,
    host::{Host, MediaFacts},
    problem::Problem,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    name: String,
}

/// The body is the file itself, `content-type` what it is said to be. 201 with its id, which a
/// `message` frame then names.
pub(super) async fn upload<H: Host>(
    State(shared): State<Arc<Shared<H>>>,
    Path(connection): Path<String>,
    named: Result<Query<Named>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let host = &shared.host;
    let visitor = visitor(host, &connection, &headers)?;
    let Ok(Query(Named { name })) = named else {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "the query holds the name of the file: ?name=bill.pdf",
        ));
    };
    let uploads = &visitor.config.uploads;
    shared
        .uploads
        .take(visitor.session.clone(), visitor.config.limits.uploads(), host.now())
        .map_err(|after| Problem::too_many("too many files", after))?;
    let largest = usize::try_from(uploads.max_bytes).unwrap_or(usize::MAX);
    let bytes = axum::body::to_bytes(body, largest).await.map_err(|_| {
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("a file may have {} bytes", uploads.max_bytes))
    })?;
    if bytes.is_empty() {
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "the file is empty"));
    }
    let said = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind =
        recognise(&bytes, said).filter(|kind| uploads.types.iter().any(|allowed| allowed == kind.media_type));
    let Some(kind) = kind else {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            format!("the file must be what its type says, one of: {}", uploads.types.join(", ")),
        ));
    };
    let facts = MediaFacts {
        name: host.masked_name(&connection, &visitor.session, file_name::clean(&name, kind.endings))?,
        media_type: kind.media_type.to_owned(),
        size: bytes.len() as u64,
    };
    let media = host.save_media(visitor.conversation, facts.clone(), bytes).await?;
    let MediaFacts { name, media_type, size } = facts;
    let uploaded = Uploaded { source: Source::Media(media), media, name, media_type, size };
    Ok((StatusCode::CREATED, Json(uploaded)).into_response())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Recognised {
    media_type: &'static str,
    /// Endings that such a file may have; the first is added where none of them is there.
    endings: &'static [&'static str],
}

/// What a file is by its first bytes, if that is what it is said to be. Plain text has no such
/// bytes: it counts as text if all of it is.
fn recognise(bytes: &[u8], said: &str) -> Option<Recognised> {
    let said = said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if let Some(kind) = infer::get(bytes) {
        let media_type = kind.mime_type();
        let endings: &[_] = match media_type {
            "image/jpeg" => &["jpg", "jpeg"],
            "image/png" => &["png"],
            "image/gif" => &["gif"],
            "image/webp" => &["webp"],
            "application/pdf" => &["pdf"],
            _ => &[],
        };
        return (media_type == said).then_some(Recognised { media_type, endings });
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let plain = !text.chars().any(|letter| letter.is_control() && !letter.is_whitespace());
    (plain && said == "text/plain")
        .then_some(Recognised { media_type: "text/plain", endings: &["txt", "md", "csv", "log"] })
}

/// Whether a file can be found to be of this media type.
pub(super) fn is_recognised(media_type: &str) -> bool {
    media_type == "text/plain" || infer::is_mime_supported(media_type)
}

/// What a file is by its first bytes, whatever it is said to be; text only where it is said to be that.
pub fn media_type(bytes: &[u8], said: &str) -> &'static str {
    match infer::get(bytes) {
        Some(kind) => kind.mime_type(),
        None => recognise(bytes, said).map_or("application/octet-stream", |text| text.media_type),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    #[test]
    fn a_file_is_what_its_bytes_say() {
        fn check(bytes: &[u8], said: &str, expected: Option<&str>) {
            assert_eq!(recognise(bytes, said).map(|kind| kind.media_type), expected, "{said}");
        }
        check(PNG, "image/png", Some("image/png"));
        check(PNG, "IMAGE/PNG; x=y", Some("image/png"));
        check(PNG, "image/jpeg", None);
        check(b"%PDF-1.7\n", "application/pdf", Some("application/pdf"));
        check(b"Hello\r\n\tW\xc3\xb6rld", "text/plain; charset=utf-8", Some("text/plain"));
        check(b"Hello\0", "text/plain", None);
        check(b"\xff\xfe", "text/plain", None);
        check(b"<!DOCTYPE html><script>alert(1)</script>", "text/plain", None);
        check(b"<html><script>alert(1)</script>", "image/png", None);
        check(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml", None);
        check(b"MZ\x90\0", "text/plain", None);
        check(b"", "image/png", None);
    }
}

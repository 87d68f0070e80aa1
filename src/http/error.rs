//! How does a request learn what was wrong with it? RFC 9457 problem details, always.

use std::error::Error;

use axum::{
    Json,
    extract::{
        path::ErrorKind as PathError,
        rejection::{BytesRejection, PathRejection, QueryRejection},
    },
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::error::Category;
use studio_core::{api::ProblemDetails, plain::wrong};

/// Where to read what fits.
const DESCRIBED: &str = "the API's description, /api/v1/openapi.json, says what does";

/// An answer that is not what was asked for. The text says what to do.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    detail: String,
    retry_after: Option<u64>,
}

impl ApiError {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), retry_after: None }
    }

    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    pub fn unauthenticated() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "send `Authorization: Bearer <token>` with a session's token (POST /api/v1/sessions) or an API key",
        )
    }

    /// A token of a session that has run out, was ended, or never was.
    pub fn session_ended() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "the session has ended: log in again (POST /api/v1/sessions)")
    }

    pub fn key_ended() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "the API key has expired or was deleted: an admin can make another (POST /api/v1/api-keys)",
        )
    }

    pub fn forbidden(needed: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, format!("this needs the role {needed} or above"))
    }

    /// Also for what belongs to another organisation: that it exists is not told.
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("there is no such {what}"))
    }

    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, detail)
    }

    /// A value that can be read and does not fit.
    pub fn unfit(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    pub fn no_json() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "send the body as JSON, with the header `Content-Type: application/json`",
        )
    }

    pub fn bad_json(error: &serde_json::Error) -> Self {
        Self::bad_request(format!("the body is no JSON: {error}"))
    }

    /// A body that is JSON of another shape.
    pub fn unfit_body(what: &str) -> Self {
        Self::unfit(format!("the body does not fit: {what}; {DESCRIBED}"))
    }

    /// A body with a list at `path` (empty for the whole) that would be read as the fields of an object.
    pub fn list_for_object(path: &str) -> Self {
        Self::unfit_body(&wrong("invalid type: sequence, expected a map", path))
    }

    /// A body that could not be read.
    pub fn misread(error: &serde_path_to_error::Error<serde_json::Error>) -> Self {
        match error.inner().classify() {
            Category::Data => Self::unfit_body(&wrong(&error.inner().to_string(), &error.path().to_string())),
            Category::Syntax | Category::Eof | Category::Io => Self::bad_json(error.inner()),
        }
    }

    /// Something of ours failed; the cause goes to the log, not to the caller.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(error = %cause, "http.request.failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "the studio failed; its log says why")
    }

    /// Too much at once: come back in so many seconds.
    pub fn busy(seconds: u64) -> Self {
        let mut error =
            Self::new(StatusCode::SERVICE_UNAVAILABLE, format!("too busy; try again in {seconds} s"));
        error.retry_after = Some(seconds);
        error
    }

    pub fn too_many(seconds: u64) -> Self {
        let mut error = Self::new(StatusCode::TOO_MANY_REQUESTS, format!("too many tries; wait {seconds} s"));
        error.retry_after = Some(seconds);
        error
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = ProblemDetails {
            kind: "about:blank".to_owned(),
            title: self.status.canonical_reason().unwrap_or("Error").to_owned(),
            status: self.status.as_u16(),
            detail: self.detail,
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<studio_store::StoreError> for ApiError {
    fn from(error: studio_store::StoreError) -> Self {
        Self::internal(&error)
    }
}

impl From<BytesRejection> for ApiError {
    fn from(rejection: BytesRejection) -> Self {
        let status = rejection.status();
        let detail = if status == StatusCode::PAYLOAD_TOO_LARGE {
            "the body is too large: send less of it at once, or let more in by `limits.body_bytes`".to_owned()
        } else {
            rejection.body_text()
        };
        Self::new(status, detail)
    }
}

impl From<PathRejection> for ApiError {
    fn from(rejection: PathRejection) -> Self {
        let status = rejection.status();
        let detail = match rejection {
            PathRejection::FailedToDeserializePathParams(error) => {
                let what = match error.into_kind() {
                    PathError::ParseErrorAtKey { key, value, .. }
                    | PathError::DeserializeError { key, value, .. } => format!("`{value}` is no {key}"),
                    // Ids are all that is read by rules of its own.
                    PathError::Message(_) => {
                        "where an id belongs, such as 01J9Z3K7T2N8Q4R6V0W1X5Y9AB, something else stands"
                            .to_owned()
                    }
                    other => other.to_string(),
                };
                format!("the address does not fit: {what}; copy an id or a name as the API gave it")
            }
            other => other.body_text(),
        };
        Self::new(status, detail)
    }
}

impl From<QueryRejection> for ApiError {
    fn from(rejection: QueryRejection) -> Self {
        let (path, message) = cause(&rejection);
        let what = wrong(&message, &path);
        Self::unfit(format!("the query does not fit: {what}; {DESCRIBED}"))
    }
}

/// Where and what a rejection of axum is about, without its own sentence before.
fn cause(error: &(dyn Error + 'static)) -> (String, String) {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let told = innermost.to_string();
    let in_path = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '[' | ']');
    match told.split_once(": ") {
        Some((path, message)) if path.chars().all(in_path) => (path.to_owned(), message.to_owned()),
        Some(_) | None => (String::new(), told),
    }
}

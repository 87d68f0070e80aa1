//! How is an error told to a client? As RFC 9457 says, with what to do about it.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::SignedDuration;
use studio_core::api::ProblemDetails;

use crate::host::{AcceptError, HostError};

/// An error as `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub status: StatusCode,
    /// What was wrong with this request, and what to do.
    pub detail: String,
    pub retry_after: Option<SignedDuration>,
}

impl Problem {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), retry_after: None }
    }

    pub fn too_many(what: &str, retry_after: SignedDuration) -> Self {
        Self {
            status: StatusCode::TOO_MANY_REQUESTS,
            detail: format!("{what}; try again in {} s", whole_seconds(retry_after)),
            retry_after: Some(retry_after),
        }
    }

    pub fn no_connection(name: &str, channel: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            format!(
                "there is no {channel} connection “{name}”; see the [[connection]] sections of the settings"
            ),
        )
    }
}

impl From<AcceptError> for Problem {
    fn from(error: AcceptError) -> Self {
        match error {
            AcceptError::Busy { retry_after } => Self {
                status: StatusCode::SERVICE_UNAVAILABLE,
                detail: format!(
                    "the studio takes no messages for the moment; send the same again in {} s",
                    whole_seconds(retry_after)
                ),
                retry_after: Some(retry_after),
            },
            AcceptError::Conflict => Self::new(
                StatusCode::CONFLICT,
                "another message was stored under this id; give a new message a new id",
            ),
            AcceptError::Refused(why) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, why),
            AcceptError::Store(why) => HostError(why).into(),
        }
    }
}

impl From<HostError> for Problem {
    fn from(error: HostError) -> Self {
        tracing::error!(error = %error, "channel.store_failed");
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            detail: "nothing was stored; send the same again in a few seconds".into(),
            retry_after: Some(SignedDuration::from_secs(5)),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = ProblemDetails {
            kind: "about:blank".into(),
            title: self.status.canonical_reason().unwrap_or("Error").into(),
            status: self.status.as_u16(),
            detail: self.detail,
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(after) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(whole_seconds(after)));
        }
        response
    }
}

/// Rounded up, at least 1: what `Retry-After` can say.
fn whole_seconds(duration: SignedDuration) -> u64 {
    let seconds = duration.as_secs() + i64::from(duration.subsec_nanos() > 0);
    u64::try_from(seconds.max(1)).unwrap_or(1)
}

//! `GET /unread/{connection}/{id}`

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use studio_core::api::{ProblemDetails, Role};

use super::{id, missing};
use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    studio::Studio,
};

/// A body as it came, as a download
#[utoipa::path(
    get, path = "/unread/{connection}/{id}", tag = "operations",
    params(("connection" = String, Path), ("id" = String, Path)),
    responses(
        (status = 200, description = "the body", content_type = "application/octet-stream"),
        (status = 404, body = ProblemDetails),
    )
)]
pub async fn read(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path((connection, unread)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    caller.must_be(Role::Owner)?;
    let found = studio.store.unread_body(caller.organisation, &connection, id(&unread)?).await?;
    let mut response = Response::new(Body::from(found.ok_or_else(missing)?.bytes));
    for (name, value) in [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, "attachment"),
        (header::CACHE_CONTROL, "private, no-store"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

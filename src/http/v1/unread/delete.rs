//! `DELETE /unread/{connection}/{id}`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use studio_core::api::{ProblemDetails, Role};

use super::{id, missing};
use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    studio::Studio,
};

/// Throw a body away
#[utoipa::path(
    delete, path = "/unread/{connection}/{id}", tag = "operations",
    params(("connection" = String, Path), ("id" = String, Path)),
    responses((status = 204), (status = 404, body = ProblemDetails))
)]
pub async fn delete(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path((connection, unread)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    caller.must_be(Role::Admin)?;
    let unread = id(&unread)?;
    studio.store.unread_body(caller.organisation, &connection, unread).await?.ok_or_else(missing)?;
    studio.store.delete_unread(caller.organisation, &connection, unread).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! `POST /dead-letters/{id}/replay`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use studio_core::api::{ProblemDetails, Role};

use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    pipeline::replay,
    studio::Studio,
};

/// Try to deliver it again
#[utoipa::path(
    post, path = "/dead-letters/{id}/replay", tag = "operations", params(("id" = String, Path)),
    responses((status = 202), (status = 404, body = ProblemDetails))
)]
pub async fn replay(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    caller.must_be(Role::Agent)?;
    let replayed = replay::dead_letter(&studio, caller.organisation, id, studio.clock.now()).await;
    if !replayed.map_err(|error| ApiError::internal(&error))? {
        return Err(ApiError::not_found("dead letter"));
    }
    Ok(StatusCode::ACCEPTED)
}

//! `POST /dead-letters/{id}/replay`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use studio_core::api::{ProblemDetails, Role};

use crate::{
    http::{ApiError, caller::Caller, extract::Path},
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
    let row = studio.store.replay_dead_letter(caller.organisation, &id, studio.clock.now()).await?;
    let row = row.ok_or_else(|| ApiError::not_found("dead letter"))?;
    studio.deliver(row, None);
    Ok(StatusCode::ACCEPTED)
}

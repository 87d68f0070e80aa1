//! `DELETE /members/{id}`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use studio_core::{api::ProblemDetails, id::MemberId};

use super::find;
use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    studio::Studio,
};

/// Remove a member and end its sessions
#[utoipa::path(
    delete, path = "/members/{id}", tag = "members", params(("id" = MemberId, Path)),
    responses((status = 204), (status = 404, body = ProblemDetails))
)]
pub async fn delete(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<MemberId>,
) -> Result<StatusCode, ApiError> {
    find(&studio, &caller, id).await?;
    studio.store.delete_member(caller.organisation, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

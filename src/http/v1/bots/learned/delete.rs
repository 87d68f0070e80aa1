//! `DELETE /bots/{bot}/learned/{id}`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use studio_core::api::{ProblemDetails, Role};

use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    studio::Studio,
};

/// Take a learned phrase out of the draft; with the last phrase of a decision its messages are in the review list again
#[utoipa::path(
    delete, path = "/bots/{bot}/learned/{id}", tag = "bots", params(("bot" = String, Path), ("id" = String, Path)),
    responses((status = 204), (status = 404, body = ProblemDetails))
)]
pub async fn delete(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path((bot, id)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    caller.must_be(Role::Agent)?;
    if studio.store.unteach(caller.organisation, &bot, &id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::not_found("phrase"))
    }
}

//! `DELETE /api-keys/{id}`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use studio_core::{
    api::{ProblemDetails, Role},
    id::ApiKeyId,
};

use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    studio::Studio,
};

/// End a key
#[utoipa::path(
    delete, path = "/api-keys/{id}", tag = "api keys", params(("id" = ApiKeyId, Path)),
    responses((status = 204), (status = 404, body = ProblemDetails))
)]
pub async fn delete(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ApiKeyId>,
) -> Result<StatusCode, ApiError> {
    caller.must_be(Role::Admin)?;
    if studio.store.delete_api_key(caller.organisation, id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::not_found("API key"))
    }
}

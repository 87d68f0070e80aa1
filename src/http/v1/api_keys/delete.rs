//! `DELETE /api-keys/{id}`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use studio_core::{
    api::{ProblemDetails, Role},
    id::{ApiKeyId, MemberId},
};

use crate::{
    http::{ApiError, caller::Caller, extract::Path, v1::conversations::release::release_all},
    studio::Studio,
};

/// End a key; conversations that it has taken over go back to those that wait for their team
#[utoipa::path(
    delete, path = "/api-keys/{id}", tag = "api keys", params(("id" = ApiKeyId, Path)),
    responses(
        (status = 204),
        (status = 403, body = ProblemDetails, description = "the key may do more than the caller"),
        (status = 404, body = ProblemDetails),
    )
)]
pub async fn delete(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ApiKeyId>,
) -> Result<StatusCode, ApiError> {
    caller.must_be(Role::Admin)?;
    let keys = studio.store.api_keys(caller.organisation).await?;
    let key = keys.iter().find(|key| key.id == id).ok_or_else(|| ApiError::not_found("API key"))?;
    if key.role > caller.me.role {
        return Err(ApiError::forbidden("owner"));
    }
    // Who speaks with a key holds conversations under the key's own id.
    release_all(&studio, &caller, MemberId(id.0)).await?;
    if studio.store.delete_api_key(caller.organisation, id).await? {
        studio.ended_early.send_replace(());
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::not_found("API key"))
    }
}

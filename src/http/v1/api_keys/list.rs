//! `GET /api-keys`

use std::sync::Arc;

use axum::extract::State;
use studio_core::api::{ApiKey, Page, Role};

use crate::{
    http::{ApiError, caller::Caller},
    studio::Studio,
};

/// The keys, without their secrets
#[utoipa::path(
    get, path = "/api-keys", tag = "api keys",
    responses((status = 200, body = Page<ApiKey>))
)]
pub async fn list(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
) -> Result<axum::Json<Page<ApiKey>>, ApiError> {
    caller.must_be(Role::Admin)?;
    let items = studio.store.api_keys(caller.organisation).await?;
    Ok(axum::Json(Page { items, next_cursor: None }))
}

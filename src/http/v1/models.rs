//! `GET /models`

use std::sync::Arc;

use axum::{Json, extract::State};
use studio_core::api::{Model, Page, Role};

use crate::{
    http::{ApiError, caller::Caller},
    studio::Studio,
};

/// The large models that the studio knows: whether they are there, and what the chosen one has done
#[utoipa::path(get, path = "/models", tag = "operations", responses((status = 200, body = Page<Model>)))]
pub async fn list(State(studio): State<Arc<Studio>>, caller: Caller) -> Result<Json<Page<Model>>, ApiError> {
    caller.must_be(Role::Admin)?;
    let models = Arc::clone(&studio.models);
    let items = tokio::task::spawn_blocking(move || models.list(false))
        .await
        .map_err(|error| ApiError::internal(&error))?;
    Ok(Json(Page { items, next_cursor: None }))
}

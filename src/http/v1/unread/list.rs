//! `GET /unread`

use std::sync::Arc;

use axum::extract::State;
use studio_core::api::{Page, Role, Unread};

use crate::{
    http::{ApiError, caller::Caller},
    studio::Studio,
};

/// What was signed by a platform and could not be read: the newest 100 of each connection
#[utoipa::path(get, path = "/unread", tag = "operations", responses((status = 200, body = Page<Unread>)))]
pub async fn list(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
) -> Result<axum::Json<Page<Unread>>, ApiError> {
    caller.must_be(Role::Admin)?;
    Ok(axum::Json(studio.store.unread(caller.organisation).await?))
}

//! `GET /connections`

use std::sync::Arc;

use axum::extract::State;
use studio_core::api::{Connection, Page, Role};

use super::view;
use crate::{
    http::{ApiError, caller::Caller},
    studio::Studio,
};

/// The accounts on the channels, those of the settings and those of the API, all of them by name
#[utoipa::path(
    get, path = "/connections", tag = "connections", responses((status = 200, body = Page<Connection>))
)]
pub async fn list(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
) -> Result<axum::Json<Page<Connection>>, ApiError> {
    caller.must_be(Role::Admin)?;
    let all = studio.switchboard.entries();
    let items = all.iter().map(|(name, entry)| view(&studio, name, entry)).collect();
    Ok(axum::Json(Page { items, next_cursor: None }))
}

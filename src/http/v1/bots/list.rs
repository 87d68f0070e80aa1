//! `GET /bots`

use std::sync::Arc;

use axum::extract::State;
use studio_core::api::{BotSummary, Page};

use crate::{
    http::{ApiError, caller::Caller},
    studio::Studio,
};

/// All bots
#[utoipa::path(get, path = "/bots", tag = "bots", responses((status = 200, body = Page<BotSummary>)))]
pub async fn list(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
) -> Result<axum::Json<Page<BotSummary>>, ApiError> {
    let items = studio.registry.summaries(caller.organisation);
    Ok(axum::Json(Page { items, next_cursor: None }))
}

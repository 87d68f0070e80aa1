//! `GET /awaited-bots`

use std::sync::Arc;

use axum::extract::State;
use studio_core::api::{AwaitedBot, Page};

use crate::{
    http::{ApiError, caller::Caller},
    studio::Studio,
};

/// Bots that do not run, although conversations wait for them
#[utoipa::path(
    get, path = "/awaited-bots", tag = "operations", responses((status = 200, body = Page<AwaitedBot>))
)]
pub async fn list(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
) -> Result<axum::Json<Page<AwaitedBot>>, ApiError> {
    let awaited = studio.intake.backlog().bots_awaited(caller.organisation);
    let items = awaited.into_iter().map(|(bot, conversations)| {
        let error = studio.registry.away(caller.organisation, &bot);
        AwaitedBot { bot, conversations, error }
    });
    Ok(axum::Json(Page { items: items.collect(), next_cursor: None }))
}

//! `GET /bots/{bot}`

use std::sync::Arc;

use axum::extract::State;
use studio_core::api::{BotSummary, ProblemDetails};

use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    studio::Studio,
};

/// One bot
#[utoipa::path(
    get, path = "/bots/{bot}", tag = "bots", params(("bot" = String, Path)),
    responses((status = 200, body = BotSummary), (status = 404, body = ProblemDetails))
)]
pub async fn read(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(bot): Path<String>,
) -> Result<axum::Json<BotSummary>, ApiError> {
    let found = studio.registry.summaries(caller.organisation).into_iter().find(|found| found.name == bot);
    found.map(axum::Json).ok_or_else(|| ApiError::not_found("bot"))
}

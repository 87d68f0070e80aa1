//! `GET /bots/{bot}/problems`

use std::sync::Arc;

use axum::extract::State;
use studio_core::{
    api::{Page, ProblemDetails},
    bot::Problem,
};

use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    studio::Studio,
};

/// What is wrong with the files of a bot as they were last read
#[utoipa::path(
    get, path = "/bots/{bot}/problems", tag = "bots", params(("bot" = String, Path)),
    responses((status = 200, body = Page<Problem>), (status = 404, body = ProblemDetails))
)]
pub async fn problems(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(bot): Path<String>,
) -> Result<axum::Json<Page<Problem>>, ApiError> {
    let items =
        studio.registry.problems(caller.organisation, &bot).ok_or_else(|| ApiError::not_found("bot"))?;
    Ok(axum::Json(Page { items, next_cursor: None }))
}

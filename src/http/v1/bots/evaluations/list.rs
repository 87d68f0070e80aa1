//! `GET /bots/{bot}/evaluations`

use std::sync::Arc;

use axum::extract::State;
use studio_core::api::{EvaluationRun, Page, ProblemDetails, Role};

use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    studio::Studio,
};

/// The evaluations of a bot, the newest first: the last 20, without their details
#[utoipa::path(
    get, path = "/bots/{bot}/evaluations", tag = "bots", params(("bot" = String, Path)),
    responses((status = 200, body = Page<EvaluationRun>), (status = 404, body = ProblemDetails))
)]
pub async fn list(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(bot): Path<String>,
) -> Result<axum::Json<Page<EvaluationRun>>, ApiError> {
    caller.must_be(Role::Analyst)?;
    studio.registry.problems(caller.organisation, &bot).ok_or_else(|| ApiError::not_found("bot"))?;
    let mut items = studio.store.evaluations(caller.organisation, &bot).await?;
    for run in &mut items {
        (run.evaluation, run.comparison) = (None, None);
    }
    Ok(axum::Json(Page { items, next_cursor: None }))
}

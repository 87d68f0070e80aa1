//! `GET /bots/{bot}/evaluations/{id}`

use std::sync::Arc;

use axum::extract::State;
use studio_core::api::{EvaluationRun, ProblemDetails, Role};

use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    studio::Studio,
};

/// An evaluation and, once it is done, its figures
#[utoipa::path(
    get, path = "/bots/{bot}/evaluations/{id}", tag = "bots",
    params(("bot" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = EvaluationRun), (status = 404, body = ProblemDetails))
)]
pub async fn read(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path((bot, id)): Path<(String, String)>,
) -> Result<axum::Json<EvaluationRun>, ApiError> {
    caller.must_be(Role::Analyst)?;
    let found = studio.store.evaluation(caller.organisation, &bot, &id).await?;
    found.map(axum::Json).ok_or_else(|| ApiError::not_found("evaluation"))
}

//! `POST /bots/{bot}/evaluations`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use studio_core::api::{EvaluationRun, NewEvaluation, ProblemDetails, Role};

use crate::{
    evaluations::{self, EvaluationError},
    http::{
        ApiError,
        caller::Caller,
        extract::{Json, Path},
    },
    studio::Studio,
};

/// Seconds after which there may be room again.
const LATER: u64 = 30;

/// Cross-validate a version of a bot on its own phrases, or compare it with another version
///
/// It takes as long as some trainings and runs beside the conversations, one after the other: ask for it by its id. The last 20
/// of a bot are kept. One that a stop of the studio cuts off is `interrupted`.
#[utoipa::path(
    post, path = "/bots/{bot}/evaluations", tag = "bots", request_body = NewEvaluation, params(("bot" = String, Path)),
    responses(
        (status = 202, body = EvaluationRun),
        (status = 404, body = ProblemDetails),
        (status = 409, body = ProblemDetails, description = "no version of the bot is published"),
        (status = 422, body = ProblemDetails, description = "`folds`, `version` or `compare` does not fit"),
        (status = 503, body = ProblemDetails, description = "too many evaluations wait"),
    )
)]
pub async fn create(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(bot): Path<String>,
    Json(wanted): Json<NewEvaluation>,
) -> Result<(StatusCode, axum::Json<EvaluationRun>), ApiError> {
    caller.must_be(Role::Analyst)?;
    let organisation = caller.organisation;
    studio.registry.problems(organisation, &bot).ok_or_else(|| ApiError::not_found("bot"))?;
    let published = studio.registry.now(organisation, &bot).map(|mind| mind.version);
    if published.is_none() && wanted.version.is_none() && !wanted.draft {
        return Err(ApiError::conflict(
            "no version of the bot runs: publish it first, or evaluate its draft",
        ));
    }
    if !(2..=10).contains(&wanted.folds.folds) {
        return Err(ApiError::unfit("`folds` must be 2 to 10"));
    }
    if wanted.draft && wanted.version.is_some() {
        return Err(ApiError::unfit("`draft` has no `version`: leave one of the two out"));
    }
    for version in [wanted.version, wanted.compare].into_iter().flatten() {
        if studio.store.bot_version(organisation, &bot, version).await?.is_none() {
            return Err(ApiError::unfit(format!("the bot has no version {version}")));
        }
    }
    match evaluations::begin(&studio, organisation, &bot, &wanted, published).await {
        Ok(run) => Ok((StatusCode::ACCEPTED, axum::Json(run))),
        Err(EvaluationError::Busy) => Err(ApiError::busy(LATER)),
        Err(EvaluationError::Store(error)) => Err(error.into()),
    }
}

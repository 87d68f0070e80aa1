//! `POST /bots/{bot}/publish`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use studio_core::api::{BotSummary, ProblemDetails, Role};

use crate::{
    bots::PublishError,
    http::{ApiError, caller::Caller, extract::Path},
    studio::Studio,
};

/// Read the bot's folder again and publish it with what its draft has learned, if it has no errors
#[utoipa::path(
    post, path = "/bots/{bot}/publish", tag = "bots", params(("bot" = String, Path)),
    responses(
        (status = 200, body = BotSummary, description = "the version that holds now; the same one if nothing changed"),
        (status = 404, body = ProblemDetails),
        (status = 422, body = ProblemDetails, description = "the files have errors; the published version goes on"),
    )
)]
pub async fn publish(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(bot): Path<String>,
) -> Result<axum::Json<BotSummary>, ApiError> {
    caller.must_be(Role::Admin)?;
    // In a task of its own: whoever asked may go away, or be told after a while that it takes longer.
    let (registry, name) = (studio.registry.clone(), bot.clone());
    let publishing =
        tokio::spawn(async move { registry.publish_folder(caller.organisation, &name).await }).await;
    match publishing.map_err(|error| ApiError::internal(&error))? {
        Ok(summary) => Ok(axum::Json(summary)),
        Err(PublishError::NoSuchBot) => Err(ApiError::not_found("bot")),
        Err(error @ PublishError::Errors { .. }) => Err(ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("{error} (all: GET /api/v1/bots/{bot}/problems)"),
        )),
        Err(
            error @ (PublishError::Folder(_)
            | PublishError::SampleGone { .. }
            | PublishError::FolderGone { .. }),
        ) => Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())),
        Err(error @ (PublishError::Store(_) | PublishError::Failed(_))) => Err(ApiError::internal(&error)),
    }
}

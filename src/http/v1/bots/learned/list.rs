//! `GET /bots/{bot}/learned`

use std::sync::Arc;

use axum::extract::State;
use studio_core::api::{LearnedPhrase, Page, ProblemDetails, Role};

use super::learned;
use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    studio::Studio,
};

/// The phrases that a bot's draft learned from the review list, published or not: all of them
#[utoipa::path(
    get, path = "/bots/{bot}/learned", tag = "bots", params(("bot" = String, Path)),
    responses((status = 200, body = Page<LearnedPhrase>), (status = 404, body = ProblemDetails))
)]
pub async fn list(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(bot): Path<String>,
) -> Result<axum::Json<Page<LearnedPhrase>>, ApiError> {
    caller.must_be(Role::Agent)?;
    studio.registry.problems(caller.organisation, &bot).ok_or_else(|| ApiError::not_found("bot"))?;
    let lessons = studio.store.lessons(caller.organisation, &bot).await?;
    let mut items: Vec<LearnedPhrase> = lessons.iter().filter_map(learned).collect();
    items.sort_by(|one, other| {
        (&one.intent, one.at, &one.phrase).cmp(&(&other.intent, other.at, &other.phrase))
    });
    Ok(axum::Json(Page { items, next_cursor: None }))
}

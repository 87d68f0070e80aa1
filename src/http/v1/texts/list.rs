//! `GET /texts/{language}`

use std::sync::Arc;

use axum::extract::State;
use studio_core::api::{Page, ProblemDetails, Role, StudioText};

use super::{exists, language};
use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    studio::Studio,
};

/// What the studio itself says in a language, each text with what was made of it: all of them
#[utoipa::path(
    get, path = "/texts/{language}", tag = "texts", params(("language" = String, Path)),
    responses(
        (status = 200, body = Page<StudioText>),
        (status = 400, body = ProblemDetails),
        (status = 422, body = ProblemDetails, description = "neither the studio nor a bot speaks it"),
    )
)]
pub async fn list(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(tag): Path<String>,
) -> Result<axum::Json<Page<StudioText>>, ApiError> {
    caller.must_be(Role::Agent)?;
    let language = language(&tag)?;
    exists(&studio, caller.organisation, &language)?;
    let items = studio.texts_of(caller.organisation, &language).await?;
    Ok(axum::Json(Page { items, next_cursor: None }))
}

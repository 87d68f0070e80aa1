//! `GET /connections/{name}/templates`

use std::sync::Arc;

use axum::extract::State;
use studio_core::api::{ApprovedTemplate, Page, ProblemDetails, Role};

use super::missing;
use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    studio::{Studio, StudioHost},
};

/// The messages of an account that its platform has approved, or not yet; none where the channel knows no such thing
#[utoipa::path(
    get, path = "/connections/{name}/templates", tag = "connections", params(("name" = String, Path)),
    responses(
        (status = 200, body = Page<ApprovedTemplate>),
        (status = 404, body = ProblemDetails),
        (status = 502, body = ProblemDetails, description = "the platform did not tell"),
    )
)]
pub async fn templates(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<axum::Json<Page<ApprovedTemplate>>, ApiError> {
    caller.must_be(Role::Agent)?;
    let entry = studio.switchboard.entry(&name).ok_or_else(|| missing(&studio, &name))?;
    let items = match entry.line.as_ref().ok().and_then(|line| line.platform()) {
        Some(platform) => platform.templates(&StudioHost(Arc::clone(&studio))).await?,
        None => Vec::new(),
    };
    Ok(axum::Json(Page { items, next_cursor: None }))
}

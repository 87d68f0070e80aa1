//! `POST /connections/{name}/pause` and `/resume`

use std::sync::Arc;

use axum::extract::State;
use studio_core::api::{Connection, ProblemDetails, Role};

use super::{missing, view};
use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    studio::Studio,
};

/// Let nothing in or out by an account for now; what is to leave waits, what comes is refused with `Retry-After`
#[utoipa::path(
    post, path = "/connections/{name}/pause", tag = "connections", params(("name" = String, Path)),
    responses((status = 200, body = Connection), (status = 404, body = ProblemDetails))
)]
pub async fn pause(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<axum::Json<Connection>, ApiError> {
    set(&studio, &caller, &name, true).await
}

/// Let a paused account go on
#[utoipa::path(
    post, path = "/connections/{name}/resume", tag = "connections", params(("name" = String, Path)),
    responses((status = 200, body = Connection), (status = 404, body = ProblemDetails))
)]
pub async fn resume(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<axum::Json<Connection>, ApiError> {
    set(&studio, &caller, &name, false).await
}

async fn set(
    studio: &Arc<Studio>,
    caller: &Caller,
    name: &str,
    paused: bool,
) -> Result<axum::Json<Connection>, ApiError> {
    caller.must_be(Role::Admin)?;
    if !studio.pause_connection(name, paused).await? {
        return Err(missing(studio, name));
    }
    let entry = studio.switchboard.entry(name).ok_or_else(|| missing(studio, name))?;
    Ok(axum::Json(view(studio, name, &entry)))
}

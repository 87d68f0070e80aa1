//! `GET /connections/{name}`

use std::sync::Arc;

use axum::extract::State;
use studio_core::api::{Connection, ProblemDetails, Role};

use super::{missing, view};
use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    studio::Studio,
};

/// One account, and how it stands as far as is known
#[utoipa::path(
    get, path = "/connections/{name}", tag = "connections", params(("name" = String, Path)),
    responses((status = 200, body = Connection), (status = 404, body = ProblemDetails))
)]
pub async fn read(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<axum::Json<Connection>, ApiError> {
    caller.must_be(Role::Admin)?;
    let entry = studio.switchboard.entry(&name).ok_or_else(|| missing(&studio, &name))?;
    Ok(axum::Json(view(&studio, &name, &entry)))
}

//! `DELETE /connections/{name}`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use studio_core::api::{ProblemDetails, Role};

use super::missing;
use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    studio::Studio,
};

/// End an account and forget its credentials; what was said stays
#[utoipa::path(
    delete, path = "/connections/{name}", tag = "connections", params(("name" = String, Path)),
    responses(
        (status = 204),
        (status = 404, body = ProblemDetails),
        (status = 409, body = ProblemDetails, description = "it stands in the settings"),
    )
)]
pub async fn delete(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<StatusCode, ApiError> {
    caller.must_be(Role::Admin)?;
    if studio.delete_connection(&name).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(missing(&studio, &name))
    }
}

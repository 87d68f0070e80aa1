//! `GET /me`

use studio_core::api::Me;

use crate::http::{ApiError, caller::Caller};

/// Who is calling
#[utoipa::path(get, path = "/me", tag = "sessions", responses((status = 200, body = Me)))]
pub async fn read(caller: Caller) -> Result<axum::Json<Me>, ApiError> {
    Ok(axum::Json(caller.me))
}

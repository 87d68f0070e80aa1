//! `DELETE /sessions/current`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};

use crate::{
    http::{ApiError, caller::Caller},
    studio::Studio,
};

/// Log out
#[utoipa::path(delete, path = "/sessions/current", tag = "sessions", responses((status = 204)))]
pub async fn delete(State(studio): State<Arc<Studio>>, caller: Caller) -> Result<StatusCode, ApiError> {
    if let Some(session) = &caller.session {
        studio.store.delete_session(session).await?;
        studio.ended_early.send_replace(());
    }
    Ok(StatusCode::NO_CONTENT)
}

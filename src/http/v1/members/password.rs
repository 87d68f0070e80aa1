//! `POST /members/{id}/password`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use studio_core::{
    api::{NewPassword, ProblemDetails},
    id::MemberId,
};

use super::{find, refused};
use crate::{
    auth::password,
    http::{
        ApiError,
        caller::Caller,
        extract::{Json, Path},
    },
    studio::Studio,
};

/// Set a member's password; ends the member's sessions
#[utoipa::path(
    post, path = "/members/{id}/password", tag = "members", request_body = NewPassword,
    params(("id" = MemberId, Path)),
    responses(
        (status = 204),
        (status = 400, body = ProblemDetails),
        (status = 404, body = ProblemDetails),
        (status = 422, body = ProblemDetails, description = "the password does not fit"),
    )
)]
pub async fn set(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<MemberId>,
    Json(new): Json<NewPassword>,
) -> Result<StatusCode, ApiError> {
    find(&studio, &caller, id).await?;
    let hash = password::hash(&new.password).await.map_err(|error| refused(&error))?;
    studio.store.set_password(caller.organisation, id, &hash).await?;
    studio.ended_early.send_replace(());
    Ok(StatusCode::NO_CONTENT)
}

//! `POST /dead-letters/{id}/replay` and `POST /dead-letters/replay`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use studio_core::api::{NewReplay, ProblemDetails, Replayed, Role};
use studio_store::LetterFilter;

use super::must_be_known;
use crate::{
    http::{
        ApiError,
        caller::Caller,
        extract::{Json, Path},
    },
    pipeline::replay,
    studio::Studio,
};

/// Try to deliver it again
///
/// It leaves alone, behind what is on its way, and keeps no order with other dead letters: `POST /dead-letters/replay` does.
#[utoipa::path(
    post, path = "/dead-letters/{id}/replay", tag = "operations", params(("id" = String, Path)),
    responses((status = 202), (status = 404, body = ProblemDetails))
)]
pub async fn replay(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    caller.must_be(Role::Agent)?;
    let replayed = replay::dead_letter(&studio, caller.organisation, id).await;
    if !replayed.map_err(|error| ApiError::internal(&error))? {
        return Err(ApiError::not_found("dead letter"));
    }
    Ok(StatusCode::ACCEPTED)
}

/// Try to deliver the messages of a conversation, of a connection, or both again, in the order in which they were said
///
/// Calls of flows stay: the flows have gone on. At most 1,000 a call; `left` says how many are to be asked for again.
#[utoipa::path(
    post, path = "/dead-letters/replay", tag = "operations", request_body = NewReplay,
    responses(
        (status = 202, body = Replayed),
        (status = 400, body = ProblemDetails),
        (status = 422, body = ProblemDetails, description = "neither a conversation nor a connection is named, or there is none of that name"),
    )
)]
pub async fn replay_all(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Json(which): Json<NewReplay>,
) -> Result<(StatusCode, axum::Json<Replayed>), ApiError> {
    caller.must_be(Role::Agent)?;
    if which.conversation.is_none() && which.connection.is_none() {
        return Err(ApiError::unfit("name a `conversation`, a `connection`, or both"));
    }
    let filter = LetterFilter { conversation: which.conversation, connection: which.connection };
    let replayed = replay::dead_letters(&studio, caller.organisation, filter.clone()).await;
    let replayed = replayed.map_err(|error| ApiError::internal(&error))?;
    if replayed.replayed == 0 && replayed.left == 0 {
        must_be_known(&studio, caller.organisation, &filter).await?;
    }
    Ok((StatusCode::ACCEPTED, axum::Json(replayed)))
}

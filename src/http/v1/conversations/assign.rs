//! `POST /conversations/{id}/assign`

use std::sync::Arc;

use axum::extract::State;
use studio_core::{
    api::{Accepted, Assignment, ProblemDetails},
    dialogue::Act,
    id::ConversationId,
};

use super::{ActKey, Done, act};
use crate::{
    http::{
        ApiError,
        caller::Caller,
        extract::{Json, Path},
    },
    studio::Studio,
};

/// Pass the conversation to a team
#[utoipa::path(
    post, path = "/conversations/{id}/assign", tag = "conversations", request_body = Assignment,
    params(("id" = ConversationId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 202, body = Accepted), (status = 404, body = ProblemDetails))
)]
pub async fn assign(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    key: ActKey,
    Json(assignment): Json<Assignment>,
) -> Done {
    if assignment.team.is_empty() || assignment.team.len() > 100 {
        return Err(ApiError::bad_request("`team` must be the name of a team of the bot"));
    }
    act(&studio, &caller, id, key, Act::Assign { team: assignment.team }).await
}

//! `POST /conversations/{id}/replies`

use std::sync::Arc;

use axum::extract::State;
use studio_core::{
    api::{Accepted, NewReply, ProblemDetails},
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

/// Longest reply, in characters.
const MAX_REPLY: usize = 10_000;

/// Say something to the visitor; only who has taken the conversation over can
#[utoipa::path(
    post, path = "/conversations/{id}/replies", tag = "conversations", request_body = NewReply,
    params(("id" = ConversationId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = 202, body = Accepted),
        (status = 404, body = ProblemDetails),
        (status = 409, body = ProblemDetails, description = "somebody else has the conversation"),
    )
)]
pub async fn reply(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    key: ActKey,
    Json(reply): Json<NewReply>,
) -> Done {
    let words = reply.content.plain();
    if words.trim().is_empty() || words.chars().count() > MAX_REPLY {
        return Err(ApiError::bad_request(format!("a reply must have 1 to {MAX_REPLY} characters")));
    }
    act(&studio, &caller, id, key, Act::Reply { content: reply.content }).await
}

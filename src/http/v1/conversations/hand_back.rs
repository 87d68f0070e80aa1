//! `POST /conversations/{id}/hand-back`

use std::sync::Arc;

use axum::extract::State;
use studio_core::{
    api::{Accepted, ProblemDetails},
    dialogue::Act,
    id::ConversationId,
};

use super::{ActKey, Done, act};
use crate::{
    http::{caller::Caller, extract::Path},
    studio::Studio,
};

/// Give the conversation back to the bot, which goes on where it was
#[utoipa::path(
    post, path = "/conversations/{id}/hand-back", tag = "conversations",
    params(("id" = ConversationId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = 202, body = Accepted),
        (status = 404, body = ProblemDetails),
        (status = 409, body = ProblemDetails, description = "it makes no sense now; `detail` says why"),
    )
)]
pub async fn hand_back(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    key: ActKey,
) -> Done {
    act(&studio, &caller, id, key, Act::HandBack).await
}

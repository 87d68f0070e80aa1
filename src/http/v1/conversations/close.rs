//! `POST /conversations/{id}/close`

use std::sync::Arc;

use axum::extract::State;
use studio_core::{dialogue::Act, id::ConversationId};

use super::{ActKey, Answers, Done, act};
use crate::{
    http::{
        caller::Caller,
        extract::{NoBody, Path},
    },
    studio::Studio,
};

/// Close the conversation; the visitor's next message opens it again
#[utoipa::path(
    post, path = "/conversations/{id}/close", tag = "conversations",
    params(("id" = ConversationId, Path), ActKey), responses(Answers)
)]
pub async fn close(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    key: ActKey,
    _: NoBody,
) -> Done {
    act(&studio, &caller, id, key, Act::Close).await
}

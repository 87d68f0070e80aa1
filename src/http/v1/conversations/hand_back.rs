//! `POST /conversations/{id}/hand-back`

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

/// Give the conversation back to the bot, which goes on where it was
#[utoipa::path(
    post, path = "/conversations/{id}/hand-back", tag = "conversations",
    params(("id" = ConversationId, Path), ActKey), responses(Answers)
)]
pub async fn hand_back(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    key: ActKey,
    _: NoBody,
) -> Done {
    act(&studio, &caller, id, key, Act::HandBack).await
}

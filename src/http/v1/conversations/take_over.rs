//! `POST /conversations/{id}/take-over`

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

/// Speak in place of the bot
#[utoipa::path(
    post, path = "/conversations/{id}/take-over", tag = "conversations",
    params(("id" = ConversationId, Path), ActKey), responses(Answers)
)]
pub async fn take_over(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    key: ActKey,
    _: NoBody,
) -> Done {
    act(&studio, &caller, id, key, Act::TakeOver).await
}

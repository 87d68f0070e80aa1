//! `POST /conversations/{id}/replies`

use std::sync::Arc;

use axum::extract::State;
use studio_core::{
    api::NewReply,
    content::{Content, LINK_SCHEMES},
    dialogue::Act,
    id::ConversationId,
    unseen::is_readable,
};

use super::{ActKey, Answers, Done, act};
use crate::{
    http::{
        ApiError,
        caller::Caller,
        extract::{Json, Path},
        v1::fits::TO_BE_SEEN,
    },
    studio::Studio,
};

/// Longest reply, in characters.
const MAX_REPLY: usize = 10_000;

/// Say something to the visitor; only who has taken the conversation over can
#[utoipa::path(
    post, path = "/conversations/{id}/replies", tag = "conversations", request_body = NewReply,
    params(("id" = ConversationId, Path), ActKey), responses(Answers)
)]
pub async fn reply(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    key: ActKey,
    Json(reply): Json<NewReply>,
) -> Done {
    fits(&reply.content)?;
    act(&studio, &caller, id, key, Act::Reply { content: reply.content }).await
}

/// Whether a content can be said to a visitor.
pub(super) fn fits(content: &Content) -> Result<(), ApiError> {
    if let Some(wrong) = content.misfit() {
        return Err(ApiError::unfit(wrong));
    }
    let words = content.plain();
    if !is_readable(&words) || words.chars().count() > MAX_REPLY {
        return Err(ApiError::unfit(format!("a reply must have 1 to {MAX_REPLY} characters, {TO_BE_SEEN}")));
    }
    if let Some(address) = content.unsafe_address() {
        let detail = format!(
            "{address:?} cannot stand in a message: a button opens {}, pictures and files come by http or https",
            LINK_SCHEMES.join(", ")
        );
        return Err(ApiError::unfit(detail));
    }
    Ok(())
}

//! `POST /conversations/{id}/language`

use std::sync::Arc;

use axum::extract::State;
use studio_core::{api::NewLanguage, dialogue::Act, id::ConversationId};

use super::{ActKey, Answers, Done, act};
use crate::{
    http::{
        ApiError,
        caller::Caller,
        extract::{Json, Path},
    },
    studio::Studio,
};

/// Longest tag of a language.
const MAX_TAG: usize = 35;

/// Let the bot speak another of its languages with this visitor
///
/// It keeps to it, as if the visitor had asked for it. One that the bot does not speak changes nothing; the timeline
/// says so.
#[utoipa::path(
    post, path = "/conversations/{id}/language", tag = "conversations", request_body = NewLanguage,
    params(("id" = ConversationId, Path), ActKey), responses(Answers)
)]
pub async fn language(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    key: ActKey,
    Json(chosen): Json<NewLanguage>,
) -> Done {
    let tag = chosen.language;
    let is_tag = tag.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && tag.len() <= MAX_TAG
        && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !is_tag {
        return Err(ApiError::unfit("a language is a tag such as `de` or `pt-BR`".to_owned()));
    }
    act(&studio, &caller, id, key, Act::Speak { language: tag }).await
}

//! `POST /conversations/{id}/notes`

use std::sync::Arc;

use axum::extract::State;
use studio_core::{
    api::NewNote, content::control_character, dialogue::Act, id::ConversationId, unseen::is_readable,
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

/// Longest note, in characters.
const MAX_NOTE: usize = 10_000;

/// Leave a note for other members; the visitor never sees it
#[utoipa::path(
    post, path = "/conversations/{id}/notes", tag = "conversations", request_body = NewNote,
    params(("id" = ConversationId, Path), ActKey), responses(Answers)
)]
pub async fn note(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    key: ActKey,
    Json(note): Json<NewNote>,
) -> Done {
    if !is_readable(&note.text) || note.text.chars().count() > MAX_NOTE {
        return Err(ApiError::unfit(format!("a note must have 1 to {MAX_NOTE} characters, {TO_BE_SEEN}")));
    }
    if let Some(wrong) = control_character(&note.text) {
        return Err(ApiError::unfit(wrong));
    }
    act(&studio, &caller, id, key, Act::Note { text: note.text }).await
}

//! `GET /conversations/{id}/timeline`

use std::sync::Arc;

use axum::extract::State;
use studio_core::{
    api::{Page, ProblemDetails},
    dialogue::{Entry, Happening},
    id::ConversationId,
};

use super::{find, messages::Range, next_cursor};
use crate::{
    http::{
        ApiError,
        caller::Caller,
        extract::{Path, Query},
    },
    studio::Studio,
};

/// Everything that happened, oldest first, with why each reply was given
#[utoipa::path(
    get, path = "/conversations/{id}/timeline", tag = "conversations",
    params(("id" = ConversationId, Path), Range),
    responses(
        (status = 200, body = Page<Entry>),
        (status = 404, body = ProblemDetails),
        (status = 422, body = ProblemDetails, description = "`limit` does not fit"),
    )
)]
pub async fn timeline(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Query(range): Query<Range>,
) -> Result<axum::Json<Page<Entry>>, ApiError> {
    let conversation = find(&studio, &caller, id).await?;
    let page = studio.store.journal(caller.organisation, id, range.after(), range.limit()?).await?;
    let next_cursor = next_cursor(page.last, &conversation);
    let mut items = page.entries;
    for entry in &mut items {
        // What is counted of a forgotten message is no figure of its conversation.
        if let Happening::Received { understanding, .. } = &mut entry.what {
            understanding.counted = None;
        }
    }
    Ok(axum::Json(Page { items, next_cursor }))
}

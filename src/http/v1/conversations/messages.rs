//! `GET /conversations/{id}/messages`

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use studio_core::{
    api::{Message, Page, ProblemDetails},
    id::ConversationId,
};
use utoipa::IntoParams;

use super::{find, next_cursor};
use crate::{
    http::{
        ApiError,
        caller::Caller,
        extract::{Path, Query},
        v1::fits,
    },
    studio::Studio,
};

/// Most turns of one page.
const MOST: u32 = 500;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Range {
    /// Number of the last entry that is known already
    #[serde(default)]
    after: u64,
    /// Turns to read, 1 to 500; 200 where absent
    limit: Option<u32>,
    /// `next_cursor` of the page before, in place of `after`
    cursor: Option<u64>,
}

impl Range {
    pub fn after(&self) -> u64 {
        self.cursor.unwrap_or(self.after)
    }

    pub fn limit(&self) -> Result<u32, ApiError> {
        fits::limit(self.limit, 200, MOST)
    }
}

/// What was said, oldest first, notes among members included
#[utoipa::path(
    get, path = "/conversations/{id}/messages", tag = "conversations",
    params(("id" = ConversationId, Path), Range),
    responses(
        (status = 200, body = Page<Message>),
        (status = 404, body = ProblemDetails),
        (status = 422, body = ProblemDetails, description = "`limit` does not fit"),
    )
)]
pub async fn messages(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Query(range): Query<Range>,
) -> Result<axum::Json<Page<Message>>, ApiError> {
    let conversation = find(&studio, &caller, id).await?;
    let entries = studio.store.journal(caller.organisation, id, range.after(), range.limit()?).await?;
    let next_cursor = next_cursor(entries.last(), &conversation);
    let items = entries.iter().filter_map(Message::of).collect();
    Ok(axum::Json(Page { items, next_cursor }))
}

//! `GET /contacts/{id}/messages`

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use studio_core::{
    api::{Message, Page, ProblemDetails, Role, TranscriptMessage},
    id::ContactId,
};
use utoipa::IntoParams;

use super::{conversations, person};
use crate::{
    http::{
        ApiError,
        caller::Caller,
        extract::{Path, Query},
        v1::{conversations::messages::transcript, fits},
    },
    studio::Studio,
};

/// Entries of each journal that are looked through, and turns read at once.
const LOOK_BACK: u64 = 400;
const TURNS: u32 = 500;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Range {
    /// 1 to 500; 100 where absent
    #[param(value_type = Option<u32>)]
    limit: Option<i64>,
}

/// The last that was said with a person on all channels, oldest first, each message with the way that it came
#[utoipa::path(
    get, path = "/contacts/{id}/messages", tag = "contacts", params(("id" = ContactId, Path), Range),
    responses(
        (status = 200, body = Page<TranscriptMessage>),
        (status = 404, body = ProblemDetails),
        (status = 422, body = ProblemDetails, description = "`limit` does not fit"),
    )
)]
pub async fn messages(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ContactId>,
    Query(range): Query<Range>,
) -> Result<axum::Json<Page<TranscriptMessage>>, ApiError> {
    caller.must_be(Role::Agent)?;
    let limit = usize::try_from(fits::limit(range.limit, 100, 500)?).unwrap_or(usize::MAX);
    let person = person(&studio, &caller, id).await?;
    let mut all = Vec::new();
    for conversation in conversations(&studio, &caller, &person).await? {
        let after = conversation.sequence.saturating_sub(LOOK_BACK);
        let page = studio.store.journal(caller.organisation, conversation.id, after, TURNS).await?;
        let messages = page.entries.iter().filter_map(Message::of).collect();
        all.extend(transcript(&studio, caller.organisation, &conversation, messages).await?);
    }
    all.sort_by_key(|message| (message.at, message.conversation, message.sequence));
    let items = all.split_off(all.len().saturating_sub(limit));
    Ok(axum::Json(Page { items, next_cursor: None }))
}

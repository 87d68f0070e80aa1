//! `GET /dead-letters`

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use studio_core::{
    api::{DeadLetter, Page, ProblemDetails, Role},
    id::ConversationId,
};
use studio_store::{LetterFilter, is_letter};
use utoipa::IntoParams;

use super::must_be_known;
use crate::{
    http::{ApiError, caller::Caller, extract::Query, v1::fits},
    studio::Studio,
};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Of this conversation alone
    conversation: Option<ConversationId>,
    /// Of the connection of this name alone
    connection: Option<String>,
    cursor: Option<String>,
    /// 1 to 200; 50 where absent
    #[param(value_type = Option<u32>)]
    limit: Option<i64>,
}

/// What could not be delivered, and why
#[utoipa::path(
    get, path = "/dead-letters", tag = "operations", params(Filter),
    responses(
        (status = 200, body = Page<DeadLetter>),
        (status = 422, body = ProblemDetails, description = "a part of the query does not fit"),
    )
)]
pub async fn list(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Query(asked): Query<Filter>,
) -> Result<axum::Json<Page<DeadLetter>>, ApiError> {
    caller.must_be(Role::Agent)?;
    let limit = fits::limit(asked.limit, 50, 200)?;
    let cursor = asked.cursor.as_deref();
    if cursor.is_some_and(|cursor| !is_letter(cursor)) {
        return Err(fits::no_cursor());
    }
    let filter = LetterFilter { conversation: asked.conversation, connection: asked.connection };
    let page = studio.store.dead_letters(caller.organisation, &filter, cursor, limit).await?;
    if page.items.is_empty() && page.next_cursor.is_none() && cursor.is_none() {
        must_be_known(&studio, caller.organisation, &filter).await?;
    }
    Ok(axum::Json(page))
}

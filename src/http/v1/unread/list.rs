//! `GET /unread`

use std::sync::Arc;

use axum::extract::State;
use studio_core::api::{Page, ProblemDetails, Role, Unread};
use ulid::Ulid;

use crate::{
    http::{
        ApiError,
        caller::Caller,
        extract::Query,
        v1::fits::{self, Range},
    },
    studio::Studio,
};

/// What was signed by a platform and could not be read, the newest 100 of each connection, or came while it did not run, 100 more
#[utoipa::path(
    get, path = "/unread", tag = "operations", params(Range),
    responses(
        (status = 200, body = Page<Unread>),
        (status = 422, body = ProblemDetails, description = "`limit` or `cursor` does not fit"),
    )
)]
pub async fn list(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Query(range): Query<Range>,
) -> Result<axum::Json<Page<Unread>>, ApiError> {
    caller.must_be(Role::Admin)?;
    let limit = range.limit()?;
    let after = match range.cursor.as_deref() {
        None => None,
        Some(cursor) => Some(place(cursor).ok_or_else(fits::no_cursor)?),
    };
    Ok(axum::Json(studio.store.unread(caller.organisation, after, limit).await?))
}

/// The connection and the id of the last of a page.
fn place(cursor: &str) -> Option<(&str, Ulid)> {
    let (connection, id) = cursor.rsplit_once('/')?;
    Some((connection, Ulid::from_string(id).ok()?))
}

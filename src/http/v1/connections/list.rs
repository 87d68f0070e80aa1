//! `GET /connections`

use std::sync::Arc;

use axum::extract::State;
use studio_adapters::connection::is_name;
use studio_core::api::{Connection, Page, ProblemDetails, Role};

use super::view;
use crate::{
    http::{
        ApiError,
        caller::Caller,
        extract::Query,
        v1::fits::{self, Range},
    },
    studio::Studio,
};

/// The accounts on the channels, those of the settings and those of the API, by name
#[utoipa::path(
    get, path = "/connections", tag = "connections", params(Range),
    responses(
        (status = 200, body = Page<Connection>),
        (status = 422, body = ProblemDetails, description = "`limit` or `cursor` does not fit"),
    )
)]
pub async fn list(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Query(range): Query<Range>,
) -> Result<axum::Json<Page<Connection>>, ApiError> {
    caller.must_be(Role::Admin)?;
    let limit = usize::try_from(range.limit()?).unwrap_or(usize::MAX);
    if range.cursor.as_deref().is_some_and(|cursor| !is_name(cursor)) {
        return Err(fits::no_cursor());
    }
    let mut all = studio.switchboard.entries();
    all.retain(|(name, _)| range.cursor.as_ref().is_none_or(|cursor| name > cursor));
    let is_last = all.len() <= limit;
    all.truncate(limit);
    let next_cursor = all.last().filter(|_| !is_last).map(|(name, _)| name.clone());
    let items = all.iter().map(|(name, entry)| view(&studio, name, entry)).collect();
    Ok(axum::Json(Page { items, next_cursor }))
}

//! `GET /parked`

use std::sync::Arc;

use axum::extract::State;
use studio_core::{
    api::{Page, Parked, ProblemDetails, Role},
    id::EventKey,
};

use crate::{
    http::{
        ApiError,
        caller::Caller,
        extract::Query,
        v1::fits::{self, Range},
    },
    studio::Studio,
};

/// Events that failed every time, with their errors
#[utoipa::path(
    get, path = "/parked", tag = "operations", params(Range),
    responses(
        (status = 200, body = Page<Parked>),
        (status = 422, body = ProblemDetails, description = "`limit` or `cursor` does not fit"),
    )
)]
pub async fn list(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Query(range): Query<Range>,
) -> Result<axum::Json<Page<Parked>>, ApiError> {
    caller.must_be(Role::Agent)?;
    let after = match range.cursor.as_deref() {
        None => None,
        Some(cursor) => {
            let (source, native) = cursor.split_once('/').ok_or_else(fits::no_cursor)?;
            Some(EventKey { source: source.to_owned(), native: native.to_owned() })
        }
    };
    let limit = range.limit()?;
    let mut page = studio.store.parked(caller.organisation, after.as_ref(), limit).await?;
    if caller.must_be(Role::Owner).is_err() {
        for parked in &mut page.items {
            parked.payload = serde_json::Value::Null;
        }
    }
    Ok(axum::Json(page))
}

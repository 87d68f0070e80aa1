//! `GET /parked`

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use studio_core::{
    api::{Page, Parked, ProblemDetails, Role},
    id::EventKey,
};
use utoipa::IntoParams;

use crate::{
    http::{ApiError, caller::Caller, extract::Query, v1::fits},
    studio::Studio,
};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Range {
    cursor: Option<String>,
    /// 1 to 200; 50 where absent
    #[param(value_type = Option<u32>)]
    limit: Option<i64>,
}

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
    let limit = fits::limit(range.limit, 50, 200)?;
    let mut page = studio.store.parked(caller.organisation, after.as_ref(), limit).await?;
    if caller.must_be(Role::Owner).is_err() {
        for parked in &mut page.items {
            parked.payload = serde_json::Value::Null;
        }
    }
    Ok(axum::Json(page))
}

//! `GET /dead-letters`

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use studio_core::api::{DeadLetter, Page, ProblemDetails, Role};
use studio_store::is_letter;
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

/// What could not be delivered, and why
#[utoipa::path(
    get, path = "/dead-letters", tag = "operations", params(Range),
    responses(
        (status = 200, body = Page<DeadLetter>),
        (status = 422, body = ProblemDetails, description = "`limit` or `cursor` does not fit"),
    )
)]
pub async fn list(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Query(range): Query<Range>,
) -> Result<axum::Json<Page<DeadLetter>>, ApiError> {
    caller.must_be(Role::Agent)?;
    let limit = fits::limit(range.limit, 50, 200)?;
    if range.cursor.as_deref().is_some_and(|cursor| !is_letter(cursor)) {
        return Err(fits::no_cursor());
    }
    Ok(axum::Json(studio.store.dead_letters(caller.organisation, range.cursor.as_deref(), limit).await?))
}

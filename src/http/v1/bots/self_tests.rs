//! `GET /bots/{bot}/self-tests`

use std::sync::Arc;

use axum::extract::State;
use jiff::civil::Date;
use serde::Deserialize;
use studio_core::api::{Page, ProblemDetails, SelfTest};
use utoipa::IntoParams;

use crate::{
    http::{
        ApiError,
        caller::Caller,
        extract::{Path, Query},
    },
    studio::Studio,
};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Range {
    /// First day of messages, `YYYY-MM-DD`, in UTC
    #[param(value_type = String, format = Date)]
    from: Date,
    /// Last day
    #[param(value_type = String, format = Date)]
    to: Date,
}

/// What the nights found of a bot, a day each: how well it is understood, what its messages were like, and what has drifted
#[utoipa::path(
    get, path = "/bots/{bot}/self-tests", tag = "bots", params(("bot" = String, Path), Range),
    responses(
        (status = 200, body = Page<SelfTest>),
        (status = 404, body = ProblemDetails),
        (status = 422, body = ProblemDetails, description = "a day does not fit"),
    )
)]
pub async fn list(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(bot): Path<String>,
    Query(range): Query<Range>,
) -> Result<axum::Json<Page<SelfTest>>, ApiError> {
    if range.from > range.to {
        return Err(ApiError::unfit("`from` is after `to`"));
    }
    studio.registry.problems(caller.organisation, &bot).ok_or_else(|| ApiError::not_found("bot"))?;
    let (from, to) = (range.from.to_string(), range.to.to_string());
    let items = studio.store.self_tests(caller.organisation, &bot, &from, &to).await?;
    Ok(axum::Json(Page { items, next_cursor: None }))
}

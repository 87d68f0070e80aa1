//! `GET /statistics`

use std::sync::Arc;

use axum::extract::State;
use jiff::civil::Date;
use serde::Deserialize;
use studio_core::api::{DayStatistics, Page, ProblemDetails};
use utoipa::IntoParams;

use crate::{
    http::{ApiError, caller::Caller, extract::Query},
    studio::Studio,
};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Range {
    /// All bots where absent
    bot: Option<String>,
    /// First day, `YYYY-MM-DD`, in UTC
    #[param(value_type = String, format = Date)]
    from: Date,
    /// Last day
    #[param(value_type = String, format = Date)]
    to: Date,
}

/// Figures of a bot, a day each; days without a turn are left out
#[utoipa::path(
    get, path = "/statistics", tag = "statistics", params(Range),
    responses(
        (status = 200, body = Page<DayStatistics>),
        (status = 422, body = ProblemDetails, description = "a day does not fit"),
    )
)]
pub async fn list(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Query(range): Query<Range>,
) -> Result<axum::Json<Page<DayStatistics>>, ApiError> {
    if range.from > range.to {
        return Err(ApiError::unfit("`from` is after `to`"));
    }
    let (from, to) = (range.from.to_string(), range.to.to_string());
    let items = studio.store.statistics(caller.organisation, range.bot.as_deref(), &from, &to).await?;
    Ok(axum::Json(Page { items, next_cursor: None }))
}

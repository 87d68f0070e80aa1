//! `GET /bots/{bot}/review`

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use studio_core::api::{Page, ProblemDetails, ReviewCluster, ReviewReason, Role};
use utoipa::IntoParams;

use crate::{
    http::{
        ApiError,
        caller::Caller,
        extract::{Path, Query},
        v1::fits,
    },
    review,
    studio::Studio,
};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Range {
    /// Only messages that are doubtful for this reason
    reason: Option<ReviewReason>,
    cursor: Option<String>,
    /// 1 to 200; 50 where absent
    #[param(value_type = Option<u32>)]
    limit: Option<i64>,
}

/// What visitors said that was not understood well: groups of nearly the same words, the most frequent first
///
/// Personal data is masked. What somebody has decided about is no longer in the list.
#[utoipa::path(
    get, path = "/bots/{bot}/review", tag = "bots", params(("bot" = String, Path), Range),
    responses(
        (status = 200, body = Page<ReviewCluster>),
        (status = 404, body = ProblemDetails),
        (status = 422, body = ProblemDetails, description = "`limit` or `cursor` does not fit"),
    )
)]
pub async fn list(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(bot): Path<String>,
    Query(range): Query<Range>,
) -> Result<axum::Json<Page<ReviewCluster>>, ApiError> {
    caller.must_be(Role::Agent)?;
    studio.registry.problems(caller.organisation, &bot).ok_or_else(|| ApiError::not_found("bot"))?;
    let limit = usize::try_from(fits::limit(range.limit, 50, 200)?).unwrap_or(usize::MAX);
    let after = range.cursor.as_deref().map(place).transpose()?;
    let (clusters, _) = review::open(&studio, caller.organisation, &bot, range.reason).await?;
    // In the order of the list; a cluster that has grown since may come twice, and none is left out.
    let is_after = |cluster: &ReviewCluster| {
        after
            .as_ref()
            .is_none_or(|(count, id)| cluster.count < *count || cluster.count == *count && cluster.id > *id)
    };
    let mut items: Vec<ReviewCluster> =
        clusters.into_iter().map(|cluster| cluster.shown).filter(is_after).take(limit + 1).collect();
    let more = items.len() > limit;
    items.truncate(limit);
    let next_cursor = items.last().filter(|_| more).map(|last| format!("{}-{}", last.count, last.id));
    Ok(axum::Json(Page { items, next_cursor }))
}

fn place(cursor: &str) -> Result<(u64, String), ApiError> {
    let (count, id) = cursor.split_once('-').ok_or_else(fits::no_cursor)?;
    Ok((count.parse().map_err(|_| fits::no_cursor())?, id.to_owned()))
}

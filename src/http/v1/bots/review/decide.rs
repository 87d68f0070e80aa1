//! `POST /bots/{bot}/review/{cluster}`

use std::sync::Arc;

use axum::extract::State;
use studio_core::api::{ProblemDetails, ReviewDecided, ReviewDecision, Role};

use crate::{
    http::{
        ApiError,
        caller::Caller,
        extract::{Json, Path},
        v1::bots::learned::learned,
    },
    review::{self, Decided, Refused, digest},
    studio::Studio,
};

/// Say what a cluster means: its wordings become phrases of the bot's draft; or that it means nothing
///
/// The bot learns the phrases when it is published (`POST /bots/{bot}/publish`).
#[utoipa::path(
    post, path = "/bots/{bot}/review/{cluster}", tag = "bots", request_body = ReviewDecision,
    params(("bot" = String, Path), ("cluster" = String, Path)),
    responses(
        (status = 200, body = ReviewDecided),
        (status = 404, body = ProblemDetails),
        (status = 409, body = ProblemDetails, description = "no version of the bot runs"),
        (status = 422, body = ProblemDetails, description = "the intent or the phrases do not fit"),
    )
)]
pub async fn decide(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path((bot, cluster)): Path<(String, String)>,
    Json(decision): Json<ReviewDecision>,
) -> Result<axum::Json<ReviewDecided>, ApiError> {
    caller.must_be(Role::Agent)?;
    let organisation = caller.organisation;
    studio.registry.problems(organisation, &bot).ok_or_else(|| ApiError::not_found("bot"))?;
    let runs = studio.registry.bot(organisation, &bot);
    let definition =
        runs.ok_or_else(|| ApiError::conflict("no version of the bot runs: publish it first"))?;
    let (clusters, known) = review::open(&studio, organisation, &bot, None).await?;
    // Another wording may lead the cluster by now; it is the one in which this wording is.
    let found = clusters
        .into_iter()
        .find(|found| found.wordings.iter().any(|wording| digest(&wording.key) == cluster))
        .ok_or_else(|| ApiError::not_found("cluster; somebody may have decided about it"))?;
    let decided =
        Decided { decision: studio.clock.id().to_string(), by: caller.me.name, at: studio.clock.now() };
    // All phrases of the bot are compared, and languages recognised.
    let (lessons, notes) = tokio::task::block_in_place(|| {
        let mind = studio.registry.now(organisation, &bot);
        let recognise = |text: &str, likeliest: &str| mind.as_ref()?.model.recognise(text, likeliest);
        let lessons = review::decide(&definition, &known, &found, &decision, &decided, &recognise)
            .map_err(|Refused(why)| ApiError::unfit(why))?;
        let notes = review::notes(&definition, &lessons, &recognise);
        Ok::<_, ApiError>((lessons, notes))
    })?;
    studio.store.teach(organisation, &bot, &lessons).await?;
    tracing::info!(bot, messages = found.shown.count, lessons = lessons.len(), "bot.review.decided");
    let phrases = lessons.iter().filter_map(learned).collect();
    Ok(axum::Json(ReviewDecided { messages: found.shown.count, phrases, notes }))
}

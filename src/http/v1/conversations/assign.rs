//! `POST /conversations/{id}/assign`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use studio_core::{
    api::{Assignment, Role},
    dialogue::Act,
    id::ConversationId,
};

use super::{ActKey, Answers, Done, act, find};
use crate::{
    http::{
        ApiError,
        caller::Caller,
        extract::{Json, Path},
    },
    studio::Studio,
};

/// Pass the conversation to a team
#[utoipa::path(
    post, path = "/conversations/{id}/assign", tag = "conversations", request_body = Assignment,
    params(("id" = ConversationId, Path), ActKey), responses(Answers)
)]
pub async fn assign(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    key: ActKey,
    Json(assignment): Json<Assignment>,
) -> Done {
    caller.must_be(Role::Agent)?;
    if assignment.team.is_empty() || assignment.team.len() > 100 {
        return Err(ApiError::unfit("`team` must be the name of a team of the bot"));
    }
    let conversation = find(&studio, &caller, id).await?;
    if let Ok(mind) = studio.registry.mind(caller.organisation, &conversation.bot, None).await
        && !mind.bot.teams.contains_key(&assignment.team)
    {
        let known: Vec<&str> = mind.bot.teams.keys().map(String::as_str).collect();
        let detail = format!("the bot has no team {:?}; it has: {}", assignment.team, known.join(", "));
        return Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, detail));
    }
    act(&studio, &caller, id, key, Act::Assign { team: assignment.team }).await
}

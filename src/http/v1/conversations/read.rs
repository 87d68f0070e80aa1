//! `GET /conversations/{id}`

use std::sync::Arc;

use axum::extract::State;
use studio_core::{
    api::{ConversationDetail, ProblemDetails},
    id::ConversationId,
};

use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    mind,
    studio::Studio,
};

/// Entries looked back on for what was understood and cited last.
const RECENT: u32 = 60;

/// One conversation with the bot's mind
#[utoipa::path(
    get, path = "/conversations/{id}", tag = "conversations", params(("id" = ConversationId, Path)),
    responses((status = 200, body = ConversationDetail), (status = 404, body = ProblemDetails))
)]
pub async fn read(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ConversationId>,
) -> Result<axum::Json<ConversationDetail>, ApiError> {
    let found = studio.store.conversation(caller.organisation, id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("conversation"))?;
    let after = found.state.sequence.saturating_sub(u64::from(RECENT));
    let recent = studio.store.journal(caller.organisation, id, after, RECENT).await?.entries;
    let version = Some(found.state.version).filter(|version| *version > 0);
    let bot = studio.registry.mind(caller.organisation, &found.conversation.bot, version).await.ok();
    let mind = mind::of(bot.as_ref().map(|mind| &*mind.bot), &found.state, &recent);
    let waits_for_bot = studio.intake.backlog().bot_awaited(caller.organisation, id);
    Ok(axum::Json(ConversationDetail { conversation: found.conversation, mind, waits_for_bot }))
}

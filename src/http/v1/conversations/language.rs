//! `POST /conversations/{id}/language`

use std::sync::Arc;

use axum::extract::State;
use studio_core::{
    api::{NewLanguage, Role},
    dialogue::Act,
    id::ConversationId,
    texts,
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

/// Let the bot speak another of its languages with this visitor
///
/// It keeps to it, as if the visitor had asked for it. One that the bot does not speak changes nothing; the timeline
/// says so.
#[utoipa::path(
    post, path = "/conversations/{id}/language", tag = "conversations", request_body = NewLanguage,
    params(("id" = ConversationId, Path), ActKey), responses(Answers)
)]
pub async fn language(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    key: ActKey,
    Json(chosen): Json<NewLanguage>,
) -> Done {
    let tag = chosen.language;
    if !texts::is_tag(&tag) {
        caller.must_be(Role::Agent)?;
        let conversation = find(&studio, &caller, id).await?;
        let bot = studio.registry.bot(caller.organisation, &conversation.bot);
        let speaks = |languages: &[String]| format!("; the bot speaks `{}`", languages.join("`, `"));
        let spoken = bot.map(|bot| speaks(&bot.languages)).unwrap_or_default();
        return Err(ApiError::unfit(format!("`language` must be {}{spoken}", texts::TAG)));
    }
    act(&studio, &caller, id, key, Act::Speak { language: tag }).await
}

//! `PATCH` and `DELETE /conversations/{id}/messages/{sequence}`

use std::sync::Arc;

use axum::extract::State;
use studio_adapters::platform::Platform;
use studio_core::{
    api::{NewReply, Role},
    content::Content,
    dialogue::{Act, Happening},
    id::ConversationId,
};

use super::{ActKey, Answers, Done, act, find, reply};
use crate::{
    http::{
        ApiError,
        caller::Caller,
        extract::{Json, Path},
    },
    studio::{Connection, Studio},
};

/// Change a message that was sent to the visitor, on the platforms that can
#[utoipa::path(
    patch, path = "/conversations/{id}/messages/{sequence}", tag = "conversations", request_body = NewReply,
    params(("id" = ConversationId, Path), ("sequence" = u64, Path), ActKey), responses(Answers)
)]
pub async fn change(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path((id, sequence)): Path<(ConversationId, u64)>,
    key: ActKey,
    Json(reply): Json<NewReply>,
) -> Done {
    reply::fits(&reply.content)?;
    correct(&studio, &caller, id, sequence, key, Some(reply.content)).await
}

/// Take a message back that was sent to the visitor, on the platforms that can
#[utoipa::path(
    delete, path = "/conversations/{id}/messages/{sequence}", tag = "conversations",
    params(("id" = ConversationId, Path), ("sequence" = u64, Path), ActKey), responses(Answers)
)]
pub async fn take_back(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path((id, sequence)): Path<(ConversationId, u64)>,
    key: ActKey,
) -> Done {
    correct(&studio, &caller, id, sequence, key, None).await
}

async fn correct(
    studio: &Arc<Studio>,
    caller: &Caller,
    id: ConversationId,
    of: u64,
    key: ActKey,
    content: Option<Content>,
) -> Done {
    caller.must_be(Role::Agent)?;
    let conversation = find(studio, caller, id).await?;
    let page = studio.store.journal(caller.organisation, id, of.saturating_sub(1), 1).await?;
    let said = page.entry(of)?;
    if !said.is_some_and(|entry| matches!(entry.what, Happening::Said { .. })) {
        return Err(ApiError::not_found("message of the studio's side"));
    }
    let connection = studio.connection(&conversation.connection);
    if !connection.as_ref().and_then(Connection::platform).is_some_and(Platform::corrects) {
        let channel = &conversation.channel;
        return Err(ApiError::conflict(format!(
            "what was sent by the channel {channel} cannot be changed: say it anew"
        )));
    }
    act(studio, caller, id, key, Act::Correct { of, content }).await
}

//! `POST /conversations/{id}/typing`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use studio_adapters::host::HostEvent;
use studio_core::{
    api::{ProblemDetails, Role},
    id::ConversationId,
};

use super::find;
use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    studio::Studio,
};

/// Show the visitor for 5 seconds that somebody is typing; never stored
#[utoipa::path(
    post, path = "/conversations/{id}/typing", tag = "conversations", params(("id" = ConversationId, Path)),
    responses((status = 204), (status = 404, body = ProblemDetails))
)]
pub async fn typing(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ConversationId>,
) -> Result<StatusCode, ApiError> {
    caller.must_be(Role::Agent)?;
    let conversation = find(&studio, &caller, id).await?;
    studio.rooms.tell(id, HostEvent::Typing { who: caller.me.name });
    let found = studio.store.conversation(caller.organisation, id).await?;
    if let Some(found) = found {
        studio.show_typing(&conversation.connection, &found.thread);
    }
    Ok(StatusCode::NO_CONTENT)
}

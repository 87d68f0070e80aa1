//! `GET /conversations/{id}/messages`

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use studio_core::{
    api::{Conversation, Delivery, DeliveryState, Message, Page, ProblemDetails, Sender, TranscriptMessage},
    id::{ConversationId, OrganisationId},
};
use utoipa::IntoParams;

use super::{find, next_cursor};
use crate::{
    http::{
        ApiError,
        caller::Caller,
        extract::{Path, Query},
        v1::fits,
    },
    studio::{Connection, Studio},
};

/// Most turns of one page.
const MOST: u32 = 500;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Range {
    /// Number of the last entry that is known already
    #[serde(default)]
    after: u64,
    /// Turns to read, 1 to 500; 200 where absent
    #[param(value_type = Option<u32>)]
    limit: Option<i64>,
    /// `next_cursor` of the page before, in place of `after`
    cursor: Option<u64>,
}

impl Range {
    pub fn after(&self) -> u64 {
        self.cursor.unwrap_or(self.after)
    }

    pub fn limit(&self) -> Result<u32, ApiError> {
        fits::limit(self.limit, 200, MOST)
    }
}

/// What was said, oldest first, notes among members included
#[utoipa::path(
    get, path = "/conversations/{id}/messages", tag = "conversations",
    params(("id" = ConversationId, Path), Range),
    responses(
        (status = 200, body = Page<TranscriptMessage>),
        (status = 404, body = ProblemDetails),
        (status = 422, body = ProblemDetails, description = "`limit` does not fit"),
    )
)]
pub async fn messages(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Query(range): Query<Range>,
) -> Result<axum::Json<Page<TranscriptMessage>>, ApiError> {
    let conversation = find(&studio, &caller, id).await?;
    let page = studio.store.journal(caller.organisation, id, range.after(), range.limit()?).await?;
    let next_cursor = next_cursor(page.last, &conversation);
    let messages = page.entries.iter().filter_map(Message::of).collect();
    let items = transcript(&studio, caller.organisation, &conversation, messages).await?;
    Ok(axum::Json(Page { items, next_cursor }))
}

/// Messages of one conversation with what became of each.
pub(in crate::http::v1) async fn transcript(
    studio: &Studio,
    organisation: OrganisationId,
    conversation: &Conversation,
    messages: Vec<Message>,
) -> Result<Vec<TranscriptMessage>, ApiError> {
    let connection = studio.connection(&conversation.connection);
    // Of one that is gone, or does not run, what was noted is known.
    let pushes = connection.as_ref().map(Connection::pushes);
    let is_sent =
        |message: &Message| pushes.unwrap_or(true) && matches!(message.from, Sender::Speaker { .. });
    let sent: Vec<u64> =
        messages.iter().filter(|message| is_sent(message)).map(|message| message.sequence).collect();
    let mut departed = if sent.is_empty() {
        Default::default()
    } else {
        studio.store.departed(organisation, conversation.id, &sent).await?
    };
    // Only platforms let people change what they said.
    let is_platform = connection.as_ref().is_some_and(|connection| connection.platform().is_some());
    let said = messages.iter().filter(|message| matches!(message.from, Sender::Visitor));
    let said: Vec<&str> =
        said.filter(|_| is_platform).filter_map(|message| message.client_id.as_deref()).collect();
    let mut changes = studio.store.changes(organisation, conversation.id, &said).await?;
    let is_told = pushes.unwrap_or(!matches!(conversation.channel.as_str(), "web" | "http"));
    let unnoted = |sequence| {
        let waits = studio.deliverer.holds(conversation.id, sequence);
        let state = if waits { DeliveryState::Waiting } else { DeliveryState::Sent };
        Delivery { state, at: None, uncertain: false, losses: Vec::new(), error: None }
    };
    let told = messages.into_iter().map(|message| {
        let is_sent = is_sent(&message);
        let (delivery, correction, refused_change) = match departed.remove(&message.sequence) {
            Some(departed) => (Some(departed.delivery), departed.correction, departed.refused_change),
            None => ((is_sent && is_told).then(|| unnoted(message.sequence)), None, None),
        };
        let change = message.client_id.as_ref().and_then(|id| changes.remove(id));
        let Message { sequence, at, from, author, content, client_id, template, translated, translation } =
            message;
        TranscriptMessage {
            sequence,
            at,
            from,
            author,
            content,
            client_id,
            template,
            translated,
            translation,
            conversation: conversation.id,
            connection: conversation.connection.clone(),
            channel: conversation.channel.clone(),
            delivery,
            correction,
            refused_change,
            change,
        }
    });
    Ok(told.collect())
}

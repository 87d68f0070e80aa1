//! `GET /conversations/{id}/messages`

use std::sync::Arc;

use axum::extract::State;
use jiff::Timestamp;
use serde::Deserialize;
use studio_adapters::web;
use studio_core::{
    api::{Conversation, Delivery, DeliveryState, Message, Page, ProblemDetails, Sender, TranscriptMessage},
    id::{ConversationId, OrganisationId},
};
use studio_store::Reached;
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
/// Why the widget does not get a message.
const TOO_LARGE: &str = "it is larger than the 512 KiB that a socket of the widget carries: say it in parts; a page that fetches \
                         its messages without a socket has it";

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
    let is_said = |message: &Message| matches!(message.from, Sender::Speaker { .. });
    // The widget alone was never sent anything: what another program fetches now may have been sent to an address before.
    let may_have_left = conversation.channel != "web";
    let said = messages.iter().filter(|message| may_have_left && is_said(message));
    let sent: Vec<u64> = said.map(|message| message.sequence).collect();
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
    let pushes = connection.as_ref().map(Connection::pushes);
    let unnoted = if messages.iter().any(is_said) {
        Unnoted::of(studio, organisation, conversation, pushes).await?
    } else {
        Unnoted::Nothing
    };
    let told = messages.into_iter().map(|message| {
        let (delivery, correction, refused_change) = match departed.remove(&message.sequence) {
            Some(departed) => (Some(departed.delivery), departed.correction, departed.refused_change),
            None if is_said(&message) => (unnoted.delivery(&message), None, None),
            None => (None, None, None),
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

/// What is known of messages of which nothing is noted one by one.
enum Unnoted<'a> {
    Nothing,
    /// They are sent: what waits no more was taken at the first try.
    Sent {
        studio: &'a Studio,
        conversation: ConversationId,
    },
    /// The other end fetches them. What was said until `pushed_until` an address took, which is set no more.
    Fetched {
        by_widget: bool,
        reached: Reached,
        pushed_until: Option<Timestamp>,
    },
    /// The same of a connection that is gone, or whose settings cannot be read: whether it was fetched, what was fetched says.
    Gone {
        reached: Reached,
        pushed_until: Option<Timestamp>,
    },
}

impl<'a> Unnoted<'a> {
    async fn of(
        studio: &'a Studio,
        organisation: OrganisationId,
        conversation: &Conversation,
        pushes: Option<bool>,
    ) -> Result<Self, ApiError> {
        let is_web = conversation.channel == "web";
        if pushes.unwrap_or(!is_web && conversation.channel != "http") {
            return Ok(Self::Sent { studio, conversation: conversation.id });
        }
        let reached = studio.marks.of(&studio.store, organisation, conversation.id).await?;
        let pushed_until = if is_web {
            None
        } else {
            studio.marks.pushed_until(&studio.store, organisation, &conversation.connection).await?
        };
        Ok(if is_web || pushes.is_some() {
            Self::Fetched { by_widget: is_web, reached, pushed_until }
        } else {
            Self::Gone { reached, pushed_until }
        })
    }

    fn delivery(&self, message: &Message) -> Option<Delivery> {
        let known = |reached: Reached, pushed_until: Option<Timestamp>| {
            let is_pushed = pushed_until.is_some_and(|until| message.at <= until);
            let state = reached.state(message.sequence);
            if is_pushed { state.max(DeliveryState::Sent) } else { state }
        };
        let state = match *self {
            Self::Nothing => return None,
            Self::Sent { studio, conversation } => {
                let waits = studio.deliverer.holds(conversation, message.sequence);
                if waits { DeliveryState::Waiting } else { DeliveryState::Sent }
            }
            // Behind it more may have been told.
            Self::Fetched { by_widget: true, .. } if !web::fits_a_socket(message) => {
                let error = Some(TOO_LARGE.to_owned());
                return Some(Delivery { error, ..plain(DeliveryState::Failed) });
            }
            Self::Fetched { reached, pushed_until, .. } => known(reached, pushed_until),
            Self::Gone { reached, pushed_until } => {
                let state = known(reached, pushed_until);
                let is_known = state != DeliveryState::Waiting || reached != Reached::default();
                return is_known.then(|| plain(state));
            }
        };
        Some(plain(state))
    }
}

fn plain(state: DeliveryState) -> Delivery {
    Delivery { state, at: None, uncertain: false, losses: Vec::new(), error: None }
}

#[cfg(test)]
mod tests {
    use studio_core::{content::Content, dialogue::Speaker};

    use super::*;

    fn said(sequence: u64, words: &str) -> Message {
        Message {
            sequence,
            at: Timestamp::UNIX_EPOCH,
            from: Sender::Speaker { speaker: Speaker::Bot },
            author: None,
            content: Content::text(words),
            client_id: None,
            template: None,
            translated: false,
            translation: None,
        }
    }

    #[test]
    fn what_is_too_large_for_the_widget_is_not_sent_though_more_was_sent_behind_it() {
        let fetched = |by_widget| Unnoted::Fetched {
            by_widget,
            reached: Reached { sent: 7, ..Reached::default() },
            pushed_until: None,
        };
        let state = |by_widget, sequence, words: &str| {
            let delivery = fetched(by_widget).delivery(&said(sequence, words)).expect("it is said");
            (delivery.state, delivery.error.is_some())
        };
        let large = "word ".repeat(200_000);
        assert_eq!(state(true, 5, &large), (DeliveryState::Failed, true));
        assert_eq!(state(true, 6, "word"), (DeliveryState::Sent, false));
        assert_eq!(state(true, 8, "word"), (DeliveryState::Waiting, false));
        assert_eq!(state(false, 5, &large), (DeliveryState::Sent, false), "another program fetches it");
    }

    #[test]
    fn of_a_connection_that_is_gone_what_was_fetched_or_taken_is_known() {
        let state = |sent, pushed_until: Option<i64>, sequence| {
            let at = |second| Timestamp::from_second(second).expect("within jiff's range");
            let reached = Reached { sent, ..Reached::default() };
            let gone = Unnoted::Gone { reached, pushed_until: pushed_until.map(at) };
            gone.delivery(&said(sequence, "word")).map(|delivery| delivery.state)
        };
        assert_eq!(state(0, None, 5), None, "it may have been sent, or waits");
        assert_eq!(state(4, None, 5), Some(DeliveryState::Waiting));
        assert_eq!(state(5, None, 5), Some(DeliveryState::Sent));
        assert_eq!(state(0, Some(1), 5), Some(DeliveryState::Sent));
        assert_eq!(state(0, Some(-1), 5), None, "it was said since");
    }
}

//! Conversations: read them, take them over, speak in them.

pub mod assign;
pub mod begin;
pub mod close;
pub mod correct;
pub mod hand_back;
pub mod language;
pub mod list;
pub mod media;
pub mod messages;
pub mod note;
pub mod read;
pub(super) mod release;
pub mod reply;
pub mod take_over;
pub mod template;
pub mod timeline;
pub mod typing;

use std::{sync::Arc, time::Duration};

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
};
use sha2::{Digest as _, Sha256};
use studio_core::{
    api::{Accepted, Conversation, ProblemDetails, Role},
    dialogue::{Act, Event, Owner, Status},
    id::{ConversationId, EventKey},
};
use studio_store::ActKeyUse;
use tokio::time::{Instant, timeout_at};
use utoipa::{
    IntoParams, PartialSchema,
    openapi::path::{Parameter, ParameterBuilder, ParameterIn},
};

use crate::{
    http::{ApiError, caller::Caller},
    pipeline::ReceiveError,
    studio::{Studio, StudioHost},
};

/// What an act is answered with.
#[derive(utoipa::IntoResponses)]
pub enum Answers {
    /// it is stored, and its turn comes
    #[response(status = 202)]
    Accepted(Accepted),
    /// this needs the role agent or above
    #[response(status = 403)]
    Forbidden(ProblemDetails),
    /// there is no such conversation
    #[response(status = 404)]
    NotFound(ProblemDetails),
    /// it makes no sense now; `detail` says why
    #[response(status = 409)]
    Conflict(ProblemDetails),
    /// the `Idempotency-Key` came with another act before, or a value does not fit
    #[response(status = 422)]
    Unprocessable(ProblemDetails),
}

/// How long an act waits to be judged for turns that were taken before it; a slow one (a remote call) is not waited for.
const SETTLE: Duration = Duration::from_secs(2);

type Done = Result<(StatusCode, axum::Json<Accepted>), ApiError>;

/// The caller's own id of an act on a conversation (`Idempotency-Key`): a repeat with the same key is done once.
#[derive(Debug)]
pub struct ActKey(Option<String>);

impl IntoParams for ActKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let text = "1 to 255 characters of the caller's own, new for each act. Sent again with the same act it is \
                    acknowledged and done once; with another act it is refused with 422. Kept for 30 days";
        let key = ParameterBuilder::new()
            .name("Idempotency-Key")
            .parameter_in(ParameterIn::Header)
            .description(Some(text))
            .schema(Some(<String as PartialSchema>::schema()));
        vec![key.build()]
    }
}

impl<S: Sync> FromRequestParts<S> for ActKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.get("idempotency-key") else { return Ok(Self(None)) };
        match value.to_str() {
            Ok(key) if !key.is_empty() && key.len() <= 255 => Ok(Self(Some(key.to_owned()))),
            Ok(_) | Err(_) => {
                Err(ApiError::bad_request("`Idempotency-Key` must be 1 to 255 ASCII characters"))
            }
        }
    }
}

/// The conversation, if it is the caller's organisation's.
async fn find(studio: &Studio, caller: &Caller, id: ConversationId) -> Result<Conversation, ApiError> {
    let found = studio.store.conversation(caller.organisation, id).await?;
    found.map(|found| found.conversation).ok_or_else(|| ApiError::not_found("conversation"))
}

/// As [`find`]. Where it does not suit an act, it is looked at again after the turns that wait: who takes over and replies at
/// once is not to be told to take over first.
async fn find_settled(
    studio: &Studio,
    caller: &Caller,
    id: ConversationId,
    suits: impl Fn(&Conversation) -> bool,
) -> Result<Conversation, ApiError> {
    let deadline = Instant::now() + SETTLE;
    let backlog = studio.intake.backlog();
    loop {
        // Asked before the store is, so that no turn ends unseen between the two.
        let waiting = backlog.of(id);
        let found = find(studio, caller, id).await?;
        if suits(&found) || waiting == 0 || Instant::now() >= deadline {
            return Ok(found);
        }
        // Where nothing changed in time, it is judged as it stands then.
        let _ = timeout_at(deadline, backlog.changed(id, waiting)).await;
    }
}

/// Where the next page of a journal begins, if there is one.
fn next_cursor(last: Option<u64>, conversation: &Conversation) -> Option<String> {
    last.filter(|last| *last < conversation.sequence).map(|last| last.to_string())
}

/// Stores an act; its turn comes in the conversation's lane, after what was stored before it.
async fn act(studio: &Arc<Studio>, caller: &Caller, id: ConversationId, key: ActKey, act: Act) -> Done {
    caller.must_be(Role::Agent)?;
    let conversation =
        find_settled(studio, caller, id, |found| refusal(caller, found, &act).is_none()).await?;
    let now = studio.clock.now();
    let closed = closed(studio, caller, &conversation, &act).await?;
    let away = (act == Act::HandBack)
        .then(|| studio.registry.away(caller.organisation, &conversation.bot))
        .flatten();
    let may = || {
        let reason = refusal(caller, &conversation, &act).or(closed.as_deref()).or(away.as_deref());
        reason.map_or(Ok(()), |reason| Err(ApiError::conflict(reason)))
    };
    let native = if let Some(key) = key.0 {
        let native = format!("{id}:{}:{key}", caller.member);
        used_before(studio, caller, &native, &digest(&act)?, may).await?;
        native
    } else {
        may()?;
        studio.clock.id().to_string()
    };
    let event = Event::new(EventKey { source: "act".to_owned(), native }, now, caller.does(act));
    let accepted = Accepted { event: event.key.clone() };
    take_in(studio, caller, &conversation, event).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(accepted)))
}

/// Takes a key of the caller's for what has this digest. A repeat is not judged again: what it asks for was begun, and may be done.
async fn used_before(
    studio: &Studio,
    caller: &Caller,
    native: &str,
    digest: &str,
    may: impl FnOnce() -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    let mut used = studio.store.act_key(caller.organisation, native, digest).await?;
    if used == ActKeyUse::New {
        may()?;
        used = studio.store.take_act_key(caller.organisation, native, digest, studio.clock.now()).await?;
    }
    if used == ActKeyUse::Other {
        return Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, OTHER_ACT));
    }
    Ok(())
}

async fn take_in(
    studio: &Studio,
    caller: &Caller,
    conversation: &Conversation,
    event: Event,
) -> Result<(), ApiError> {
    studio.receive_for(caller.organisation, conversation, event).await?;
    Ok(())
}

impl From<ReceiveError> for ApiError {
    fn from(error: ReceiveError) -> Self {
        match error {
            ReceiveError::Busy { retry_after } => Self::busy(retry_after),
            ReceiveError::Conflict => Self::conflict(error.to_string()),
            ReceiveError::Stopping => Self::busy(5),
            ReceiveError::Store(_) => Self::internal(&error),
        }
    }
}

const OTHER_ACT: &str = "this `Idempotency-Key` came with another request before: \
    send a new key with each new request, and the same only to repeat one";

fn digest(act: &impl serde::Serialize) -> Result<String, ApiError> {
    let text = serde_json::to_vec(act).map_err(|error| ApiError::internal(&error))?;
    Ok(hex::encode(Sha256::digest(text)))
}

/// Why the platform takes no words of our own now.
async fn closed(
    studio: &Arc<Studio>,
    caller: &Caller,
    conversation: &Conversation,
    act: &Act,
) -> Result<Option<String>, ApiError> {
    let Act::Reply { .. } = act else { return Ok(None) };
    let connection = studio.connection(&conversation.connection);
    let Some(platform) = connection.as_ref().and_then(|connection| connection.platform()) else {
        return Ok(None);
    };
    let found = studio.store.conversation(caller.organisation, conversation.id).await?;
    let said_at = found.and_then(|found| found.state.said_at);
    let why = platform.closed(&StudioHost(Arc::clone(studio)), said_at);
    Ok(why.map(|why| format!("{why} (POST …/templates)")))
}

/// Why an act makes no sense now. The lane looks again: between here and there somebody else may have acted.
fn refusal(caller: &Caller, conversation: &Conversation, act: &Act) -> Option<&'static str> {
    let mine = match &conversation.owner {
        Owner::Member { member, .. } => *member == caller.member,
        Owner::Bot | Owner::Team { .. } => false,
    };
    let held = matches!(conversation.owner, Owner::Member { .. });
    match act {
        Act::Reply { .. } | Act::Template { .. } if !mine => {
            Some("take the conversation over first (POST …/take-over)")
        }
        Act::HandBack if conversation.owner == Owner::Bot => Some("the bot has the conversation already"),
        Act::HandBack | Act::Correct { .. } if held && !mine => {
            Some("another member has the conversation: take it over first")
        }
        Act::TakeOver if mine => Some("you have the conversation already"),
        Act::Close if conversation.status == Status::Closed => Some("the conversation is closed already"),
        Act::Close if held && !mine && !caller.overrules() => {
            Some("another member has the conversation: take it over first, or ask an admin to close it")
        }
        Act::Reply { .. }
        | Act::Template { .. }
        | Act::HandBack
        | Act::TakeOver
        | Act::Close
        | Act::Correct { .. }
        | Act::Note { .. }
        | Act::Speak { .. }
        | Act::Assign { .. }
        | Act::Release { .. } => None,
    }
}

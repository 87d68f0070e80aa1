//! `POST /webhooks/{connection}`: verify, store, acknowledge; wait for the reply if asked to.

use std::time::Duration;

use axum::{
    Json,
    body::Body,
    extract::Query,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{AppendHeaders, IntoResponse as _, Response},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use studio_core::{
    api::{DeliveryState, Sender},
    dialogue::{self, Owner},
    id::ConversationId,
};
use tokio::{
    select,
    sync::broadcast::{Receiver, error::RecvError},
    time::{Instant, timeout_at},
};

use super::{
    config::Connection,
    inbound::{Misread, Posted, incoming},
    life::Shared,
    outbound::Reply,
    sign::verify,
};
use crate::{
    host::{Host, HostError, HostEvent, Novelty, UnderWay, told_goodbye},
    problem::Problem,
    web::{OwnerFace, owner_face},
};

const LARGEST_BODY: usize = 1 << 20;
/// In seconds.
const LONGEST_WAIT: u64 = 30;
/// How far back the reply to a repeated message is looked for.
const LOOK_BACK: u64 = 200;
const MOST_MESSAGES: usize = 200;
/// Says why an answer that was to be waited for was not.
const NOT_WAITED: (&str, &str) = ("studio-wait", "full");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Options {
    /// Seconds to wait for the reply.
    #[serde(default)]
    wait: u64,
}

/// Stored; with `messages` if the reply came in time.
#[derive(Serialize)]
struct Stored {
    conversation: String,
    conversation_id: ConversationId,
    event: String,
    repeat: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<Vec<Reply>>,
    /// The bot is still at it: a remote service was asked, or a `wait` step has not ended.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    more: bool,
    /// Who has the conversation after the event's turn, where that was waited for and is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<OwnerFace>,
}

/// A POST to a connection's webhook.
pub async fn receive<H: Host>(
    shared: &Shared<H>,
    name: &str,
    uri: &Uri,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let host = &shared.host;
    let connection = host.http(name).ok_or_else(|| Problem::no_connection(name, "http"))?;
    let Ok(Query(options)) = Query::<Options>::try_from_uri(uri) else {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "the query may hold wait, in seconds: ?wait=5"));
    };
    let (id, posted) = read(host, &connection, headers, body).await?;
    let thread = posted.conversation.clone();
    let fingerprint = posted.fingerprint(&host.token_key());
    let events = incoming(name, id, fingerprint, posted).map_err(misfit)?;

    let conversation = host.conversation(name, &thread);
    // Where nothing was said there is nothing to forget: no conversation begins with it.
    let is_needless = events.iter().any(|event| matches!(event.body, dialogue::Body::Forget))
        && !host.has_begun(conversation).await?;
    // Both before the message is stored: whatever comes after it cannot be missed.
    let waits = options.wait > 0 && !is_needless;
    let place = if waits { shared.waiting.try_acquire().ok() } else { None };
    let is_full = waits && place.is_none();
    let awaited = match place {
        Some(place) => {
            Some((place, host.subscribe(conversation), host.standing(conversation).await?.sequence))
        }
        None => None,
    };

    let mut stored = Stored {
        conversation: thread,
        conversation_id: conversation,
        event: String::new(),
        repeat: false,
        messages: None,
        more: false,
        owner: None,
    };
    for event in events {
        stored.event.clone_from(&event.native);
        if !is_needless {
            stored.repeat = host.accept(event).await?.novelty == Novelty::Repeat;
        }
    }
    if let Some((_place, live, before)) = awaited {
        let from = if stored.repeat { before.saturating_sub(LOOK_BACK) } else { before };
        let most = Duration::from_secs(options.wait.min(LONGEST_WAIT));
        let event = Awaited { connection: name, native: &stored.event, from };
        let answer = wait(host, live, conversation, event, most).await?;
        stored.more = answer.under_way != UnderWay::Nothing;
        stored.owner = answer.owner.as_ref().map(owner_face);
        if connection.is_fetched()
            && let Some(last) = answer.replies.last()
        {
            host.reached(conversation, DeliveryState::Sent, last.sequence);
        }
        stored.messages = Some(answer.replies).filter(|replies| !replies.is_empty());
    }
    let status = if stored.messages.is_some() { StatusCode::OK } else { StatusCode::ACCEPTED };
    // The sender knows its id without the conversation before it.
    if let Some((_, id)) = stored.event.rsplit_once(':') {
        stored.event = id.to_owned();
    }
    let why = is_full.then_some([NOT_WAITED]);
    Ok((status, why.map(AppendHeaders), Json(stored)).into_response())
}

/// What was posted by a sender who proved itself, and the webhook's id of it.
async fn read<'h, H: Host>(
    host: &H,
    connection: &Connection,
    headers: &'h HeaderMap,
    body: Body,
) -> Result<(&'h str, Posted), Problem> {
    if !is_json(headers) {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "send JSON with the header content-type: application/json",
        ));
    }
    let body = axum::body::to_bytes(body, LARGEST_BODY).await.map_err(|_| {
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "a body may have 1 MiB; send files as addresses")
    })?;
    let id = verify(&connection.secrets, headers, &body, host.now())
        .map_err(|error| Problem::new(StatusCode::UNAUTHORIZED, error.to_string()))?;
    Ok((id, Posted::read(&body).map_err(misread)?))
}

fn misread(why: Misread) -> Problem {
    match why {
        Misread::NoJson(_) => Problem::new(StatusCode::BAD_REQUEST, why.to_string()),
        Misread::Unfit(why) => misfit(why),
    }
}

fn misfit(why: String) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, why)
}

#[derive(Clone, Copy)]
struct Awaited<'a> {
    connection: &'a str,
    native: &'a str,
    /// What was said up to here is no answer to it.
    from: u64,
}

/// What has been said in answer to an event so far.
#[derive(Default)]
struct Answer {
    replies: Vec<Reply>,
    /// What more of it is to come from.
    under_way: UnderWay,
    /// Something else was sent since: what is said from now on answers that.
    is_passed: bool,
    /// Who has the conversation; `None` before the event's turn.
    owner: Option<Owner>,
}

impl Answer {
    fn is_whole(&self, until: Timestamp) -> bool {
        let goes_on = match self.under_way {
            UnderWay::Nothing => false,
            UnderWay::Call => true,
            UnderWay::Pause { until: end } => end <= until,
        };
        let may_come = match self.owner {
            None => true,
            // It has said in its turn what it had to say.
            Some(Owner::Bot) => false,
            Some(Owner::Team { .. } | Owner::Member { .. }) => self.replies.is_empty() && !self.is_passed,
        };
        !goes_on && !may_come
    }
}

/// The answer to an event, once the bot has done what it is at because of it; at the latest what there is after this time.
async fn wait<H: Host>(
    host: &H,
    mut live: Receiver<HostEvent>,
    conversation: ConversationId,
    event: Awaited<'_>,
    most: Duration,
) -> Result<Answer, HostError> {
    let deadline = Instant::now() + most;
    let until = host.now() + most;
    let mut goodbye = host.goodbye();
    loop {
        let answer = answer_to(host, conversation, event).await?;
        if answer.is_whole(until) {
            return Ok(answer);
        }
        loop {
            let heard = select! {
                heard = timeout_at(deadline, live.recv()) => heard,
                () = told_goodbye(&mut goodbye) => return Ok(answer),
            };
            match heard {
                Ok(
                    Ok(HostEvent::Message(_) | HostEvent::LargeMessage | HostEvent::Silent)
                    | Err(RecvError::Lagged(_)),
                ) => break,
                Ok(Ok(HostEvent::Typing { .. } | HostEvent::OwnerChanged(_) | HostEvent::Erased)) => {}
                Err(_) | Ok(Err(RecvError::Closed)) => return Ok(answer),
            }
        }
    }
}

/// What the studio said from the turn of this event on and before that of the next one that was sent. A turn is committed as a
/// whole, so all of it is there; what is said to others' events, or was said before, is not an answer to this one.
async fn answer_to<H: Host>(
    host: &H,
    conversation: ConversationId,
    event: Awaited<'_>,
) -> Result<Answer, HostError> {
    // Before the messages: all that was said by the turns that it knows of is among them.
    let standing = host.standing(conversation).await?;
    let messages = host.messages(conversation, event.from, MOST_MESSAGES).await?;
    // The turns last: each of these messages is of one that is among them by then.
    let turns = host.turns(event.connection, conversation, event.from).await?;
    let Some(own) = turns.iter().position(|(native, _)| native == event.native) else {
        return Ok(Answer::default());
    };
    let first = turns[own].1;
    // Its turn was committed after that was read, and is told of.
    if first > standing.sequence {
        return Ok(Answer::default());
    }
    let next = turns.get(own + 1).map(|(_, first)| *first);
    let replies = messages
        .iter()
        .filter(|message| (first..next.unwrap_or(u64::MAX)).contains(&message.sequence))
        .filter(|message| matches!(message.from, Sender::Speaker { .. }))
        .filter_map(Reply::of)
        .collect();
    // What is under way after the next one was sent is told as an answer to that.
    let under_way = if next.is_none() { standing.under_way } else { UnderWay::Nothing };
    Ok(Answer { replies, under_way, is_passed: next.is_some(), owner: Some(standing.owner) })
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

//! How is a press, command or form acknowledged in time? Stored first, then acknowledged, within 3 seconds; nothing
//! is thought about in between. What was told of the channel before is stored before; where that takes too long, the
//! person sees that the press failed.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use serenity::model::{id::ChannelId, user::User};
use studio_core::{
    content::{Content, Form},
    dialogue::Body,
};
use tokio::time::{Instant as Deadline, sleep_until, timeout_at};
use tokio_util::sync::CancellationToken;

use super::{
    inbound::told_as,
    interaction::{Asked, Event, MODAL, PONG, THINKING},
    kinds,
    lanes::Turn,
    life::Account,
    modal,
    places::Place,
    rest::{Payload, Refusal, Route},
    value,
};
use crate::{
    host::{AcceptError, Host, HostError, Incoming, Novelty},
    misread::{self, KEPT},
};

/// Between two tries to store an interaction, or to acknowledge it.
const PAUSE: Duration = Duration::from_millis(100);

/// What is answered to an interaction.
pub enum Response {
    Say(Value),
    /// Nothing: it is not ours, or cannot be read.
    Silence,
}

/// Takes an interaction while there is time to answer it.
pub async fn take_in_time<H: Host>(
    account: &Account,
    host: &H,
    data: &Value,
) -> Result<Response, AcceptError> {
    take_until(account, host, data, &Turn::alone(), Deadline::now() + account.time_to_store).await
}

async fn take_until<H: Host>(
    account: &Account,
    host: &H,
    data: &Value,
    turn: &Turn,
    until: Deadline,
) -> Result<Response, AcceptError> {
    timeout_at(until, take(account, host, data, turn)).await.unwrap_or_else(|_| {
        // Should it be stored after all, the answer is a message of its own.
        if let (true, Some(channel), Some(id)) =
            (turn.has_come(), data["channel_id"].as_str(), data["id"].as_str())
        {
            account.deferred.forget(channel, id);
        }
        let time = account.time_to_store.as_secs();
        Err(AcceptError::Store(format!("an interaction was not stored within {time} s")))
    })
}

/// Stores what an interaction says, and tells what is to be answered. Nothing may be answered where that fails.
pub(super) async fn take<H: Host>(
    account: &Account,
    host: &H,
    data: &Value,
    turn: &Turn,
) -> Result<Response, AcceptError> {
    let asked = match account.reader().interaction(data) {
        Ok(asked) => asked,
        Err(error) => {
            keep_unread(account, host, data, &error).await?;
            account.count(|counts| counts.unread += 1);
            account.failed(host, format!("{error}; {KEPT}"));
            return Ok(Response::Silence);
        }
    };
    match asked {
        Asked::Ping => Ok(Response::Say(json!({ "type": PONG }))),
        Asked::ToWrite(form) => Ok(Response::Say(json!({ "type": MODAL, "data": form }))),
        Asked::Form { id, words } => match form(account, host, &words.incoming.thread, &id).await? {
            Some(form) => Ok(Response::Say(json!({ "type": MODAL, "data": modal::render(&form) }))),
            None => take_event(account, host, *words, data, turn).await,
        },
        Asked::Nothing => {
            ignore(account, data);
            Ok(Response::Silence)
        }
        Asked::Event(event) => take_event(account, host, *event, data, turn).await,
    }
}

/// In its turn among what was told of its channel.
async fn take_event<H: Host>(
    account: &Account,
    host: &H,
    event: Event,
    data: &Value,
    turn: &Turn,
) -> Result<Response, AcceptError> {
    turn.comes().await;
    account.heard(host);
    let response = event.response;
    let is_stored = store(account, host, event, data).await?;
    // Where it never will be, its maker sees that it failed.
    Ok(if is_stored { Response::Say(json!({ "type": response })) } else { Response::Silence })
}

/// The form of this id that was offered in a thread, if it still is.
async fn form<H: Host>(
    account: &Account,
    host: &H,
    thread: &str,
    id: &str,
) -> Result<Option<Form>, AcceptError> {
    let conversation = host.conversation(account.name(), thread);
    let found = value::find_form(host, conversation, id).await;
    let form = found.map_err(|HostError(why)| AcceptError::Store(why))?;
    Ok(form.and_then(|form| form.on("discord")))
}

fn ignore(account: &Account, data: &Value) {
    let kind = kinds::interaction(data["type"].as_u64());
    account.count(|counts| counts.ignore(kind));
}

/// Whether it is stored; `false` where it never will be.
async fn store<H: Host>(account: &Account, host: &H, event: Event, raw: &Value) -> Result<bool, AcceptError> {
    let Event { mut incoming, token, response, reply } = event;
    let store_failed = |HostError(why)| AcceptError::Store(why);
    if let Some(token) = token {
        let conversation = host.conversation(&incoming.connection, &incoming.thread);
        let found = value::find(host, conversation, &token).await.map_err(store_failed)?;
        incoming.body = meant(incoming.body, found);
    }
    if meet(account, &incoming, raw) {
        account.places.remember(host, account.name()).await.map_err(store_failed)?;
    }
    // Before it is stored: the reply may be faster than the acknowledgement, and what is stored has its place.
    let (thread, interaction) = (incoming.thread.clone(), reply.interaction.clone());
    account.deferred.recall(host, account.name()).await.map_err(store_failed)?;
    let is_put = account.deferred.put(&thread, reply, response == THINKING, host.now());
    let accepted = match account.deferred.keep(host, account.name(), &thread).await {
        Ok(()) => host.accept(incoming).await,
        Err(error) => Err(store_failed(error)),
    };
    let is_new = accepted.as_ref().is_ok_and(|acceptance| acceptance.novelty == Novelty::New);
    if is_put && !is_new {
        // Of one that is told again whatever it waited for is over.
        account.deferred.forget(&thread, &interaction);
    }
    match accepted {
        Ok(_) => {
            account.count(|counts| counts.received += 1);
            if is_new {
                introduce(account, raw);
            }
            Ok(true)
        }
        Err(error @ (AcceptError::Conflict | AcceptError::Refused(_))) => {
            let error = format!("an interaction was not stored: {error}");
            keep_unread(account, host, raw, &error).await?;
            account.count(|counts| counts.refused += 1);
            account.failed(host, error);
            Ok(false)
        }
        Err(error @ (AcceptError::Busy { .. } | AcceptError::Store(_))) => Err(error),
    }
}

/// Has told who it is where one person talks with the bot alone, and else how the channel of the server is called. The
/// acknowledgement does not wait for it.
fn introduce(account: &Account, raw: &Value) {
    let number = |told: &Value| told.as_str()?.parse::<u64>().ok().filter(|id| *id > 0);
    let Some(channel) = number(&raw["channel_id"]) else { return };
    let Some(server) = number(&raw["guild_id"]) else {
        if is_direct(raw)
            && let Ok(user) = misread::field::<User>(raw, "user")
        {
            account.names.introduce(account.reader().person(ChannelId::new(channel), &user));
        }
        return;
    };
    account.names.channel(&raw["channel"]);
    account.names.announce(server, channel, raw["id"].as_str().unwrap_or_default());
}

/// Of what is no server's, 2 is a channel of people among themselves.
fn is_direct(raw: &Value) -> bool {
    raw["guild_id"].is_null() && raw["context"].as_u64() != Some(2)
}

/// Who presses may never have written: a channel that is theirs and the bot's alone is known from now on. `true` where it
/// was not before.
fn meet(account: &Account, incoming: &Incoming, raw: &Value) -> bool {
    let number = |text: &str| text.parse::<u64>().ok();
    let known = (number(&incoming.thread), raw["id"].as_str().and_then(number), number(&incoming.external));
    match known {
        (Some(channel), Some(message), Some(person)) if is_direct(raw) => {
            account.places.meet(channel, Place { message, person, guild: 0, unread: false })
        }
        _ => false,
    }
}

/// Keeps what is not run for a later look.
async fn keep_unread<H: Host>(
    account: &Account,
    host: &H,
    data: &Value,
    error: &str,
) -> Result<(), AcceptError> {
    let kept = host.keep_unread(account.name(), data.to_string().into(), error).await;
    kept.map_err(|HostError(why)| AcceptError::Store(why))
}

/// The press with the value that was found; where the offer was forgotten, the words on the button are what was said.
pub(super) fn meant(body: Body, found: Option<String>) -> Body {
    match (body, found) {
        (Body::Press { title, .. }, Some(value)) => Body::Press { value, title },
        (Body::Press { title, .. }, None) => told_as(Content::text(title)),
        (other, _) => other,
    }
}

/// An interaction that came by the gateway is answered by a request.
pub(super) async fn from_gateway<H: Host>(
    account: &Account,
    host: &H,
    stop: &CancellationToken,
    data: Value,
    turn: Turn,
) {
    let until = Deadline::now() + account.time_to_store;
    let response = loop {
        let error = match take_until(account, host, &data, &turn, until).await {
            Ok(Response::Say(response)) => break response,
            Ok(Response::Silence) => return,
            Err(error) => error,
        };
        let again = Deadline::now() + PAUSE;
        if again > until || stop.is_cancelled() {
            // The person sees that it failed, and presses again.
            return account.failed(host, format!("an interaction was not acknowledged: {error}"));
        }
        sleep_until(again).await;
    };
    // What came behind it need not wait for the acknowledgement.
    drop(turn);
    acknowledge(account, host, &data, &response, until).await;
}

/// Tells Discord the answer to an interaction, again where nobody knows whether it was heard.
async fn acknowledge<H: Host>(account: &Account, host: &H, data: &Value, response: &Value, until: Deadline) {
    let (Some(id), Some(token)) = (data["id"].as_str(), data["token"].as_str()) else { return };
    let path = format!("interactions/{id}/{token}/callback");
    let route = Route::new(Method::POST, "callback", token, path).of_interaction();
    let error = loop {
        let error = match account.rest.call(&route, Payload::Json(response.clone())).await {
            // Acknowledged before: the event was told twice, or the answer was lost.
            Ok(_) | Err(Refusal::Refused { code: 40_060, .. }) => return,
            Err(error) => error,
        };
        let again = Deadline::now() + PAUSE;
        if again > until || !matches!(error, Refusal::Failed(_)) {
            break error;
        }
        sleep_until(again).await;
    };
    // Where it may have been heard, "thinking" may be shown.
    let is_shown = matches!(error, Refusal::Failed(_));
    if let (false, Some(channel)) = (is_shown, data["channel_id"].as_str()) {
        account.deferred.replaced(channel, id);
    }
    account.failed(host, format!("an interaction was stored and not acknowledged: {}", error.advised()));
}

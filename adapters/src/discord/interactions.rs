//! How is a press, command or form acknowledged in time? Stored first, then acknowledged, within 3 seconds; nothing
//! is thought about in between.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use studio_core::{content::Content, dialogue::Body};
use tokio::time::{Instant as Deadline, sleep_until};
use tokio_util::sync::CancellationToken;

use super::{
    inbound::told_as,
    interaction::{Asked, Event, MODAL, PONG, THINKING},
    life::Account,
    rest::{Payload, Refusal, Route},
    storing::keep_unread,
    value,
};
use crate::host::{AcceptError, Host, HostError};

/// Discord gives up after 3 seconds; the acknowledgement needs some of them.
const TIME_TO_STORE: Duration = Duration::from_secs(2);

/// What is answered to an interaction.
pub enum Response {
    Say(Value),
    /// Nothing: it is not ours, or cannot be read.
    Silence,
}

/// Stores what an interaction says, and tells what is to be answered. Nothing may be answered where that fails.
pub async fn take<H: Host>(account: &Account, host: &H, data: &Value) -> Result<Response, AcceptError> {
    let asked = match account.reader().interaction(data, &account.config.answer_label) {
        Ok(asked) => asked,
        Err(error) => {
            keep_unread(account, host, data, error).await;
            return Ok(Response::Silence);
        }
    };
    match asked {
        Asked::Ping => Ok(Response::Say(json!({ "type": PONG }))),
        Asked::Form(form) => Ok(Response::Say(json!({ "type": MODAL, "data": form }))),
        Asked::Nothing => Ok(Response::Silence),
        Asked::Event(event) => {
            account.heard(host);
            let response = event.response;
            store(account, host, *event).await?;
            Ok(Response::Say(json!({ "type": response })))
        }
    }
}

async fn store<H: Host>(account: &Account, host: &H, event: Event) -> Result<(), AcceptError> {
    let Event { mut incoming, token, response, reply } = event;
    if let Some(token) = token {
        let conversation = host.conversation(&incoming.connection, &incoming.thread);
        let store_failed = |HostError(why)| AcceptError::Store(why);
        let found = value::find(host, conversation, &token).await.map_err(store_failed)?;
        incoming.body = meant(incoming.body, found);
    }
    // Before it is stored: the reply may be faster than the acknowledgement.
    let (thread, interaction) = (incoming.thread.clone(), reply.interaction.clone());
    account.deferred.put(&thread, reply, response == THINKING, Instant::now());
    match host.accept(incoming).await {
        Ok(_) => Ok(()),
        Err(error @ (AcceptError::Conflict | AcceptError::Refused(_))) => {
            account.failed(host, format!("an interaction was not taken: {error}"));
            Ok(())
        }
        Err(error @ (AcceptError::Busy { .. } | AcceptError::Store(_))) => {
            account.deferred.replaced(&thread, &interaction);
            Err(error)
        }
    }
}

/// The press with the value that was found; where the offer was forgotten, the words on the button are what was said.
fn meant(body: Body, found: Option<String>) -> Body {
    match (body, found) {
        (Body::Press { title, .. }, Some(value)) => Body::Press { value, title },
        (Body::Press { title, .. }, None) => told_as(Content::text(title)),
        (other, _) => other,
    }
}

/// An interaction that came by the gateway is answered by a request.
pub async fn from_gateway<H: Host>(account: &Account, host: &H, stop: &CancellationToken, data: Value) {
    let until = Deadline::now() + TIME_TO_STORE;
    let response = loop {
        let error = match take(account, host, &data).await {
            Ok(Response::Say(response)) => break response,
            Ok(Response::Silence) => return,
            Err(error) => error,
        };
        let again = Deadline::now() + Duration::from_millis(100);
        if again > until || stop.is_cancelled() {
            // The person sees that it failed, and presses again.
            return account.failed(host, format!("an interaction was not acknowledged: {error}"));
        }
        sleep_until(again).await;
    };
    let (Some(id), Some(token)) = (data["id"].as_str(), data["token"].as_str()) else { return };
    let path = format!("interactions/{id}/{token}/callback");
    let route = Route::new(Method::POST, "callback", token, path).of_interaction();
    match account.rest.call(&route, Payload::Json(response)).await {
        // Acknowledged before: the event was told twice.
        Ok(_) | Err(Refusal::Refused { code: 40_060, .. }) => {}
        Err(error) => {
            if let Some(channel) = data["channel_id"].as_str() {
                account.deferred.replaced(channel, id);
            }
            account.failed(host, format!("an interaction was stored and not acknowledged: {error}"));
        }
    }
}

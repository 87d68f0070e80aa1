//! How is a remote service called, and how does its answer come back? By the inbox, whatever it is.

use std::sync::Arc;

use jiff::SignedDuration;
use studio_core::{
    dialogue::{Body, CallOutcome, CallRequest, Event, RemoteAnswer},
    id::EventKey,
    policy::{delivery::call_key, nesting},
};
use studio_store::{Arrival, OutboxRow, StoreError};

use super::{deliver::Delivery, recover};
use crate::{breakpoint, egress::EgressRequest, pipeline::ReceiveError, studio::Studio};

/// Before what the store did not take is offered to it again: an answer, or the note of a change.
pub(super) const AGAIN: SignedDuration = SignedDuration::from_secs(2);

/// Calls the service, unless its `answer` is there from a try before, and puts the answer into the inbox. An answer that is
/// not taken is kept for the next try, so that the service does not do its work twice because the studio is busy.
pub(super) async fn send(
    studio: &Arc<Studio>,
    row: &OutboxRow,
    call: &CallRequest,
    answer: &mut Option<Event>,
) -> Delivery {
    let event = match answer {
        Some(event) => event.clone(),
        None => answer.insert(ask(studio, row, call).await).clone(),
    };
    if let Err(error) = breakpoint::busy("answered") {
        return not_taken(&error);
    }
    match studio.intake.receive(row.key.inbox.organisation, arrival(row, event)).await {
        Ok(_) => Delivery::nothing(),
        Err(error @ ReceiveError::Conflict) => Delivery::dead(&error),
        Err(error @ (ReceiveError::Busy { .. } | ReceiveError::Stopping | ReceiveError::Store(_))) => {
            not_taken(&error)
        }
    }
}

fn not_taken(error: &impl ToString) -> Delivery {
    Delivery::Retry {
        after: Some(AGAIN),
        error: error.to_string(),
        parts: Vec::new(),
        whole_connection: false,
    }
}

/// Buries a call, and tells its conversation as of any that failed, so that the flow goes on by its error branch.
pub(super) async fn give_up(
    studio: &Studio,
    row: &OutboxRow,
    call: &CallRequest,
    error: &str,
) -> Result<(), StoreError> {
    let now = studio.clock.now();
    let body = Body::Answer { call: call.call, outcome: CallOutcome::Failed(error.to_owned()) };
    let outcome = arrival(row, Event::new(key(row, call), now, body));
    let told = studio.store.bury_call(row, error, now, outcome).await;
    if matches!(told, Err(StoreError::Unknown(_))) {
        // Its conversation may be told, and no lane knows.
        recover::look_again(&studio.store, |row| studio.intake.resume(row)).await;
    }
    told.map(|told| told.into_iter().for_each(|event| studio.intake.resume(event)))
}

/// The same for each outcome, so that a call has one.
fn key(row: &OutboxRow, call: &CallRequest) -> EventKey {
    EventKey { source: "answer".to_owned(), native: call_key(&row.conversation, call.call) }
}

fn arrival(row: &OutboxRow, event: Event) -> Arrival {
    Arrival {
        conversation: row.conversation,
        connection: row.connection.clone(),
        channel: row.channel.clone(),
        thread: row.thread.clone(),
        external: None,
        event,
        fingerprint: None,
        attachments: Vec::new(),
    }
}

async fn ask(studio: &Studio, row: &OutboxRow, call: &CallRequest) -> Event {
    breakpoint::poison(&call.url);
    let mut request = EgressRequest::from(call);
    // A call may be repeated after a crash; a service that knows this header does its work once.
    let key = key(row, call);
    if !request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("idempotency-key")) {
        request.headers.push(("idempotency-key".to_owned(), key.native.clone()));
    }
    let outcome = match studio.egress.send(request).await {
        Ok(answer) => CallOutcome::Answered(RemoteAnswer::from(answer)),
        Err(error) => {
            tracing::warn!(connection = row.connection, %error, "delivery.call.failed");
            CallOutcome::Failed(error.to_string())
        }
    };
    let mut body = Body::Answer { call: call.call, outcome };
    if let Some(why) = nesting::refusal(&body) {
        tracing::warn!(connection = row.connection, error = why, "delivery.call.failed");
        body = Body::Answer { call: call.call, outcome: CallOutcome::Failed(why) };
    }
    Event::new(key, studio.clock.now(), body)
}

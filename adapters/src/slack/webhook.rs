//! What is done with a POST of Slack? Verify the raw bytes, store, acknowledge.

use axum::{
    Json,
    body::Bytes,
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse as _, Response},
};
use serde_json::json;
use tokio::time::Instant;

use super::{life::Account, payload::Payload, receive::Receipt, sign::verify};
use crate::{
    host::Host,
    problem::Problem,
    webhooks::{TWIN, other_method},
};

/// The number of Slack's last try of an event (docs.slack.dev, "Events API", retries).
const LAST_TRY: u32 = 3;

const PAUSED: &str = "it came while the connection was paused: read it anew once the connection goes on";

impl Account {
    /// Something came to `/webhooks/<name>`: an event, a press, a form or a slash command.
    pub async fn webhook<H: Host>(
        &self,
        host: &H,
        method: &Method,
        _query: Option<&str>,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Response {
        let arrived = Instant::now();
        if method != Method::POST {
            return other_method("POST");
        }
        let Some(secret) = &self.signing_secret else {
            let detail = "this connection listens by Socket Mode alone; set its signing_secret to take POSTs";
            return Problem::new(StatusCode::FORBIDDEN, detail).into_response();
        };
        match verify(secret, headers, &body, host.now()) {
            Ok(at) => {
                self.skew(host, at);
                let mut notes = self.notes();
                notes.last_call = Some(host.now());
                notes.unbelieved.passed("call");
            }
            Err(error) => {
                self.count(|counts| counts.refused += 1);
                self.note_stranger(&format!("a POST was not believed: {error}"));
                return Problem::new(StatusCode::UNAUTHORIZED, error.to_string()).into_response();
            }
        }
        if headers.contains_key("x-slack-retry-num") || self.was_silent(host) {
            // Slack did not reach us, or had no answer in time: so it may have been with others.
            self.missed(host);
        }
        let payload = Payload::read(&body);
        let is_in_history = payload.as_ref().is_ok_and(Payload::is_in_history);
        if host.is_broken(self.name()) && !payload.as_ref().is_ok_and(Payload::is_test) {
            self.warn(host, TWIN.to_owned());
            return answer(self.put_aside(host, &body, TWIN, is_in_history).await);
        }
        let receipt = match self.receive(host, payload, &body).await {
            Receipt::Open(opening) => {
                self.open_form(host, opening, arrived).await;
                Receipt::Stored
            }
            Receipt::Busy(_) if host.is_paused(self.name()) => {
                self.put_aside(host, &body, PAUSED, is_in_history).await
            }
            Receipt::Busy(_) if is_last_try(headers) => self.at_last(host, &body, is_in_history).await,
            other => other,
        };
        answer(receipt)
    }
}

fn is_last_try(headers: &HeaderMap) -> bool {
    let number =
        headers.get("x-slack-retry-num").and_then(|number| number.to_str().ok()?.parse::<u32>().ok());
    number.is_some_and(|number| number >= LAST_TRY)
}

fn answer(receipt: Receipt) -> Response {
    match receipt {
        // An empty answer: a command or a press shows nothing of its own, a form closes.
        Receipt::Stored | Receipt::Open(_) => StatusCode::OK.into_response(),
        Receipt::Challenge(challenge) => Json(json!({ "challenge": challenge })).into_response(),
        Receipt::Busy(after) => Problem {
            status: StatusCode::SERVICE_UNAVAILABLE,
            detail: "too much is waiting; send the same again".to_owned(),
            retry_after: Some(after),
        }
        .into_response(),
    }
}

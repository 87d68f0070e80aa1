//! `POST /webhooks/<name>`: interactions where there is no gateway. Verify, store, answer.

use axum::{
    Json,
    body::Bytes,
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse as _, Response},
};
use serde_json::Value;

use super::{
    config::WayIn,
    interactions::{self, Response as Said},
    life::Account,
    sign::SignatureError,
};
use crate::{host::Host, problem::Problem};

impl Account {
    /// Answers a request to this connection's address.
    pub async fn webhook<H: Host>(
        &self,
        host: &H,
        method: &Method,
        _query: Option<&str>,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Response {
        match self.receive(host, method, headers, body).await {
            Ok(response) => response,
            Err(problem) => problem.into_response(),
        }
    }

    async fn receive<H: Host>(
        &self,
        host: &H,
        method: &Method,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Response, Problem> {
        if method != Method::POST {
            return Err(Problem::new(StatusCode::METHOD_NOT_ALLOWED, "Discord sends POSTs to this address"));
        }
        let Some(key) = self.public_key() else {
            let detail = "nobody can be believed before public_key is set or Discord has told it";
            return Err(Problem::new(StatusCode::UNAUTHORIZED, detail));
        };
        key.verify(headers, &body, host.now()).map_err(|error| {
            self.count(|counts| counts.refused += 1);
            match self.config.way_in {
                WayIn::Interactions => self.disbelieve(host, &error),
                // Discord was given no address to call: a stranger does.
                WayIn::Gateway => {}
            }
            Problem::new(StatusCode::UNAUTHORIZED, error.to_string())
        })?;
        self.update(|standing| {
            standing.believe(host.now());
            match self.config.way_in {
                WayIn::Interactions => standing.listening = Some(true),
                // Whether it listens its socket says.
                WayIn::Gateway => {}
            }
        });
        let data: Value = match serde_json::from_slice(&body) {
            Ok(data) => data,
            Err(error) => {
                let error = format!("a signed interaction is not JSON: {error}");
                host.keep_unread(self.name(), body, &error).await?;
                self.count(|counts| counts.unread += 1);
                self.failed(host, error);
                return Ok(StatusCode::ACCEPTED.into_response());
            }
        };
        match interactions::take_in_time(self, host, &data).await? {
            Said::Say(response) => Ok(Json(response).into_response()),
            Said::Silence => Ok(StatusCode::ACCEPTED.into_response()),
        }
    }

    /// Discord's own calls with a wrong signature come between right ones: only several in a row are told.
    fn disbelieve<H: Host>(&self, host: &H, error: &SignatureError) {
        let why = format!("calls of the webhook are not believed: {error}");
        self.update(|standing| standing.disbelieve(&why));
        if self.standing().unbelieved.reason().is_some() {
            self.failed(host, why);
        }
    }
}

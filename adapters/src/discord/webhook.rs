//! `POST /webhooks/<name>`: interactions where there is no gateway. Verify, store, answer.

use axum::{
    Json,
    body::Bytes,
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse as _, Response},
};

use super::{
    config::WayIn,
    examine::LEADS_HERE,
    interaction,
    interactions::{self, Response as Said},
    life::Account,
};
use crate::{
    host::Host,
    misread::{self, KEPT},
    problem::Problem,
    webhooks::{crammed, other_method, put_aside},
};

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
        if method != Method::POST {
            return other_method("POST");
        }
        match self.receive(host, headers, body).await {
            Ok(response) => response,
            Err(problem) => problem.into_response(),
        }
    }

    async fn receive<H: Host>(
        &self,
        host: &H,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Response, Problem> {
        let Some(key) = self.public_key() else {
            let detail = "nobody can be believed before public_key is set or Discord has told it";
            return Err(Problem::new(StatusCode::UNAUTHORIZED, detail));
        };
        key.verify(headers, &body, host.now()).map_err(|error| {
            self.count(|counts| counts.refused += 1);
            match self.config.way_in {
                WayIn::Interactions => {
                    self.note_stranger(&format!("calls of the webhook are not believed: {error}"));
                }
                // Discord was given no address to call: a stranger does.
                WayIn::Gateway => {}
            }
            Problem::new(StatusCode::UNAUTHORIZED, error.to_string())
        })?;
        self.update(|standing| {
            standing.believe(host.now());
            match self.config.way_in {
                WayIn::Interactions => {
                    standing.listening = Some(true);
                    standing.life.passed(LEADS_HERE);
                }
                // Whether it listens its socket says.
                WayIn::Gateway => {}
            }
        });
        let data = misread::json(&body);
        if host.is_broken(self.name()) && !data.as_ref().is_ok_and(interaction::is_ping) {
            return self.put_aside(host, body).await;
        }
        let data = match data {
            Ok(data) => data,
            Err(why) => {
                let error = format!("a signed interaction cannot be read: {why}; {KEPT}");
                return self.keep(host, body, error).await;
            }
        };
        match interactions::take_in_time(self, host, &data).await? {
            Said::Say(response) => Ok(Json(response).into_response()),
            Said::Silence => Ok(StatusCode::ACCEPTED.into_response()),
        }
    }

    /// Keeps what came to a connection that does not run. Its maker sees that it failed, whether there is room for it or not.
    async fn put_aside<H: Host>(&self, host: &H, body: Bytes) -> Result<Response, Problem> {
        let (is_kept, why) = put_aside(host, self.name(), body).await?;
        self.count(|counts| counts.put_aside(is_kept));
        self.failed(host, why);
        if is_kept { Ok(StatusCode::ACCEPTED.into_response()) } else { Err(crammed()) }
    }

    /// Keeps what is signed as it came. Its maker sees that it failed.
    async fn keep<H: Host>(&self, host: &H, body: Bytes, why: String) -> Result<Response, Problem> {
        host.keep_unread(self.name(), body, &why).await?;
        self.count(|counts| counts.unread += 1);
        self.failed(host, why);
        Ok(StatusCode::ACCEPTED.into_response())
    }
}

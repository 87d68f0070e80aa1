//! Is it Telegram who calls, and what is answered? Verify, store, then acknowledge.

use axum::{
    body::Bytes,
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse as _, Response},
};
use jiff::SignedDuration;

use super::{config::Receive, life::Account, receive::Later};
use crate::{
    host::Host,
    misread,
    problem::Problem,
    webhooks::{LATER, other_method, put_aside},
};

/// What Telegram shows who it is with.
const SECRET_HEADER: &str = "x-telegram-bot-api-secret-token";
const UNBELIEVED: &str = "the webhook was called without the secret that this connection set at Telegram: somebody else calls \
                          it, or the webhook was set by another program; pause and resume the connection to set it anew";

impl Account {
    /// What was POSTed to the webhook.
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
        let shown = headers.get(SECRET_HEADER).and_then(|shown| shown.to_str().ok()).unwrap_or_default();
        if !self.secret(host).is(shown) {
            self.count(|counts| counts.refused += 1);
            let detail = match self.config.receive {
                Receive::Webhook => {
                    self.note_stranger(UNBELIEVED);
                    "the secret token is missing or wrong; the studio sets it itself when the connection starts"
                }
                // No webhook is set whose secret could be wrong: a stranger calls.
                Receive::Polling => "this connection fetches what comes, and has set no webhook",
            };
            return Problem::new(StatusCode::UNAUTHORIZED, detail).into_response();
        }
        self.state().standing.believe(host.now());
        let update = misread::json(&body);
        if let Ok(update) = &update {
            self.stop_wheel(update);
        }
        let taken = if host.is_broken(self.name()) {
            self.put_aside(host, body).await
        } else {
            match update {
                Ok(update) => {
                    let taken = self.take(host, &update).await;
                    self.note_late(host, &update, taken.is_err()).await;
                    taken
                }
                Err(why) => self.keep(host, body, &why).await,
            }
        };
        match taken {
            Ok(()) => StatusCode::OK.into_response(),
            Err(later) => {
                self.note(host, &format!("an update must come again: {}", later.why));
                let mut problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "send the same again later");
                problem.retry_after = later.after.or(Some(SignedDuration::from_secs(1)));
                problem.into_response()
            }
        }
    }

    /// Keeps what came to a connection that does not run. What there is no room for Telegram sends again, for a day.
    async fn put_aside<H: Host>(&self, host: &H, body: Bytes) -> Result<(), Later> {
        let (is_kept, why) = put_aside(host, self.name(), body).await?;
        self.count(|counts| counts.put_aside(is_kept));
        if !is_kept {
            return Err(Later { after: Some(LATER), why });
        }
        self.note(host, &format!("an update was not taken in: {why}"));
        Ok(())
    }
}

//! How is Slack asked? By the library's client, with answers of our own types: a message that was sent must not seem
//! lost because something of the answer that nobody reads is of another kind than the library expects.

use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use slack_morphism::{errors::SlackClientError, prelude::*};

use super::{
    identity,
    life::Account,
    tokens::Verdict,
    trouble::{Counted, Trouble},
};
use crate::{fence::barred, host::Host};

/// Longer than Slack takes; what did not answer by then is looked for before it is sent again.
pub(super) const LONGEST_CALL: Duration = Duration::from_secs(20);

/// The only one that Slack counts by channel; the others it counts by method and workspace.
const MESSAGE: &str = "chat.postMessage";

/// What is told beside a list: where it goes on, or nothing at its end.
#[derive(Deserialize)]
pub(super) struct Cursor {
    #[serde(default)]
    next_cursor: String,
}

impl Cursor {
    pub fn next(&self) -> Option<String> {
        Some(self.next_cursor.clone()).filter(|next| !next.is_empty())
    }
}

impl Account {
    /// A method that changes something.
    pub(super) async fn post<H, Q, A>(
        &self,
        host: &H,
        method: &'static str,
        request: &Q,
    ) -> Result<A, Trouble>
    where
        H: Host,
        Q: Serialize + Send + Sync,
        A: DeserializeOwned + Send,
    {
        let answered = self.post_as(host, &self.bot_token, method, request).await;
        if answered.is_ok() {
            let mut notes = self.notes();
            notes.tokens.bot = Verdict::Taken;
            notes.life.passed(identity::METHOD);
        }
        answered
    }

    /// The same with another token than the bot's.
    pub(super) async fn post_as<H, Q, A>(
        &self,
        host: &H,
        token: &SlackApiToken,
        method: &'static str,
        request: &Q,
    ) -> Result<A, Trouble>
    where
        H: Host,
        Q: Serialize + Send + Sync,
        A: DeserializeOwned + Send,
    {
        self.turns.wait(host, method).await?;
        let session = self.slack.open_session(token);
        let call = session.http_session_api.http_post::<Q, A>(method, request, None);
        self.settle(method, call).await
    }

    /// A method that only reads.
    pub(super) async fn get<H, A>(
        &self,
        host: &H,
        method: &'static str,
        parameters: &[(&'static str, Option<String>)],
    ) -> Result<A, Trouble>
    where
        H: Host,
        A: DeserializeOwned + Send,
    {
        self.turns.wait(host, method).await?;
        let session = self.slack.open_session(&self.bot_token);
        let parameters = parameters.to_vec();
        let call = session.http_session_api.http_get::<A, _, _>(method, &parameters, None);
        self.settle(method, call).await
    }

    /// Where Slack has enough of the method it is called no more for as long as Slack says.
    async fn settle<A>(
        &self,
        method: &'static str,
        call: impl Future<Output = Result<A, SlackClientError>>,
    ) -> Result<A, Trouble> {
        let answered = match tokio::time::timeout(LONGEST_CALL, call).await {
            Err(_) => Err(Trouble::Unknown(format!("Slack did not answer {method} within {LONGEST_CALL:?}"))),
            Ok(answer) => answer.map_err(|error| trouble(method, error)),
        };
        if let Err(Trouble::TooMany { after: Some(after), counted: Counted::Method }) = &answered {
            self.turns.close(method, *after);
        }
        answered
    }
}

/// What the library's errors mean, without the bodies that they print.
fn trouble(method: &str, error: SlackClientError) -> Trouble {
    match error {
        SlackClientError::ApiError(error)
            if method != MESSAGE && matches!(error.code.as_str(), "ratelimited" | "rate_limited") =>
        {
            Trouble::TooMany { after: None, counted: Counted::Method }
        }
        SlackClientError::ApiError(error) => {
            let body = error.http_response_body.and_then(|body| serde_json::from_str(&body).ok());
            let mut details = error.errors.unwrap_or_default();
            details.extend(body.as_ref().map(said_more).unwrap_or_default());
            details.truncate(3);
            Trouble::Refused { code: error.code, details }
        }
        SlackClientError::RateLimitError(error) => {
            let after = error.retry_after.and_then(|after| SignedDuration::try_from(after).ok());
            let counted = if method == MESSAGE { Counted::Channel } else { Counted::Method };
            Trouble::TooMany { after, counted }
        }
        SlackClientError::HttpError(error) => of_status(method, error.status_code.as_u16()),
        SlackClientError::HttpProtocolError(error) => {
            match error.cause.as_deref().and_then(|cause| barred(cause)) {
                Some(barred) => Trouble::Unknown(format!("Slack was not asked for {method}: {barred}")),
                None => unreached(method),
            }
        }
        SlackClientError::SystemError(_) => unreached(method),
        SlackClientError::ProtocolError(error) => {
            let kind = if error.json_error.is_data() { "not as documented" } else { "no JSON" };
            Trouble::Unknown(format!("the answer to {method} is {kind}"))
        }
        SlackClientError::EndOfStream(_) | SlackClientError::SocketModeProtocolError(_) => {
            Trouble::Unknown(format!("the connection ended during {method}"))
        }
    }
}

pub(super) fn of_status(method: &str, status: u16) -> Trouble {
    let advice = if status >= 500 { "it is tried again" } else { "is api of the connection right?" };
    Trouble::Unknown(format!("Slack answered {method} with status {status}; {advice}"))
}

pub(super) fn unreached(method: &str) -> Trouble {
    Trouble::Unknown(format!("Slack could not be reached for {method}; is the network up?"))
}

/// Which scope is missing, which block is wrong.
pub(super) fn said_more(body: &serde_json::Value) -> Vec<String> {
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let messages = body.pointer("/response_metadata/messages").and_then(serde_json::Value::as_array);
    let mut more = messages.into_iter().flatten().filter_map(text).collect::<Vec<_>>();
    more.extend(body.get("needed").and_then(text).map(|needed| format!("needed: {needed}")));
    more
}

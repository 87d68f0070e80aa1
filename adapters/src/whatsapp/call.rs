//! How is the Graph API called, and what did it say?

use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use super::{
    error::{NO_CODE, is_about_token, sentence},
    life::Account,
    payload::GraphError,
};
use crate::{
    bounded::{Unread, bounded},
    headers,
};

/// Bytes of an answer that are read; a page of templates is the largest.
const LARGEST_ANSWER: u64 = 8 << 20;

/// A call that did not do what it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// It never arrived.
    Unreachable(String),
    /// It may have been done: no answer came.
    Lost(String),
    Refused(Refusal),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    pub error: GraphError,
    pub retry_after: Option<SignedDuration>,
}

impl CallError {
    /// For the log and for who asks how the connection is.
    pub fn sentence(&self) -> String {
        match self {
            Self::Unreachable(why) => format!("Meta cannot be reached: {why}"),
            Self::Lost(why) => format!("Meta gave no answer: {why}"),
            Self::Refused(refusal) => sentence(&refusal.error),
        }
    }
}

#[derive(Deserialize)]
struct Refused {
    error: GraphError,
}

impl Account {
    /// A call of `{api}/{version}/{path}` with our token.
    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let base = self.config.api.as_str().trim_end_matches('/');
        let address = format!("{base}/{}/{path}", self.config.version);
        self.client.request(method, address).bearer_auth(self.token.expose())
    }

    /// The JSON of the answer. What it tells of the connection is noted.
    pub(super) async fn call(&self, request: RequestBuilder, now: Timestamp) -> Result<Value, CallError> {
        let answered = self.answer(request, now).await;
        self.note_answer(now, &answered, CallError::sentence);
        answered
    }

    /// Notes what an answer tells of the connection; an error in these words.
    pub(super) fn note_answer(
        &self,
        now: Timestamp,
        answered: &Result<Value, CallError>,
        words: impl Fn(&CallError) -> String,
    ) {
        match answered {
            Ok(_) => self.note_token(true),
            Err(error @ CallError::Refused(refusal)) => {
                if is_about_token(&refusal.error, refusal.status) {
                    self.note_token(false);
                }
                self.note_refusal(now, refusal.error.code, words(error));
            }
            Err(error @ (CallError::Unreachable(_) | CallError::Lost(_))) => {
                self.note_error(now, words(error));
            }
        }
    }

    /// The JSON of the answer; nothing is noted.
    pub(super) async fn answer(&self, request: RequestBuilder, now: Timestamp) -> Result<Value, CallError> {
        let response = request.send().await.map_err(failed)?;
        let status = response.status();
        let retry_after = headers::retry_after(response.headers());
        if let Some(theirs) = headers::date(response.headers()) {
            self.note_clock(theirs.duration_since(now));
        }
        let bytes = bounded(response, LARGEST_ANSWER).await.map_err(|unread| match unread {
            Unread::TooLarge => CallError::Lost(format!("the answer has more than {LARGEST_ANSWER} bytes")),
            Unread::Lost(error) => failed(error),
        })?;
        let read: Result<Value, _> = serde_json::from_slice(&bytes);
        match read {
            Ok(value) if status.is_success() => Ok(value),
            Ok(value) => {
                let error = Refused::deserialize(&value).map(|refused| refused.error);
                Err(refused(status, error.unwrap_or_else(|_| nameless(status)), retry_after))
            }
            Err(error) if status.is_success() => {
                Err(CallError::Lost(format!("the answer is no JSON: {error}")))
            }
            // Nobody knows how far a proxy's failure let it come.
            Err(_) if matches!(status.as_u16(), 500 | 502 | 504) => {
                Err(CallError::Lost(format!("HTTP {status}")))
            }
            Err(_) => Err(refused(status, nameless(status), retry_after)),
        }
    }
}

fn refused(status: StatusCode, error: GraphError, retry_after: Option<SignedDuration>) -> CallError {
    CallError::Refused(Refusal { status: status.as_u16(), error, retry_after })
}

/// An error without a code of Meta's, as a proxy in between gives it.
fn nameless(status: StatusCode) -> GraphError {
    GraphError { code: NO_CODE, message: Some(format!("HTTP {status}")), ..GraphError::default() }
}

pub fn failed(error: reqwest::Error) -> CallError {
    let never_arrived = error.is_connect() || error.is_builder();
    let error = error.without_url();
    // The reason stands at the end of the chain.
    let mut why = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        why = inner.to_string();
        source = inner.source();
    }
    if never_arrived { CallError::Unreachable(why) } else { CallError::Lost(why) }
}

//! Accounts on the channels: made, tested, paused and deleted while the studio runs.

pub mod create;
pub mod delete;
pub mod list;
pub mod pause;
pub mod read;
pub mod templates;
pub mod test;

use studio_adapters::{host::Host as _, platform};
use studio_core::{
    api::{Connection, ConnectionCounts, ConnectionStanding, ConnectionState, RefusedToken},
    id::OrganisationId,
};

use crate::{
    http::ApiError,
    studio::{self, ConnectionError, Entry, Studio, StudioHost},
};

/// What of a connection may be seen.
fn view(studio: &std::sync::Arc<Studio>, name: &str, entry: &Entry) -> Connection {
    let line = entry.line.as_ref().ok();
    let platform = line.and_then(studio::Connection::platform);
    let standing = platform.map(|platform| standing(platform.standing()));
    let (state, problem) = match (entry.state(), &standing) {
        (ConnectionState::Running, Some(standing)) => match why_failing(studio, name, standing) {
            Some(why) => (ConnectionState::Failing, Some(why)),
            None => (ConnectionState::Running, silent(studio, entry)),
        },
        (ConnectionState::Running, None) => (ConnectionState::Running, silent(studio, entry)),
        (state, _) => (state, entry.problem()),
    };
    Connection {
        name: name.to_owned(),
        channel: line.map_or("", |line| line.channel()).to_owned(),
        bot: line.map_or("", |line| line.bot()).to_owned(),
        source: entry.source,
        state,
        problem,
        webhook: platform
            .and_then(|_| StudioHost(std::sync::Arc::clone(studio)).webhook_address(name))
            .map(String::from),
        standing,
    }
}

/// Why nobody answers by a connection that runs.
fn silent(studio: &Studio, entry: &Entry) -> Option<String> {
    let bot = entry.line.as_ref().ok()?.bot();
    let runs = studio.registry.runs(OrganisationId::FIRST, bot);
    (!runs).then(|| {
        format!("nobody answers: the bot {bot} does not run; publish it, or name another in the connection")
    })
}

/// Why a connection that runs does not get through to its platform.
fn why_failing(studio: &Studio, name: &str, standing: &ConnectionStanding) -> Option<String> {
    let Some(why) = studio.deliverer.kept_back(name) else { return token_refused(standing) };
    let elsewhere = standing.refused_tokens.iter().filter(|refused| refused.reason != why).map(refusal);
    let reasons = std::iter::once(format!("nothing leaves for now: {why}")).chain(elsewhere);
    Some(reasons.collect::<Vec<_>>().join("; "))
}

/// What the platform says where it refuses a token.
pub fn token_refused(standing: &ConnectionStanding) -> Option<String> {
    if !standing.refused_tokens.is_empty() {
        let reasons: Vec<String> = standing.refused_tokens.iter().map(refusal).collect();
        return Some(reasons.join("; "));
    }
    let advice = || "its token is not valid: get a new one".to_owned();
    (standing.token_valid == Some(false)).then(|| standing.last_error.clone().unwrap_or_else(advice))
}

fn refusal(refused: &RefusedToken) -> String {
    format!("{} is refused: {}", refused.token, refused.reason)
}

/// What an adapter says of its connection, as the API does.
pub fn standing(standing: platform::ConnectionStanding) -> ConnectionStanding {
    let (last_error_at, last_error) = standing.last_error.unzip();
    ConnectionStanding {
        identity: standing.identity,
        token_valid: standing.token_valid,
        refused_tokens: standing
            .refused_tokens
            .into_iter()
            .map(|refused| RefusedToken {
                token: refused.token.to_owned(),
                reason: refused.reason,
                at: refused.at,
            })
            .collect(),
        listening: standing.listening,
        way_in: standing.way_in,
        pending: standing.pending,
        last_event: standing.last_event,
        last_call: standing.last_call,
        last_error,
        last_error_at,
        clock_skew_seconds: standing.clock_skew_seconds,
        counts: standing.counts.map(|counts| ConnectionCounts {
            received: counts.received,
            refused: counts.refused,
            ignored: counts.ignored,
            unread: counts.unread,
        }),
    }
}

fn missing() -> ApiError {
    ApiError::not_found("connection")
}

impl From<ConnectionError> for ApiError {
    fn from(error: ConnectionError) -> Self {
        match error {
            ConnectionError::Exists(_) | ConnectionError::Twin(_) | ConnectionError::InSettings(_) => {
                Self::conflict(error.to_string())
            }
            ConnectionError::Unfit(_) | ConnectionError::Vault(_) => Self::unfit(error.to_string()),
            ConnectionError::Store(error) => error.into(),
        }
    }
}

//! Accounts on the channels: made, tested, paused and deleted while the studio runs.

pub mod change;
pub mod create;
pub mod delete;
pub mod health;
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

/// How the problem begins of one that has no bot.
pub const NOBODY_ANSWERS: &str = "nobody answers";

/// What of a connection may be seen.
fn view(studio: &std::sync::Arc<Studio>, name: &str, entry: &Entry) -> Connection {
    let line = entry.line.as_ref().ok();
    let platform = line.and_then(studio::Connection::platform);
    let stands = platform.map(platform::Platform::standing);
    let (state, problem) = match (entry.state(), &stands) {
        (ConnectionState::Running, Some(stands)) => match why_failing(studio, name, stands) {
            Some(why) => (ConnectionState::Failing, Some(why)),
            None => (ConnectionState::Running, health::doubtful(stands).or_else(|| silent(studio, entry))),
        },
        (ConnectionState::Running, None) => (ConnectionState::Running, silent(studio, entry)),
        (state, _) => (state, entry.problem()),
    };
    Connection {
        name: name.to_owned(),
        channel: entry.channel.clone(),
        bot: entry.bot.clone(),
        source: entry.source,
        state,
        problem,
        webhook: platform
            .and_then(|_| StudioHost(std::sync::Arc::clone(studio)).webhook_address(name))
            .map(String::from),
        standing: stands.map(standing),
    }
}

/// Why nobody answers by a connection that runs.
fn silent(studio: &Studio, entry: &Entry) -> Option<String> {
    let bot = entry.line.as_ref().ok()?.bot();
    let runs = studio.registry.runs(OrganisationId::FIRST, bot);
    (!runs).then(|| {
        format!("{NOBODY_ANSWERS}: the bot {bot} does not run; publish it, or name another in the connection")
    })
}

/// Why a connection that runs does not get through to its platform.
fn why_failing(studio: &Studio, name: &str, standing: &platform::ConnectionStanding) -> Option<String> {
    let Some(why) = studio.deliverer.kept_back(name) else { return health::failing(standing) };
    let elsewhere =
        standing.refused_tokens.iter().filter(|refused| refused.reason != why).map(health::refusal);
    let reasons = std::iter::once(format!("nothing leaves for now: {why}")).chain(elsewhere);
    Some(reasons.collect::<Vec<_>>().join("; "))
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
            ConnectionError::Exists(_) | ConnectionError::Twin(_) | ConnectionError::InSettings { .. } => {
                Self::conflict(error.to_string())
            }
            ConnectionError::Unfit(_) | ConnectionError::Vault(_) => Self::unfit(error.to_string()),
            ConnectionError::Store(error) => error.into(),
        }
    }
}

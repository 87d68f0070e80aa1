//! Accounts on the channels: made, tested, paused and deleted while the studio runs.

pub mod change;
pub mod create;
pub mod delete;
pub mod health;
pub mod list;
pub mod manifest;
pub mod pause;
pub mod read;
pub mod settings;
pub mod templates;
pub mod test;

use axum::http::StatusCode;
use studio_adapters::{host::Host as _, platform};
use studio_core::{
    api::{Connection, ConnectionCounts, ConnectionStanding, ConnectionState, RefusedToken},
    bot::hint,
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
    let stands = platform.map(platform::Platform::standing).or_else(|| turned_away(entry));
    let (state, problem) = match (entry.state(), &stands) {
        (ConnectionState::Running, Some(stands)) => {
            if let Some(why) = why_failing(studio, name, stands) {
                (ConnectionState::Failing, Some(why))
            } else {
                let clock = || health::clock(&entry.channel, stands.clock_skew_seconds).map(str::to_owned);
                let doubt = health::doubtful(stands).or_else(|| silent(studio, entry));
                (ConnectionState::Running, doubt.or_else(clock))
            }
        }
        (ConnectionState::Running, None) => {
            (ConnectionState::Running, silent(studio, entry).or_else(|| unreadable(studio, name)))
        }
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
        standing: stands.map(|stands| standing(with_unreadable(studio, name, stands))),
    }
}

/// What is known of one that cannot run: how often its platform, or somebody else, called.
fn turned_away(entry: &Entry) -> Option<platform::ConnectionStanding> {
    let refused = entry.turned_away();
    (entry.line.is_err() && refused > 0).then(|| platform::ConnectionStanding {
        counts: Some(platform::Counts { refused, ..platform::Counts::default() }),
        ..platform::ConnectionStanding::default()
    })
}

/// What could not be read of the messages of one that has no standing.
fn unreadable(studio: &Studio, name: &str) -> Option<String> {
    studio.deliverer.unreadable(name).map(|(_, error)| format!("a message did not leave: {error}"))
}

/// What could not be read of its messages is an error as the platform's are: the later one is told.
fn with_unreadable(
    studio: &Studio,
    name: &str,
    mut standing: platform::ConnectionStanding,
) -> platform::ConnectionStanding {
    standing.last_error = standing.last_error.max(studio.deliverer.unreadable(name));
    standing
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
        webhook_set: standing.webhook_set,
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
            ignored_kinds: counts
                .ignored_kinds
                .into_iter()
                .map(|(kind, times)| (kind.to_owned(), times))
                .collect(),
            unread: counts.unread,
            dropped: counts.dropped,
        }),
    }
}

/// There is none of this name; the one that may be meant.
fn missing(studio: &Studio, name: &str) -> ApiError {
    let known: Vec<String> = studio.switchboard.entries().into_iter().map(|(known, _)| known).collect();
    let instead = hint(name, known.iter().map(String::as_str), "`GET /connections` lists all");
    ApiError::new(StatusCode::NOT_FOUND, format!("there is no connection `{name}`; {instead}"))
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

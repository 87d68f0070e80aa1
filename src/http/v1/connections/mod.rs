//! Accounts on the channels: made, tested, paused and deleted while the studio runs.

pub mod create;
pub mod delete;
pub mod list;
pub mod pause;
pub mod read;
pub mod templates;
pub mod test;

use studio_adapters::{host::Host as _, platform};
use studio_core::api::{Connection, ConnectionCounts, ConnectionStanding};

use crate::{
    http::ApiError,
    studio::{self, ConnectionError, Entry, Studio, StudioHost},
};

/// What of a connection may be seen.
fn view(studio: &std::sync::Arc<Studio>, name: &str, entry: &Entry) -> Connection {
    let line = entry.line.as_ref().ok();
    let platform = line.and_then(studio::Connection::platform);
    Connection {
        name: name.to_owned(),
        channel: line.map_or("", |line| line.channel()).to_owned(),
        bot: line.map_or("", |line| line.bot()).to_owned(),
        source: entry.source,
        state: entry.state(),
        problem: entry.problem(),
        webhook: platform
            .and_then(|_| StudioHost(std::sync::Arc::clone(studio)).webhook_address(name))
            .map(String::from),
        standing: platform.map(|platform| standing(platform.standing())),
    }
}

/// What an adapter says of its connection, as the API does.
pub fn standing(standing: platform::ConnectionStanding) -> ConnectionStanding {
    let (last_error_at, last_error) = standing.last_error.unzip();
    ConnectionStanding {
        identity: standing.identity,
        token_valid: standing.token_valid,
        listening: standing.listening,
        way_in: standing.way_in,
        pending: standing.pending,
        last_event: standing.last_event,
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

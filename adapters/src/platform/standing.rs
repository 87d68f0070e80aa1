//! How is a connection?

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::trials::Trials;

/// What came in since the studio started.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Events, updates and states of messages that were taken in.
    pub received: u64,
    /// Requests without the platform's signature, or too large to be read, and events that the studio will never take.
    pub refused: u64,
    /// What means nothing to a bot.
    pub ignored: u64,
    /// The same by its kind, as the platform calls it.
    pub ignored_kinds: BTreeMap<&'static str, u64>,
    /// Kept as it came because it could not be read, or came while the connection did not run.
    pub unread: u64,
    /// Not kept, or driven out later, because too much was kept already.
    pub dropped: u64,
}

impl Counts {
    /// Something came while the connection did not run; whether there was room for it.
    pub(crate) fn put_aside(&mut self, is_kept: bool) {
        if is_kept {
            self.unread += 1;
        } else {
            self.dropped += 1;
        }
    }

    /// Something of this kind means nothing to a bot.
    pub(crate) fn ignore(&mut self, kind: &'static str) {
        self.ignored += 1;
        *self.ignored_kinds.entry(kind).or_default() += 1;
    }
}

/// One of several tokens of a connection that its platform refuses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedToken {
    /// Its name in the settings.
    pub token: &'static str,
    /// A sentence that says what to do.
    pub reason: String,
    pub at: Timestamp,
}

/// How a connection is. Never holds a credential.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ConnectionStanding {
    /// Whom the platform says we are.
    pub identity: Option<String>,
    /// Whether all tokens are; `None` while nobody asked.
    pub token_valid: Option<bool>,
    /// Of connections with several tokens.
    pub refused_tokens: Vec<RefusedToken>,
    /// Whether events are on their way to us: webhook set, gateway or socket open, poll running. `None` where only the
    /// first signed call of the platform will tell.
    pub listening: Option<bool>,
    /// A sentence on how events come, e.g. "long polling".
    pub way_in: Option<String>,
    /// Where the platform says that it sends events: the host alone where the address is not known to be ours. `None` where it
    /// does not tell, or they come another way.
    pub webhook_set: Option<String>,
    /// Events that the platform holds for us; Telegram alone counts them.
    pub pending: Option<u64>,
    pub last_event: Option<Timestamp>,
    /// When the platform last called the webhook with its signature; that alone proves that it knows the address.
    pub last_call: Option<Timestamp>,
    pub last_error: Option<(Timestamp, String)>,
    /// The platform's clock less ours.
    pub clock_skew_seconds: Option<i64>,
    /// `None` where nobody counts.
    pub counts: Option<Counts>,
    /// What keeps it alive and fails: the first call, the poll, the gateway, the webhook's address.
    pub life: Trials,
    /// Calls of the webhook that did not prove themselves, since one did.
    pub unbelieved: Trials,
}

impl ConnectionStanding {
    /// Something called the webhook that shows no proof of being the platform.
    pub(crate) fn disbelieve(&mut self, why: &str) {
        self.unbelieved.failed("call", why);
    }

    /// The platform called the webhook and proved itself.
    pub(crate) fn believe(&mut self, now: Timestamp) {
        self.last_call = Some(now);
        self.unbelieved.passed("call");
    }
}

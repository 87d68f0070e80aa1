//! How does any other program talk to a bot? By signed POSTs, both ways.
//!
//! | request | answer |
//! |---|---|
//! | `POST /webhooks/{connection}[?wait=5]` | 202 once stored; who waits: 200 with the reply when it comes in time, and who has the conversation |
//! | `GET /http/{connection}/messages?conversation=&after=&limit=` | the messages after a place |
//!
//! Both are signed the Standard Webhooks way. Replies go to `reply_url`, signed alike. See
//! `docs/http-channel.md` for lines of curl.

mod config;
mod fetch;
mod inbound;
mod life;
mod outbound;
mod receive;
mod sign;
#[cfg(test)]
mod tests;

pub(crate) use self::inbound::{is_event_name, is_language, words};
pub use self::{
    config::{Config, Connection, SecretError},
    life::{Shared, router},
    outbound::{Delivery, OutboundMessage, OutboundRequest, Reply, judge, request},
    receive::receive,
    sign::{Secret, SignatureError, sign, verify},
};

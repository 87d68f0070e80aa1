//! How does Slack speak with a bot? Events come by signed POSTs (Events API) or by a socket that the studio
//! opens (Socket Mode); messages leave by the Web API.
//!
//! | file | the question it answers |
//! |---|---|
//! | `webhook.rs` | what is done with a POST of Slack? |
//! | `socket.rs` | how do events come where Slack cannot reach the studio? |
//! | `receive.rs` | what becomes of what came in, before it is acknowledged? |
//! | `store.rs` | how does what somebody did get into the inbox, and behind what? |
//! | `payload.rs` | what do Slack's payloads hold? |
//! | `kinds.rs` | which of them are known? |
//! | `inbound.rs`, `message.rs`, `interaction.rs` | what do they mean? (pure) |
//! | `outbound.rs`, `blocks.rs` | what does a message look like? (pure) |
//! | `send.rs`, `find.rs`, `ephemeral.rs`, `files.rs` | how does it leave, once? |
//! | `change.rs` | how is it changed and taken back? |
//! | `form.rs` | how is a form shown and read? |
//! | `catch_up.rs`, `reading.rs` | what was said while nobody listened, and since when? |
//! | `profile.rs` | who is the person behind an id? |
//! | `manifest.rs` | how is the app described to Slack? |
//! | `api.rs`, `turns.rs`, `trouble.rs` | how is Slack asked, when may it be, and what does it mean where it refuses? |
//! | `tokens.rs` | which of the two tokens does it take? |
//! | `place.rs`, `text.rs`, `token.rs`, `sign.rs` | names of conversations, words, values too long for a button, signatures |
//!
//! What of the library is used and what is our own, and why: `docs/decisions/0014-slack.md`. See `docs/slack.md` for the way
//! from nothing to a bot that answers.

mod api;
mod blocks;
mod catch_up;
mod change;
mod config;
mod ephemeral;
mod files;
mod find;
mod form;
mod identity;
mod inbound;
mod interaction;
mod kinds;
mod life;
mod manifest;
mod message;
mod outbound;
mod payload;
mod place;
mod preview;
mod profile;
mod reading;
mod receive;
mod send;
mod sign;
mod socket;
mod store;
#[cfg(test)]
mod tests;
mod text;
mod token;
mod tokens;
mod trouble;
mod turns;
mod webhook;

pub(crate) use self::place::{channel_of, is_shared};
pub use self::{
    config::{AccountError, Channels, Commands, Config, Threads},
    life::Account,
    preview::preview,
};

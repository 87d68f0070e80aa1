//! How does a bot speak on Telegram? By the Bot API: polled, or called at `/webhooks/{connection}`.
//!
//! | file | the question it answers |
//! |---|---|
//! | `config.rs` | what can be set of a connection? |
//! | `life.rs` | what does a running connection keep in memory, and what does it do while it lives? |
//! | `poll.rs`, `register.rs` | how are updates fetched, and how does Telegram learn of our webhook? |
//! | `webhook.rs` | is it Telegram who calls, and what is answered? |
//! | `receive.rs`, `album.rs` | how does an update get into the studio, and several as one? |
//! | `edited.rs` | what becomes of a change of one of an album, or of what is for others by now? |
//! | `whereabouts.rs` | in which conversation is a message of which Telegram tells only the number? |
//! | `kinds.rs` | which kinds of updates are heard, which mean nothing, and which are new? |
//! | `held.rs` | what if one conversation cannot take what was said in it? |
//! | `inbound.rs` | what does an update mean? (pure) |
//! | `outbound.rs`, `markup.rs`, `request.rs` | what does a message look like on the way out? (pure) |
//! | `token.rs` | how does the value of a button travel? |
//! | `send.rs`, `change.rs`, `judge.rs` | how does a message leave, how is it changed or taken back, and what does an error mean for it? |
//! | `call.rs` | how is a method of the Bot API called? |
//! | `place.rs` | what is a conversation called? |
//! | `commands.rs`, `fetch.rs`, `limits.rs` | how are commands told, and files fetched, and how large may they be? |

mod album;
mod call;
mod change;
mod commands;
mod config;
mod edited;
mod fetch;
mod held;
mod inbound;
mod judge;
mod kinds;
mod life;
mod limits;
mod markup;
mod outbound;
mod place;
mod poll;
mod preview;
mod receive;
mod register;
mod request;
mod send;
#[cfg(test)]
mod tests;
mod token;
mod webhook;
mod wheel;
mod whereabouts;

pub(crate) use self::{
    commands::OFFERS,
    place::{chat_of, chat_told},
    send::number_told,
};
pub use self::{
    config::{Config, ConfigError, Groups, QuickReplies, Receive},
    life::Account,
    preview::preview,
};

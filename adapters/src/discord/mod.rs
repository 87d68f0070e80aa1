//! How does a bot live on Discord?
//!
//! | file | the question it answers |
//! |---|---|
//! | `gateway.rs` | how is a session opened, kept alive and taken up again? |
//! | `listen.rs`, `lanes.rs`, `storing.rs`, `progress.rs` | in which order do events of the gateway reach the studio? |
//! | `interactions.rs` | how is a press, command or form acknowledged in time? |
//! | `webhook.rs` | and where there is no gateway? |
//! | `kinds.rs` | which events are heard, which mean nothing, and which are new? |
//! | `names.rs` | how are servers and channels called? |
//! | `catch_up.rs` | what was said while nobody listened? |
//! | `rest.rs`, `buckets.rs`, `waits.rs` | how is the API called, and how often? |
//! | `send.rs`, `find.rs`, `verdict.rs` | how does a message leave, has it left already, and what does a refusal mean? |
//! | `change.rs` | how is it changed or taken back? |
//!
//! Types and builders are those of `serenity`; gateway and HTTP are our own, because its clients start a
//! task for each event, keep the session to themselves and hide the headers of a refusal
//! (`docs/decisions/0005-discord.md`). See `docs/discord.md` for setting one up.

pub(crate) mod bot_token;
mod buckets;
mod catch_up;
mod change;
mod commands;
mod config;
mod deferred;
mod examine;
mod fetch;
mod find;
mod frame;
mod gateway;
mod inbound;
mod interaction;
mod interactions;
mod kinds;
mod lanes;
mod life;
mod listen;
mod markdown;
mod modal;
mod names;
mod outbound;
mod places;
mod preview;
mod progress;
mod replay;
mod rest;
mod send;
mod sign;
mod storing;
#[cfg(test)]
mod tests;
mod value;
mod verdict;
mod waits;
mod webhook;

pub(crate) use self::commands::OFFERS;
pub use self::{
    config::{AccountError, Config, GuildMessages, WayIn},
    life::Account,
    preview::preview,
};

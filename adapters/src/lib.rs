//! How do channels speak with the studio? One folder per channel, the same files in each.
//!
//! | file | the question it answers |
//! |---|---|
//! | `mod.rs` | which addresses does the channel serve? |
//! | `config.rs` | what can be set of a connection? |
//! | `life.rs` | what does a running connection keep in memory, and who may come in? |
//! | `inbound.rs` | what does something that came in mean? (pure) |
//! | `outbound.rs` | what does a message look like on the way out? (pure) |
//!
//! An adapter knows the server only as a [`host::Host`].

mod bounded;
pub mod connection;
pub mod credential;
pub mod discord;
pub mod fence;
mod file_name;
mod fingerprint;
mod floods;
mod headers;
pub mod host;
pub mod http;
mod late;
mod markdown;
mod misread;
mod offered;
mod parts;
mod pause;
pub mod platform;
pub mod preview;
mod problem;
mod rate;
mod shown;
pub mod slack;
pub mod telegram;
#[cfg(test)]
mod testing;
mod told;
pub mod trials;
pub mod web;
pub mod webhooks;
pub mod whatsapp;

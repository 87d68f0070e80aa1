//! How can a bot be tried on a platform without an account there? Local stand-ins for the platforms' APIs.
//!
//! Each platform is a folder with the same files:
//!
//! | file | the question it answers |
//! |---|---|
//! | `mod.rs` | which addresses does it serve, and how is one started? |
//! | `api.rs` | what does the platform answer to a bot, and what does it refuse? |
//! | `events.rs` | how does it tell a bot what happened: webhooks, polls, gateways, sockets? |
//! | `people.rs` | what can be done in a person's place? `POST /simulator/…` |
//! | `world.rs` | what does it remember? |
//!
//! They are strict: what the platform would refuse, they refuse, in the same words. What a simulator
//! does wrong on demand is a [`Fault`](faults::Fault).

mod addresses;
mod clock;
pub mod discord;
pub mod faults;
mod halves;
pub mod met;
pub mod peers;
mod refusals;
pub mod slack;
pub mod telegram;
pub mod whatsapp;

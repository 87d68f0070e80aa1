//! How well a bot is understood.

pub mod create;
pub mod list;
pub mod read;

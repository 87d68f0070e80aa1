//! The Telegram channel from outside.

mod hostile;
mod inbound;
mod outbound;
mod stage;
mod story;
mod trouble;

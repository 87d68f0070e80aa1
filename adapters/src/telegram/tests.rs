//! The Telegram channel from outside.

mod changing;
mod groups;
mod hostile;
mod inbound;
mod leaving;
mod outbound;
mod properties;
mod specification;
mod stage;
mod story;
mod trouble;
mod wheel;
mod whereabouts;
mod words;

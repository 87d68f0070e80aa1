//! What the bot's author wrote, and what is wrong with it.

mod definition;

pub use self::definition::*;

//! In which messages of all conversations do these words stand?
//!
//! Each message is a document of the index, found by the words of its text as it stands now. Each conversation has a *mark*
//! beside its messages: the version of it that is held, and the last entry of its journal that was read. Who compares the marks
//! with the store knows what is missing.
//!
//! Every term carries its organisation. The text itself is not kept: what is shown of a message is read from the store.

mod find;
mod message_index;
mod put;
mod said;
mod schema;
mod snippet;

#[cfg(test)]
mod tests;

pub use find::{Hit, Hits};
pub use message_index::{MessageIndex, MessageIndexError};
pub use put::{Mark, Put, Stretch};
pub use said::said;
pub use snippet::snippet;

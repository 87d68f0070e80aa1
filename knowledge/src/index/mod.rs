//! What is held, and how does it heal itself?
//!
//! One tantivy index holds the passages of all bots. Each term carries the number of its *partition*, that is, of one
//! publication of one bot in one language, so that no question can match what another bot, organisation or version
//! wrote, and the statistics of a score are the partition's own. The [`ledger`] says which partitions there are; it
//! travels in the payload of each commit, so that it is never of another moment than the passages.

mod knowledge;
mod ledger;
mod look;
mod publish;
mod schema;

#[cfg(test)]
mod tests;

pub use knowledge::{Knowledge, KnowledgeError, Published};
pub use ledger::{Held, Partition};
pub use look::{Holding, Look, look};
pub use publish::{checksum, language_of};
pub use schema::{Fields, Stored, content_term, term};

pub(crate) use knowledge::View;

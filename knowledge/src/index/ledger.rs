//! Which bots does the index hold, and in which partitions?

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use studio_core::id::OrganisationId;

/// Payload of each commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// [`super::schema::format`] of the program that wrote it.
    pub format: String,
    /// Number of the next partition; none is ever used twice.
    pub next: u64,
    /// By [`key`].
    pub bots: BTreeMap<String, Held>,
}

/// One published bot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub version: u32,
    /// [`super::checksum`] of its documents.
    pub checksum: String,
    /// By language (ISO 639-1, empty if unknown).
    pub partitions: BTreeMap<String, Partition>,
}

/// The passages of one publication in one language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partition {
    pub number: u64,
    pub passages: u64,
    /// Terms in the fields `text` and `head`.
    pub text_terms: u64,
    pub head_terms: u64,
}

/// Key of a bot, in the ledger and as the owner of its passages. The organisation has a fixed length.
pub fn key(organisation: OrganisationId, bot: &str) -> String {
    format!("{organisation}/{bot}")
}

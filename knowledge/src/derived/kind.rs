//! What is an index made of?

use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use tantivy::schema::Schema;

/// One kind of index.
pub trait Kind {
    /// What each commit says of what it holds: its payload, so that the two are never of different moments.
    type Ledger: Clone + Serialize + DeserializeOwned;
    type Fields: Copy;
    /// As the log calls it.
    const NAME: &'static str;

    fn schema() -> (Schema, Self::Fields);

    /// The ledger of an empty index.
    fn fresh() -> Self::Ledger;

    /// Whether an index with this ledger can be read and asked by this program.
    fn is_ours(ledger: &Self::Ledger) -> bool;
}

/// Hash of what decides whether an index can be read and asked: its schema, and the number of the steps that make its terms.
pub fn format(schema: &Schema, version: u32) -> String {
    let schema = serde_json::to_string(schema).unwrap_or_default();
    let mut hash = Sha256::new();
    hash.update(schema);
    hash.update(version.to_be_bytes());
    hex(&hash.finalize())
}

pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

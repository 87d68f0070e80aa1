//! How does a passage lie in the index?

use serde::{Deserialize, Serialize};
use tantivy::{
    Term,
    schema::{Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions},
};

use super::ledger::Ledger;
use crate::{
    analysis, chunk,
    derived::{self, Kind, hex},
    meaning::{Content, content_of},
};

/// The fields of a passage.
#[derive(Clone, Copy, Debug)]
pub struct Fields {
    /// Key of the bot: what a publication deletes by.
    pub owner: Field,
    /// Terms of title, headings and text.
    pub text: Field,
    /// Terms of title and headings, once more.
    pub head: Field,
    /// [`Stored::content`] in hexadecimal, within the partition: what a passage is found by whose meaning is near.
    pub content: Field,
    /// [`Stored`] as JSON.
    pub stored: Field,
}

/// What an answer shows of a passage.
#[derive(Debug, Serialize, Deserialize)]
pub struct Stored {
    pub document: String,
    pub title: String,
    pub headings: Vec<String>,
    pub text: String,
}

impl Stored {
    pub fn content(&self) -> Content {
        content_of(&self.title, &self.headings, &self.text)
    }
}

pub fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let indexing =
        TextFieldIndexing::default().set_tokenizer("raw").set_index_option(IndexRecordOption::WithFreqs);
    let terms = TextOptions::default().set_indexing_options(indexing);
    let fields = Fields {
        owner: builder.add_text_field("owner", STRING),
        text: builder.add_text_field("text", terms.clone()),
        head: builder.add_text_field("head", terms),
        content: builder.add_text_field("content", STRING),
        stored: builder.add_bytes_field("stored", STORED),
    };
    (builder.build(), fields)
}

/// Hash of all that decides whether an index can be read and asked by this program.
pub fn format() -> String {
    format!("{} chunks {}", derived::format(&schema().0, analysis::VERSION), chunk::VERSION)
}

/// The index of the passages.
pub struct Passages;

impl Kind for Passages {
    type Ledger = Ledger;
    type Fields = Fields;
    const NAME: &'static str = "knowledge";

    fn schema() -> (Schema, Fields) {
        schema()
    }

    fn fresh() -> Ledger {
        Ledger { format: format(), ..Ledger::default() }
    }

    fn is_ours(ledger: &Ledger) -> bool {
        ledger.format == format()
    }
}

/// The term that a passage of this content has in a partition.
pub fn content_term(field: Field, partition: u64, content: &Content) -> Term {
    term(field, partition, &hex(content))
}

/// The term that `word` is in a partition.
pub fn term(field: Field, partition: u64, word: &str) -> Term {
    Term::from_field_text(field, &in_partition(partition, word))
}

/// Fixed width, so that the words of a partition lie together in the dictionary.
pub fn in_partition(partition: u64, word: &str) -> String {
    format!("{partition:016x}{word}")
}

//! How does a message lie in the index?

use serde::{Deserialize, Serialize};
use studio_core::id::{ConversationId, OrganisationId};
use tantivy::{
    Term,
    schema::{FAST, Field, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions},
};

use crate::{
    analysis,
    derived::{self, Kind},
};

/// Fields that are read without the document, by name.
pub const HIGH: &str = "high";
pub const LOW: &str = "low";
pub const NUMBER: &str = "number";
pub const SOURCE: &str = "source";
pub const AT: &str = "at";
pub const VERSION: &str = "version";

/// The fields of a message and of a mark.
#[derive(Clone, Copy, Debug)]
pub struct Fields {
    /// Key of the conversation: what is deleted by.
    pub owner: Field,
    /// Key of the message: what a change of it is found by.
    pub message: Field,
    /// Key of the conversation, on its mark alone.
    pub mark: Field,
    /// Terms of the text.
    pub text: Field,
    /// The two halves of the conversation's id.
    pub high: Field,
    pub low: Field,
    /// Of the message; on a mark, of the last entry that was read.
    pub number: Field,
    /// Number of the entry that has the text: the message itself, or its last change.
    pub source: Field,
    /// When it was said, in microseconds since 1970.
    pub at: Field,
    /// On a mark: of the conversation.
    pub version: Field,
}

/// Payload of each commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// [`derived::format`] of the program that wrote it.
    pub format: String,
    /// Whether words were forgotten that still lie in the files, marked as deleted.
    pub forgotten: bool,
}

/// The index of the messages.
pub struct Messages;

impl Kind for Messages {
    type Ledger = Ledger;
    type Fields = Fields;
    const NAME: &'static str = "message_index";

    fn schema() -> (Schema, Fields) {
        let mut builder = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::Basic);
        let fields = Fields {
            owner: builder.add_text_field("owner", STRING),
            message: builder.add_text_field("message", STRING),
            mark: builder.add_text_field("mark", STRING),
            text: builder.add_text_field("text", TextOptions::default().set_indexing_options(indexing)),
            high: builder.add_u64_field(HIGH, FAST),
            low: builder.add_u64_field(LOW, FAST),
            number: builder.add_u64_field(NUMBER, FAST),
            source: builder.add_u64_field(SOURCE, FAST),
            at: builder.add_u64_field(AT, FAST),
            version: builder.add_u64_field(VERSION, FAST),
        };
        (builder.build(), fields)
    }

    fn fresh() -> Ledger {
        Ledger { format: format(), forgotten: false }
    }

    fn is_ours(ledger: &Ledger) -> bool {
        ledger.format == format()
    }
}

/// Counts what is taken for the text of a message: another makes the index anew.
const SAID: u32 = 2;

fn format() -> String {
    format!("{} said {SAID}", derived::format(&Messages::schema().0, analysis::VERSION))
}

/// Key of a conversation. The organisation has a fixed length.
pub fn owner(organisation: OrganisationId, conversation: ConversationId) -> String {
    format!("{organisation}/{conversation}")
}

/// The term that a form of a word is in an organisation.
pub fn of_organisation(organisation: OrganisationId, form: &str) -> String {
    format!("{organisation}{form}")
}

pub fn term(field: Field, text: &str) -> Term {
    Term::from_field_text(field, text)
}

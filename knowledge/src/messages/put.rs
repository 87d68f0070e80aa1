//! How do stretches of journals come into the index?
//!
//! The entries of a stretch are done in the order in which they happened: what is said is added, what is changed takes the place
//! of what it changes, and what is erased takes all before it away. tantivy applies a deletion to what was added before it.

use std::collections::{BTreeMap, BTreeSet};

use studio_core::{
    dialogue::{Entry, Happening},
    id::{ConversationId, OrganisationId},
};
use tantivy::{
    Searcher, TantivyDocument, Term,
    collector::DocSetCollector,
    index::SegmentId,
    query::TermQuery,
    schema::IndexRecordOption,
    tokenizer::{PreTokenizedString, Token},
};

use super::{
    said::Saying,
    schema::{Fields, Messages, NUMBER, SOURCE, VERSION, of_organisation, owner, term},
};
use crate::{analysis::any_language, derived};

/// Stands on a mark where a message has the number of an entry, which count from 1.
const OF_MARK: u64 = 0;

type Opened = derived::Opened<Messages>;

/// A part of a conversation's journal.
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    pub organisation: OrganisationId,
    pub conversation: ConversationId,
    /// Number of the last entry that is held already. 0: whatever is held of the conversation is thrown away first.
    pub after: u64,
    pub entries: Vec<Entry>,
    /// Number of the last entry that was looked at.
    pub last: u64,
    /// Version of the conversation of which all is held with this; 0 where more must follow.
    pub version: u64,
}

/// What is held of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    pub version: u64,
    /// Number of the last entry.
    pub last: u64,
}

/// What became of stretches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Put {
    /// The index had to be built from nothing: all that was held before is missing.
    pub lost: bool,
    /// It is in memory, and holds as much as it may there: they were left out.
    pub full: bool,
}

pub fn put(opened: &mut Opened, stretches: &[Stretch]) -> Result<(), String> {
    let searcher = opened.reader.searcher();
    let mut ledger = opened.ledger.clone();
    let mut batch: BTreeMap<String, Held> = BTreeMap::new();
    for stretch in stretches {
        let owner = owner(stretch.organisation, stretch.conversation);
        let held = match batch.remove(&owner) {
            _ if stretch.after == 0 => Held::default(),
            Some(held) => held,
            None => {
                let last = mark(&searcher, opened.fields, &owner)?.map_or(0, |mark| mark.last);
                Held { last, is_committed: true, ..Held::default() }
            }
        };
        // Of an index that was lost meanwhile the rest is not enough.
        if held.last != stretch.after {
            continue;
        }
        let mut writing = Writing { opened, searcher: &searcher, stretch, owner, held, erased: false };
        writing.all()?;
        ledger.forgotten |= writing.erased;
        batch.insert(writing.owner, Held { last: stretch.last, ..writing.held });
    }
    opened.commit(ledger)
}

/// Takes out all that is held of the conversations in which something was erased; for what they said since they are read anew.
pub fn erase(opened: &mut Opened, stretches: &[Stretch]) -> Result<(), String> {
    let forgets = |stretch: &&Stretch| stretch.entries.iter().any(|entry| entry.what == Happening::Erased);
    let mut erased = false;
    for stretch in stretches.iter().filter(forgets) {
        let owner = owner(stretch.organisation, stretch.conversation);
        opened.writer.delete_term(term(opened.fields.owner, &owner));
        erased = true;
    }
    if !erased {
        return Ok(());
    }
    let mut ledger = opened.ledger.clone();
    ledger.forgotten = true;
    opened.commit(ledger)
}

/// What is held of a conversation while a batch is put in.
#[derive(Default)]
struct Held {
    /// Number of the last entry.
    last: u64,
    /// Whether what was held before the batch still is: the searcher sees that, and nothing of the batch.
    is_committed: bool,
    /// Numbers of the messages that the batch has touched, by their keys; `None` for what was taken back.
    known: BTreeMap<String, Option<u64>>,
}

/// The mark of a conversation.
pub fn mark(searcher: &Searcher, fields: Fields, owner: &str) -> Result<Option<Mark>, String> {
    let found = numbers(searcher, term(fields.mark, owner), [NUMBER, VERSION]).map_err(text)?;
    Ok(found.map(|[last, version]| Mark { version, last }))
}

/// Two fields of the one document that has this term. Without a score: the counts that one is made of have what was deleted too, and
/// tantivy panics where a term is in more documents than there are.
fn numbers(searcher: &Searcher, term: Term, names: [&str; 2]) -> tantivy::Result<Option<[u64; 2]>> {
    let query = TermQuery::new(term, IndexRecordOption::Basic);
    let found = searcher.search(&query, &DocSetCollector)?;
    let Some(address) = found.into_iter().next() else { return Ok(None) };
    let fast = searcher.segment_reader(address.segment_ord).fast_fields();
    let mut numbers = [0; 2];
    for (number, name) in numbers.iter_mut().zip(names) {
        *number = fast.u64(name)?.first(address.doc_id).unwrap_or_default();
    }
    Ok(Some(numbers))
}

/// Drops what was forgotten from the files too: the segments in which messages were deleted are written anew without them. Nearly all
/// have lost marks, which have no words. A segment that is being merged at this moment is for the next time.
pub fn purge(opened: &mut Opened) -> Result<(), String> {
    let segments = with_deleted_messages(opened).map_err(text)?;
    let mut ledger = opened.ledger.clone();
    ledger.forgotten = false;
    for segment in segments {
        ledger.forgotten |= opened.writer.merge(&[segment]).wait().is_err();
    }
    opened.commit(ledger)?;
    opened.writer.garbage_collect_files().wait().map(drop).map_err(text)
}

fn with_deleted_messages(opened: &Opened) -> tantivy::Result<Vec<SegmentId>> {
    // What was merged since the last commit has other segments.
    opened.reader.reload()?;
    let mut found = Vec::new();
    for segment in opened.reader.searcher().segment_readers() {
        let source = segment.fast_fields().u64(SOURCE)?;
        let is_message = |document| source.first(document) != Some(OF_MARK);
        if (0..segment.max_doc()).any(|document| segment.is_deleted(document) && is_message(document)) {
            found.push(segment.segment_id());
        }
    }
    Ok(found)
}

/// Empties the index.
pub fn clear(opened: &mut Opened) -> Result<(), String> {
    opened.writer.delete_all_documents().map_err(text)?;
    let ledger = opened.ledger.clone();
    opened.commit(ledger)
}

struct Writing<'a> {
    opened: &'a Opened,
    searcher: &'a Searcher,
    stretch: &'a Stretch,
    owner: String,
    held: Held,
    erased: bool,
}

/// Numbers of a document, as the fields of the same names have them.
#[derive(Clone, Copy)]
struct Numbers {
    number: u64,
    source: u64,
    at: u64,
    version: u64,
}

impl Writing<'_> {
    fn all(&mut self) -> Result<(), String> {
        let (opened, stretch) = (self.opened, self.stretch);
        let (writer, fields) = (&opened.writer, opened.fields);
        let before = if stretch.after == 0 { fields.owner } else { fields.mark };
        writer.delete_term(term(before, &self.owner));
        for entry in &stretch.entries {
            match Saying::of(entry) {
                Saying::New { key, text } => {
                    self.add(&key, entry.sequence, entry, &text)?;
                    self.held.known.insert(key, Some(entry.sequence));
                }
                Saying::Change { key, text } => self.change(key, entry, text.as_deref())?,
                Saying::Erased => {
                    writer.delete_term(term(fields.owner, &self.owner));
                    self.held = Held::default();
                    self.erased = true;
                }
                Saying::Nothing => {}
            }
        }
        let (number, version) = (stretch.last, stretch.version);
        let mut mark = self.document(Numbers { number, source: OF_MARK, at: 0, version });
        mark.add_text(fields.mark, &self.owner);
        writer.add_document(mark).map(|_| ()).map_err(text)
    }

    /// What is changed must be known: what was taken back or forgotten stays so.
    fn change(&mut self, key: String, entry: &Entry, said: Option<&str>) -> Result<(), String> {
        let term = self.message(&key);
        let held = match self.held.known.get(&key) {
            Some(known) => *known,
            None if self.held.is_committed => {
                let found = numbers(self.searcher, term.clone(), [NUMBER, VERSION]).map_err(text)?;
                found.map(|[number, _]| number)
            }
            None => None,
        };
        let Some(number) = held else { return Ok(()) };
        self.opened.writer.delete_term(term);
        if let Some(said) = said {
            self.add(&key, number, entry, said)?;
        }
        self.held.known.insert(key, said.map(|_| number));
        Ok(())
    }

    fn add(&self, key: &str, number: u64, entry: &Entry, said: &str) -> Result<(), String> {
        let fields = self.opened.fields;
        let at = u64::try_from(entry.at.as_microsecond()).unwrap_or_default();
        let mut message = self.document(Numbers { number, source: entry.sequence, at, version: 0 });
        message.add_text(fields.message, self.message_key(key));
        message.add_pre_tokenized_text(fields.text, tokens(self.stretch.organisation, said));
        self.opened.writer.add_document(message).map(|_| ()).map_err(text)
    }

    /// All numbers are on all documents: a column that no document of a segment has cannot be read.
    fn document(&self, numbers: Numbers) -> TantivyDocument {
        let fields = self.opened.fields;
        let (high, low): (u64, u64) = self.stretch.conversation.0.into();
        let mut document = TantivyDocument::default();
        document.add_text(fields.owner, &self.owner);
        for (field, number) in [
            (fields.high, high),
            (fields.low, low),
            (fields.number, numbers.number),
            (fields.source, numbers.source),
            (fields.at, numbers.at),
            (fields.version, numbers.version),
        ] {
            document.add_u64(field, number);
        }
        document
    }

    fn message(&self, key: &str) -> Term {
        term(self.opened.fields.message, &self.message_key(key))
    }

    fn message_key(&self, key: &str) -> String {
        format!("{}/{key}", self.owner)
    }
}

/// The terms of a text, each once.
fn tokens(organisation: OrganisationId, said: &str) -> PreTokenizedString {
    let forms: BTreeSet<String> = any_language(said, true).into_iter().flat_map(|word| word.forms).collect();
    let tokens = forms.iter().enumerate().map(|(position, form)| Token {
        position,
        text: of_organisation(organisation, form),
        ..Token::default()
    });
    PreTokenizedString { text: String::new(), tokens: tokens.collect() }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn text(error: tantivy::TantivyError) -> String {
    error.to_string()
}

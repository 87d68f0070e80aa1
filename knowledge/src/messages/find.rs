//! Which messages have all of these words?

use std::{
    collections::{BTreeMap, btree_map},
    ops::Bound,
};

use studio_core::id::{ConversationId, OrganisationId};
use tantivy::{
    Order, SegmentReader,
    collector::TopDocs,
    columnar::Column,
    query::{BooleanQuery, Occur, Query, RangeQuery, TermQuery},
    schema::{Field, IndexRecordOption},
};

use super::schema::{AT, HIGH, LOW, Messages, NUMBER, SOURCE, of_organisation, term};
use crate::{
    analysis::{AnyWord, any_language},
    derived::{View, guarded},
};

/// Words of a query that are looked for; a longer one is asked by its first ones.
const MOST_WORDS: usize = 16;
/// What of a query is read, in bytes.
const LONGEST_QUERY: usize = 1_024;
/// Messages that are looked at, the newest of those that were found.
const MOST_MESSAGES: usize = 20_000;
/// Conversations that are told, those with the newest messages.
const MOST_CONVERSATIONS: usize = 5_000;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// The newest message of each conversation, that of the highest number. The conversations with the newest first.
    pub messages: Vec<Hit>,
    /// Whether there is nothing beyond them.
    pub all: bool,
}

/// A message that has the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    pub conversation: ConversationId,
    pub number: u64,
    /// Number of the entry that has the text: the message itself, or its last change.
    pub source: u64,
}

/// The words that a query asks for.
pub fn asked(query: &str) -> Vec<AnyWord> {
    let mut words = any_language(beginning(query, LONGEST_QUERY), false);
    words.truncate(MOST_WORDS);
    words
}

pub fn beginning(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// The messages of an organisation that have all words of `query`, each whole or as the beginning of a longer one. A query without
/// words finds nothing.
pub fn find(view: &View<Messages>, organisation: OrganisationId, query: &str) -> Hits {
    let words = asked(query);
    if words.is_empty() {
        return Hits { messages: Vec::new(), all: true };
    }
    let found = guarded(|| with_words(view, organisation, &words).map_err(|error| error.to_string()));
    found.unwrap_or_else(|error| {
        // Damage on the disk, which the next start finds and heals.
        tracing::error!(error, "message_index.search_failed");
        Hits::default()
    })
}

fn with_words(
    view: &View<Messages>,
    organisation: OrganisationId,
    words: &[AnyWord],
) -> tantivy::Result<Hits> {
    let all = words.iter().map(|word| (Occur::Must, any_form(view.fields.text, organisation, word)));
    let query = BooleanQuery::new(all.collect());
    let newest = TopDocs::with_limit(MOST_MESSAGES).order_by_u64_field(AT, Order::Desc);
    let found = view.searcher.search(&query, &newest)?;
    let mut hits = Hits { messages: Vec::new(), all: found.len() < MOST_MESSAGES };
    let columns = view.searcher.segment_readers().iter().map(Columns::of);
    let columns: Vec<Columns> = columns.collect::<tantivy::Result<_>>()?;
    let mut places = BTreeMap::new();
    for (_, address) in found {
        let hit = columns.get(address.segment_ord as usize).and_then(|columns| columns.hit(address.doc_id));
        let Some(hit) = hit else { continue };
        match places.entry(hit.conversation) {
            // The time does not tell which is the newest: all that a turn says has one, and a change has its own.
            btree_map::Entry::Occupied(place) => newest_of(&mut hits.messages[*place.get()], hit),
            btree_map::Entry::Vacant(_) if hits.messages.len() == MOST_CONVERSATIONS => hits.all = false,
            btree_map::Entry::Vacant(place) => {
                place.insert(hits.messages.len());
                hits.messages.push(hit);
            }
        }
    }
    Ok(hits)
}

fn newest_of(held: &mut Hit, other: Hit) {
    if other.number > held.number {
        *held = other;
    }
}

fn any_form(field: Field, organisation: OrganisationId, word: &AnyWord) -> Box<dyn Query> {
    let forms = word.forms.iter().map(|form| (Occur::Should, of_form(field, organisation, form, word.gram)));
    Box::new(BooleanQuery::new(forms.collect()))
}

/// A single letter is a word, and not the beginning of a tenth of all.
fn of_form(field: Field, organisation: OrganisationId, form: &str, gram: bool) -> Box<dyn Query> {
    let first = of_organisation(organisation, form);
    if gram || form.chars().nth(1).is_none() {
        return Box::new(TermQuery::new(term(field, &first), IndexRecordOption::Basic));
    }
    let behind = format!("{first}{}", char::MAX);
    Box::new(RangeQuery::new(Bound::Included(term(field, &first)), Bound::Excluded(term(field, &behind))))
}

/// What is read of the messages of a segment.
struct Columns {
    high: Column<u64>,
    low: Column<u64>,
    number: Column<u64>,
    source: Column<u64>,
}

impl Columns {
    fn of(segment: &SegmentReader) -> tantivy::Result<Self> {
        let fast = segment.fast_fields();
        Ok(Self {
            high: fast.u64(HIGH)?,
            low: fast.u64(LOW)?,
            number: fast.u64(NUMBER)?,
            source: fast.u64(SOURCE)?,
        })
    }

    fn hit(&self, document: u32) -> Option<Hit> {
        let halves = (self.high.first(document)?, self.low.first(document)?);
        Some(Hit {
            conversation: ConversationId(halves.into()),
            number: self.number.first(document)?,
            source: self.source.first(document)?,
        })
    }
}

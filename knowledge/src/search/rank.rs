//! Which passages fit the words best, by BM25?

use tantivy::{
    DocAddress, Searcher, TantivyDocument, Term,
    collector::TopDocs,
    query::{Bm25StatisticsProvider, BooleanQuery, BoostQuery, DisjunctionMaxQuery, Occur, Query, TermQuery},
    schema::{Field, IndexRecordOption, Value},
};

use super::expand::Sought;
use crate::{
    index::{Fields, Partition, Stored, View, content_term, term},
    meaning::Content,
};

/// What title and headings add to a score.
const HEAD: f64 = 0.6;
/// Share of the lesser variants of a word beside the best.
const LESSER: f32 = 0.1;

/// The best `limit` passages of a partition with their scores.
pub fn candidates(
    view: &View,
    partition: &Partition,
    words: &[Sought],
    limit: usize,
) -> tantivy::Result<Vec<(f64, Stored)>> {
    let parts = words.iter().flat_map(|word| {
        let text = of_word(view.fields.text, partition, word, word.weight.share());
        let head = of_word(view.fields.head, partition, word, word.weight.share() * HEAD);
        [(Occur::Should, text), (Occur::Should, head)]
    });
    let query = BooleanQuery::new(parts.collect());
    let statistics = Statistics { searcher: &view.searcher, partition, fields: view.fields };
    let top = TopDocs::with_limit(limit).order_by_score();
    let found = view.searcher.search_with_statistics_provider(&query, &top, &statistics)?;
    let scored =
        |(score, address): (f32, DocAddress)| stored(view, address).map(|stored| (f64::from(score), stored));
    found.into_iter().map(scored).collect()
}

/// The passage of a partition that says this, if there is one at this moment.
pub fn of_content(view: &View, partition: &Partition, content: &Content) -> tantivy::Result<Option<Stored>> {
    let term = content_term(view.fields.content, partition.number, content);
    let query = TermQuery::new(term, IndexRecordOption::Basic);
    let found = view.searcher.search(&query, &TopDocs::with_limit(1).order_by_score())?;
    found.into_iter().next().map(|(_, address)| stored(view, address)).transpose()
}

fn stored(view: &View, address: DocAddress) -> tantivy::Result<Stored> {
    let document: TantivyDocument = view.searcher.doc(address)?;
    let bytes = document.get_first(view.fields.stored).and_then(|value| value.as_bytes());
    bytes.and_then(|bytes| serde_json::from_slice(bytes).ok()).ok_or_else(|| {
        tantivy::TantivyError::InternalError("a passage of the index is unreadable".to_owned())
    })
}

#[expect(clippy::cast_possible_truncation, reason = "boosts between 0 and 1")]
fn of_word(field: Field, partition: &Partition, word: &Sought, boost: f64) -> Box<dyn Query> {
    let variants = word.terms.iter().map(|(text, worth)| -> Box<dyn Query> {
        let query = TermQuery::new(term(field, partition.number, text), IndexRecordOption::WithFreqs);
        Box::new(BoostQuery::new(Box::new(query), (worth * boost) as f32))
    });
    let mut variants: Vec<Box<dyn Query>> = variants.collect();
    match (variants.pop(), variants.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            variants.extend(last);
            Box::new(DisjunctionMaxQuery::with_tie_breaker(variants, LESSER))
        }
    }
}

/// The partition's own numbers, in place of those of all bots together.
struct Statistics<'a> {
    searcher: &'a Searcher,
    partition: &'a Partition,
    fields: Fields,
}

impl Bm25StatisticsProvider for Statistics<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        let partition = self.partition;
        Ok(if field == self.fields.head { partition.head_terms } else { partition.text_terms }.max(1))
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.partition.passages.max(1))
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        // tantivy panics if a term is in more documents than there are.
        Ok(self.searcher.doc_freq(term)?.min(self.partition.passages))
    }
}

//! Which passages answer a question, and how much of it?
//!
//! For each language that the bot has documents in:
//! 1. the question is analysed as that language's documents were, and cut down to the words that say something; where
//!    none of them is a topic, those count that ask by themselves ("what should I bring?"), or else what answers has all of
//!    its heading in the question;
//! 2. each word becomes the terms that it may stand for ([`expand`]): itself, and the noun of a verb; if unknown, what it
//!    may be misspelt from, or the two words that it joins; if last, what it may be the beginning of; if the language has
//!    compounds, what it is a part of;
//! 3. BM25 over the passages of that language finds candidates ([`rank`]);
//! 4. each is weighed by the share of the question that it covers, by how close together, and by whether the question says
//!    its heading ([`coverage`]).
//!
//! Then the languages are put together, others below the one that was asked in.
//!
//! Where the bot searches by meaning ([`meaning`]), the passages that are near to the question come to those, whatever words they
//! have, and all are put in order by both.

mod coverage;
mod expand;
mod rank;

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
};

use studio_core::understanding::{FoundBy, Passage};

use coverage::Covered;

use crate::{
    analysis::{Analyzer, Asked, Role, Weight, code_of, detect},
    index::{Held, Partition, Stored, View},
    meaning::{self, Meaning, Near, Nearness},
};

/// What of a question is read, in bytes: more is no question.
const LONGEST_QUESTION: usize = 4_096;
/// Candidates of one language that are weighed by coverage.
const CANDIDATES: usize = 50;
/// What an answer in another language than the question's is worth.
const OTHER_LANGUAGE: f64 = 0.5;
/// How much of a score depends on coverage.
const BY_COVERAGE: f64 = 0.3;
/// What words that stand together as in the question add at most.
const BY_CLOSENESS: f64 = 0.6;
/// What a heading adds that the question says whole; a title of one word, such as "Returns", heads all that its document says.
const BY_HEADING: f64 = 0.3;

/// See [`crate::Knowledge::search`].
pub fn search(
    view: &View,
    held: &Held,
    meaning: Option<&Meaning>,
    (query, language): (&str, &str),
    limit: usize,
) -> Vec<Passage> {
    let query = beginning(query, LONGEST_QUESTION);
    let asked = code_of(language);
    let among: Vec<&str> = held.partitions.keys().map(String::as_str).collect();
    let written = if among.len() > 1 { detect(query, &among) } else { None };
    let near = meaning.and_then(|meaning| near(meaning, query, &asked, written));
    let mut passages = Vec::new();
    for (language, partition) in &held.partitions {
        let preferred = *language == asked || written == Some(language.as_str());
        let factor = if preferred || among.len() == 1 { 1.0 } else { OTHER_LANGUAGE };
        let near = near.as_ref().and_then(|near| near.of(language));
        match guarded(|| in_language(view, (language, partition), query, limit.max(CANDIDATES), near)) {
            Ok(found) => passages.extend(found.into_iter().map(|mut passage| {
                passage.score *= factor;
                passage
            })),
            // Damage on the disk, which the next start finds and heals: the other languages still answer.
            Err(error) => tracing::error!(error, language, "knowledge.search_failed"),
        }
    }
    if near.is_some() {
        meaning::fuse(&mut passages);
    }
    passages.sort_by(|a, b| b.score.total_cmp(&a.score));
    passages.truncate(limit);
    passages
}

/// What is near to a question that asks for something, in each of the languages that it may be in.
fn near(meaning: &Meaning, query: &str, asked: &str, written: Option<&str>) -> Option<Near> {
    let spoken: Vec<&str> = [asked].into_iter().chain(written).filter(|code| !code.is_empty()).collect();
    let asks = |code: &&str| aim(&mut Analyzer::of(code).question(query)) == Aim::Any;
    if spoken.iter().all(asks) { meaning.near(query, &spoken) } else { None }
}

fn in_language(
    view: &View,
    (language, partition): (&str, &Partition),
    query: &str,
    candidates: usize,
    near: Option<&Nearness>,
) -> tantivy::Result<Vec<Passage>> {
    let mut analyzer = Analyzer::of(language);
    let mut question = analyzer.question(query);
    let aim = aim(&mut question);
    let mut said: BTreeSet<String> = question.iter().flat_map(|asked| asked.terms.clone()).collect();
    let (words, by_words) = if aim == Aim::Nothing {
        (Vec::new(), Vec::new())
    } else {
        let words = expand::expand(view, partition, question, &mut analyzer)?;
        let by_words = rank::candidates(view, partition, &words, candidates)?;
        (words, by_words)
    };
    said.extend(words.iter().flat_map(|word| word.forms().cloned()));
    let mut by_meaning = near.map(meaning::nearest).unwrap_or_default();
    let mut passages = Vec::new();
    for (score, stored) in by_words {
        let Covered { coverage, closeness, named, entitled } =
            coverage::coverage(&words, &said, &stored, &mut analyzer);
        if aim == Aim::Heading && !entitled {
            continue;
        }
        let by_heading =
            if named || (entitled && !stored.headings.is_empty()) { 1.0 + BY_HEADING } else { 1.0 };
        let factor =
            (1.0 - BY_COVERAGE + BY_COVERAGE * coverage) * (1.0 + BY_CLOSENESS * closeness) * by_heading;
        let content = stored.content();
        let by = if by_meaning.remove(&content).is_some() { FoundBy::Both } else { FoundBy::Words };
        let nearness = near.and_then(|near| near.get(&content).copied());
        let found = Passage { nearness, by, ..passage(stored, language) };
        passages.push(Passage { score: score * factor, coverage, ..found });
    }
    for (content, nearness) in by_meaning {
        // What was published a moment ago may be gone.
        let Some(stored) = rank::of_content(view, partition, &content)? else { continue };
        let Covered { coverage, entitled, .. } = coverage::coverage(&words, &said, &stored, &mut analyzer);
        // Its words answer no more than they would by themselves.
        let coverage = if aim == Aim::Heading && !entitled { 0.0 } else { coverage };
        let found = Passage { nearness: Some(nearness), by: FoundBy::Meaning, ..passage(stored, language) };
        passages.push(Passage { coverage, ..found });
    }
    Ok(passages)
}

fn passage(stored: Stored, language: &str) -> Passage {
    Passage {
        document: stored.document,
        title: stored.title,
        headings: stored.headings,
        text: stored.text,
        language: language.to_owned(),
        score: 0.0,
        coverage: 0.0,
        nearness: None,
        by: FoundBy::Words,
    }
}

/// What of the passages a question may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aim {
    Any,
    /// Those whose heading it says.
    Heading,
    Nothing,
}

/// Where no word is a topic, what asks by itself is one, and all else says nothing.
fn aim(question: &mut [Asked]) -> Aim {
    if question.iter().any(is_topic) {
        return Aim::Any;
    }
    let has = |role: Role| question.iter().any(|asked| asked.role == role);
    if has(Role::What) && has(Role::Asks) {
        for asked in question.iter_mut().filter(|asked| asked.role != Role::Asks) {
            asked.weight = Weight::None;
        }
        return Aim::Any;
    }
    let says_little = question.iter().any(|asked| asked.weight == Weight::Little);
    if says_little { Aim::Heading } else { Aim::Nothing }
}

/// Whether a word says what is asked about. "People", "love" and "30" stand in many a passage and ask for none.
fn is_topic(asked: &Asked) -> bool {
    let text = &asked.word.text;
    let small_number = text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    asked.weight == Weight::Full && !small_number
}

fn beginning(text: &str, bytes: usize) -> &str {
    if text.len() <= bytes { text } else { &text[..text.floor_char_boundary(bytes)] }
}

fn guarded<T>(work: impl FnOnce() -> tantivy::Result<T>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done.map_err(|error| error.to_string()),
        Err(_) => Err("reading the index panicked".to_owned()),
    }
}

//! How near are the passages to a question, and what of it beside the words?

use std::collections::BTreeMap;

use studio_core::understanding::Passage;

use super::{Content, Meaning};

/// The nearness of each passage of a language: the cosine of its vector and the question's.
pub type Nearness = BTreeMap<Content, f64>;

/// Passages of a language that are found by meaning alone, and how near they must be: what is further away is about something else
/// (docs/bots.md has the figures).
const MOST: usize = 20;
const LEAST: f64 = 0.25;
/// Of the reciprocal ranks, as by Cormack, Clarke and Büttcher ("Reciprocal Rank Fusion outperforms Condorcet and individual Rank
/// Learning Methods", 2009).
const RANKS: f64 = 60.0;

/// How near a question is to the passages, by their language.
#[derive(Debug, Default)]
pub struct Near(BTreeMap<String, Nearness>);

impl Meaning {
    /// Nothing where the model does not answer soon. `spoken` are the languages that the question may be in; passages in others
    /// count where the model brings the two together.
    pub fn near(&self, question: &str, spoken: &[&str]) -> Option<Near> {
        let question = self.embedder.embed_now(question).ok()?;
        let is_heard = |language: &str| {
            language.is_empty()
                || spoken.is_empty()
                || spoken.iter().any(|spoken| *spoken == language || self.embedder.joins(spoken, language))
        };
        let heard = self.vectors.by_language.iter().filter(|(language, _)| is_heard(language));
        let near = heard.map(|(language, vectors)| {
            let nearness = vectors.iter().map(|(content, vector)| (*content, cosine(&question, vector)));
            (language.clone(), nearness.collect())
        });
        Some(Near(near.collect()))
    }
}

impl Near {
    pub fn of(&self, language: &str) -> Option<&Nearness> {
        self.0.get(language)
    }
}

/// Of vectors whose length is 1.
fn cosine(one: &[f32], other: &[f32]) -> f64 {
    f64::from(one.iter().zip(other).map(|(one, other)| one * other).sum::<f32>())
}

/// The passages that are near enough to be found by it, at most [`MOST`].
pub fn nearest(nearness: &Nearness) -> Nearness {
    let mut near: Vec<_> = nearness.iter().filter(|(_, nearness)| **nearness >= LEAST).collect();
    near.sort_by(|one, other| other.1.total_cmp(one.1));
    near.into_iter().take(MOST).map(|(content, nearness)| (*content, *nearness)).collect()
}

/// Gives passages that were found by words and by meaning one score: the sum of their reciprocal ranks, each times how much of the
/// question the passage covers, and how near it is. What has a little of the question's words and is not near either does not
/// come before what is near.
pub fn fuse(passages: &mut [Passage]) {
    let words = ranks(passages, |passage| passage.score);
    let meaning = ranks(passages, |passage| passage.nearness.unwrap_or(-1.0));
    for ((passage, by_words), by_meaning) in passages.iter_mut().zip(words).zip(meaning) {
        let covered = if passage.score > 0.0 { passage.coverage } else { 0.0 };
        let nearness = passage.nearness.unwrap_or(0.0).max(0.0);
        passage.score = covered / (RANKS + by_words) + nearness / (RANKS + by_meaning);
    }
}

/// The place of each passage by what is told of it, the greatest first, from 1 on.
fn ranks(passages: &[Passage], of: impl Fn(&Passage) -> f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..passages.len()).collect();
    order.sort_by(|one, other| of(&passages[*other]).total_cmp(&of(&passages[*one])));
    let mut ranks = vec![0.0; passages.len()];
    let mut rank = 1.0;
    for at in order {
        ranks[at] = rank;
        rank += 1.0;
    }
    ranks
}

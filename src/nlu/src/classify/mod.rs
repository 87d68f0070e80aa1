//! Which intent does a text have, and how sure is that?

mod calibrate;
mod features;
mod lanes;
mod linear;
mod near;
mod parallel;
mod ridge;
mod semantic;
mod strangers;
mod train;
mod validate;
mod vocabulary;
mod weights;

pub(crate) use calibrate::{Calibration, single};
pub(crate) use features::word_hash;
pub(crate) use near::Phrases;
pub(crate) use ridge::Ridge;
pub(crate) use semantic::{Meanings, Semantic, train as train_semantic};
pub(crate) use strangers::texts as strange_texts;
pub(crate) use train::{Example, Material, train};
pub(crate) use vocabulary::{Vector, Vocabulary};
pub(crate) use weights::Weights;

use calibrate::Signs;

use crate::text::Reading;

/// The trained linear part of the understanding.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Classifier {
    pub(crate) vocabulary: Vocabulary,
    pub(crate) weights: Weights,
    pub(crate) calibration: Calibration,
}

/// What the classifier makes of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Ranking {
    /// Indices of intents with their confidence, the most likely first; at most five.
    pub(crate) intents: Vec<(usize, f64)>,
    /// Whether anything in the text was ever seen in training.
    pub(crate) known: bool,
}

/// Share of familiar words at which a bot of a single intent is sure. Texts that were meant for such a bot have 0.25
/// and more, everyday ones that were not 0.15 at most (tried on a handful of small bots).
const FAMILIAR: f64 = 0.45;

/// Intents of which none can be left out to stand for what the bot is not about.
pub(crate) const FEW_INTENTS: usize = 2;

/// Most intents that are named for one text.
const MOST_INTENTS: usize = 5;

impl Classifier {
    /// What the model sees of a text.
    pub(crate) fn vector(&self, reading: &Reading<'_>, kinds: &[&str]) -> Vector {
        self.vocabulary.vector(&features::features(reading, kinds))
    }

    /// The best intents with their scores, and what these are signs of.
    fn best(&self, vector: &Vector) -> Option<(Vec<(usize, f32)>, Signs)> {
        let scores = self.weights.scores(vector);
        let mut best: Vec<(usize, f32)> = scores.into_iter().enumerate().collect();
        best.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        best.truncate(MOST_INTENTS);
        let &(_, first) = best.first()?;
        let second = best.get(1).map_or(calibrate::NOBODY, |(_, score)| *score);
        Some((best, Signs { first, second, known: vector.known }))
    }

    pub(crate) fn rank(&self, vector: &Vector) -> Ranking {
        let Some((best, signs)) = self.best(vector) else { return Ranking::default() };
        let first = signs.first;
        let confidence = self.calibration.confidence(&signs);
        // One intent has nothing to be told apart from, and two have only each other: then the share of familiar words speaks too.
        let confidence = if best.len() <= FEW_INTENTS {
            confidence.min(f64::from(vector.known) / FAMILIAR)
        } else {
            confidence
        };
        let intents = best
            .into_iter()
            .map(|(intent, score)| (intent, confidence * calibrate::share_of_best(first, score)))
            .collect();
        Ranking { intents, known: !vector.entries.is_empty() }
    }

    /// Whether this word, as it is typed, occurs in the phrases.
    pub(crate) fn knows_word(&self, word: &str) -> bool {
        self.vocabulary.knows(word_hash(word))
    }
}

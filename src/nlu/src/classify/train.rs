//! How is a classifier made from phrases?

use super::{
    Classifier,
    calibrate::Calibration,
    features::{Features, features},
    linear::{self, BLOCK},
    parallel,
    validate::validate,
    vocabulary::{Vector, Vocabulary},
    weights::Weights,
};
use crate::text::Reading;

/// Trains on phrases with the indices of their intents (below `intents`).
pub(crate) fn train(phrases: &[(&str, usize)], intents: usize) -> Classifier {
    let texts: Vec<Features> =
        parallel::map(phrases.len(), |phrase| features(&Reading::new(phrases[phrase].0)));
    let labels: Vec<usize> = phrases.iter().map(|(_, intent)| *intent).collect();
    let calibration = Calibration::fit(&validate(&texts, &labels, intents));
    let vocabulary = Vocabulary::choose(texts.iter(), intents);
    let vectors: Vec<Vector> = texts.iter().map(|text| vocabulary.vector(text)).collect();
    let seen: Vec<&Vector> = vectors.iter().collect();
    let blocks = parallel::map(intents.div_ceil(BLOCK), |block| {
        let first = block * BLOCK;
        linear::train(&seen, &labels, first..(first + BLOCK).min(intents), vocabulary.len())
    });
    let weights = Weights::new(&blocks, intents, vocabulary.len());
    Classifier { vocabulary, weights, calibration }
}

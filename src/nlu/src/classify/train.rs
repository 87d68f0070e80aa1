//! How is a classifier made from phrases?

use super::{
    Classifier,
    calibrate::{Calibration, USUAL},
    features::{Features, features},
    linear::{self, BLOCK},
    parallel,
    validate::{Held, validate},
    vocabulary::{Vector, Vocabulary},
    weights::Weights,
};
use crate::text::Reading;

/// One text to learn from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Example {
    pub(crate) text: String,
    /// Index of its intent.
    pub(crate) intent: usize,
    /// What stands for a phrase without being one: an intent's name or description. It counts for less, and says nothing
    /// about how well phrases are understood.
    pub(crate) hint: bool,
}

/// What a hint counts for.
const HINT: f32 = 0.5;

/// Everything about the examples that training looks at.
pub(crate) struct Material {
    pub(crate) texts: Vec<Features>,
    pub(crate) labels: Vec<usize>,
    pub(crate) counts: Vec<f32>,
    pub(crate) intents: usize,
}

impl Material {
    pub(crate) fn new(examples: &[Example], intents: usize) -> Self {
        Self {
            texts: parallel::map(examples.len(), |at| features(&Reading::new(&examples[at].text))),
            labels: examples.iter().map(|example| example.intent).collect(),
            counts: examples.iter().map(|example| if example.hint { HINT } else { 1.0 }).collect(),
            intents,
        }
    }

    /// Whether a text is one that somebody wrote.
    pub(crate) fn is_phrase(&self, text: usize) -> bool {
        self.counts[text] >= 1.0
    }
}

/// Trains on phrases and hints of intents; also tells what the texts that were held out showed.
pub(crate) fn train(material: &Material) -> (Classifier, Vec<Held>) {
    let Material { texts, labels, counts, intents } = material;
    let intents = *intents;
    let held = validate(material);
    let calibration = Calibration::fit(&held, &USUAL);
    let vocabulary = Vocabulary::choose(texts.iter(), intents);
    let vectors: Vec<Vector> = texts.iter().map(|text| vocabulary.vector(text)).collect();
    let seen: Vec<&Vector> = vectors.iter().collect();
    let blocks = parallel::map(intents.div_ceil(BLOCK), |block| {
        let first = block * BLOCK;
        linear::train(&seen, labels, counts, first..(first + BLOCK).min(intents), vocabulary.len())
    });
    let weights = Weights::new(&blocks, intents, vocabulary.len());
    (Classifier { vocabulary, weights, calibration }, held)
}

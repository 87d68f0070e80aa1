//! How are the trained weights kept: one byte each, with a scale per feature?

use super::{
    lanes,
    linear::{BLOCK, Block},
    vocabulary::Vector,
};

/// Weights of all intents, feature-major.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Weights {
    pub(crate) intents: usize,
    /// What 1 stands for in a feature's row.
    pub(crate) scales: Vec<f32>,
    /// `features × intents`.
    pub(crate) rows: Vec<i8>,
    pub(crate) bias: Vec<f32>,
}

impl Weights {
    /// From the trained blocks, in their order. The rounding costs no accuracy worth the name
    /// and makes a model a quarter as large.
    pub(crate) fn new(blocks: &[Block], intents: usize, features: usize) -> Self {
        let mut weights = Self {
            intents,
            scales: vec![0.0; features],
            rows: vec![0; features * intents],
            bias: blocks.iter().flat_map(|block| block.bias).take(intents).collect(),
        };
        let mut row: Vec<f32> = Vec::with_capacity(intents);
        for feature in 0..features {
            row.clear();
            row.extend(
                blocks
                    .iter()
                    .flat_map(|block| block.weights[feature * BLOCK..][..BLOCK].iter().copied())
                    .take(intents),
            );
            let largest = row.iter().fold(0.0_f32, |largest, weight| largest.max(weight.abs()));
            if largest > 0.0 {
                weights.scales[feature] = largest / 127.0;
                for (kept, weight) in weights.rows[feature * intents..].iter_mut().zip(&row) {
                    *kept = rounded(weight / weights.scales[feature]);
                }
            }
        }
        weights
    }

    /// The score of each intent: above 0 rather yes, below rather no.
    pub(crate) fn scores(&self, text: &Vector) -> Vec<f32> {
        let mut scores = self.bias.clone();
        for (feature, value) in &text.entries {
            let feature = *feature as usize;
            let by = value * self.scales[feature];
            let row = &self.rows[feature * self.intents..][..self.intents];
            lanes::add(&mut scores, row, by);
        }
        scores
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the scale brings every weight to -127..=127")]
fn rounded(weight: f32) -> i8 {
    weight.round() as i8
}

//! Which weights tell the intents apart?
//!
//! One linear support vector machine with squared hinge loss per intent (this one against all others),
//! trained by dual coordinate descent (Hsieh et al., "A dual coordinate descent method for large-scale
//! linear SVM", 2008), for a block of intents in lockstep:
//!
//! 1. Every text has a dual variable per intent, 0 at first; the weights are the sum of the texts, each
//!    times its dual variable and its sign (+1 if it is of the intent, -1 otherwise).
//! 2. Going over the texts in a shuffled order, each dual variable is moved to where the dual objective is
//!    smallest while all others stay: `a = max(0, a - (y·score - 1 + a/2C) / (|x|² + 1 + 1/2C))`,
//!    and the weights follow.
//! 3. After eight rounds the weights have settled well enough: more rounds do not change the accuracy.
//!
//! The weights of one feature for all intents of a block lie side by side, so both the score and the update are
//! straight runs over memory. Intents do not depend on each other, so blocks may be trained at the same time
//! and the result is the same to the bit.

use std::ops::Range;

use super::{lanes, vocabulary::Vector};

/// Intents of a block.
pub(crate) const BLOCK: usize = 32;

/// How often training goes over the texts.
const ROUNDS: usize = 8;
/// Cost of a text of the intent that is on the wrong side, and of one of the other intents. The few own
/// texts count more than the many others. Chosen once, on BANKING77 and CLINC150, for every bot; on which part of them nobody
/// wrote down (docs/understanding.md, "How each setting was chosen").
const COST_OWN: f32 = 3.0;
const COST_OTHERS: f32 = 1.0;

/// So many moving intents are quicker one by one than as a run over all.
const FEW: usize = 6;

/// The weights of a block of intents.
pub(crate) struct Block {
    /// Feature-major, [`BLOCK`] of each feature.
    pub(crate) weights: Vec<f32>,
    pub(crate) bias: [f32; BLOCK],
}

/// Trains the intents of the range (at most [`BLOCK`]). `labels` are indices of intents, beyond all of them for a text of none.
/// `counts` is how much each text counts for, 1 for what somebody wrote.
pub(crate) fn train(
    texts: &[&Vector],
    labels: &[usize],
    counts: &[f32],
    intents: Range<usize>,
    features: usize,
) -> Block {
    let mut block = Block { weights: vec![0.0; features * BLOCK], bias: [0.0; BLOCK] };
    let mut duals = vec![[0.0_f32; BLOCK]; texts.len()];
    let lengths: Vec<f32> = texts
        .iter()
        .map(|text| 1.0 + text.entries.iter().map(|(_, value)| value * value).sum::<f32>())
        .collect();
    let mut order: Vec<usize> = (0..texts.len()).collect();
    let mut shuffle = Shuffle::new();
    for _ in 0..ROUNDS {
        shuffle.apply(&mut order);
        for &text in &order {
            let mut moves = block.scores(texts[text]);
            let mut any = false;
            let own = labels[text].checked_sub(intents.start).unwrap_or(BLOCK);
            for (intent, (score, dual)) in moves.iter_mut().zip(&mut duals[text]).enumerate() {
                let (sign, cost) = if intent == own { (1.0, COST_OWN) } else { (-1.0, COST_OTHERS) };
                let diagonal = 0.5 / (cost * counts[text]);
                let slope = sign * *score - 1.0 + diagonal * *dual;
                let target = (*dual - slope / (lengths[text] + diagonal)).max(0.0);
                *score = (target - *dual) * sign;
                any |= *score != 0.0;
                *dual = target;
            }
            if any {
                block.add(texts[text], &moves);
            }
        }
    }
    block
}

impl Block {
    pub(crate) fn scores(&self, text: &Vector) -> [f32; BLOCK] {
        let mut scores = self.bias;
        for (feature, value) in &text.entries {
            let weights = &self.weights[*feature as usize * BLOCK..][..BLOCK];
            lanes::add(&mut scores, weights, *value);
        }
        scores
    }

    fn add(&mut self, text: &Vector, moves: &[f32; BLOCK]) {
        for (bias, by) in self.bias.iter_mut().zip(moves) {
            *bias += by;
        }
        // After the first rounds few of the intents still move.
        let mut moving = [0; BLOCK];
        let mut count = 0;
        for (intent, by) in moves.iter().enumerate() {
            if *by != 0.0 {
                moving[count] = intent;
                count += 1;
            }
        }
        for (feature, value) in &text.entries {
            let weights = &mut self.weights[*feature as usize * BLOCK..][..BLOCK];
            if count <= FEW {
                for intent in &moving[..count] {
                    weights[*intent] += value * moves[*intent];
                }
            } else {
                lanes::add(weights, moves, *value);
            }
        }
    }
}

/// A fixed sequence of shuffles (SplitMix64): training must not depend on chance.
pub(crate) struct Shuffle(u64);

impl Shuffle {
    pub(crate) fn new() -> Self {
        Self(0x5eed)
    }

    pub(crate) fn apply<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "the remainder is below a usize")]
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }
}

//! Which features does a model know, and how much does each weigh in a text?

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use super::features::Features;

/// Most features of a model.
const MOST: usize = 1 << 17;
/// Most weights (features × intents) of a model while it is trained.
const MOST_WEIGHTS: usize = 1 << 25;

/// What a feature beside the words weighs in a text, where all its words weigh 0.7. Chosen on training data of CLINC150, with
/// lists of places, languages, currencies, food and banks, once for every bot.
const BESIDE: f32 = 0.3;

/// The known features, by hash, with their inverse document frequencies.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Vocabulary {
    index: HashMap<u64, u32, BuildHasherDefault<AlreadyHashed>>,
    /// In the order of the indices, which is the order of the hashes.
    hashes: Vec<u64>,
    rarity: Vec<f32>,
    /// Inverse document frequency of a feature that was never seen.
    unseen: f32,
}

/// A text as a sparse vector; its length is at most 1, and less the more of it is unknown.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Vector {
    pub(crate) entries: Vec<(u32, f32)>,
    /// Share of the text (in squared weights) that is known, 0 to 1.
    pub(crate) known: f32,
}

impl Vocabulary {
    /// Chooses the features of these texts: all of them for a small bot, those of two texts or more for a
    /// large one, the most frequent where there are too many.
    pub(crate) fn choose<'f>(texts: impl Iterator<Item = &'f Features>, intents: usize) -> Self {
        let mut frequencies: HashMap<u64, u32, BuildHasherDefault<AlreadyHashed>> = HashMap::default();
        let mut count = 0_u32;
        for text in texts {
            count += 1;
            let typed = text.words.iter().chain(&text.characters).map(|(hash, _)| hash);
            for hash in typed.chain(&text.beside) {
                *frequencies.entry(*hash).or_default() += 1;
            }
        }
        let least = if count >= 2_000 { 2 } else { 1 };
        let mut chosen: Vec<(u64, u32)> =
            frequencies.into_iter().filter(|(_, frequency)| *frequency >= least).collect();
        let most = MOST.min(MOST_WEIGHTS / intents.max(1));
        chosen.sort_unstable_by_key(|(hash, frequency)| (std::cmp::Reverse(*frequency), *hash));
        chosen.truncate(most);
        chosen.sort_unstable();
        let rarity = |frequency: u32| ((1.0 + f64::from(count)) / (1.0 + f64::from(frequency))).ln() + 1.0;
        Self::new(
            chosen.iter().map(|(hash, _)| *hash).collect(),
            chosen.iter().map(|(_, frequency)| single(rarity(*frequency))).collect(),
            single(rarity(0)),
        )
    }

    /// From the parts of one that was stored.
    pub(crate) fn new(hashes: Vec<u64>, rarity: Vec<f32>, unseen: f32) -> Self {
        let index = (0_u32..).zip(&hashes).map(|(index, hash)| (*hash, index)).collect();
        Self { index, hashes, rarity, unseen }
    }

    pub(crate) fn len(&self) -> usize {
        self.hashes.len()
    }

    pub(crate) fn hashes(&self) -> &[u64] {
        &self.hashes
    }

    pub(crate) fn rarity(&self) -> &[f32] {
        &self.rarity
    }

    pub(crate) fn unseen(&self) -> f32 {
        self.unseen
    }

    pub(crate) fn knows(&self, hash: u64) -> bool {
        self.index.contains_key(&hash)
    }

    /// Words and characters are each brought to the same length first, so that the many n-grams do not
    /// drown the few words.
    pub(crate) fn vector(&self, text: &Features) -> Vector {
        let mut entries = Vec::with_capacity(text.words.len() + text.characters.len());
        let mut known = 0.0;
        let mut blocks = 0.0;
        for block in [&text.words, &text.characters] {
            let first = entries.len();
            let (mut inside, mut outside) = (0.0_f32, 0.0_f32);
            for (hash, times) in block {
                let frequency = 1.0 + times.ln();
                match self.index.get(hash) {
                    Some(index) => {
                        let value = frequency * self.rarity[*index as usize];
                        inside += value * value;
                        entries.push((*index, value));
                    }
                    None => outside += (frequency * self.unseen).powi(2),
                }
            }
            let whole = inside + outside;
            if whole > 0.0 {
                let scale = (0.5 / whole).sqrt();
                for (_, value) in &mut entries[first..] {
                    *value *= scale;
                }
                known += inside / whole;
                blocks += 1.0;
            }
        }
        // What stands beside the words takes nothing from them.
        let beside = text.beside.iter().filter_map(|hash| self.index.get(hash));
        entries.extend(beside.map(|index| (*index, BESIDE)));
        if blocks == 0.0 && !entries.is_empty() {
            (known, blocks) = (1.0, 1.0);
        }
        entries.sort_unstable_by_key(|(index, _)| *index);
        Vector { entries, known: if blocks > 0.0 { known / blocks } else { 0.0 } }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a small logarithm; precision is not needed")]
fn single(value: f64) -> f32 {
    value as f32
}

/// The keys are hashes already.
#[derive(Clone, Default)]
pub(crate) struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

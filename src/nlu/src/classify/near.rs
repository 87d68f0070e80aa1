//! How near is a sentence to a bot's phrases?
//!
//! The phrases' vectors are kept at one byte a number, with a scale for each, in the order of their intents. Nearness is
//! that of the outer part of the vectors, which is made for it; the inner parts are there for the ridge.

use super::lanes;

/// So many of the nearest phrases of an intent count.
const NEAREST: usize = 3;

/// The vectors of phrases.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Phrases {
    pub(crate) dimensions: usize,
    /// So many of them, the first, are the vector whose nearness is nearness of meaning.
    pub(crate) outer: usize,
    /// Where the phrases of each intent begin, and at last where all end.
    pub(crate) starts: Vec<u32>,
    pub(crate) scales: Vec<f32>,
    pub(crate) numbers: Vec<i8>,
    /// The square of the length of each as it is kept, which is not written down.
    pub(crate) squares: Vec<f32>,
}

impl Phrases {
    /// As they are written down.
    pub(crate) fn written(
        dimensions: usize,
        outer: usize,
        starts: Vec<u32>,
        scales: Vec<f32>,
        numbers: Vec<i8>,
    ) -> Self {
        let mut phrases = Self { dimensions, outer, starts, scales, numbers, squares: Vec::new() };
        phrases.squares = phrases.lengths();
        phrases
    }

    pub(crate) fn new(vectors: &[&[f32]], outer: usize, labels: &[usize], intents: usize) -> Self {
        let dimensions = vectors.first().map_or(0, |vector| vector.len());
        let (scales, numbers) = (Vec::with_capacity(vectors.len()), Vec::new());
        let mut phrases = Self::written(dimensions, outer.min(dimensions), vec![0], scales, numbers);
        for at in order(labels, intents) {
            phrases.push(vectors[at]);
            let end = u32::try_from(phrases.scales.len()).expect("a bot has at most 100,000 phrases");
            phrases.starts.resize(labels[at] + 1, end - 1);
            phrases.starts.push(end);
        }
        let end = phrases.starts.last().copied().unwrap_or(0);
        phrases.starts.resize(intents + 1, end);
        phrases.squares = phrases.lengths();
        phrases
    }

    fn lengths(&self) -> Vec<f32> {
        let rows = self.numbers.chunks_exact(self.dimensions.max(1)).chain(std::iter::repeat(&[][..]));
        let square = |(scale, numbers): (&f32, &[i8])| {
            let squares = numbers.iter().map(|number| f32::from(*number) * f32::from(*number));
            squares.sum::<f32>() * scale * scale
        };
        self.scales.iter().zip(rows).map(square).collect()
    }

    fn push(&mut self, vector: &[f32]) {
        let largest = vector.iter().fold(0.0_f32, |largest, number| largest.max(number.abs()));
        let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
        self.scales.push(scale);
        self.numbers.extend(vector.iter().map(|number| rounded(number / scale)));
    }

    pub(crate) fn len(&self) -> usize {
        self.scales.len()
    }

    /// The nearness of a phrase.
    fn cosine_of(&self, phrase: usize, vector: &[f32]) -> f32 {
        self.product(phrase, self.outer, vector)
    }

    /// The product of a phrase's whole vector with another: the cosine, where both are of length 1.
    pub(crate) fn product_of(&self, phrase: usize, vector: &[f32]) -> f32 {
        self.product(phrase, self.dimensions, vector)
    }

    fn product(&self, phrase: usize, dimensions: usize, vector: &[f32]) -> f32 {
        let numbers = &self.numbers[phrase * self.dimensions..][..dimensions];
        lanes::product(numbers, vector) * self.scales[phrase]
    }

    /// A phrase's vector as it is kept.
    pub(crate) fn vector(&self, phrase: usize) -> Vec<f32> {
        let numbers = &self.numbers[phrase * self.dimensions..][..self.dimensions];
        numbers.iter().map(|number| f32::from(*number) * self.scales[phrase]).collect()
    }

    /// Mean of an intent's vectors at length 1; zeros of one without phrases.
    pub(crate) fn mean(&self, intent: usize) -> Vec<f32> {
        let mut mean = vec![0.0_f32; self.dimensions];
        for phrase in self.starts[intent] as usize..self.starts[intent + 1] as usize {
            for (sum, number) in mean.iter_mut().zip(self.vector(phrase)) {
                *sum += number;
            }
        }
        let length = mean.iter().map(|number| number * number).sum::<f32>().sqrt().max(f32::EPSILON);
        for number in &mut mean {
            *number /= length;
        }
        mean
    }

    /// The cosine of the nearest phrase of all; -1 where there is none.
    pub(crate) fn nearest(&self, vector: &[f32]) -> f32 {
        (0..self.len()).map(|phrase| self.cosine_of(phrase, vector)).fold(-1.0, f32::max)
    }

    /// Mean of the nearest phrases of an intent; 0 of one without phrases.
    pub(crate) fn nearness(&self, intent: usize, vector: &[f32]) -> f32 {
        let (start, end) = (self.starts[intent] as usize, self.starts[intent + 1] as usize);
        let mut nearest = [f32::NEG_INFINITY; NEAREST];
        for phrase in start..end {
            let mut cosine = self.cosine_of(phrase, vector);
            for kept in &mut nearest {
                if cosine > *kept {
                    std::mem::swap(kept, &mut cosine);
                }
            }
        }
        let found = nearest.iter().filter(|cosine| cosine.is_finite());
        let (sum, count) = found.fold((0.0, 0.0), |(sum, count), cosine| (sum + cosine, count + 1.0));
        if count > 0.0 { sum / count } else { 0.0 }
    }
}

/// The texts in the order of their intents.
pub(crate) fn order(labels: &[usize], intents: usize) -> Vec<usize> {
    debug_assert!(labels.iter().all(|label| *label < intents), "labels are indices of intents");
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.sort_by_key(|text| labels[*text]);
    order
}

#[expect(clippy::cast_possible_truncation, reason = "the scale brings every number to -127..=127")]
fn rounded(number: f32) -> i8 {
    number.round() as i8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_phrases_count() {
        let vectors: Vec<Vec<f32>> =
            vec![vec![1.0, 0.0], vec![0.0, 1.0], vec![0.6, 0.8], vec![-1.0, 0.0], vec![0.8, 0.6]];
        let vectors: Vec<&[f32]> = vectors.iter().map(Vec::as_slice).collect();
        let phrases = Phrases::new(&vectors, 2, &[2, 0, 2, 2, 2], 4);
        assert_eq!(phrases.starts, [0, 1, 1, 5, 5]);
        let check = |intent: usize, expected: f32| {
            let found = phrases.nearness(intent, &[1.0, 0.0]);
            assert!((found - expected).abs() < 0.01, "{intent}: {found}");
        };
        check(0, 0.0);
        check(1, 0.0);
        check(2, (1.0 + 0.6 + 0.8) / 3.0);
        check(3, 0.0);
    }

    #[test]
    fn inner_numbers_do_not_make_near() {
        let vectors: Vec<&[f32]> = vec![&[1.0, 0.0, 0.5], &[0.0, 1.0, 0.5]];
        let phrases = Phrases::new(&vectors, 2, &[0, 1], 2);
        let asked = [1.0, 0.0, 0.5];
        assert!((phrases.nearness(0, &asked) - 1.0).abs() < 0.01 && phrases.nearness(1, &asked).abs() < 0.01);
        assert!((phrases.product_of(1, &asked) - 0.25).abs() < 0.01);
    }
}

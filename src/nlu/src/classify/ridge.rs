//! Which numbers tell the intents apart, with a Gaussian around each phrase?
//!
//! Kernel ridge regression: with `K` the closeness of each phrase to each other and `Y` 1 where a phrase is of an intent,
//! less what chance gives, the numbers are `(K + λ)⁻¹ Y`. `K + λ` is positive definite, so Cholesky's factors solve it.

use super::near::{Phrases, order};

/// Narrowness of the Gaussians, and how little a single phrase is believed. Chosen on what was held out of the training
/// data of BANKING77 and CLINC150, once for every bot.
const NARROW: f32 = 1.5;
const DOUBT: f32 = 0.15;

/// The Gaussian of a distance, given as a cosine.
pub(crate) fn closeness(cosine: f32) -> f32 {
    (-2.0 * NARROW * (1.0 - cosine)).exp()
}

/// For each phrase, in the order in which they are kept, a number for each intent.
pub(crate) fn train(phrases: &Phrases, labels: &[usize], counts: &[f32], intents: usize) -> Vec<f32> {
    let count = phrases.len();
    let order = order(labels, intents);
    let mut matrix: Vec<Vec<f32>> = Vec::with_capacity(count);
    for (row, text) in order.iter().enumerate() {
        let vector = phrases.vector(row);
        let mut closenesses: Vec<f32> =
            (0..row).map(|other| closeness(phrases.cosine_of(other, &vector))).collect();
        closenesses.push(1.0 + DOUBT / counts[*text]);
        matrix.push(closenesses);
    }
    factorise(&mut matrix);
    let chance = 1.0 / super::calibrate::single(intents);
    let mut numbers = vec![-chance; count * intents];
    for (row, text) in order.iter().enumerate() {
        numbers[row * intents + labels[*text]] += 1.0;
    }
    solve(&matrix, &mut numbers, intents);
    numbers
}

/// Cholesky: the lower half becomes the factor whose product with its transpose it was.
fn factorise(matrix: &mut [Vec<f32>]) {
    for row in 0..matrix.len() {
        let (above, below) = matrix.split_at_mut(row);
        let below = &mut below[0];
        for (column, other) in above.iter().enumerate() {
            below[column] = (below[column] - dot(&below[..column], &other[..column])) / other[column];
        }
        below[row] = (below[row] - dot(&below[..row], &below[..row])).max(f32::EPSILON).sqrt();
    }
}

/// Solves for all columns of the right side at once.
fn solve(factor: &[Vec<f32>], right: &mut [f32], columns: usize) {
    for (row, numbers) in factor.iter().enumerate() {
        let (above, below) = right.split_at_mut(row * columns);
        let below = &mut below[..columns];
        for (other, by) in above.chunks_exact(columns).zip(numbers) {
            subtract(below, other, *by);
        }
        for number in below {
            *number /= numbers[row];
        }
    }
    for row in (0..factor.len()).rev() {
        let (above, below) = right.split_at_mut(row * columns);
        let below = &mut below[..columns];
        for number in below.iter_mut() {
            *number /= factor[row][row];
        }
        for (other, by) in above.chunks_exact_mut(columns).zip(&factor[row]) {
            subtract(other, below, *by);
        }
    }
}

fn subtract(from: &mut [f32], what: &[f32], times: f32) {
    for (number, other) in from.iter_mut().zip(what) {
        *number -= times * other;
    }
}

/// In sixteen sums, so that they run side by side.
fn dot(one: &[f32], other: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 16];
    for (some, others) in one.chunks(16).zip(other.chunks(16)) {
        for ((sum, one), other) in sums.iter_mut().zip(some).zip(others) {
            *sum += one * other;
        }
    }
    sums.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved() {
        // 4 2 1; 2 5 3; 1 3 6, of which the lower half is kept.
        let mut matrix = vec![vec![4.0], vec![2.0, 5.0], vec![1.0, 3.0, 6.0]];
        let mut right = vec![4.0 + 4.0 + 3.0, 7.0, 2.0 + 10.0 + 9.0, 10.0, 1.0 + 6.0 + 18.0, 10.0];
        factorise(&mut matrix);
        solve(&matrix, &mut right, 2);
        for (found, expected) in right.iter().zip([1.0, 1.0, 2.0, 1.0, 3.0, 1.0]) {
            assert!((found - expected).abs() < 1e-4, "{right:?}");
        }
    }

    #[test]
    fn a_phrase_is_of_its_intent() {
        let vectors: Vec<&[f32]> = vec![&[1.0, 0.0], &[0.0, 1.0], &[0.8, 0.6], &[-0.6, 0.8]];
        let labels = [1, 0, 1, 0];
        let phrases = Phrases::new(&vectors, &labels, 2);
        let numbers = train(&phrases, &labels, &[1.0; 4], 2);
        for (vector, label) in vectors.iter().zip(labels) {
            let mut scores = [0.0_f32; 2];
            for (cosine, numbers) in phrases.cosines(vector).iter().zip(numbers.chunks(2)) {
                scores[0] += closeness(*cosine) * numbers[0];
                scores[1] += closeness(*cosine) * numbers[1];
            }
            assert!(scores[label] > scores[1 - label] + 0.2, "{vector:?}: {scores:?}");
        }
    }
}

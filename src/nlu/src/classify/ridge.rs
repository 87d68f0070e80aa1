//! Which numbers tell the intents apart, with a Gaussian around each phrase?
//!
//! Kernel ridge regression: with `K` the closeness of each phrase to each other and `Y` 1 where a phrase is of an intent,
//! less what chance gives, the numbers are `(K + λ)⁻¹ Y`. `K + λ` is positive definite, so Cholesky's factors solve it. Nearly all of
//! the work are products of tiles of the matrix, which `ndarray` takes as fast as the processor can.
//!
//! The cost is the cube of the phrases. Where there are many, the intents are parted into groups of those that are near each
//! other, and each group has a regression of its own, over its phrases and some of all others.

use std::ops::Range;

use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut2, Axis, linalg::general_mat_mul};

use super::{
    calibrate::single,
    lanes,
    near::{Phrases, order},
    parallel,
};

/// Narrowness of the Gaussians, and how little a single phrase is believed. Chosen on what was held out of the training
/// data of BANKING77 and CLINC150, once for every bot.
const NARROW: f32 = 1.5;
const DOUBT: f32 = 0.15;
/// Most phrases of a regression. Where there are more: [`OWN`] of the intents of a group and [`OTHERS`] of all others.
const MOST_CENTRES: usize = 2_000;
const OWN: usize = 1_500;
const OTHERS: usize = 500;
/// Most phrases of a bot that has regressions: with more, training would take too long.
const MOST: usize = 20_000;
/// Rows and columns of a matrix that are taken at once.
const TILE: usize = 64;

/// A regression: for each of its phrases a number for each of its intents.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ridge {
    pub(crate) intents: Vec<u32>,
    /// Places of phrases among those that are kept.
    pub(crate) centres: Vec<u32>,
    /// `centres × intents`.
    pub(crate) numbers: Vec<f32>,
}

/// The regressions of a bot. `labels` and `counts` are in the order of the texts that the phrases were made of.
pub(crate) fn train(phrases: &Phrases, labels: &[usize], counts: &[f32], intents: usize) -> Vec<Ridge> {
    if phrases.len() > MOST {
        return Vec::new();
    }
    let order = order(labels, intents);
    let labels: Vec<usize> = order.iter().map(|text| labels[*text]).collect();
    let counts: Vec<f32> = order.iter().map(|text| counts[*text]).collect();
    let groups =
        if phrases.len() <= MOST_CENTRES { vec![(0..intents).collect()] } else { groups(phrases, intents) };
    parallel::map(groups.len(), |group| Ridge::train(phrases, &labels, &counts, &groups[group]))
}

impl Ridge {
    fn train(phrases: &Phrases, labels: &[usize], counts: &[f32], intents: &[usize]) -> Self {
        let inside = |label: usize| intents.iter().position(|intent| *intent == label);
        let centres = centres(labels, |label| inside(label).is_some());
        let outsiders = centres.iter().any(|phrase| inside(labels[*phrase]).is_none());
        let classes = intents.len() + usize::from(outsiders);
        let mut matrix = closenesses(phrases, &centres);
        for (row, phrase) in centres.iter().enumerate() {
            matrix[[row, row]] = 1.0 + DOUBT / counts[*phrase];
        }
        factorise(&mut matrix);
        let mut numbers = vec![-1.0 / single(classes); centres.len() * intents.len()];
        for (row, phrase) in centres.iter().enumerate() {
            if let Some(place) = inside(labels[*phrase]) {
                numbers[row * intents.len() + place] += 1.0;
            }
        }
        solve(&matrix, &mut numbers, intents.len());
        let index = |at: &usize| u32::try_from(*at).expect("a bot has at most 100,000 phrases");
        Self {
            intents: intents.iter().map(index).collect(),
            centres: centres.iter().map(index).collect(),
            numbers,
        }
    }

    /// Adds what the regression says of a text, so many times, to the scores of its intents.
    pub(crate) fn add(&self, phrases: &Phrases, meaning: &[f32], times: f32, scores: &mut [f32]) {
        let square = lanes::product(meaning, meaning);
        for (centre, numbers) in self.centres.iter().zip(self.numbers.chunks_exact(self.intents.len().max(1)))
        {
            let centre = *centre as usize;
            let product = phrases.product_of(centre, meaning);
            let by = times * closeness(square + phrases.squares[centre] - 2.0 * product);
            for (intent, number) in self.intents.iter().zip(numbers) {
                scores[*intent as usize] += by * number;
            }
        }
    }

    pub(crate) fn has(&self, intent: usize) -> bool {
        self.intents.iter().any(|own| *own as usize == intent)
    }

    /// Whether its parts fit together with these phrases and so many intents.
    pub(crate) fn fits(&self, phrases: usize, intents: usize) -> bool {
        self.intents.iter().all(|intent| (*intent as usize) < intents)
            && self.centres.iter().all(|centre| (*centre as usize) < phrases)
            && self.numbers.len() == self.centres.len() * self.intents.len()
    }
}

/// The phrases of a group, and some of all others. Of an intent that is a group by itself, for it has too many, some.
fn centres(labels: &[usize], inside: impl Fn(usize) -> bool) -> Vec<usize> {
    let (own, others): (Vec<usize>, Vec<usize>) =
        (0..labels.len()).partition(|phrase| inside(labels[*phrase]));
    let some = |phrases: Vec<usize>, most: usize| {
        let every = phrases.len().div_ceil(most).max(1);
        phrases.into_iter().step_by(every)
    };
    some(own, MOST_CENTRES).chain(some(others, OTHERS)).collect()
}

/// Groups of intents that are near each other, with at most [`OWN`] phrases where one intent has no more: the first intent
/// that is in no group begins one, and of those that still fit the one whose mean is nearest to the group's joins it.
fn groups(phrases: &Phrases, intents: usize) -> Vec<Vec<usize>> {
    let size = |intent: usize| (phrases.starts[intent + 1] - phrases.starts[intent]) as usize;
    let means: Vec<Vec<f32>> = (0..intents).map(|intent| phrases.mean(intent)).collect();
    let mut left: Vec<usize> = (0..intents).filter(|intent| size(*intent) > 0).collect();
    let mut groups = Vec::new();
    while !left.is_empty() {
        let first = left.remove(0);
        let (mut group, mut count, mut sum) = (vec![first], size(first), means[first].clone());
        loop {
            let fitting = left.iter().enumerate().filter(|(_, intent)| count + size(**intent) <= OWN);
            let nearest = fitting
                .map(|(place, intent)| (place, lanes::product(&sum, &means[*intent])))
                .max_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0)));
            let Some((place, _)) = nearest else { break };
            let next = left.remove(place);
            count += size(next);
            for (number, other) in sum.iter_mut().zip(&means[next]) {
                *number += other;
            }
            group.push(next);
        }
        groups.push(group);
    }
    groups
}

/// The Gaussian of a distance, given by its square.
fn closeness(square: f32) -> f32 {
    (-NARROW * square).exp()
}

/// How close each of the centres is to those before it: the lower half of a matrix.
fn closenesses(phrases: &Phrases, centres: &[usize]) -> Array2<f32> {
    let size = centres.len();
    let mut vectors = Array2::<f32>::zeros((size, phrases.dimensions));
    for (mut row, phrase) in vectors.rows_mut().into_iter().zip(centres) {
        row.assign(&ArrayView1::from(&phrases.vector(*phrase)));
    }
    let mut matrix = Array2::<f32>::zeros((size, size));
    for first in (0..size).step_by(TILE) {
        let end = (first + TILE).min(size);
        let all = 0..phrases.dimensions;
        let (rows, columns) =
            (part(vectors.view(), first..end, all.clone()), part(vectors.view(), 0..end, all));
        let mut products = part_mut(matrix.view_mut(), first..end, 0..end);
        general_mat_mul(1.0, &rows, &columns.t(), 0.0, &mut products);
    }
    for (row, mut products) in matrix.rows_mut().into_iter().enumerate() {
        let square = phrases.squares[centres[row]];
        for (column, number) in products.iter_mut().enumerate().take(row) {
            *number = closeness(square + phrases.squares[centres[column]] - 2.0 * *number);
        }
    }
    matrix
}

/// Cholesky: the lower half becomes the factor whose product with its transpose it was.
fn factorise(matrix: &mut Array2<f32>) {
    let size = matrix.nrows();
    for first in (0..size).step_by(TILE) {
        let end = (first + TILE).min(size);
        factorise_columns(matrix, first, end);
        let (done, mut left) = matrix.view_mut().split_at(Axis(1), end);
        for from in (end..size).step_by(TILE) {
            let to = (from + TILE).min(size);
            let (rows, columns) =
                (part(done.view(), from..size, first..end), part(done.view(), from..to, first..end));
            let mut rest = part_mut(left.view_mut(), from..size, from - end..to - end);
            general_mat_mul(-1.0, &rows, &columns.t(), 1.0, &mut rest);
        }
    }
}

/// The columns of the factor from `first` on, of a matrix of which those before have been taken out.
fn factorise_columns(matrix: &mut Array2<f32>, first: usize, end: usize) {
    for row in first..matrix.nrows() {
        let (above, below) = matrix.view_mut().split_at(Axis(0), row);
        let mut below = part_mut(below, 0..1, first..end);
        let Some(below) = below.as_slice_mut() else { continue };
        let above = part(above.view(), first..end.min(row), first..end);
        for (column, other) in above.rows().into_iter().enumerate() {
            let Some(other) = other.to_slice() else { continue };
            let known = lanes::product(&below[..column], &other[..column]);
            below[column] = (below[column] - known) / other[column];
        }
        if row < end {
            let own = row - first;
            let known = lanes::product(&below[..own], &below[..own]);
            below[own] = (below[own] - known).max(f32::EPSILON).sqrt();
        }
    }
}

/// Some rows and columns of a matrix.
fn part(mut matrix: ArrayView2<'_, f32>, rows: Range<usize>, columns: Range<usize>) -> ArrayView2<'_, f32> {
    matrix.slice_axis_inplace(Axis(0), rows.into());
    matrix.slice_axis_inplace(Axis(1), columns.into());
    matrix
}

fn part_mut(
    mut matrix: ArrayViewMut2<'_, f32>,
    rows: Range<usize>,
    columns: Range<usize>,
) -> ArrayViewMut2<'_, f32> {
    matrix.slice_axis_inplace(Axis(0), rows.into());
    matrix.slice_axis_inplace(Axis(1), columns.into());
    matrix
}

/// Solves for all columns of the right side at once.
fn solve(factor: &Array2<f32>, right: &mut [f32], columns: usize) {
    for (row, numbers) in factor.rows().into_iter().enumerate() {
        let (above, below) = right.split_at_mut(row * columns);
        let below = &mut below[..columns];
        for (other, by) in above.chunks_exact(columns).zip(numbers) {
            lanes::add(below, other, -by);
        }
        for number in below {
            *number /= numbers[row];
        }
    }
    for (row, numbers) in factor.rows().into_iter().enumerate().rev() {
        let (above, below) = right.split_at_mut(row * columns);
        let below = &mut below[..columns];
        for number in below.iter_mut() {
            *number /= numbers[row];
        }
        for (other, by) in above.chunks_exact_mut(columns).zip(numbers) {
            lanes::add(other, below, -by);
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn a_system_is_solved() {
        // 4 2 1; 2 5 3; 1 3 6, of which the lower half is kept.
        let mut matrix = array![[4.0, 0.0, 0.0], [2.0, 5.0, 0.0], [1.0, 3.0, 6.0]];
        let mut right = vec![4.0 + 4.0 + 3.0, 7.0, 2.0 + 10.0 + 9.0, 10.0, 1.0 + 6.0 + 18.0, 10.0];
        factorise(&mut matrix);
        solve(&matrix, &mut right, 2);
        for (found, expected) in right.iter().zip([1.0, 1.0, 2.0, 1.0, 3.0, 1.0]) {
            assert!((found - expected).abs() < 1e-4, "{right:?}");
        }
    }

    /// What is taken tile by tile, with a last one that is not full, is the matrix that it was made of.
    #[test]
    fn factors_of_several_tiles_are_those_of_the_matrix() {
        let size = 2 * TILE + 7;
        let closeness = |row: usize, column: usize| (-single(row.abs_diff(column)) / 9.0).exp();
        let number = |(row, column)| closeness(row, column) + if row == column { 0.2 } else { 0.0 };
        let matrix = Array2::from_shape_fn((size, size), number);
        let mut factor = matrix.clone();
        factorise(&mut factor);
        for ((row, column), number) in factor.indexed_iter_mut() {
            *number = if column > row { 0.0 } else { *number };
        }
        for (found, expected) in factor.dot(&factor.t()).iter().zip(&matrix) {
            assert!((found - expected).abs() < 1e-4, "{found} {expected}");
        }
    }

    #[test]
    fn a_phrase_is_of_its_intent() {
        let vectors: Vec<&[f32]> = vec![&[1.0, 0.0], &[0.0, 1.0], &[0.8, 0.6], &[-0.6, 0.8]];
        let labels = [1, 0, 1, 0];
        let phrases = Phrases::new(&vectors, 2, &labels, 2);
        let ridges = train(&phrases, &labels, &[1.0; 4], 2);
        assert_eq!((ridges.len(), ridges[0].centres.len()), (1, 4));
        for (vector, label) in vectors.iter().zip(labels) {
            let mut scores = [0.0_f32; 2];
            ridges[0].add(&phrases, vector, 1.0, &mut scores);
            assert!(scores[label] > scores[1 - label] + 0.2, "{vector:?}: {scores:?}");
        }
    }

    /// Phrases on half a circle, intent by intent, so that neighbours are near each other.
    fn arc(intents: usize, each: usize) -> (Vec<[f32; 2]>, Vec<usize>) {
        let all = intents * each;
        let angle = |at: usize| std::f32::consts::PI * single(at) / single(all);
        let vectors = (0..all).map(|at| [angle(at).cos(), angle(at).sin()]);
        (vectors.collect(), (0..all).map(|at| at / each).collect())
    }

    fn phrases(vectors: &[[f32; 2]], labels: &[usize], intents: usize) -> Phrases {
        let vectors: Vec<&[f32]> = vectors.iter().map(<[f32; 2]>::as_slice).collect();
        Phrases::new(&vectors, 2, labels, intents)
    }

    #[test]
    fn near_intents_are_a_group() {
        let (vectors, labels) = arc(6, 500);
        assert_eq!(groups(&phrases(&vectors, &labels, 6), 6), [[0, 1, 2], [3, 4, 5]]);
        let (vectors, labels) = arc(2, 4_500);
        assert_eq!(groups(&phrases(&vectors, &labels, 2), 2), [[0], [1]]);
    }

    #[test]
    fn a_group_has_its_phrases_and_some_others() {
        let (_, labels) = arc(6, 500);
        let of_group = centres(&labels, |label| label < 3);
        assert_eq!(of_group.iter().filter(|phrase| labels[**phrase] < 3).count(), 1_500);
        assert_eq!(of_group.len(), 2_000);
        let (_, labels) = arc(2, 4_500);
        assert!(centres(&labels, |label| label == 1).len() <= MOST_CENTRES + OTHERS);
    }

    /// Each of the groups by another thread, and twice the same numbers to the last bit.
    #[test]
    fn several_regressions_are_the_same_each_time() {
        let (vectors, labels) = arc(40, 60);
        let phrases = phrases(&vectors, &labels, 40);
        let ridges = || train(&phrases, &labels, &[1.0; 2_400], 40);
        let first = ridges();
        assert!(first.len() > 1, "{}", first.len());
        assert!(first.iter().flat_map(|ridge| &ridge.numbers).all(|number| number.is_finite()));
        assert!(first == ridges(), "the regressions differ");
    }

    #[test]
    fn groups_agree_on_what_is_whose() {
        let (vectors, labels) = arc(6, 20);
        let phrases = phrases(&vectors, &labels, 6);
        let ridges = [[0, 1, 2], [3, 4, 5]].map(|group| Ridge::train(&phrases, &labels, &[1.0; 120], &group));
        assert!(ridges.iter().all(|ridge| ridge.centres.len() == 120 && ridge.fits(120, 6)));
        for intent in 0..6 {
            let mut scores = [0.0_f32; 6];
            for ridge in &ridges {
                ridge.add(&phrases, &vectors[intent * 20 + 10], 1.0, &mut scores);
            }
            let best = (0..6).max_by(|one, other| scores[*one].total_cmp(&scores[*other]));
            assert_eq!(best, Some(intent), "{scores:?}");
        }
    }
}

//! How likely is the best intent right, and from where on is that enough?
//!
//! A logistic regression over three signs: the best score, its distance to the second, and how much of the
//! text is known. It is fitted on texts that the model had not seen (`validate`), among them texts of intents that
//! it had not seen either, which stand for what a bot is not about. For a small bot there is little to fit
//! on, so the coefficients are pulled towards those of large ones.

use super::validate::Held;

/// Score in place of the second best intent where there is only one.
pub(crate) const NOBODY: f32 = -1.0;

/// Coefficients (constant, best score, distance, known) near those of BANKING77 and CLINC150; the constant is lower,
/// so that a small bot does not act on what it hardly knows. Of which part of them nobody wrote down (docs/understanding.md, "How each
/// setting was chosen").
pub(crate) const USUAL: [f64; 4] = [-0.8, 1.0, 2.9, 0.0];
/// How many observations the usual coefficients count for.
const TRUST: f64 = 4.0;
/// The threshold where nothing is known about a bot.
const USUAL_THRESHOLD: f64 = 0.5;
/// How many texts the usual threshold counts for.
const THRESHOLD_TRUST: f64 = 30.0;
/// Weight of all foreign texts together, against that of the bot's own.
const FOREIGN_SHARE: f64 = 0.02;
/// What a foreign text that is left alone is worth, where an own text that is rightly acted on is worth 1. The
/// foreign texts of the validation are nearer to the bot's own than what visitors will say, so little.
pub(crate) const FOREIGN_GAIN: f64 = 0.15;
/// Distance of scores at which an intent is e times less likely than the best.
const SPREAD: f32 = 0.25;

/// What the confidence is computed from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Signs {
    pub(crate) first: f32,
    pub(crate) second: f32,
    pub(crate) known: f32,
}

/// Coefficients of the confidence, and the threshold for acting on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Calibration {
    pub(crate) coefficients: [f64; 4],
    pub(crate) threshold: f64,
}

impl Calibration {
    /// Fits both on held-out texts, near the coefficients that are usual. `gain` is what a foreign text that is left
    /// alone is worth.
    pub(crate) fn fit(held: &[Held], usual: &[f64; 4], gain: f64) -> Self {
        let mut calibration = Self { coefficients: coefficients(held, usual), threshold: USUAL_THRESHOLD };
        calibration.threshold = calibration.best_threshold(held, gain);
        calibration
    }

    /// Probability that the best intent is right, 0 to 1.
    pub(crate) fn confidence(&self, signs: &Signs) -> f64 {
        logistic(dot(&self.coefficients, &signs.values()))
    }

    /// The threshold at which the share of own texts that are rightly acted on, plus (for less) the share of foreign
    /// texts that are rightly left alone, is greatest; pulled to the usual one for small bots.
    fn best_threshold(&self, held: &[Held], foreign_gain: f64) -> f64 {
        let own = held.iter().filter(|text| !text.foreign).count();
        let foreign = held.len() - own;
        if own == 0 || foreign == 0 {
            return USUAL_THRESHOLD;
        }
        let (own, foreign) = (count(own), count(foreign));
        let mut texts: Vec<(f64, &Held)> =
            held.iter().map(|text| (self.confidence(&text.signs), text)).collect();
        texts.sort_by(|one, other| one.0.total_cmp(&other.0));
        // Starting below all: every right own text is acted on, no foreign one is left alone.
        let mut gain = 0.0;
        let mut best = (gain, 0.0);
        for (index, (confidence, text)) in texts.iter().enumerate() {
            if text.foreign {
                gain += foreign_gain / foreign;
            } else if text.right {
                gain -= 1.0 / own;
            }
            if gain > best.0 {
                let above = texts.get(index + 1).map_or(1.0, |(above, _)| *above);
                best = (gain, f64::midpoint(*confidence, above));
            }
        }
        let texts = own.min(foreign);
        (best.1 * texts + USUAL_THRESHOLD * THRESHOLD_TRUST) / (texts + THRESHOLD_TRUST)
    }
}

/// How likely an intent is beside the best one: 1 for the best itself.
pub(crate) fn share_of_best(best: f32, score: f32) -> f64 {
    f64::from((score - best) / SPREAD).exp()
}

impl Signs {
    fn values(&self) -> [f64; 4] {
        let distance = (self.first - self.second).min(2.0);
        [1.0, f64::from(self.first), f64::from(distance), f64::from(self.known)]
    }
}

/// Newton's method on the penalised likelihood, which has a single best place; a step that overshoots is halved.
fn coefficients(held: &[Held], usual: &[f64; 4]) -> [f64; 4] {
    let foreign = held.iter().filter(|text| text.foreign).count();
    let foreign_weight = (FOREIGN_SHARE * count(held.len() - foreign) / count(foreign.max(1))).min(1.0);
    let weight = |text: &Held| if text.foreign { foreign_weight } else { 1.0 };
    let mut at = *usual;
    let mut loss = penalised_loss(&at, usual, held, weight);
    for _ in 0..25 {
        let (slope, curve) = derivatives(&at, usual, held, weight);
        let direction = solve(curve, slope);
        let next = (0..12).map(|halvings| 0.5_f64.powi(halvings)).find_map(|size| {
            let next = std::array::from_fn(|index| at[index] - size * direction[index]);
            let reached = penalised_loss(&next, usual, held, weight);
            (reached < loss).then_some((next, reached))
        });
        let Some((next, reached)) = next else { break };
        let gained = loss - reached;
        (at, loss) = (next, reached);
        if gained < 1e-9 {
            break;
        }
    }
    at
}

/// Negative logarithm of the likelihood, plus what straying from the usual coefficients costs.
fn penalised_loss(at: &[f64; 4], usual: &[f64; 4], held: &[Held], weight: impl Fn(&Held) -> f64) -> f64 {
    let strayed: f64 = at.iter().zip(usual).map(|(at, usual)| (at - usual).powi(2)).sum();
    let missed = held.iter().map(|text| {
        let sign = if text.right { -1.0 } else { 1.0 };
        weight(text) * softplus(sign * dot(at, &text.signs.values()))
    });
    0.5 * TRUST * strayed + missed.sum::<f64>()
}

fn derivatives(
    at: &[f64; 4],
    usual: &[f64; 4],
    held: &[Held],
    weight: impl Fn(&Held) -> f64,
) -> ([f64; 4], [[f64; 4]; 4]) {
    let mut slope: [f64; 4] = std::array::from_fn(|index| TRUST * (at[index] - usual[index]));
    let mut curve = [[0.0; 4]; 4];
    for (index, row) in curve.iter_mut().enumerate() {
        row[index] = TRUST;
    }
    for text in held {
        let values = text.signs.values();
        let probability = logistic(dot(at, &values));
        let wrong = weight(text) * (probability - f64::from(u8::from(text.right)));
        let doubt = weight(text) * probability * (1.0 - probability);
        for row in 0..4 {
            slope[row] += wrong * values[row];
            for column in 0..4 {
                curve[row][column] += doubt * values[row] * values[column];
            }
        }
    }
    (slope, curve)
}

/// Solves a positive definite system by elimination.
fn solve(mut matrix: [[f64; 4]; 4], mut right: [f64; 4]) -> [f64; 4] {
    for pivot in 0..4 {
        for row in pivot + 1..4 {
            let factor = matrix[row][pivot] / matrix[pivot][pivot];
            let above = matrix[pivot];
            for (below, above) in matrix[row].iter_mut().zip(above).skip(pivot) {
                *below -= factor * above;
            }
            right[row] -= factor * right[pivot];
        }
    }
    for pivot in (0..4).rev() {
        for column in pivot + 1..4 {
            right[pivot] -= matrix[pivot][column] * right[column];
        }
        right[pivot] /= matrix[pivot][pivot];
    }
    right
}

fn dot(one: &[f64; 4], other: &[f64; 4]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn logistic(value: f64) -> f64 {
    1.0 / (1.0 + (-value).exp())
}

/// `ln(1 + exp(value))` without overflow.
fn softplus(value: f64) -> f64 {
    value.max(0.0) + (-value.abs()).exp().ln_1p()
}

#[expect(clippy::cast_precision_loss, reason = "numbers of texts are far below 2^52")]
pub(crate) fn count(number: usize) -> f64 {
    number as f64
}

#[expect(clippy::cast_precision_loss, reason = "numbers of intents are far below 2^23")]
pub(crate) fn single(number: usize) -> f32 {
    number as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts whose best score alone says how likely they are right: as the logistic function of `3·score`.
    fn held(texts: usize) -> Vec<Held> {
        let share = |index: usize| count(index) / count(texts);
        (0..texts)
            .map(|index| {
                #[expect(clippy::cast_possible_truncation, reason = "a score from -1 to 1")]
                let first = (2.0 * share(index) - 1.0) as f32;
                // A sequence that fills 0 to 1 evenly in place of chance.
                let chance = (count(index) * 0.618_033_988_75).fract();
                let foreign = index % 10 == 0;
                let right = !foreign && chance < logistic(3.0 * f64::from(first));
                Held { signs: Signs { first, second: 0.0, known: 1.0 }, right, foreign }
            })
            .collect()
    }

    #[test]
    fn confidence_is_the_share_of_the_right() {
        let held = held(20_000);
        let calibration = Calibration::fit(&held, &USUAL, FOREIGN_GAIN);
        for score in [-0.8_f32, -0.4, 0.0, 0.4, 0.8] {
            let confidence = calibration.confidence(&Signs { first: score, second: 0.0, known: 1.0 });
            assert!((confidence - logistic(3.0 * f64::from(score))).abs() < 0.05, "{score}: {confidence}");
        }
    }

    #[test]
    fn without_texts_the_usual_holds() {
        assert_eq!(
            Calibration::fit(&[], &USUAL, FOREIGN_GAIN),
            Calibration { coefficients: USUAL, threshold: USUAL_THRESHOLD }
        );
        let few = Calibration::fit(&held(10), &USUAL, FOREIGN_GAIN);
        assert!((few.threshold - USUAL_THRESHOLD).abs() < 0.1, "{few:?}");
    }

    #[test]
    fn a_system_is_solved() {
        let matrix = [[4.0, 1.0, 0.0, 0.0], [1.0, 3.0, 0.0, 0.0], [0.0, 0.0, 2.0, 1.0], [0.0, 0.0, 1.0, 2.0]];
        let solved = solve(matrix, [6.0, 7.0, 4.0, 5.0]);
        for (found, expected) in solved.iter().zip([1.0, 2.0, 1.0, 2.0]) {
            assert!((found - expected).abs() < 1e-12, "{solved:?}");
        }
    }
}

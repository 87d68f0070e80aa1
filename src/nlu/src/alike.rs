//! Which texts say nearly the same?
//!
//! One pass over the texts in their order, the most frequent first: each joins the first group whose first text is near
//! enough, or else begins a group of its own. So a group is named by its most frequent text, and a new text moves no other.
//!
//! Not every text is compared with every group. Of all texts the runs of letters are counted, and put in order in each text, the
//! rarest first. Two near texts have so many runs in common that the first of these is among the telling ones of both: the rest
//! is too short to hold all of them. So a text is compared with the groups that have a telling run of its own.

use std::collections::HashMap;

use studio_core::embedding::Vector;

use crate::text::Reading;

/// Share of common runs of three letters (Dice) from which on two texts are near.
const NEAR_WORDS: f64 = 0.7;
/// What share of its runs a text must have in common with a near one, at the least: with `c` of `n` and `m` runs in common, `c` is
/// 0.35 of `n + m` and no more than `m`, hence 0.35 / 0.65 of `n`.
const COMMON: (usize, usize) = (7, 13);
/// Cosine of two sentence vectors from which on they are near.
const NEAR_MEANING: f32 = 0.85;

/// The form in which texts are the same: words without capitals, marks and punctuation.
pub fn normalised(text: &str) -> String {
    let key = Reading::new(text).key();
    if key.is_empty() { text.trim().to_lowercase() } else { key }
}

/// The groups of normalised texts, each the indices of its texts, the first of which is the one that the others are near.
/// A vector is looked at where both texts have one.
pub fn alike(texts: &[(&str, Option<Vector>)]) -> Vec<Vec<usize>> {
    let runs: Vec<Vec<u64>> = texts.iter().map(|(text, _)| runs(text)).collect();
    let mut counts: HashMap<u64, usize> = HashMap::new();
    for run in runs.iter().flatten() {
        *counts.entry(*run).or_default() += 1;
    }
    let mut groups: Vec<Vec<usize>> = Vec::new();
    // Groups by the telling runs of their first texts, and those whose first text has a vector.
    let mut told: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut meant: Vec<usize> = Vec::new();
    for (at, (_, vector)) in texts.iter().enumerate() {
        let telling = telling(&runs[at], &counts);
        let mut candidates: Vec<usize> =
            telling.iter().filter_map(|run| told.get(run)).flatten().copied().collect();
        candidates.sort_unstable();
        candidates.dedup();
        let by_words = candidates.into_iter().find(|group| are_near(&runs[at], &runs[groups[*group][0]]));
        let is_meant =
            |group: &usize| cosine(vector.as_ref(), texts[groups[*group][0]].1.as_ref()) >= NEAR_MEANING;
        let by_meaning = meant.iter().copied().find(is_meant);
        if let Some(group) = by_words.into_iter().chain(by_meaning).min() {
            groups[group].push(at);
            continue;
        }
        for run in telling {
            told.entry(run).or_default().push(groups.len());
        }
        if vector.is_some() {
            meant.push(groups.len());
        }
        groups.push(vec![at]);
    }
    groups
}

/// The rarest runs of a text, so many that what it has in common with a near text begins among them.
fn telling(runs: &[u64], counts: &HashMap<u64, usize>) -> Vec<u64> {
    let mut runs = runs.to_vec();
    runs.sort_by_cached_key(|run| (counts.get(run).copied().unwrap_or_default(), *run));
    let common = (runs.len() * COMMON.0).div_ceil(COMMON.1);
    runs.truncate(runs.len() - common + 1);
    runs
}

/// 0 where one has none.
fn cosine(one: Option<&Vector>, other: Option<&Vector>) -> f32 {
    let Some((one, other)) = one.zip(other) else { return 0.0 };
    one.iter().zip(other.iter()).map(|(one, other)| one * other).sum()
}

/// The runs of three letters of a text with a space on both sides, in order, each once.
fn runs(text: &str) -> Vec<u64> {
    let padded: Vec<char> = format!(" {text} ").chars().collect();
    // A letter has 21 bits.
    let mut runs: Vec<u64> = padded
        .windows(3)
        .map(|run| run.iter().fold(0, |sum, letter| (sum << 21) | u64::from(u32::from(*letter))))
        .collect();
    runs.sort_unstable();
    runs.dedup();
    runs
}

/// Most pairs differ too much in length to have enough in common, and are not read for it.
fn are_near(one: &[u64], other: &[u64]) -> bool {
    let (common, whole) = COMMON;
    let (shorter, longer) = (one.len().min(other.len()), one.len().max(other.len()));
    shorter * whole >= longer * common && dice(one, other) >= NEAR_WORDS
}

fn dice(one: &[u64], other: &[u64]) -> f64 {
    let (mut left, mut right, mut common) = (0, 0, 0_u32);
    while let (Some(a), Some(b)) = (one.get(left), other.get(right)) {
        match a.cmp(b) {
            std::cmp::Ordering::Less => left += 1,
            std::cmp::Ordering::Greater => right += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                left += 1;
                right += 1;
            }
        }
    }
    let all = u32::try_from(one.len() + other.len()).unwrap_or(u32::MAX);
    if all == 0 { 0.0 } else { 2.0 * f64::from(common) / f64::from(all) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(texts: &[&str]) -> Vec<Vec<usize>> {
        let texts: Vec<String> = texts.iter().map(|text| normalised(text)).collect();
        let texts: Vec<(&str, Option<Vector>)> = texts.iter().map(|text| (text.as_str(), None)).collect();
        alike(&texts)
    }

    #[test]
    fn slips_and_small_words_make_no_other_text() {
        let found = groups(&[
            "Do you ship to Norway?",
            "is there a gift wrap",
            "do you ship to norwey",
            "Do you ship to Norway please",
            "is there gift wrap?",
            "你们送货到挪威吗",
            "🙏",
        ]);
        assert_eq!(found, [vec![0, 2, 3], vec![1, 4], vec![5], vec![6]]);
    }

    #[test]
    fn near_meaning_is_near() {
        let vector = |x: f32| -> Option<Vector> { Some([x, (1.0 - x * x).sqrt()].into()) };
        let texts = [
            ("can you gift wrap it", vector(1.0)),
            ("put a ribbon around", vector(0.9)),
            ("cancel", vector(0.1)),
        ];
        assert_eq!(alike(&texts), [vec![0, 1], vec![2]]);
        let without = texts.map(|(text, _)| (text, None));
        assert_eq!(alike(&without).len(), 3);
    }

    #[test]
    fn whom_it_is_not_compared_with_a_text_is_not_near() {
        // Words of a few letters, so that much is in common and the measure is met exactly as well.
        let mut number = 7_u32;
        let mut next = |below: u32| {
            number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (number >> 16) % below
        };
        let texts: Vec<String> = (0..700)
            .map(|_| {
                let words = (0..=next(5)).map(|_| ["ab", "abc", "bca", "cab", "ca", "aab"][next(6) as usize]);
                words.collect::<Vec<_>>().join(" ")
            })
            .collect();
        let texts: Vec<(&str, Option<Vector>)> = texts.iter().map(|text| (text.as_str(), None)).collect();
        let runs: Vec<Vec<u64>> = texts.iter().map(|(text, _)| runs(text)).collect();
        let mut expected: Vec<Vec<usize>> = Vec::new();
        for (at, of_text) in runs.iter().enumerate() {
            match expected.iter_mut().find(|group| dice(of_text, &runs[group[0]]) >= NEAR_WORDS) {
                Some(group) => group.push(at),
                None => expected.push(vec![at]),
            }
        }
        assert!(expected.len() > 10 && expected.iter().any(|group| group.len() > 50), "{}", expected.len());
        assert_eq!(alike(&texts), expected);
    }

    #[test]
    fn the_same_words_are_one_text() {
        assert_eq!(normalised("Wo  bleibt's?!"), normalised("wo bleibt's"));
        assert_ne!(normalised("!"), normalised("?"));
    }
}

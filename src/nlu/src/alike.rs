//! Which texts say nearly the same?
//!
//! One pass over the texts in their order, the most frequent first: each joins the first group whose first text is near
//! enough, or else begins a group of its own. So a group is named by its most frequent text, and a new text moves no other.

use studio_core::embedding::Vector;

use crate::text::Reading;

/// Share of common runs of three letters (Dice) from which on two texts are near.
const NEAR_WORDS: f64 = 0.7;
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
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, (_, vector)) in texts.iter().enumerate() {
        let near = |group: &&mut Vec<usize>| {
            let first = group[0];
            dice(&runs[at], &runs[first]) >= NEAR_WORDS
                || vector.as_ref().zip(texts[first].1.as_ref()).is_some_and(|(one, other)| {
                    one.iter().zip(other.iter()).map(|(one, other)| one * other).sum::<f32>() >= NEAR_MEANING
                })
        };
        match groups.iter_mut().find(near) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    groups
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
    fn the_same_words_are_one_text() {
        assert_eq!(normalised("Wo  bleibt's?!"), normalised("wo bleibt's"));
        assert_ne!(normalised("!"), normalised("?"));
    }
}

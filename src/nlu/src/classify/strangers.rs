//! What is no bot about?
//!
//! A checked-in list of nonsense and of questions about the weather, the news, football and the like stands for whatever
//! nobody has to understand. What is nearer to it than to the phrases of its best intent, and clearly so, is not acted on. A
//! text of the list counts only in bots that have nothing near it: whose bot forecasts the weather is asked about it.

use studio_core::embedding::has_meaning;

use super::{near::Phrases, parallel};

/// The texts, one a line.
const TEXTS: &str = include_str!("strangers.txt");
/// How much nearer a message must be to the list than to its best intent, in cosines. Above 2 the list says nothing.
const NEARER: f32 = 0.15;
/// Nearness of a bot's own phrase at which a text of the list does not count.
const OWN: f32 = 0.5;

/// All texts of the list.
pub(crate) fn texts() -> Vec<&'static str> {
    TEXTS.lines().filter(|line| !line.is_empty()).collect()
}

/// Those texts of the list that a bot has nothing near, given the vectors of all.
pub(crate) fn strange_to(phrases: &Phrases, vectors: &[&[f32]]) -> Phrases {
    if phrases.len() == 0 {
        return Phrases::new(&[], 0, &[], 1);
    }
    let near = parallel::map(vectors.len(), |at| phrases.nearest(vectors[at]) >= OWN);
    let strange: Vec<&[f32]> = vectors
        .iter()
        .zip(near)
        .filter(|(vector, near)| !near && has_meaning(vector))
        .map(|(vector, _)| *vector)
        .collect();
    Phrases::new(&strange, phrases.outer, &vec![0; strange.len()], 1)
}

/// What is left of a confidence where the list is clearly nearer than the best intent: less than the threshold.
pub(crate) fn left(confidence: f64, near: f32, strange: f32, threshold: f64) -> f64 {
    if strange <= near + NEARER {
        return confidence;
    }
    confidence.min(threshold * f64::from(near.max(0.0) / strange))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_of_the_list_stands_there_once() {
        let mut texts = texts();
        let count = texts.len();
        texts.sort_unstable();
        texts.dedup();
        assert!(count == texts.len() && count > 200, "{count}");
    }

    #[test]
    fn what_a_bot_has_something_near_to_is_not_strange_to_it() {
        let own: Vec<&[f32]> = vec![&[1.0, 0.0, 0.0], &[0.0, 1.0, 0.0]];
        let phrases = Phrases::new(&own, 3, &[0, 1], 2);
        let strange = strange_to(&phrases, &[&[0.9, 0.1, 0.42], &[0.1, 0.1, 0.99], &[0.0, 0.0, 1.0]]);
        assert_eq!(strange.len(), 2);
        assert!(strange.nearness(0, &[0.0, 0.0, 1.0]) > 0.95);
        assert!(strange_to(&phrases, &[]).nearness(0, &[0.0, 0.0, 1.0]).abs() < 1e-6);
    }

    #[test]
    fn what_is_clearly_stranger_is_below_the_threshold() {
        let check = |near: f32, strange: f32, expected: f64| {
            let found = left(0.9, near, strange, 0.4);
            assert!((found - expected).abs() < 1e-6, "{near} {strange}: {found}");
        };
        check(0.7, 0.3, 0.9);
        check(0.5, 0.55, 0.9);
        check(0.4, 0.8, 0.2);
        check(0.0, 0.8, 0.0);
        check(-0.2, 0.3, 0.0);
    }
}

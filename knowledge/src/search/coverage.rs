//! How much of the question does a passage have, and how close together?

use std::collections::{BTreeMap, BTreeSet};

use super::expand::Sought;
use crate::{
    analysis::{Analyzer, Asked, Weight},
    index::Stored,
};

/// Terms between two words of the question that still stand together.
const TOGETHER: usize = 5;
/// What a topic of the passage's own heading (its title, where it has none) counts for, if all of them are asked about: of two
/// words it is the one that the question is about.
const HEADING: f64 = 1.5;

/// How a passage fits a question; the shares are from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Covered {
    /// The share of the question's information that the passage, its headings and its title have.
    pub coverage: f64,
    /// The share of the pairs of neighbouring words in the question that stand together in the passage, by information.
    pub closeness: f64,
    /// Whether the question has every word of the passage's own heading of several, those that say little too: "check in" is not
    /// "check out".
    pub named: bool,
}

/// `said` are all terms of the question, `words` those that say something.
pub fn coverage(
    words: &[Sought],
    said: &BTreeSet<String>,
    passage: &Stored,
    analyzer: &mut Analyzer,
) -> Covered {
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut place = 0;
    for part in [&passage.text, &passage.title].into_iter().chain(&passage.headings) {
        for term in analyzer.terms(part) {
            places.entry(term).or_default().push(place);
            place += 1;
        }
        // What stands in one heading is near to nothing in the next.
        place += TOGETHER;
    }
    let heading = analyzer.question(passage.headings.last().unwrap_or(&passage.title));
    let named =
        heading.len() > 1 && heading.iter().all(|asked| asked.terms.iter().any(|term| said.contains(term)));
    let topics = said_topics(words, heading);
    let found: Vec<Found> = words.iter().map(|word| Found::of(word, &places, &topics)).collect();
    let share = |part: f64, whole: f64| if whole > 0.0 { (part / whole).min(1.0) } else { 0.0 };
    let covered: f64 = found.iter().map(|found| found.worth * found.information).sum();
    let all: f64 = found.iter().map(|found| found.information).sum();
    let pairs =
        || found.windows(2).map(|pair| (&pair[0], &pair[1], pair[0].information.min(pair[1].information)));
    let close: f64 = pairs().map(|(one, other, weight)| one.together(other) * weight).sum();
    let all_pairs: f64 = pairs().map(|(_, _, weight)| weight).sum();
    Covered { coverage: share(covered, all), closeness: share(close, all_pairs), named }
}

/// The terms of a heading's topics, if all of them are asked about.
fn said_topics(words: &[Sought], mut heading: Vec<Asked>) -> BTreeSet<String> {
    heading.retain(|asked| asked.weight == Weight::Full);
    let is_sought = |term: &String| words.iter().any(|word| word.terms.contains_key(term));
    if heading.iter().all(|topic| topic.terms.iter().any(is_sought)) {
        heading.into_iter().flat_map(|topic| topic.terms).collect()
    } else {
        BTreeSet::new()
    }
}

struct Found {
    information: f64,
    /// Of the best of its terms that the passage has; 0 if it has none.
    worth: f64,
    places: Vec<usize>,
}

impl Found {
    fn of(word: &Sought, places: &BTreeMap<String, Vec<usize>>, topics: &BTreeSet<String>) -> Self {
        let present = word.terms.iter().filter_map(|(term, worth)| Some((*worth, places.get(term)?)));
        let factor = if word.terms.keys().any(|term| topics.contains(term)) { HEADING } else { 1.0 };
        let mut found = Self { information: word.information * factor, worth: 0.0, places: Vec::new() };
        for (worth, places) in present {
            found.worth = found.worth.max(worth);
            found.places.extend(places);
        }
        found
    }

    /// Worth of the pair if the two stand together anywhere.
    fn together(&self, other: &Self) -> f64 {
        let near =
            |place: &usize| other.places.iter().any(|there| (1..=TOGETHER).contains(&place.abs_diff(*there)));
        if self.places.iter().any(near) { self.worth.min(other.worth) } else { 0.0 }
    }
}

//! How much of the question does a passage have, and how close together?

use std::collections::{BTreeMap, BTreeSet};

use super::expand::Sought;
use crate::{
    analysis::{Analyzer, Asked, Role, Weight},
    index::Stored,
};

/// Terms between two words of the question that still stand together.
const TOGETHER: usize = 5;
/// Terms from one word to the next, which may have two.
const NEXT: usize = 2;
/// What a topic of the passage's own heading (its title, where it has none) counts for, if all of them are asked about, and beside
/// them nothing that no document has: of two words it is the one that the question is about.
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
    /// Whether the question has every word of that heading, be it of one word, and they say something: "for women" of "Women",
    /// "good" not of "Good to know".
    pub entitled: bool,
}

/// `said` are all terms of the question and the forms of its words, `words` those that say something.
pub fn coverage(
    words: &[Sought],
    said: &BTreeSet<String>,
    passage: &Stored,
    analyzer: &mut Analyzer,
) -> Covered {
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut place = 0;
    let above = std::iter::once(passage.title.as_str()).chain(passage.headings.iter().map(String::as_str));
    for part in items(&passage.text).into_iter().chain(above) {
        for term in analyzer.terms(part) {
            places.entry(term).or_default().push(place);
            place += 1;
        }
        // What stands in one heading, or one item of a list, is near to nothing in the next.
        place += TOGETHER;
    }
    let heading = analyzer.question(passage.headings.last().unwrap_or(&passage.title));
    let is_said = |asked: &Asked| asked.terms.iter().any(|term| said.contains(term));
    let whole = heading.iter().all(is_said);
    let named = whole && heading.len() > 1;
    let entitled = whole && heading.iter().any(says_something);
    let topics = said_topics(words, said, heading);
    let headed = !passage.headings.is_empty();
    let mut found: Vec<Found> = words.iter().map(|word| Found::of(word, &places, &topics, headed)).collect();
    lose_halves(words, &mut found);
    let share = |part: f64, whole: f64| if whole > 0.0 { (part / whole).min(1.0) } else { 0.0 };
    let covered: f64 = found.iter().map(|found| found.worth * found.information).sum();
    let all: f64 = found.iter().map(|found| found.information).sum();
    let pairs =
        || found.windows(2).map(|pair| (&pair[0], &pair[1], pair[0].information.min(pair[1].information)));
    let close: f64 = pairs().map(|(one, other, weight)| one.together(other) * weight).sum();
    let all_pairs: f64 = pairs().map(|(_, _, weight)| weight).sum();
    Covered { coverage: share(covered, all), closeness: share(close, all_pairs), named, entitled }
}

/// The text cut before each item of a list and each paragraph.
fn items(text: &str) -> Vec<&str> {
    let mut items = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        if begins_item(line) {
            items.push(&text[start..at]);
            start = at;
        }
        at += line.len();
    }
    items.push(&text[start..]);
    items
}

/// `- one`, `2. two`, or an empty line.
fn begins_item(line: &str) -> bool {
    let line = line.trim();
    let numbered = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered =
        numbered.len() < line.len() && (numbered.starts_with(". ") || numbered.starts_with(") "));
    line.is_empty() || is_numbered || ["- ", "* ", "+ "].iter().any(|mark| line.starts_with(mark))
}

fn says_something(asked: &Asked) -> bool {
    asked.weight != Weight::None && asked.word.text.chars().any(char::is_alphabetic)
}

/// "Post" here and "card" there are no postcard.
fn lose_halves(words: &[Sought], found: &mut [Found]) {
    for (at, _) in words.iter().enumerate().filter(|(_, word)| word.half) {
        if let Some([one, other]) = found.get_mut(at..at + 2)
            && !one.is_before(other)
        {
            one.lose();
            other.lose();
        }
    }
}

/// The terms of a heading's topics, if all of them are asked about.
///
/// What no document has is asked about in vain, and no heading makes up for it: "who founded the company" is not about "Companies",
/// nor "discount for families" about "Families". A heading such as "For companies" tells whom the passage is for; who does not say
/// "for" does not ask about that.
fn said_topics(words: &[Sought], said: &BTreeSet<String>, mut heading: Vec<Asked>) -> BTreeSet<String> {
    let mut leading = heading.iter().take_while(|asked| asked.weight != Weight::Full);
    if leading.any(|asked| asked.role == Role::Aside && asked.terms.iter().all(|term| !said.contains(term))) {
        return BTreeSet::new();
    }
    heading.retain(|asked| asked.weight == Weight::Full);
    let wanted = |word: &&Sought| word.weight == Weight::Full && !word.aside;
    let in_vain = words.iter().filter(wanted).filter(|word| word.strange).map(|word| word.clause);
    let in_vain: BTreeSet<usize> = in_vain.collect();
    let counts = |word: &&Sought| !in_vain.contains(&word.clause) && (in_vain.is_empty() || !word.aside);
    let is_sought = |term: &String| words.iter().filter(counts).any(|word| word.terms.contains_key(term));
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
    /// It is what the passage's own heading is about, and so near to all that stands below.
    heads: bool,
}

impl Found {
    fn of(
        word: &Sought,
        places: &BTreeMap<String, Vec<usize>>,
        topics: &BTreeSet<String>,
        headed: bool,
    ) -> Self {
        let present = word.terms.iter().filter_map(|(term, worth)| Some((*worth, places.get(term)?)));
        let is_topic = word.terms.keys().any(|term| topics.contains(term));
        let information = if is_topic { word.information * HEADING } else { word.information };
        let heads = headed && word.forms().any(|term| topics.contains(term));
        let mut found = Self { information, worth: 0.0, places: Vec::new(), heads };
        for (worth, places) in present {
            found.worth = found.worth.max(worth);
            found.places.extend(places);
        }
        found
    }

    /// Whether the other is the next word anywhere.
    fn is_before(&self, other: &Self) -> bool {
        let next =
            |place: &usize| other.places.iter().any(|there| (place + 1..=place + NEXT).contains(there));
        self.places.iter().any(next)
    }

    fn lose(&mut self) {
        self.worth = 0.0;
        self.places.clear();
    }

    /// Worth of the pair if the two stand together anywhere.
    fn together(&self, other: &Self) -> f64 {
        let near =
            |place: &usize| other.places.iter().any(|there| (1..=TOGETHER).contains(&place.abs_diff(*there)));
        let is_near = self.heads || other.heads || self.places.iter().any(near);
        if is_near { self.worth.min(other.worth) } else { 0.0 }
    }
}

//! Which words of a text are something that the bot's phrases only show by example?
//!
//! An averaged perceptron labels each word as outside, the beginning of an entity, or its continuation, left to right,
//! from the word, its shape, its neighbours and the label before it. It learns from the annotated phrases in the order
//! in which they are written, so that the same bot gives the same labels.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use studio_core::understanding::Annotated;

use super::Find;
use crate::text::{Reading, without_marks};

/// Passes over the phrases.
const ROUNDS: usize = 10;
/// Most phrases that are learned from: what keeps a training in seconds.
const MOST: usize = 5_000;
/// Words of a message that are labelled.
const WORDS: usize = 200;
/// By so much a label must be better than the next to be certain.
const CERTAIN: f32 = 4.0;

/// What was learned; as it is kept with the model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Learned {
    /// Names of the learned entities.
    entities: Vec<String>,
    /// For each feature its weight for each label: outside, then the beginning and the inside of each entity.
    weights: BTreeMap<String, Vec<f32>>,
}

/// A phrase as words with their labels.
struct Example {
    words: Vec<String>,
    shapes: Vec<char>,
    labels: Vec<usize>,
}

impl Learned {
    /// Learns the entities of these names from the phrases in which they are annotated; the other annotated phrases
    /// show where they are not.
    pub(crate) fn train(entities: Vec<String>, annotated: &[Annotated]) -> Self {
        let mut learned = Self { entities, weights: BTreeMap::new() };
        if learned.entities.is_empty() {
            return learned;
        }
        let examples: Vec<Example> =
            annotated.iter().take(MOST).map(|phrase| learned.example(phrase)).collect();
        let labels = learned.labels();
        let mut sums: BTreeMap<String, Vec<(f32, f32)>> = BTreeMap::new();
        let mut step = 0.0_f32;
        for round in 0..ROUNDS {
            // Every other round from the end, so that the last phrases do not always have the last word.
            let order: Vec<usize> = if round % 2 == 0 {
                (0..examples.len()).collect()
            } else {
                (0..examples.len()).rev().collect()
            };
            for index in order {
                let example = &examples[index];
                let mut previous = 0;
                for place in 0..example.words.len() {
                    step += 1.0;
                    let features = features(&example.words, &example.shapes, place, previous);
                    let (guess, _) = learned.best(&features, previous, labels);
                    let truth = example.labels[place];
                    if guess != truth {
                        for feature in &features {
                            let weights =
                                learned.weights.entry(feature.clone()).or_insert_with(|| vec![0.0; labels]);
                            let sums =
                                sums.entry(feature.clone()).or_insert_with(|| vec![(0.0, 0.0); labels]);
                            for (label, change) in [(truth, 1.0), (guess, -1.0)] {
                                // What the weight was until now counts for all the steps that it was so.
                                let (sum, since) = &mut sums[label];
                                *sum += weights[label] * (step - *since);
                                *since = step;
                                weights[label] += change;
                            }
                        }
                    }
                    previous = truth;
                }
            }
        }
        for (feature, weights) in &mut learned.weights {
            let Some(sums) = sums.get(feature) else { continue };
            for (weight, (sum, since)) in weights.iter_mut().zip(sums) {
                *weight = (sum + *weight * (step - since)) / step.max(1.0);
            }
        }
        learned.weights.retain(|_, weights| weights.iter().any(|weight| weight.abs() > 1.0e-6));
        learned
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// Whether weights and names belong together; a damaged model may not.
    pub(crate) fn fits(&self) -> bool {
        self.weights.values().all(|weights| weights.len() == self.labels())
    }

    fn labels(&self) -> usize {
        1 + 2 * self.entities.len()
    }

    /// All learned entities of a text, by name.
    pub(super) fn find(&self, reading: &Reading<'_>) -> Vec<(&str, Find)> {
        if self.is_empty() {
            return Vec::new();
        }
        let (words, shapes) = seen(reading);
        let labels = self.labels();
        let (mut finds, mut previous): (Vec<(usize, Find)>, usize) = (Vec::new(), 0);
        for (place, token) in reading.tokens.iter().enumerate().take(WORDS) {
            let (label, margin) = self.best(&features(&words, &shapes, place, previous), previous, labels);
            previous = label;
            let Some(entity) = label.checked_sub(1).map(|label| label / 2) else { continue };
            let confidence = f64::from((0.5 + margin / CERTAIN / 2.0).min(0.95));
            if label.is_multiple_of(2)
                && let Some((_, find)) = finds.last_mut()
            {
                find.end = token.end;
                find.confidence = find.confidence.min(confidence);
                continue;
            }
            finds.push((entity, Find { start: token.start, end: token.end, value: Value::Null, confidence }));
        }
        finds
            .into_iter()
            .map(|(entity, find)| {
                let (start, end) = reading.place(find.start, find.end);
                let value = Value::from(&reading.original[start..end]);
                (self.entities[entity].as_str(), Find { value, ..find })
            })
            .collect()
    }

    /// The best label that may follow the previous one, and by how much it is better than the next.
    fn best(&self, features: &[String], previous: usize, labels: usize) -> (usize, f32) {
        let mut scores = vec![0.0_f32; labels];
        for weights in features.iter().filter_map(|feature| self.weights.get(feature)) {
            for (score, weight) in scores.iter_mut().zip(weights) {
                *score += weight;
            }
        }
        let begins = previous.checked_sub(1).map(|label| label / 2);
        let (mut best, mut next) = ((0, f32::NEG_INFINITY), f32::NEG_INFINITY);
        for (label, score) in scores.into_iter().enumerate() {
            // The inside of an entity follows that entity only.
            let inside = label > 0 && label.is_multiple_of(2);
            if inside && begins != Some((label - 1) / 2) {
                continue;
            }
            if score > best.1 {
                next = best.1;
                best = (label, score);
            } else if score > next {
                next = score;
            }
        }
        (best.0, if next.is_finite() { best.1 - next } else { 0.0 })
    }

    fn example(&self, phrase: &Annotated) -> Example {
        let reading = Reading::new(&phrase.text);
        let (words, shapes) = seen(&reading);
        let mut labels = vec![0; words.len()];
        for annotation in &phrase.annotations {
            let Some(entity) = self.entities.iter().position(|name| *name == annotation.entity) else {
                continue;
            };
            let mut first = true;
            for (label, token) in labels.iter_mut().zip(&reading.tokens) {
                let (start, end) = reading.place(token.start, token.end);
                if start >= annotation.start && end <= annotation.end {
                    *label = 1 + 2 * entity + usize::from(!first);
                    first = false;
                }
            }
        }
        Example { words, shapes, labels }
    }
}

/// The folded words of a text, and how each was typed: in capitals, with one, with digits, or neither.
fn seen(reading: &Reading<'_>) -> (Vec<String>, Vec<char>) {
    let tokens = || reading.tokens.iter().take(WORDS);
    let words = tokens().map(|token| without_marks(reading.word(token))).collect();
    let shapes = tokens().map(|token| {
        let (start, end) = reading.place(token.start, token.end);
        let typed = &reading.original[start..end];
        if typed.contains(|it: char| it.is_ascii_digit()) {
            '9'
        } else if typed.starts_with(char::is_uppercase) {
            'A'
        } else {
            'a'
        }
    });
    (words, shapes.collect())
}

/// What is seen of a word: itself, its ends, its shape, its neighbours, the label before it.
fn features(words: &[String], shapes: &[char], place: usize, previous: usize) -> Vec<String> {
    let at = |offset: isize| {
        let place = isize::try_from(place).unwrap_or_default() + offset;
        usize::try_from(place).ok().and_then(|place| words.get(place)).map_or("", String::as_str)
    };
    let word = at(0);
    let ending: String = word.chars().rev().take(3).collect();
    vec![
        "bias".to_owned(),
        format!("w={word}"),
        format!("e={ending}"),
        format!("s={}", shapes[place]),
        format!("p={}", at(-1)),
        format!("pp={} {}", at(-2), at(-1)),
        format!("n={}", at(1)),
        format!("nn={} {}", at(1), at(2)),
        format!("l={previous}"),
        format!("lp={previous} {}", at(-1)),
        format!("ls={previous} {}", shapes[place]),
        format!("ln={previous} {}", at(1)),
    ]
}

#[cfg(test)]
pub(super) mod tests {
    use studio_core::understanding::Annotation;

    use super::*;

    /// `[words](entity)` in a phrase.
    pub(in crate::entities) fn annotated(phrase: &str) -> Annotated {
        let mut found = Annotated::default();
        let mut rest = phrase;
        while let Some((before, behind)) = rest.split_once('[') {
            let (words, behind) = behind.split_once("](").unwrap();
            let (name, behind) = behind.split_once(')').unwrap();
            let (entity, role) =
                name.split_once(':').map_or((name, None), |(entity, role)| (entity, Some(role)));
            found.text.push_str(before);
            let start = found.text.len();
            found.text.push_str(words);
            found.annotations.push(Annotation {
                start,
                end: found.text.len(),
                entity: entity.to_owned(),
                role: role.map(str::to_owned),
            });
            rest = behind;
        }
        found.text.push_str(rest);
        found
    }

    const PHRASES: [&str; 10] = [
        "deliver it to [Baker House](site)",
        "please deliver the parcel to [Green Yard](site) today",
        "send everything to [Mill Lane Depot](site) please",
        "I moved to [Old Harbour](site)",
        "ship it to [Castle Hill](site) please",
        "deliver to [the red barn](site)",
        "my order comes from [Acme](supplier)",
        "it was made by [Globex](supplier)",
        "do you sell things by [Initech](supplier)",
        "I bought it from [Umbrella Tools](supplier) last week",
    ];

    #[test]
    fn unseen_words_are_found_by_their_places() {
        let phrases: Vec<Annotated> = PHRASES.iter().map(|phrase| annotated(phrase)).collect();
        let names = vec!["site".to_owned(), "supplier".to_owned()];
        let learned = Learned::train(names.clone(), &phrases);
        assert_eq!(learned, Learned::train(names, &phrases), "it is deterministic");
        let check = |text: &str, expected: &[(&str, &str)]| {
            let found: Vec<(String, String)> = learned
                .find(&Reading::new(text))
                .into_iter()
                .map(|(entity, find)| (entity.to_owned(), find.value.as_str().unwrap_or_default().to_owned()))
                .collect();
            let expected: Vec<(String, String)> =
                expected.iter().map(|(entity, words)| ((*entity).to_owned(), (*words).to_owned())).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("deliver it to Tower Bridge", &[("site", "Tower Bridge")]);
        check("ship it to Łódź please", &[("site", "Łódź")]);
        check("it was made by Hooli", &[("supplier", "Hooli")]);
        check("where is my parcel", &[]);
        check("", &[]);
    }

    #[test]
    fn nothing_to_learn_is_nothing_found() {
        let learned = Learned::train(Vec::new(), &[annotated("to [Bonn](city)")]);
        assert!(learned.is_empty() && learned.fits());
        assert!(learned.find(&Reading::new("to Bonn")).is_empty());
    }
}

//! What else could somebody have said who wrote so few phrases?
//!
//! A phrase of an intent with few of them that names a value of a list, or of an entity learned from annotations, says the same
//! with other values of it: "send the [tent] back" with a backpack. So it is where the intent's own phrases name two values or
//! more; where they name one alone, it may be what tells the intent from others. Which values is chosen by a hash, so the same
//! lessons give the same phrases. Whether a bot learns from them is decided by its own phrases, held out (`classify::train`).
//!
//! A value that no phrase has is known by its kind, and forgotten marks need nothing made either (`classify::features`). Slips of
//! the keyboard were tried by words alone, never with the embedding model, and taught nothing that the runs of letters do not
//! know (docs/understanding.md).

use std::collections::{BTreeMap, BTreeSet};

use studio_core::understanding::{EntityLesson, Lessons};

use crate::{
    classify::Example,
    entities::{Finder, Moment},
    text::Reading,
};

/// Intents with so many phrases or more show by themselves how they are said.
const FEW: usize = 20;
/// Of bots with more phrases nothing is made: they are trained long enough as it is.
const MANY: usize = 3_000;
/// Phrases with other values that are made of one.
const OTHERS: usize = 2;
/// Phrases that are made for a bot.
const MOST: usize = 4_000;
/// Values of an entity that are looked at.
const MOST_VALUES: usize = 200;
/// A text that was made of the example at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Made {
    pub(crate) of: usize,
    pub(crate) text: String,
}

/// What is made of the phrases among the examples.
pub(crate) fn made(lessons: &Lessons, finder: &Finder, examples: &[Example], intents: usize) -> Vec<Made> {
    let values = values(lessons);
    if examples.len() > MANY || values.is_empty() {
        return Vec::new();
    }
    let mut of_intent: Vec<Vec<usize>> = vec![Vec::new(); intents];
    let mut known: BTreeSet<String> = BTreeSet::new();
    for (at, example) in examples.iter().enumerate().filter(|(_, example)| !example.hint) {
        of_intent[example.intent].push(at);
        known.insert(Reading::new(&example.text).key());
    }
    let mut all: Vec<(usize, Made)> = Vec::new();
    for phrases in of_intent.iter().filter(|phrases| phrases.len() < FEW) {
        let mut places: Vec<Vec<Place<'_>>> =
            phrases.iter().map(|at| places(&examples[*at].text, lessons, finder, &values)).collect();
        let mut named: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for place in places.iter().flatten() {
            named.entry(place.entity).or_default().insert(place.value.to_lowercase());
        }
        let several = |place: &Place<'_>| named.get(place.entity).is_some_and(|named| named.len() > 1);
        for places in &mut places {
            places.retain(several);
        }
        for (of, places) in phrases.iter().zip(&places) {
            let phrase = &examples[*of].text;
            // What is another intent's phrase is none of this one's.
            let new = |text: &String| known.insert(Reading::new(text).key());
            let texts = others(phrase, places, &values).into_iter().filter(new).take(OTHERS);
            all.extend(texts.map(|text| Made { of: *of, text }).enumerate());
        }
    }
    // Where it is too much, each phrase has something before one has all.
    all.sort_by_key(|(turn, made)| (*turn, made.of));
    all.truncate(MOST);
    all.into_iter().map(|(_, made)| made).collect()
}

/// How the values of each entity are called.
fn values(lessons: &Lessons) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut values: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (entity, lesson) in &lessons.entities {
        if let EntityLesson::List { values: listed, fuzzy: _ } = lesson {
            values.entry(entity).or_default().extend(listed.keys().map(String::as_str));
        }
    }
    for phrase in &lessons.annotated {
        for annotation in &phrase.annotations {
            let learned = matches!(lessons.entities.get(&annotation.entity), Some(EntityLesson::Learned));
            if let (true, Some(words)) = (learned, phrase.text.get(annotation.start..annotation.end)) {
                values.entry(&annotation.entity).or_default().insert(words);
            }
        }
    }
    values.retain(|_, values| values.len() > 1);
    values
}

/// Where a phrase names a value, in bytes.
struct Place<'v> {
    entity: &'v str,
    value: String,
    start: usize,
    end: usize,
}

fn places<'v>(
    phrase: &str,
    lessons: &Lessons,
    finder: &Finder,
    values: &BTreeMap<&'v str, BTreeSet<&'v str>>,
) -> Vec<Place<'v>> {
    let now = jiff::Timestamp::UNIX_EPOCH.to_zoned(jiff::tz::TimeZone::UTC);
    let language = lessons.languages.first().map_or("en", String::as_str);
    let found = finder.find(&Reading::new(phrase), &Moment { language, now: &now }, |_| true);
    let annotated = lessons.annotated.iter().find(|annotated| annotated.text == phrase);
    let annotated = annotated.into_iter().flat_map(|it| &it.annotations);
    let annotated = annotated.map(|it| (it.entity.as_str(), it.start, it.end));
    // What the author annotated stands before what is found.
    let found =
        found.iter().filter(|it| it.confidence >= 1.0).map(|it| (it.entity.as_str(), it.start, it.end));
    let mut places: Vec<Place<'v>> = Vec::new();
    for (entity, start, end) in annotated.chain(found) {
        let free = places.iter().all(|place| place.end <= start || end <= place.start);
        if let (Some((entity, _)), Some(value), true) =
            (values.get_key_value(entity), phrase.get(start..end), free)
        {
            places.push(Place { entity, value: value.to_owned(), start, end });
        }
    }
    places
}

/// A phrase with each of its values in turn replaced by others, those of the smallest hashes first.
fn others(phrase: &str, places: &[Place<'_>], values: &BTreeMap<&str, BTreeSet<&str>>) -> Vec<String> {
    let mut texts = Vec::new();
    for place in places {
        let other = |value: &&&str| value.to_lowercase() != place.value.to_lowercase();
        let of_entity = values.get(place.entity).into_iter().flatten();
        texts.extend(of_entity.take(MOST_VALUES).filter(other).map(|value| {
            let text = format!("{}{value}{}", &phrase[..place.start], &phrase[place.end..]);
            (hash(&text), text)
        }));
    }
    texts.sort_unstable();
    texts.into_iter().map(|(_, text)| text).collect()
}

/// FNV-1a, mixed.
fn hash(text: &str) -> u64 {
    let sum = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    (sum ^ (sum >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb)
}

#[cfg(test)]
mod tests;

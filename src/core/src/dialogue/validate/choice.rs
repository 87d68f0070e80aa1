//! Which of the options is meant?

use rapidfuzz::distance::osa;
use serde_json::Value;

use super::{Answer, Fit, Misfit};
use crate::{
    bot::{Choice, MisfitKind},
    dialogue::words::normalise,
    understanding::is_negated,
};

/// By value, title, synonym or number; then as the only option named; then with slips of spelling.
pub fn fit(options: &[Choice], answer: &Answer<'_>) -> Fit {
    if let Some(value) = exactly(options, answer.text) {
        return Fit::Whole(value);
    }
    let text = normalise(answer.text);
    let numbered = text.parse::<usize>().ok().and_then(|number| options.get(number.checked_sub(1)?));
    if let Some(option) = numbered {
        return Fit::Whole(option.value.clone().into());
    }
    if let Some((option, name)) = only(named_in(options, &text).into_iter()) {
        return Fit::part(option.value.clone(), &name);
    }
    let by_entity = options.iter().find_map(|option| {
        let found =
            answer.entities.iter().find(|found| found.value.as_str() == Some(option.value.as_str()))?;
        Some(Fit::part(option.value.clone(), &found.text))
    });
    if let Some(fit) = by_entity {
        return fit;
    }
    match only(options.iter().filter(|option| names(option).any(|name| is_slip(&text, &name)))) {
        Some(option) => Fit::Whole(option.value.clone().into()),
        None => Misfit::with(MisfitKind::NotAnOption, "options", &titles(options, answer.languages)),
    }
}

/// The option whose value, title or synonym is the whole text.
pub fn exactly(options: &[Choice], text: &str) -> Option<Value> {
    let text = normalise(text);
    let option = options.iter().find(|option| names(option).any(|name| name == text))?;
    Some(option.value.clone().into())
}

/// The options that a text names in full words, with the words.
pub fn named(options: &[Choice], text: &str) -> Vec<(Value, String)> {
    let named = named_in(options, &normalise(text)).into_iter();
    named.map(|(option, name)| (option.value.clone().into(), name)).collect()
}

/// Options and the first of their names that stands in a text, where no longer name stands around it: "extra large" names
/// no "large".
fn named_in<'o>(options: &'o [Choice], text: &str) -> Vec<(&'o Choice, String)> {
    let text = format!(" {text} ");
    let mut places = Vec::new();
    for (index, option) in options.iter().enumerate() {
        for name in names(option).filter(|name| !name.is_empty()) {
            let words = format!(" {name} ");
            let found = text.match_indices(&words).map(|(start, _)| (start, start + words.len()));
            places.extend(found.map(|place| (place, index, name.clone())));
        }
    }
    let within = |(start, end): (usize, usize)| {
        let around = |(from, to): (usize, usize)| from <= start && end <= to && to - from > end - start;
        places.iter().any(|(other, _, _)| around(*other))
    };
    let stands = |place: (usize, usize)| !within(place) && !is_negated(&text[..place.0]);
    let named = options.iter().enumerate().filter_map(|(index, option)| {
        let (_, _, name) = places.iter().find(|(place, of, _)| *of == index && stands(*place))?;
        Some((option, name.clone()))
    });
    named.collect()
}

fn names(option: &Choice) -> impl Iterator<Item = String> {
    [&option.value]
        .into_iter()
        .chain(option.title.values())
        .chain(&option.synonyms)
        .map(|name| normalise(name))
}

/// One slip from 4 letters on, two from 8: shorter words become each other too easily.
fn is_slip(text: &str, name: &str) -> bool {
    let allowed = match name.chars().count() {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    };
    // Comparing takes time as the product of the lengths; a message may be long.
    let lengths = text.chars().count().abs_diff(name.chars().count());
    lengths <= allowed && osa::distance(text.chars(), name.chars()) <= allowed
}

fn only<T>(mut found: impl Iterator<Item = T>) -> Option<T> {
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// The titles in the first language given that an option has.
fn titles(options: &[Choice], languages: &[String]) -> String {
    options.iter().map(|option| title(option, languages)).collect::<Vec<_>>().join(", ")
}

/// What a visitor reads for an option.
pub fn title<'a>(option: &'a Choice, languages: &[String]) -> &'a str {
    languages
        .iter()
        .find_map(|language| option.title.get(language))
        .or_else(|| option.title.values().next())
        .unwrap_or(&option.value)
}

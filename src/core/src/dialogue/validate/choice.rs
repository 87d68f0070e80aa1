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
    if let Some(found) = only(options.iter().filter_map(|option| {
        let named = names(option).find(|name| contains_words(&text, name))?;
        Some((option, named))
    })) {
        return Fit::part(found.0.value.clone(), &found.1);
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
    let text = normalise(text);
    let named = options.iter().filter_map(|option| {
        let name = names(option).find(|name| contains_words(&text, name))?;
        Some((option.value.clone().into(), name))
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

/// Whether a text has these words, and does not take them back ("not small").
fn contains_words(text: &str, name: &str) -> bool {
    let text = format!(" {text} ");
    !name.is_empty() && text.match_indices(&format!(" {name} ")).any(|(place, _)| !is_negated(&text[..place]))
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

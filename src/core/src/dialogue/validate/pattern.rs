//! Does it have the form that the author gave as a regular expression?

use regex::{Regex, RegexBuilder};

use super::{Answer, Fit, Misfit};
use crate::{
    bot::MisfitKind,
    dialogue::{FaultReason, evaluate::Fault, words::is_part_of},
    digits::{Plain, is_digit},
    understanding::{EDGE, EntityMatch, is_negated},
};

/// Compiled size of a pattern in bytes; also bounds the time of a match.
const MAX_COMPILED: usize = 256 * 1024;
/// Built-in kinds of which no part is a reference. The address of a page may hold one.
const INDIVISIBLE: [&str; 4] = ["phone", "email", "iban", "card"];

pub fn fit(pattern: &str, answer: &Answer<'_>) -> Result<Fit, Fault> {
    let text = answer.text.trim();
    let plain = Plain::for_pattern(pattern, text).text;
    if told(pattern, whole(pattern))?.is_match(&plain) {
        return Ok(Fit::Whole(plain.into_owned().into()));
    }
    let mut found = matches(pattern, text)?.into_iter();
    Ok(match found.find(|(_, words)| !is_part_of_another(words, answer.entities)) {
        Some((value, words)) => Fit::part(value, &words),
        None => Misfit::of(MisfitKind::WrongPattern),
    })
}

/// Compiles a pattern in every way in which an answer is held against it.
pub fn compiles(pattern: &str) -> Result<(), regex::Error> {
    // As the author wrote it first: an error should show that.
    compile(pattern)?;
    whole(pattern)?;
    part(pattern).map(|_| ())
}

/// Whether a pattern is made for texts such as this one: it takes the whole of it, and nothing that is a sign shorter or a digit
/// longer.
pub fn is_made_for(pattern: &str, text: &str) -> Result<bool, Fault> {
    let pattern = told(pattern, whole(pattern))?;
    let mut shorter = text.to_owned();
    shorter.pop();
    let others = [shorter, format!("{text}0")];
    Ok(pattern.is_match(text) && !others.iter().any(|other| pattern.is_match(other)))
}

/// Whether words are no more than a part of a telephone number or the like.
pub fn is_part_of_another(words: &str, entities: &[EntityMatch]) -> bool {
    entities.iter().any(|it| INDIVISIBLE.contains(&it.entity.as_str()) && is_part_of(words, &it.text))
}

/// What of a text has this form, as value and as typed: words with a digit in them, since letters alone may be any
/// words.
pub fn within(pattern: &str, text: &str) -> Result<Vec<(String, String)>, Fault> {
    let mut found = matches(pattern, text)?;
    found.retain(|(value, _)| value.contains(is_digit));
    Ok(found)
}

/// Whole words of a text, as value and as typed, but those that are taken back ("not 4711").
fn matches(pattern: &str, text: &str) -> Result<Vec<(String, String)>, Fault> {
    let plain = Plain::for_pattern(pattern, text);
    let pattern = told(pattern, part(pattern))?;
    let found = pattern.find_iter(&plain.text).filter(|found| !is_negated(&plain.text[..found.start()]));
    let words = found
        .map(|found| (found.as_str().trim().to_owned(), text[plain.place(found.range())].trim().to_owned()));
    Ok(words.filter(|(value, _)| !value.is_empty()).collect())
}

fn whole(pattern: &str) -> Result<Regex, regex::Error> {
    compile(&format!("^(?:{pattern})$"))
}

fn part(pattern: &str) -> Result<Regex, regex::Error> {
    compile(&format!("{EDGE}(?:{pattern}){EDGE}"))
}

fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(MAX_COMPILED).build()
}

fn told(pattern: &str, compiled: Result<Regex, regex::Error>) -> Result<Regex, Fault> {
    compiled.map_err(|error| {
        let error = format!("the pattern `{pattern}` is not a regular expression: {error}");
        Fault::of(FaultReason::NoPattern, error)
    })
}

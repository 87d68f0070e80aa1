//! Does it have the form that the author gave as a regular expression?

use regex::{Regex, RegexBuilder};

use super::{Answer, Fit, Misfit};
use crate::{
    bot::MisfitKind,
    dialogue::evaluate::Fault,
    digits::{Plain, is_digit},
    understanding::is_negated,
};

/// Compiled size of a pattern in bytes; also bounds the time of a match.
const MAX_COMPILED: usize = 256 * 1024;
/// A place that is not within a word: a match begins and ends at one, so that eight digits are never the
/// beginning of nine.
const EDGE: &str = r"(?:\b|\b{start-half})";

pub fn fit(pattern: &str, answer: &Answer<'_>) -> Result<Fit, Fault> {
    let text = answer.text.trim();
    let plain = Plain::for_pattern(pattern, text).text;
    if compile(&format!("^(?:{pattern})$"))?.is_match(&plain) {
        return Ok(Fit::Whole(plain.into_owned().into()));
    }
    Ok(match matches(pattern, text)?.into_iter().next() {
        Some((value, words)) => Fit::part(value, &words),
        None => Misfit::of(MisfitKind::WrongPattern),
    })
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
    let pattern = compile(&format!("{EDGE}(?:{pattern}){EDGE}"))?;
    let found = pattern.find_iter(&plain.text).filter(|found| !is_negated(&plain.text[..found.start()]));
    let words = found
        .map(|found| (found.as_str().trim().to_owned(), text[plain.place(found.range())].trim().to_owned()));
    Ok(words.filter(|(value, _)| !value.is_empty()).collect())
}

fn compile(pattern: &str) -> Result<Regex, Fault> {
    RegexBuilder::new(pattern)
        .size_limit(MAX_COMPILED)
        .build()
        .map_err(|error| Fault(format!("the pattern `{pattern}` is not a regular expression: {error}")))
}

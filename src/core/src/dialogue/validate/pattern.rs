//! Does it have the form that the author gave as a regular expression?

use regex::{Regex, RegexBuilder};

use super::{Answer, Fit, Misfit};
use crate::bot::MisfitKind;
use crate::dialogue::evaluate::Fault;

/// Compiled size of a pattern in bytes; also bounds the time of a match.
const MAX_COMPILED: usize = 256 * 1024;

pub fn fit(pattern: &str, answer: &Answer<'_>) -> Result<Fit, Fault> {
    let text = answer.text.trim();
    if compile(&format!("^(?:{pattern})$"))?.is_match(text) {
        return Ok(Fit::Whole(text.into()));
    }
    Ok(match compile(pattern)?.find(text) {
        Some(found) if !found.is_empty() => Fit::part(found.as_str(), found.as_str()),
        Some(_) | None => Misfit::of(MisfitKind::WrongPattern),
    })
}

/// What of a text has this form: whole words with a digit in them, since letters alone may be any words.
pub fn within(pattern: &str, text: &str) -> Result<Vec<String>, Fault> {
    let stands_free = |start: usize, end: usize| {
        let before = text[..start].chars().next_back();
        let after = text[end..].chars().next();
        [before, after].into_iter().flatten().all(|letter| !letter.is_alphanumeric())
    };
    let pattern = compile(pattern)?;
    let found = pattern.find_iter(text).filter(|found| stands_free(found.start(), found.end()));
    let telling = found
        .map(|found| found.as_str().trim())
        .filter(|it| it.contains(|letter: char| letter.is_ascii_digit()));
    Ok(telling.map(str::to_owned).collect())
}

fn compile(pattern: &str) -> Result<Regex, Fault> {
    RegexBuilder::new(pattern)
        .size_limit(MAX_COMPILED)
        .build()
        .map_err(|error| Fault(format!("the pattern `{pattern}` is not a regular expression: {error}")))
}

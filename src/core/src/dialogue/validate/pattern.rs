//! Does it have the form that the author gave as a regular expression?

use regex::{Regex, RegexBuilder};

use super::{Answer, Fit, Misfit};
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
        Some(_) | None => Misfit::of("invalid-regex"),
    })
}

fn compile(pattern: &str) -> Result<Regex, Fault> {
    RegexBuilder::new(pattern)
        .size_limit(MAX_COMPILED)
        .build()
        .map_err(|error| Fault(format!("the pattern `{pattern}` is not a regular expression: {error}")))
}

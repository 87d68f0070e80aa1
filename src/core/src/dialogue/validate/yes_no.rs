//! Is it yes or no?

use serde_json::Value;

use super::{Answer, Fit, Misfit};
use crate::{bot::MisfitKind, dialogue::words::normalise, texts};

pub fn fit(answer: &Answer<'_>) -> Fit {
    if let Some(yes) = yes_or_no(answer.text, answer.languages) {
        return Fit::Whole(Value::Bool(yes));
    }
    // "yes, please send it": the first word decides; "no idea" and the like are not an answer.
    let text = normalise(answer.text);
    let Some((first, rest)) = text.split_once(' ') else {
        return Misfit::of(MisfitKind::NotYesNo);
    };
    let unsure = ["idea", "clue", "ahnung", "matter"];
    match yes_or_no(first, answer.languages) {
        Some(yes) if !rest.split(' ').any(|word| unsure.contains(&word)) => Fit::part(yes, first),
        Some(_) | None => Misfit::of(MisfitKind::NotYesNo),
    }
}

/// Whether the whole text says yes or no, in a language of the bot or else English.
pub fn yes_or_no(text: &str, languages: &[String]) -> Option<bool> {
    let text = normalise(text);
    let languages = || languages.iter().map(String::as_str).chain(["en"]);
    if matches!(text.as_str(), "true") || texts::words(languages(), "yes-words").any(|word| word == text) {
        Some(true)
    } else if texts::words(languages(), "no-words").any(|word| word == text) {
        Some(false)
    } else {
        None
    }
}

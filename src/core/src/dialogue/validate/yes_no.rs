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

/// Whether the whole text says yes or no, in a language of the bot or else English. The first language that knows the
/// word decides: `jo` is yes in Swedish, and no in Albanian.
pub fn yes_or_no(text: &str, languages: &[String]) -> Option<bool> {
    let text = normalise(text);
    if text == "true" {
        return Some(true);
    }
    languages.iter().map(String::as_str).chain(["en"]).find_map(|language| {
        let says =
            |key| texts::lists([language], key).iter().flat_map(|list| &**list).any(|word| *word == text);
        if says("yes-words") { Some(true) } else { says("no-words").then_some(false) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_knows_the_word_decides() {
        let check = |languages: &[&str], text: &str, expected: Option<bool>| {
            let languages = languages.iter().map(|&language| language.to_owned()).collect::<Vec<_>>();
            assert_eq!(yes_or_no(text, &languages), expected, "{languages:?} {text}");
        };
        check(&["sv", "sq"], "jo", Some(true));
        check(&["sq", "sv"], "jo", Some(false));
        check(&["fr"], "Oui !", Some(true));
        check(&["fr"], "yes", Some(true));
        check(&["ja"], "はい", Some(true));
        check(&["hi"], "नहीं", Some(false));
        check(&["pt-BR"], "beleza", Some(true));
        check(&["xx"], "nope", Some(false));
        check(&["fr"], "peut-être", None);
    }
}

//! Is a message nothing but a value of the kind asked for, even one that is refused?

use super::Answer;
use crate::{
    bot::Expects,
    dialogue::words::{normalise, overlap},
    digits::is_digit,
};

/// Words that may stand before a value without giving it another meaning.
const INTRODUCING: [&str; 32] = [
    "for",
    "about",
    "around",
    "only",
    "just",
    "maybe",
    "we",
    "are",
    "were",
    "it",
    "its",
    "is",
    "on",
    "at",
    "to",
    "the",
    "my",
    "minus",
    "für",
    "ca",
    "circa",
    "etwa",
    "ungefähr",
    "nur",
    "wir",
    "sind",
    "es",
    "ist",
    "am",
    "um",
    "zu",
    "der",
];
/// Most words behind it: "50 people", "13 of us". A number behind a noun is rather the name of a
/// thing: "order 4711".
const BEHIND: usize = 2;

/// From the first to the last word of the value; nothing where the message says something else.
pub fn bare(expects: &Expects, answer: &Answer<'_>) -> Option<String> {
    let (kind, is_value): (&str, fn(&str) -> bool) = match expects {
        Expects::Number { .. } => ("number", has_digit),
        Expects::Date { .. } => ("date", has_digit),
        Expects::Time { .. } => ("time", has_digit),
        Expects::Phone => ("phone", has_digit),
        Expects::Regex { .. } => ("", has_digit),
        Expects::Email => ("email", |word| word.contains('@')),
        Expects::Text { .. } | Expects::Choice { .. } | Expects::File { .. } | Expects::YesNo => return None,
    };
    let entities = || answer.entities.iter().filter(|found| found.entity == kind);
    let words = answer.text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric));
    let words = words
        .map(|word| (word, is_value(word) || entities().any(|found| overlap(&found.text, word))))
        .collect::<Vec<_>>();
    let first = words.iter().position(|(_, value)| *value)?;
    let last = words.iter().rposition(|(_, value)| *value)?;
    let others = words[first..].iter().filter(|(_, value)| !value).count();
    let introduced = words[..first].iter().all(|(word, _)| INTRODUCING.contains(&normalise(word).as_str()));
    let value = words[first..=last].iter().map(|(word, _)| *word).collect::<Vec<_>>();
    (introduced && others <= BEHIND).then(|| value.join(" "))
}

fn has_digit(word: &str) -> bool {
    word.contains(is_digit)
}

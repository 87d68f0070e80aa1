//! Which names of people does a text hold?
//!
//! Names are recognised by what introduces them ("my name is", "Frau"), not by lists: people are called
//! more than any list has. The value is the name as it was typed, with capitals where it was typed without.

use serde_json::Value;

use super::{Find, sense::Word, words::Words};

/// Most words of a name.
const MOST: usize = 4;
/// What may stand within a name in lower case.
const PARTICLES: [&str; 16] = [
    "von", "van", "de", "der", "den", "da", "di", "del", "della", "dos", "zu", "la", "le", "ter", "ten", "el",
];

pub(super) fn find(words: &Words<'_>) -> Vec<Find> {
    let mut finds = Vec::new();
    let mut index = 0;
    while index < words.all.len() {
        let title = words.joint(index, Word::Title);
        let introduced = words.joint(index, Word::PersonIntroduced);
        let Some(place) = introduced.or(title) else {
            index += 1;
            continue;
        };
        let sure = words.at(place.saturating_sub(1)) != words.at(index) || introduced.is_some();
        match name(words, words.past(place, &[Word::Title]), introduced.is_some() && title.is_none() && sure)
        {
            Some((start, end, value)) => {
                finds.push(Find { start, end, value: Value::from(value), confidence: 0.8 });
                index = words.index_from(end).max(place);
            }
            None => index = place,
        }
    }
    finds
}

/// A name from a word on: capitalised words, or, in a text without capitals, the words up to the end of the clause.
fn name(words: &Words<'_>, index: usize, lower_case: bool) -> Option<(usize, usize, String)> {
    let capital = |index: usize| words.original(index).starts_with(char::is_uppercase);
    let cased = (0..words.all.len()).any(|place| capital(place) && (place > 0 || index == 0));
    // A title is also a word: only a capital says that a name follows.
    if !capital(index) && (!lower_case || cased) {
        return None;
    }
    let mut end = index;
    while end < words.all.len() && end - index < MOST && (end == index || joined(words, end - 1)) {
        let word = words.original(end);
        let letters = word.chars().all(|it| it.is_alphabetic() || it == '\'');
        let particle = end > index && PARTICLES.contains(&words.at(end)) && end + 1 < words.all.len();
        if !letters || word.is_empty() || !(particle || capital(end) || !cased) {
            break;
        }
        if !cased && ends_a_name(words, end) {
            break;
        }
        end += 1;
    }
    while end > index && PARTICLES.contains(&words.at(end - 1)) && !capital(end - 1) {
        end -= 1;
    }
    // In lower case more than three words are a sentence, not a name.
    if end == index || (!cased && end - index > 3) || (!cased && goes_on(words, end)) {
        return None;
    }
    let (start, end) = (words.all[index].start, words.all[end - 1].end);
    let typed = words.typed(start, end);
    let value = if cased { typed.to_owned() } else { capitalised(typed) };
    Some((start, end, value))
}

/// Words of one name stand side by side or are joined by a hyphen.
fn joined(words: &Words<'_>, index: usize) -> bool {
    words.between(index).is_some_and(|between| matches!(between, " " | "-" | ". " | "'"))
}

/// Whether a word in lower case is rather the next part of the sentence.
fn ends_a_name(words: &Words<'_>, index: usize) -> bool {
    words
        .one_of(
            index,
            &[Word::And, Word::At, Word::From, Word::In, Word::For, Word::Closing, Word::The, Word::Article],
        )
        .is_some()
}

fn goes_on(words: &Words<'_>, end: usize) -> bool {
    end < words.all.len() && words.joined(end - 1) && !ends_a_name(words, end)
}

fn capitalised(name: &str) -> String {
    let mut capital = true;
    name.chars()
        .flat_map(|letter| {
            let upper = std::mem::replace(&mut capital, !letter.is_alphabetic());
            if upper { letter.to_uppercase().collect::<Vec<_>>() } else { vec![letter] }
        })
        .collect()
}

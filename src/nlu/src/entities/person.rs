//! Which names of people does a text hold?
//!
//! Names are recognised by what introduces them ("my name is", "Frau"), not by lists: people are called
//! more than any list has. What also begins other sentences ("call me", "this is") introduces only what is written as
//! a name, and "I am" only a known first name or several such words. The value is the name as it was typed, with capitals where it was typed without.

use serde_json::Value;

use super::{
    Find,
    sense::{Sense, Word},
    words::Words,
};

/// Most words of a name, particles not counted.
const MOST: usize = 4;
/// What may stand within a name in lower case.
pub(super) const PARTICLES: [&str; 16] = [
    "von", "van", "de", "der", "den", "da", "di", "del", "della", "dos", "zu", "la", "le", "ter", "ten", "el",
];

/// What stands before a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Introduced {
    /// "my name is", "Name:": what follows is a name, unless it is a word that never is one.
    Surely,
    /// "call me", "this is": also the beginning of other sentences.
    Perhaps,
    /// "I am": mostly the beginning of other sentences.
    Claimed,
    Title,
}

pub(super) fn find(words: &Words<'_>) -> Vec<Find> {
    behind(words, |_| true)
}

/// Only those behind words that introduce nothing else: "my name is", but neither "I am" nor a title. For a language that a
/// text need not be in.
pub(super) fn surely_introduced(words: &Words<'_>) -> Vec<Find> {
    behind(words, |introduced| introduced == Introduced::Surely)
}

fn behind(words: &Words<'_>, counts: impl Fn(Introduced) -> bool) -> Vec<Find> {
    let mut finds = Vec::new();
    let mut index = 0;
    while index < words.all.len() {
        let introduction = introduction(words, index).filter(|(introduced, _)| counts(*introduced));
        let Some((introduced, place)) = introduction else {
            index += 1;
            continue;
        };
        match name(words, words.past(place, &[Word::Title]), introduced) {
            Some((start, end, value)) => {
                finds.push(Find { start, end, value: Value::from(value), confidence: 0.8 });
                index = words.index_from(end).max(place);
            }
            None => index = place,
        }
    }
    finds
}

/// What introduces a name from a word on, with the place behind it.
fn introduction(words: &Words<'_>, index: usize) -> Option<(Introduced, usize)> {
    if let Some(place) = words.joint(index, Word::PersonIntroduced) {
        return Some((Introduced::Surely, place));
    }
    if let Some(place) = words.joint(index, Word::PersonPerhaps) {
        let between = words.between(place - 1)?;
        if between.contains(':') {
            return Some((Introduced::Surely, place));
        }
        return (between == " ").then_some((Introduced::Perhaps, place));
    }
    if let Some(place) = words.joint(index, Word::PersonClaimed) {
        return (words.between(place - 1)? == " ").then_some((Introduced::Claimed, place));
    }
    words.joint(index, Word::Title).map(|place| (Introduced::Title, place))
}

/// A name from a word on: capitalised words, or, in a text without capitals, the words up to the end of the clause.
fn name(words: &Words<'_>, index: usize, introduced: Introduced) -> Option<(usize, usize, String)> {
    let capital = |index: usize| words.original(index).starts_with(char::is_uppercase);
    let cased = (0..words.all.len()).any(|place| capital(place) && (place > 0 || index == 0))
        && (0..words.all.len()).any(|place| words.original(place).contains(char::is_lowercase));
    let written = match introduced {
        Introduced::Surely => capital(index) || !cased,
        Introduced::Perhaps => is_written_as_one(words, index),
        Introduced::Claimed => cased && is_written_as_one(words, index),
        // A title is also a word: only a capital says that a name follows.
        Introduced::Title => capital(index) && cased,
    };
    if !written || is_masked(words, index) || words.joint(index, Word::NoName).is_some() {
        return None;
    }
    let (mut end, mut count) = (index, 0);
    while end < words.all.len() && count < MOST && (end == index || joined(words, end - 1)) {
        let word = words.original(end);
        let letters = word.chars().all(|it| it.is_alphabetic() || it == '\'');
        let particle = end > index && PARTICLES.contains(&words.at(end)) && end + 1 < words.all.len();
        if !letters || word.is_empty() || !(particle || capital(end) || !cased) {
            break;
        }
        let other = ends_a_name(words, end) || words.joint(end, Word::NoName).is_some();
        if !cased && !particle && other {
            break;
        }
        end += 1;
        count += usize::from(!particle);
    }
    while end > index && PARTICLES.contains(&words.at(end - 1)) && !capital(end - 1) {
        end -= 1;
    }
    // In lower case more than three words are a sentence, not a name.
    if end == index || (!cased && end - index > 3) || (!cased && goes_on(words, end)) {
        return None;
    }
    if introduced == Introduced::Perhaps && end - index < 2 && may_be_a_noun(words, index) {
        return None;
    }
    if introduced == Introduced::Claimed && !may_claim(words, index, end) {
        return None;
    }
    let (start, end) = (words.all[index].start, words.all[end - 1].end);
    let typed = words.typed(start, end);
    let value = if cased { typed.to_owned() } else { capitalised(typed) };
    Some((start, end, value))
}

/// Whether a name before a word has been masked: "my name is [person]", or "my name is ........, call me" where it is read.
fn is_masked(words: &Words<'_>, index: usize) -> bool {
    let gap = index.checked_sub(1).and_then(|before| words.between(before)).unwrap_or_default();
    gap.ends_with('[') || gap.contains("....")
}

/// Whether "I am" introduces these words: up to the end of the clause they are written as names and none is something that
/// people are, and they are several or begin with a known first name.
fn may_claim(words: &Words<'_>, index: usize, end: usize) -> bool {
    let of_name = |place: usize| {
        let other = words.one_of(place, &[Word::NoPerson, Word::NoName]).is_some();
        PARTICLES.contains(&words.at(place)) || (!other && is_surname(words, place))
    };
    let known = words.joint(index, Word::FirstName).is_some();
    let several = end - index > 1 && !may_be_a_noun(words, index);
    (known || several) && (index..end).all(of_name) && !goes_on(words, end)
}

/// Whether a word may be a name behind another: "Brown", "Rossi", but not "Again" nor "Monday".
fn is_surname(words: &Words<'_>, index: usize) -> bool {
    let word = words.original(index);
    let written = word.starts_with(char::is_uppercase) && word.contains(char::is_lowercase);
    let timely = words.sense(index, |sense| sense.is_timely().then_some(()));
    let known = words.joint(index, Word::FirstName).is_some();
    let frequent = words.lexicons.iter().any(|lexicon| lexicon.is_frequent(words.folded(index)));
    written && (known || (timely.is_none() && !frequent))
}

/// Whether a word has the capital letter of a name, and is not one of grammar, of time or of number: "Later", "Monday".
pub(super) fn is_written_as_one(words: &Words<'_>, index: usize) -> bool {
    let word = words.original(index);
    if !(word.starts_with(char::is_uppercase) && word.contains(char::is_lowercase)) {
        return false;
    }
    if words.joint(index, Word::FirstName).is_some() {
        return true;
    }
    let folded = words.folded(index);
    let meant = words.sense(index, |sense| {
        let is_other = matches!(sense, Sense::Amount(_) | Sense::Ordinal(_) | Sense::Colour(_));
        (sense.is_timely() || is_other).then_some(())
    });
    meant.is_none()
        && words.number(index).is_none()
        && !words.lexicons.iter().any(|lexicon| lexicon.is_frequent(folded))
}

/// Whether a capital letter may be that of any noun, and the word is no known first name.
fn may_be_a_noun(words: &Words<'_>, index: usize) -> bool {
    words.lexicons.first().is_some_and(|lexicon| lexicon.grammar.noun_capitals)
        && words.joint(index, Word::FirstName).is_none()
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
            &[
                Word::And,
                Word::At,
                Word::From,
                Word::In,
                Word::On,
                Word::For,
                Word::Closing,
                Word::The,
                Word::Article,
            ],
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

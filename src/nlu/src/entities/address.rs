//! Which postal addresses does a text hold?
//!
//! An address is a street with its number, and a postcode and a town where they follow. The value is
//! `{"street": "Hauptstraße", "number": "5a", "postcode": "10115", "city": "Berlin"}`, what is missing left out.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use super::{Find, sense::Word, words::Words};

static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[0-9]{1,4}(?:[a-z]|\s?bis)?$").expect("a constant pattern is valid"));
static POSTCODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[,.\s]{1,3}(?:(?:[a-z]{1,2}-)?([0-9]{4}\s?[a-z]{2}|[0-9]{2}-[0-9]{3}|[0-9]{4}-[0-9]{3}|[0-9]{4,5})\b)")
        .expect("a constant pattern is valid")
});
static UK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[,.\s]{1,3}([a-z]{1,2}[0-9][0-9a-z]?\s?[0-9][a-z]{2})\b")
        .expect("a constant pattern is valid")
});
/// Words of a street before or behind the one that says that it is one.
const MOST: usize = 4;

pub(super) fn find(words: &Words<'_>) -> Vec<Find> {
    (0..words.all.len())
        .filter_map(|index| {
            number_behind(words, index)
                .or_else(|| number_before(words, index))
                .or_else(|| street_first(words, index))
        })
        .collect()
}

/// "Hauptstraße 5a", "Am Markt 3", "Lange Straße 12", "Kerkstraat 8".
fn number_behind(words: &Words<'_>, index: usize) -> Option<Find> {
    if !is_street(words, index) || !NUMBER.is_match(words.at(index + 1)) || !words.joined(index) {
        return None;
    }
    let mut first = index;
    // "Lange Straße": what stands before a street that is a word by itself belongs to it.
    if words.joint(index, Word::Street).is_some() {
        while first > 0 && index - first < 2 && words.joined(first - 1) && is_capital(words, first - 1) {
            first -= 1;
        }
        if first == index {
            return None;
        }
    }
    if !is_capital(words, first) && words.joint(index, Word::Street).is_some() {
        return None;
    }
    let street = words.typed(words.all[first].start, words.all[index].end);
    Some(whole(words, first, index + 1, street, words.original(index + 1)))
}

/// "221b Baker Street", "10 Downing St".
fn number_before(words: &Words<'_>, index: usize) -> Option<Find> {
    if !NUMBER.is_match(words.at(index))
        || words.is_within_digits(words.all[index].start)
        || !words.joined(index)
    {
        return None;
    }
    let last = (index + 2..=index + MOST).find(|place| words.joint(*place, Word::Street).is_some())?;
    if !(index + 1..last)
        .all(|place| words.joined(place) && words.original(place).chars().all(char::is_alphabetic))
    {
        return None;
    }
    // Without capitals "5 minutes to the street" would be one as well.
    if !is_capital(words, index + 1)
        || !words.lexicons.iter().any(|lexicon| lexicon.grammar.number_before_street)
    {
        return None;
    }
    let street = words.typed(words.all[index + 1].start, words.all[last].end);
    Some(whole(words, index, last, street, words.original(index)))
}

/// "12 rue de la Paix", "Calle Mayor 5", "Via Roma, 10", "ul. Długa 7", "Atatürk Caddesi No 5".
fn street_first(words: &Words<'_>, index: usize) -> Option<Find> {
    words.joint(index, Word::StreetFirst)?;
    let before =
        index.checked_sub(1).filter(|before| NUMBER.is_match(words.at(*before)) && words.near(*before));
    let mut end = index + 1;
    while end < words.all.len() && end - index <= MOST + 1 {
        let joined =
            words.between(end - 1).is_some_and(|between| matches!(between, " " | ". " | "-" | "'" | ""));
        let word = words.original(end);
        if !joined || !word.chars().all(|it| it.is_alphabetic() || it == '\'') {
            break;
        }
        end += 1;
    }
    if end == index + 1 {
        return None;
    }
    if let Some(number) = before {
        // The name ends where the capitals end.
        let last = (index + 1..end).rev().find(|place| is_capital(words, *place)).unwrap_or(end - 1);
        let street = words.typed(words.all[index].start, words.all[last].end);
        return Some(whole(words, number, last, street, words.original(number)));
    }
    let street = words.typed(words.all[index].start, words.all[end - 1].end);
    let place = if matches!(words.at(end), "n" | "no" | "nr" | "numero" | "n°") { end + 1 } else { end };
    let number = words.at(place);
    (NUMBER.is_match(number) && words.near(end - 1))
        .then(|| whole(words, index, place, street, words.original(place)))
}

/// The find with postcode and town, where they follow.
fn whole(words: &Words<'_>, first: usize, last: usize, street: &str, number: &str) -> Find {
    let text = words.text();
    let mut value = Map::new();
    let mut put = |name: &str, text: &str| value.insert(name.to_owned(), Value::from(text));
    put("street", street);
    put("number", number);
    let (start, mut end) = (words.all[first].start, words.all[last].end);
    let rest = &text[end..];
    let town = |from: usize| -> Option<(usize, usize)> {
        let index = words.index_from(from);
        let between = text.get(from..words.all.get(index)?.start)?;
        let plausible = between.len() <= 2 && !between.contains('\n') && is_capital(words, index);
        let second = words.between(index).is_some_and(|it| matches!(it, " " | "-"))
            && is_capital(words, index + 1)
            && words.at(index + 1).chars().all(char::is_alphabetic);
        plausible.then(|| (words.all[index].start, words.all[index + usize::from(second)].end))
    };
    if let Some(found) = UK.captures(rest).or_else(|| POSTCODE.captures(rest)) {
        let code = found.get(1).map_or(0..0, |code| code.range());
        put("postcode", &words.typed(end + code.start, end + code.end).to_uppercase());
        end += code.end;
        if let Some((from, to)) = town(end) {
            put("city", words.typed(from, to));
            end = to;
        }
    } else if rest.starts_with(", ")
        && let Some((from, to)) = town(end)
    {
        put("city", words.typed(from, to));
        end = to;
        if let Some(found) = UK.captures(&text[end..]) {
            let code = found.get(1).map_or(0..0, |code| code.range());
            put("postcode", &words.typed(end + code.start, end + code.end).to_uppercase());
            end += code.end;
        }
    }
    Find { start, end, value: Value::Object(value), confidence: 0.8 }
}

/// Whether a word names a street, by itself or by its ending: "Hauptstraße".
fn is_street(words: &Words<'_>, index: usize) -> bool {
    let word = words.folded(index);
    let ends = |lexicon: &&super::lexicon::Lexicon| {
        lexicon
            .grammar
            .street_endings
            .iter()
            .any(|ending| word.len() > ending.len() + 2 && word.ends_with(ending.as_str()))
    };
    words.joint(index, Word::Street).is_some() || words.lexicons.iter().copied().any(|it| ends(&it))
}

fn is_capital(words: &Words<'_>, index: usize) -> bool {
    words.original(index).starts_with(char::is_uppercase)
}

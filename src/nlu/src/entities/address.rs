//! Which postal addresses does a text hold?
//!
//! An address is a street with its number, and a floor or flat, a postcode and a town where they follow. The value is
//! `{"street": "Hauptstraße", "number": "5a", "floor": "3. OG", "postcode": "10115", "city": "Berlin"}`, what is missing
//! left out.

use std::sync::LazyLock;

use regex::{Match, Regex};
use serde_json::{Map, Value};

use super::{
    Find,
    person::{PARTICLES, is_written_as_one},
    sense::Word,
    words::Words,
};

static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[0-9]{1,4}[a-z]?$").expect("a constant pattern is valid"));
/// What a number may go on with: "10/12", "263-267", "12 bis".
static MORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:\s?(?:bis|ter|quater)\b|[/-][0-9]{1,3}[a-z]?\b)").expect("a constant pattern is valid")
});
/// A floor, a flat or both, as it stands behind a number: ", 3rd floor, flat 2", " im 3. OG", ", 3º B".
static FLOOR: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = format!(r"^(?:,\s?|\s-\s|\s)({FLOOR_OR_FLAT}(?:,?\s{FLOOR_OR_FLAT})*)");
    Regex::new(&pattern).expect("a constant pattern is valid")
});
const FLOOR_OR_FLAT: &str = r"(?x:(?:(?:im|on\sthe|au|al)\s)?(?:
    (?:[0-9]{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth|ground|top)\s(?:floor|fl)\b\.?
    |(?:[0-9]{1,2}\.?|(?:erste|zweite|dritte|vierte|fünfte)[nrs]?)\s?(?:og|ug|obergeschoss|stock|stockwerk|etage)\b
    |(?:eg|dg|erdgeschoss|dachgeschoss|hinterhaus|vorderhaus)\b
    |[0-9]{1,2}(?:er|e|eme|ème)\s(?:[eé]tage|verdieping)\b
    |[0-9]{1,2}\.?\s(?:pi[eę]tro|kat)\b
    |[0-9]{1,2}(?:[oa]\b|°)(?:\s(?:andar|piano|piso|planta|izq|izquierda|dcha|derecha|esq|dto|frente|[a-f])\b\.?)?
    |(?:floor|level|etage|piano|piso|planta|andar|kat)\b\s?:?\s?[0-9]{1,2}\b
    |(?:apt|apartment|suite|ste|unit|flat|room|whg|wohnung|appt|appartement|apto|int|interno|scala|daire|lok)\b\s?[.:]?\s?
        \#?[0-9]{1,4}[a-z]?\b
    |(?:d:|m\.|\#)\s?[0-9]{1,4}\b
))";
static POSTCODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[-,.\s]{1,3}(?:(?:[a-z]{1,2}-)?([0-9]{4}\s?[a-z]{2}|[0-9]{5}-[0-9]{3,4}|[0-9]{2}-[0-9]{3}|[0-9]{4}-[0-9]{3}|[0-9]{4,5})\b)")
        .expect("a constant pattern is valid")
});
static UK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[,.\s]{1,3}([a-z]{1,2}[0-9][0-9a-z]?\s?[0-9][a-z]{2})\b")
        .expect("a constant pattern is valid")
});
/// Behind a town, perhaps with the state between: ", DC 20500", " - SP, 01305-000".
static BEHIND_TOWN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:(?:,\s?|\s-\s|\s)([a-z]{2}))?[,\s]\s?([0-9]{5}(?:-[0-9]{3,4})?)\b")
        .expect("a constant pattern is valid")
});
/// Words of a street before or behind the one that says that it is one.
const MOST: usize = 4;
/// How a house number is called, without marks.
const NUMBERS: [&str; 8] = ["n", "no", "nr", "nro", "num", "numero", "numara", "nummer"];
/// What may stand in lower case within the name of a town.
const WITHIN_TOWN: [&str; 20] = [
    "am", "an", "der", "im", "la", "le", "les", "sur", "en", "de", "di", "del", "da", "do", "aan", "den",
    "upon", "sous", "nad", "bei",
];

pub(super) fn find(words: &Words<'_>) -> Vec<Find> {
    (0..words.all.len())
        .filter_map(|index| {
            number_behind(words, index)
                .or_else(|| number_before(words, index))
                .or_else(|| street_first(words, index))
                .or_else(|| before_a_postcode(words, index))
        })
        .collect()
}

/// "Hauptstraße 5a", "Am Markt 3", "Lange Straße 12", "Kerkstraat 8", "Atatürk Caddesi No: 12".
fn number_behind(words: &Words<'_>, index: usize) -> Option<Find> {
    if !is_street(words, index) {
        return None;
    }
    let (number, end) = number_from(words, index, false)?;
    let mut first = index;
    // "Lange Straße": what stands before a street that is a word by itself belongs to it.
    if words.joint(index, Word::Street).is_some() {
        while first > 0 && index - first < 3 && words.joined(first - 1) && is_capital(words, first - 1) {
            first -= 1;
        }
        if first == index {
            return None;
        }
    }
    if !is_capital(words, first) && words.joint(index, Word::Street).is_some() {
        return None;
    }
    let start = words.all[first].start;
    let street = words.typed(start, words.all[index].end);
    Some(whole(words, (start, end), street, number))
}

/// "221b Baker Street", "10 Downing St", "1600 Pennsylvania Ave NW".
fn number_before(words: &Words<'_>, index: usize) -> Option<Find> {
    if !NUMBER.is_match(words.at(index)) || !words.joined(index) {
        return None;
    }
    let (start, number) = number_in_front(words, index + 1)?;
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
    let quarter = matches!(words.at(last + 1), "n" | "s" | "e" | "w" | "ne" | "nw" | "se" | "sw")
        && is_capital(words, last + 1)
        && is_gap(words, last);
    let end = words.all[last + usize::from(quarter)].end;
    let street = words.typed(words.all[index + 1].start, end);
    Some(whole(words, (start, end), street, number))
}

/// "12 bis rue de la Paix", "Calle Mayor 5", "Via Roma, 10", "ul. Długa 7", "Avenida de Roma nº 5".
fn street_first(words: &Words<'_>, index: usize) -> Option<Find> {
    words.joint(index, Word::StreetFirst)?;
    let mut end = index + 1;
    while end < words.all.len() && end - index <= MOST + 1 {
        let joined = words
            .between(end - 1)
            .is_some_and(|between| matches!(between, " " | ". " | "-" | "'" | "" | "/" | "/ "));
        let word = words.original(end);
        let named = end > index + 1 && NUMBERS.contains(&words.folded(end));
        if !joined || named || !word.chars().all(|it| it.is_alphabetic() || it == '\'') {
            break;
        }
        end += 1;
    }
    if end == index + 1 {
        return None;
    }
    let first = words.all[index].start;
    if let Some((start, number)) = number_in_front(words, index) {
        // The name ends where the capitals end.
        let last = (index + 1..end).rev().find(|place| is_capital(words, *place)).unwrap_or(end - 1);
        let behind = words.all[last].end;
        return Some(whole(words, (start, behind), words.typed(first, behind), number));
    }
    let (number, behind) = number_from(words, end - 1, true)?;
    Some(whole(words, (first, behind), words.typed(first, words.all[end - 1].end), number))
}

/// "Damrak 12, 1012 LG Amsterdam", "Unter den Linden 77, 10117 Berlin": no word says that it is a street, but a postcode
/// and a town follow.
fn before_a_postcode(words: &Words<'_>, index: usize) -> Option<Find> {
    if !is_written_as_one(words, index) {
        return None;
    }
    let (number, end) = number_from(words, index, false)?;
    let mut first = index;
    for place in (index.saturating_sub(MOST)..index).rev() {
        if !words.joined(place) {
            break;
        }
        if is_capital(words, place) && words.at(place).chars().all(char::is_alphabetic) {
            first = place;
        } else if !PARTICLES.contains(&words.at(place)) {
            break;
        }
    }
    let start = words.all[first].start;
    let find = whole(words, (start, end), words.typed(start, words.all[index].end), number);
    let postcode = find.value.get("postcode").and_then(Value::as_str)?;
    // "Galaxy 15, 2024 Edition"
    let year = postcode.len() == 4 && (postcode.starts_with("19") || postcode.starts_with("20"));
    (!year && find.value.get("city").is_some()).then_some(find)
}

/// The number behind the last word of a street, and where it ends: "5a", ". 10/12", " No: 12", after a comma as well where
/// the street is sure.
fn number_from<'r>(words: &Words<'r>, street: usize, comma: bool) -> Option<(&'r str, usize)> {
    let named = NUMBERS.contains(&words.folded(street + 1));
    let led = if named || comma { words.near(street) } else { is_gap(words, street) };
    let place = street + 1 + usize::from(named);
    let follows = !named
        || words
            .between(street + 1)
            .is_some_and(|gap| gap.len() <= 3 && gap.chars().all(|it| " .:".contains(it)));
    let word = words.all.get(place).filter(|word| led && follows && NUMBER.is_match(word.text))?;
    let stop = word.start + word.text.len();
    let more = MORE.find(&words.text()[stop..]).map_or(0, |found| found.end());
    Some((words.typed(word.start, stop + more), word.end.max(stop + more)))
}

/// The number before a street, and where it begins: "12", "12 bis", "12-14".
fn number_in_front<'r>(words: &Words<'r>, index: usize) -> Option<(usize, &'r str)> {
    let last = index.checked_sub(1).filter(|last| words.near(*last))?;
    let first = match words.at(last) {
        "bis" | "ter" | "quater" => last.checked_sub(1).filter(|first| words.joined(*first))?,
        _ => last,
    };
    let ranged = |before: &usize| {
        matches!(words.between(*before), Some("-" | "/")) && NUMBER.is_match(words.at(*before))
    };
    let begin = first.checked_sub(1).filter(ranged).unwrap_or(first);
    let start = words.all[begin].start;
    let fits = NUMBER.is_match(words.at(first)) && !words.is_within_digits(start);
    fits.then(|| (start, words.typed(start, words.all[last].end)))
}

/// Whether only space stands behind a word, and perhaps the point of an abbreviation: "Str. 5".
fn is_gap(words: &Words<'_>, index: usize) -> bool {
    let gap = words.between(index).unwrap_or("\n").trim_start_matches('.');
    gap.len() <= 2 && gap.chars().all(|it| it.is_whitespace() && it != '\n')
}

/// The find with postcode and town, where they follow.
fn whole(words: &Words<'_>, (start, mut end): (usize, usize), street: &str, number: &str) -> Find {
    let text = words.text();
    let mut value = Map::new();
    let mut put = |name: &str, text: &str| value.insert(name.to_owned(), Value::from(text));
    put("street", street);
    put("number", number);
    if let Some(found) = FLOOR.captures(&text[end..]).and_then(|found| found.get(1)) {
        put("floor", words.typed(end + found.start(), end + found.end()));
        end += found.end();
    }
    let rest = &text[end..];
    let code = |from: usize, found: Option<Match<'_>>| {
        let found = found.map_or(0..0, |found| found.range());
        (words.typed(from + found.start, from + found.end).to_uppercase(), from + found.end)
    };
    if let Some(found) = UK.captures(rest).or_else(|| POSTCODE.captures(rest)) {
        let (postcode, behind) = code(end, found.get(1));
        put("postcode", &postcode);
        end = behind;
        if let Some((from, to)) = town(words, end) {
            put("city", words.typed(from, to));
            end = to;
        }
    } else if rest.starts_with(", ")
        && let Some((from, to)) = town(words, end)
    {
        put("city", words.typed(from, to));
        end = to;
        let rest = &text[end..];
        if let Some(found) = UK.captures(rest) {
            let (postcode, behind) = code(end, found.get(1));
            put("postcode", &postcode);
            end = behind;
        } else if let Some(found) = BEHIND_TOWN.captures(rest) {
            let state = found.get(1).map(|state| words.typed(end + state.start(), end + state.end()));
            if state.is_none_or(|state| state.chars().all(char::is_uppercase)) {
                if let Some(state) = state {
                    put("state", state);
                }
                let (postcode, behind) = code(end, found.get(2));
                put("postcode", &postcode);
                end = behind;
            }
        }
    }
    Find { start, end, value: Value::Object(value), confidence: 0.8 }
}

/// Where a town stands from a byte on: "São Paulo", "Frankfurt am Main", "Beyoğlu/İstanbul".
fn town(words: &Words<'_>, from: usize) -> Option<(usize, usize)> {
    let index = words.index_from(from);
    let between = words.text().get(from..words.all.get(index)?.start)?;
    if between.len() > 2 || between.contains('\n') || !is_capital(words, index) {
        return None;
    }
    // "10 DOWNING STREET, NEW YORK"
    let loud = !words.original(index).contains(char::is_lowercase);
    let mut last = index;
    for place in index + 1..words.all.len().min(index + MOST) {
        let joined = matches!(words.between(place - 1), Some(" " | "-" | "/" | "'"));
        let word = words.original(place);
        if !joined || !word.chars().all(char::is_alphabetic) {
            break;
        }
        if is_written_as_one(words, place) || (loud && is_capital(words, place) && word.len() > 2) {
            last = place;
        } else if !WITHIN_TOWN.contains(&words.at(place)) {
            break;
        }
    }
    Some((words.all[index].start, words.all[last].end))
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

//! Which telephone numbers does a text hold?
//!
//! `+49 (0)170 123-4567` and `0049170…` become `+491701234567` (E.164). A national number becomes one of the bot's
//! country, if it has one and the number is valid there; otherwise it keeps its digits.

use std::sync::LazyLock;

use phonenumber::{Mode, country};
use regex::Regex;
use serde_json::Value;

use super::Find;

static CANDIDATE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\+?\(?[0-9][0-9 ()./-]{4,28}[0-9]").expect("a constant pattern is valid"));
/// Things that look alike: dates, decimals, lists of years, social security numbers.
static SOMETHING_ELSE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{4}|[0-9]{2})|[0-9]{4}[./-][0-9]{1,2}[./-][0-9]{1,2}|[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+\.[0-9]{1,2}|[0-9]{3}-[0-9]{2}-[0-9]{4})(?:[^0-9].*)?$")
        .expect("a constant pattern is valid")
});
/// Ten digits in groups, as in North America.
static GROUPED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\(?[0-9]{3}\)?[ ./-]?[0-9]{3}[ .-]?[0-9]{4}$").expect("a constant pattern is valid")
});

pub(crate) fn find(text: &str, country: Option<country::Id>) -> Vec<Find> {
    CANDIDATE
        .find_iter(text)
        .filter(|found| !touches_word(text, found.start(), found.end()))
        .filter_map(|found| {
            let national = country.and_then(|country| of_country(found.as_str(), country));
            let value = national.or_else(|| normalise(found.as_str()))?;
            Some(Find { start: found.start(), end: found.end(), value: Value::from(value), confidence: 0.9 })
        })
        .collect()
}

/// Part of a word, of a reference such as `A-4711…`, or of an address.
fn touches_word(text: &str, start: usize, end: usize) -> bool {
    let attached = |character: char| character.is_alphanumeric() || matches!(character, '@' | '_' | '#');
    let before = text[..start].chars().next_back();
    before.is_some_and(|character| attached(character) || character == '-')
        || text[end..].chars().next().is_some_and(attached)
}

/// A national number that is valid in the country, as E.164.
fn of_country(found: &str, country: country::Id) -> Option<String> {
    if SOMETHING_ELSE.is_match(found) || found.trim_start_matches('(').starts_with(['+']) {
        return None;
    }
    // Seven digits without any sign of a telephone number are rather an order's.
    let digits = found.bytes().filter(u8::is_ascii_digit).count();
    let shaped = found.starts_with(['0', '(']) || GROUPED.is_match(found) || digits != found.len();
    let number = phonenumber::parse(Some(country), found).ok().filter(|_| shaped)?;
    number.is_valid().then(|| number.format().mode(Mode::E164).to_string())
}

fn normalise(found: &str) -> Option<String> {
    if SOMETHING_ELSE.is_match(found) {
        return None;
    }
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let bare = found.trim_start_matches('(');
    if bare.starts_with('+') || bare.starts_with("00") {
        // The zero in brackets is dialled only within the country.
        let international = digits(&found.replace("(0)", ""));
        let international = if bare.starts_with('+') { &international[..] } else { &international[2..] };
        let plausible = (8..=15).contains(&international.len()) && !international.starts_with('0');
        return plausible.then(|| format!("+{international}"));
    }
    let national = digits(found);
    let plausible =
        if national.starts_with('0') { (7..=13).contains(&national.len()) } else { GROUPED.is_match(found) };
    plausible.then_some(national)
}

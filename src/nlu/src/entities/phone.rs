//! Which telephone numbers does a text hold?
//!
//! `+49 (0)170 123-4567` and `0049170…` become `+491701234567` (E.164). A national number becomes one of the bot's
//! country, if it has one and the number is valid there; otherwise it keeps its digits. Of a bot without a country a number
//! that shows neither a zero nor the code of a country before it counts where it is written in groups and valid in a country of
//! the languages.

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

/// Nine or so digits in groups that end alike, as "612 345 678" and "91 234 56 78" do; "60 70 80 100" are four numbers.
static IN_GROUPS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\(?[0-9]{2,3}\)?(?:[ .-][0-9]{2,5}){0,2}(?:[ .-][0-9]{3}[ .-][0-9]{3}|[ .-][0-9]{2}[ .-][0-9]{2}|[ .-][0-9]{4,5}[ .-][0-9]{4})$")
        .expect("a constant pattern is valid")
});
/// Countries of a language whose national numbers are written without a zero before them.
const WITHOUT_ZERO: [(&str, &[country::Id]); 10] = [
    ("cs", &[country::Id::CZ]),
    ("da", &[country::Id::DK]),
    ("el", &[country::Id::GR]),
    (
        "es",
        &[
            country::Id::ES,
            country::Id::MX,
            country::Id::AR,
            country::Id::CO,
            country::Id::CL,
            country::Id::PE,
        ],
    ),
    ("it", &[country::Id::IT]),
    ("nb", &[country::Id::NO]),
    ("no", &[country::Id::NO]),
    ("pl", &[country::Id::PL]),
    ("pt", &[country::Id::PT, country::Id::BR]),
    ("tr", &[country::Id::TR]),
];

/// The numbers of the country or, where there is none, of those of the languages (ISO 639-1, perhaps with a region).
pub(crate) fn find<'l>(
    text: &str,
    country: Option<country::Id>,
    languages: &(impl Iterator<Item = &'l str> + Clone),
) -> Vec<Find> {
    CANDIDATE
        .find_iter(text)
        .filter(|found| !touches_word(text, found.start(), found.end()))
        .filter_map(|found| {
            let national = country.and_then(|country| of_country(found.as_str(), country));
            let spoken = || {
                let known = country.is_none() && of_languages(found.as_str(), languages.clone());
                known.then(|| digits(found.as_str()))
            };
            let value = national.or_else(|| normalise(found.as_str())).or_else(spoken)?;
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
    // "D:5 34000 Kadıköy" is a door and a postcode.
    let parts = digits != found.len();
    let few = digits < 7 && found[1..].starts_with(|second: char| !second.is_ascii_digit());
    let shaped = found.starts_with(['0', '(']) || GROUPED.is_match(found) || (parts && !few);
    let number = phonenumber::parse(Some(country), found).ok().filter(|_| shaped)?;
    number.is_valid().then(|| number.format().mode(Mode::E164).to_string())
}

/// Whether a number in groups is valid in a country of the languages.
fn of_languages<'l>(found: &str, languages: impl Iterator<Item = &'l str>) -> bool {
    if SOMETHING_ELSE.is_match(found) || !IN_GROUPS.is_match(found) {
        return false;
    }
    let base = |language: &'l str| language.split(['-', '_']).next().unwrap_or_default();
    let countries = languages
        .filter_map(|language| {
            WITHOUT_ZERO.iter().find(|(code, _)| code.eq_ignore_ascii_case(base(language)))
        })
        .flat_map(|(_, countries)| *countries);
    let valid = |country| phonenumber::parse(Some(country), found).is_ok_and(|number| number.is_valid());
    countries.copied().any(valid)
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn normalise(found: &str) -> Option<String> {
    if SOMETHING_ELSE.is_match(found) {
        return None;
    }
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

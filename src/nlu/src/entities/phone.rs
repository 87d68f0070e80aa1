//! Which telephone numbers does a text hold?
//!
//! `+49 (0)170 123-4567` and `0049170…` become `+491701234567` (E.164), where there is such a code of a country and it has numbers
//! of this length. A national number becomes one of the bot's country or, where it has none, of the region of the language that is
//! spoken (`de-AT`), if the number is valid there; otherwise it keeps its digits. Of a bot without a country a number that shows
//! neither a zero nor the code of a country before it counts where it is written in groups and valid in a country of the languages.

use std::sync::LazyLock;

use phonenumber::{
    Mode, country,
    metadata::{DATABASE, Descriptor, Metadata},
};
use regex::Regex;
use serde_json::Value;
use studio_core::texts;

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
/// Most digits of the code of a country.
const LONGEST_CODE: usize = 3;

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

/// The numbers of the country or, where there is none, of those of the languages (ISO 639-1, perhaps with a region), the one that
/// is spoken first.
pub(crate) fn find<'l>(
    text: &str,
    country: Option<country::Id>,
    languages: &(impl Iterator<Item = &'l str> + Clone),
) -> Vec<Find> {
    let is_known = |found: &Find| found.value.as_str().is_none_or(is_known);
    like(text, country, languages).filter(is_known).collect()
}

/// Those and what only looks like one of another country: somebody may have meant theirs and left out a digit.
pub(crate) fn like<'l>(
    text: &str,
    country: Option<country::Id>,
    languages: &(impl Iterator<Item = &'l str> + Clone),
) -> impl Iterator<Item = Find> {
    let region = || languages.clone().next().and_then(region);
    let of = country.or_else(region);
    CANDIDATE.find_iter(text).filter(move |found| !touches_word(text, found.start(), found.end())).filter_map(
        move |found| {
            let national = of.and_then(|country| of_country(found.as_str(), country));
            let spoken = || {
                let known = country.is_none() && of_languages(found.as_str(), languages.clone());
                known.then(|| digits(found.as_str()))
            };
            let value = national.or_else(|| normalise(found.as_str())).or_else(spoken)?;
            Some(Find { start: found.start(), end: found.end(), value: Value::from(value), confidence: 0.9 })
        },
    )
}

/// The country of a tag such as `de-AT`.
fn region(language: &str) -> Option<country::Id> {
    let canonical = texts::canonical(language);
    canonical.split('-').skip(1).find(|part| part.len() == 2)?.parse().ok()
}

/// Whether a number in E.164 begins with the code of a country that has numbers of its length. National ones are not looked at.
fn is_known(number: &str) -> bool {
    let Some(international) = number.strip_prefix('+') else { return true };
    (1..=LONGEST_CODE).any(|length| {
        let Some((code, national)) = international.split_at_checked(length) else { return false };
        let countries = code.parse::<u16>().ok().and_then(|code| DATABASE.by_code(&code));
        countries.is_some_and(|all| all.into_iter().any(|country| has_such(country, national)))
    })
}

/// Whether a country has numbers of so many digits; those that are dialled within a town or a country alone do not count. Of firms
/// and of voice mail these very digits must be one: Canada has firms of seven digits.
fn has_such(country: &Metadata, national: &str) -> bool {
    let kinds = country.descriptors();
    let by_length = [
        kinds.fixed_line(),
        kinds.mobile(),
        kinds.toll_free(),
        kinds.premium_rate(),
        kinds.shared_cost(),
        kinds.personal_number(),
        kinds.voip(),
        kinds.pager(),
    ];
    let is_as_long = |kind: &Descriptor| {
        kind.possible_length().iter().any(|length| usize::from(*length) == national.len())
    };
    by_length.into_iter().flatten().any(is_as_long)
        || [kinds.uan(), kinds.voicemail()].into_iter().flatten().any(|kind| kind.is_match(national))
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

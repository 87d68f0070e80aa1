//! Which account numbers (IBAN) and card numbers does a text hold? Only those whose checksum is right.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::Find;

static IBAN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?-u:\b)[a-z]{2}[0-9]{2}(?:[ -]?[a-z0-9]){11,30}").expect("a constant pattern is valid")
});
static CARD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?-u:\b)[0-9](?:[ -]?[0-9]){11,18}(?-u:\b)").expect("a constant pattern is valid")
});
/// Characters of an IBAN by country (the registry of SWIFT, release 99).
const LENGTHS: [(&str, usize); 61] = [
    ("ad", 24),
    ("ae", 23),
    ("al", 28),
    ("at", 20),
    ("az", 28),
    ("ba", 20),
    ("be", 16),
    ("bg", 22),
    ("bh", 22),
    ("br", 29),
    ("by", 28),
    ("ch", 21),
    ("cr", 22),
    ("cy", 28),
    ("cz", 24),
    ("de", 22),
    ("dk", 18),
    ("do", 28),
    ("ee", 20),
    ("eg", 29),
    ("es", 24),
    ("fi", 18),
    ("fo", 18),
    ("fr", 27),
    ("gb", 22),
    ("ge", 22),
    ("gi", 23),
    ("gr", 27),
    ("hr", 21),
    ("hu", 28),
    ("ie", 22),
    ("il", 23),
    ("is", 26),
    ("it", 27),
    ("jo", 30),
    ("kw", 30),
    ("kz", 20),
    ("lb", 28),
    ("li", 21),
    ("lt", 20),
    ("lu", 20),
    ("lv", 21),
    ("mc", 27),
    ("md", 24),
    ("me", 22),
    ("mk", 19),
    ("mt", 31),
    ("nl", 18),
    ("no", 15),
    ("pk", 24),
    ("pl", 28),
    ("pt", 25),
    ("qa", 29),
    ("ro", 24),
    ("rs", 22),
    ("sa", 24),
    ("se", 24),
    ("si", 19),
    ("sk", 24),
    ("tr", 26),
    ("ua", 29),
];

/// No account and no card has fewer digits.
const FEWEST: usize = 8;

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// International account numbers, without spaces.
pub(crate) fn ibans(text: &str) -> Vec<Find> {
    if digits(text) < FEWEST {
        return Vec::new();
    }
    IBAN.find_iter(text)
        .filter_map(|found| {
            let (_, wanted) = LENGTHS.iter().find(|(country, _)| found.as_str().starts_with(country))?;
            // The pattern may have run into the words behind it.
            let mut plain = String::new();
            let mut end = found.start();
            for (at, character) in found.as_str().char_indices() {
                if character.is_ascii_alphanumeric() && plain.len() < *wanted {
                    plain.push(character.to_ascii_uppercase());
                    end = found.start() + at + 1;
                }
            }
            let ends = !text[end..].starts_with(|next: char| next.is_alphanumeric());
            let valid = plain.len() == *wanted && ends && remainder(&plain)? == 1;
            valid.then(|| Find { start: found.start(), end, value: Value::from(plain), confidence: 1.0 })
        })
        .collect()
}

/// ISO 7064, mod 97-10, of the account number with its head moved to the end.
fn remainder(iban: &str) -> Option<u32> {
    let (head, rest) = iban.split_at_checked(4)?;
    rest.chars().chain(head.chars()).try_fold(0, |remainder, character| {
        let value = character.to_digit(36)?;
        Some((remainder * if value > 9 { 100 } else { 10 } + value) % 97)
    })
}

/// Numbers of payment cards, without spaces.
pub(crate) fn cards(text: &str) -> Vec<Find> {
    if digits(text) < FEWEST {
        return Vec::new();
    }
    CARD.find_iter(text)
        .filter_map(|found| {
            let digits: String = found.as_str().chars().filter(char::is_ascii_digit).collect();
            let attached = text[..found.start()].ends_with(['+', '-', '/', '.', '#'])
                || text[found.end()..].starts_with(['@', '/']);
            let valid = !attached && is_of_a_network(&digits) && luhn(&digits);
            valid.then(|| Find {
                start: found.start(),
                end: found.end(),
                value: Value::from(digits),
                confidence: 0.95,
            })
        })
        .collect()
}

/// Whether the beginning and the length are those of a network's cards.
fn is_of_a_network(digits: &str) -> bool {
    let begins =
        |length: usize| digits.get(..length).and_then(|begin| begin.parse::<u32>().ok()).unwrap_or_default();
    let (two, four, length) = (begins(2), begins(4), digits.len());
    match two {
        34 | 37 => length == 15,
        30 | 36 | 38 | 39 => length == 14,
        40..=49 => matches!(length, 13 | 16 | 19),
        35 | 51..=55 => length == 16,
        22..=27 => length == 16 && (2_221..=2_720).contains(&four),
        50 | 56..=59 | 63 | 67 => (12..=19).contains(&length),
        60 | 62 | 64 | 65 => (16..=19).contains(&length),
        _ => false,
    }
}

/// Every second digit from the right but the last counts double, and the sum is a multiple of ten.
pub(crate) fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            if place % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }
        })
        .sum();
    sum.is_multiple_of(10)
}

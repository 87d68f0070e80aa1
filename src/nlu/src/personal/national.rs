//! By which numbers do states know people? Only those whose checksum is right, where they have one.
//!
//! A checksum alone is weak: of ten numbers of nine digits one is somebody's. So numbers without a form of their own count only
//! in the languages of the country, or where the number's name stands before them.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use crate::entities::bank::luhn;

/// Bytes before a number in which its name is looked for.
const NEAR: usize = 48;

struct Id {
    pattern: Regex,
    /// Whether these characters, without spaces and signs, are one.
    is_valid: fn(&str) -> bool,
    sure: Sure,
}

enum Sure {
    /// By its form.
    Always,
    /// In a conversation of this language, or behind one of these names.
    In(&'static str, &'static [&'static str]),
    /// As [`Self::In`], where no word before it says that it is the number of a thing: what has no checksum.
    Unless(&'static str, &'static [&'static str]),
    /// Behind one of these names.
    Named(&'static [&'static str]),
}

/// With what the number of a thing is introduced.
const THINGS: [&str; 18] = [
    "order", "article", "item", "invoice", "tracking", "parcel", "ticket", "case", "ref", "sku", "serial",
    "part", "product", "model", "bestell", "artikel", "rechnung", "auftrag",
];
const SOCIAL_SECURITY: &[&str] = &["ssn", "social security"];
const NATIONAL_INSURANCE: &[&str] = &["national insurance", "ni number", "ni no", "nino"];

static IDS: LazyLock<Vec<Id>> = LazyLock::new(|| {
    let id = |pattern: &str, is_valid: fn(&str) -> bool, sure: Sure| Id {
        pattern: Regex::new(pattern).expect("a constant pattern is valid"),
        is_valid,
        sure,
    };
    vec![
        // Germany, Steuer-Identifikationsnummer
        id(
            r"(?-u:\b)[1-9][0-9] ?[0-9]{3} ?[0-9]{3} ?[0-9]{3}(?-u:\b)",
            german,
            Sure::In("de", &["steuer-id", "steuerid", "steuer id", "identifikationsnummer", "idnr"]),
        ),
        // Austria, Sozialversicherungsnummer
        id(
            r"(?-u:\b)[1-9][0-9]{3} ?[0-9]{6}(?-u:\b)",
            austrian,
            Sure::Named(&["svnr", "sv-nummer", "sv nummer", "sozialversicherungsnummer"]),
        ),
        // Switzerland, AHV-Nummer
        id(r"(?-u:\b)756[. ]?[0-9]{4}[. ]?[0-9]{4}[. ]?[0-9]{2}(?-u:\b)", swiss, Sure::Always),
        // France, numéro de sécurité sociale
        id(
            r"(?-u:\b)[1278] ?[0-9]{2} ?[0-9]{2} ?(?:[0-9]{2}|2[ab]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}(?-u:\b)",
            french,
            Sure::Always,
        ),
        // Spain, DNI and NIE
        id(r"(?-u:\b)(?:[0-9]{8}|[xyz]-?[0-9]{7})[ -]?[a-z](?-u:\b)", spanish, Sure::Always),
        // Italy, codice fiscale
        id(
            r"(?-u:\b)[a-z]{6}[0-9lmnpqrstuv]{2}[abcdehlmprst][0-9lmnpqrstuv]{2}[a-z][0-9lmnpqrstuv]{3}[a-z](?-u:\b)",
            italian,
            Sure::Always,
        ),
        // Poland, PESEL
        id(r"(?-u:\b)[0-9]{11}(?-u:\b)", polish, Sure::In("pl", &["pesel"])),
        // Turkey, T.C. kimlik numarası
        id(r"(?-u:\b)[1-9][0-9]{10}(?-u:\b)", turkish, Sure::In("tr", &["kimlik", "tckn", "tc no"])),
        // The Netherlands, burgerservicenummer
        id(r"(?-u:\b)[0-9]{9}(?-u:\b)", dutch, Sure::Named(&["bsn", "burgerservicenummer", "sofinummer"])),
        // Portugal, NIF
        id(
            r"(?-u:\b)[1235689][0-9]{2} ?[0-9]{3} ?[0-9]{3}(?-u:\b)",
            portuguese,
            Sure::Named(&["nif", "contribuinte", "numero fiscal", "número fiscal"]),
        ),
        // Brazil, CPF
        id(r"(?-u:\b)[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}(?-u:\b)", brazilian, Sure::Always),
        id(r"(?-u:\b)[0-9]{11}(?-u:\b)", brazilian, Sure::Named(&["cpf"])),
        // Belgium, rijksregisternummer
        id(r"(?-u:\b)[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{3}\.[0-9]{2}(?-u:\b)", belgian, Sure::Always),
        // Sweden, personnummer
        id(r"(?-u:\b)(?:19|20)?[0-9]{6}[-+][0-9]{4}(?-u:\b)", swedish, Sure::Always),
        // Finland, henkilötunnus
        id(r"(?-u:\b)[0-9]{6}[-+a][0-9]{3}[0-9a-y](?-u:\b)", finnish, Sure::Always),
        // The United Kingdom, NHS number
        id(r"(?-u:\b)[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}(?-u:\b)", british, Sure::Named(&["nhs"])),
        // The United Kingdom, National Insurance number
        id(
            r"(?-u:\b)[a-z]{2} [0-9]{2} [0-9]{2} [0-9]{2} [a-d](?-u:\b)",
            insured,
            Sure::Unless("en", NATIONAL_INSURANCE),
        ),
        id(
            r"(?-u:\b)[a-z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[a-d](?-u:\b)",
            |_| true,
            Sure::Named(NATIONAL_INSURANCE),
        ),
        // The United States, Social Security number
        id(r"(?-u:\b)[0-9]{3}-[0-9]{2}-[0-9]{4}(?-u:\b)", american, Sure::Unless("en", SOCIAL_SECURITY)),
        id(r"(?-u:\b)[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{4}(?-u:\b)", american, Sure::Named(SOCIAL_SECURITY)),
        // China, resident identity card
        id(r"(?-u:\b)[1-9][0-9]{16}[0-9x](?-u:\b)", chinese, Sure::Always),
    ]
});

/// Places in bytes of the normalised text.
pub(super) fn find(text: &str, languages: &[&str]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for id in IDS.iter() {
        for candidate in id.pattern.find_iter(text) {
            let before =
                &text[text.floor_char_boundary(candidate.start().saturating_sub(NEAR))..candidate.start()];
            let named = |names: &[&str]| names.iter().any(|name| before.contains(name));
            let sure = match id.sure {
                Sure::Always => true,
                Sure::In(language, called) => languages.contains(&language) || named(called),
                Sure::Unless(language, called) => {
                    named(called) || (languages.contains(&language) && !named(&THINGS))
                }
                Sure::Named(called) => named(called),
            };
            let attached = before.ends_with(['-', '/', '.', '#', '_', '+'])
                || text[candidate.end()..].starts_with(['@', '/', '_']);
            let plain: String = candidate.as_str().chars().filter(char::is_ascii_alphanumeric).collect();
            if sure && !attached && (id.is_valid)(&plain) {
                found.push((candidate.start(), candidate.end()));
            }
        }
    }
    found
}

fn digits(text: &str) -> Vec<u32> {
    text.chars().filter_map(|letter| letter.to_digit(10)).collect()
}

fn weighed(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

fn number(text: &str) -> Option<u64> {
    text.parse().ok()
}

/// ISO 7064, mod 11, 10; of the first ten digits exactly one stands twice or three times.
fn german(text: &str) -> bool {
    let digits = digits(text);
    let Some((check, body)) = digits.split_last() else { return false };
    let mut counts = [0_u32; 10];
    for digit in body {
        counts[*digit as usize] += 1;
    }
    let repeated = counts.iter().filter(|count| **count > 1).count();
    if repeated != 1 || counts.iter().any(|count| *count > 3) {
        return false;
    }
    let product = body.iter().fold(10, |product, digit| {
        let sum = (digit + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10 == *check
}

fn austrian(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 10 && weighed(&digits, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 == digits[3]
}

/// EAN-13.
fn swiss(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 13 && weighed(&digits, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)
}

/// The key is what is missing to a multiple of 97; Corsica's 2A and 2B count as 19 and 18.
fn french(text: &str) -> bool {
    let Some((body, key)) = text.split_at_checked(13) else { return false };
    let body = body.replace("2a", "19").replace("2b", "18");
    let month = number(&text[3..5]).unwrap_or_default();
    let plausible = (1..=12).contains(&month) || (20..=42).contains(&month) || month >= 50;
    let valid = number(&body).zip(number(key)).is_some_and(|(body, key)| 97 - body % 97 == key);
    plausible && valid
}

fn spanish(text: &str) -> bool {
    const LETTERS: &[u8; 23] = b"trwagmyfpdxbnjzsqvhlcke";
    let number = match text.as_bytes().first() {
        Some(b'x') => text[1..].to_owned(),
        Some(b'y') => format!("1{}", &text[1..]),
        Some(b'z') => format!("2{}", &text[1..]),
        _ => text.to_owned(),
    };
    let Some((number, letter)) = number.split_at_checked(number.len().saturating_sub(1)) else {
        return false;
    };
    let expected = self::number(number).and_then(|number| LETTERS.get(usize::try_from(number % 23).ok()?));
    expected.is_some_and(|expected| letter.as_bytes() == [*expected])
}

/// Each character has a value by its kind of place; their sum modulo 26 is the last letter.
fn italian(text: &str) -> bool {
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let value = |letter: char| {
        letter.to_digit(10).or_else(|| letter.to_digit(36).map(|value| value - 10)).unwrap_or_default()
    };
    let mut letters: Vec<char> = text.chars().collect();
    let Some(check) = letters.pop() else { return false };
    let sum: u32 = letters
        .iter()
        .enumerate()
        .map(|(place, letter)| {
            let value = value(*letter);
            if place % 2 == 0 { ODD[value as usize] } else { value }
        })
        .sum();
    letters.len() == 15 && value(check) == sum % 26
}

/// The century is added to the month.
fn polish(text: &str) -> bool {
    let digits = digits(text);
    let two = |at: usize| digits[at] * 10 + digits[at + 1];
    digits.len() == 11
        && (1..=12).contains(&(two(2) % 20))
        && (1..=31).contains(&two(4))
        && weighed(&digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
}

fn turkish(text: &str) -> bool {
    let digits = digits(text);
    if digits.len() != 11 {
        return false;
    }
    let odd = digits[0] + digits[2] + digits[4] + digits[6] + digits[8];
    let even = digits[1] + digits[3] + digits[5] + digits[7];
    (odd * 7 + 100 - even) % 10 == digits[9] && digits[..10].iter().sum::<u32>() % 10 == digits[10]
}

/// The test of eleven.
fn dutch(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 9
        && (weighed(&digits[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) + 11 - digits[8]).is_multiple_of(11)
}

fn portuguese(text: &str) -> bool {
    let digits = digits(text);
    let rest = 11 - weighed(&digits[..8.min(digits.len())], &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    digits.len() == 9 && (if rest > 9 { 0 } else { rest }) == digits[8]
}

fn brazilian(text: &str) -> bool {
    let digits = digits(text);
    if digits.len() != 11 || digits.iter().all(|digit| *digit == digits[0]) {
        return false;
    }
    let check = |body: &[u32], first: u32| {
        let weights: Vec<u32> = (2..=first).rev().collect();
        weighed(body, &weights) * 10 % 11 % 10
    };
    check(&digits[..9], 10) == digits[9] && check(&digits[..10], 11) == digits[10]
}

/// Of those born since 2000 a 2 is put before the number.
fn belgian(text: &str) -> bool {
    let Some((body, check)) = text.split_at_checked(9) else { return false };
    let valid =
        |body: &str| number(body).zip(number(check)).is_some_and(|(body, check)| 97 - body % 97 == check);
    valid(body) || valid(&format!("2{body}"))
}

fn swedish(text: &str) -> bool {
    let ten = &text[text.len().saturating_sub(10)..];
    ten.len() == 10 && luhn(ten) && (1..=12).contains(&number(&ten[2..4]).unwrap_or_default())
}

fn finnish(text: &str) -> bool {
    const LETTERS: &[u8; 31] = b"0123456789abcdefhjklmnprstuvwxy";
    // Without the sign of the century, which is a letter in this one.
    let plain: String = text
        .char_indices()
        .filter(|(at, letter)| !(*at == 6 && *letter == 'a' && text.len() == 11))
        .map(|(_, letter)| letter)
        .collect();
    let Some((body, check)) = plain.split_at_checked(9) else { return false };
    let expected = number(body).and_then(|body| LETTERS.get(usize::try_from(body % 31).ok()?));
    expected.is_some_and(|expected| check.as_bytes() == [*expected])
}

fn british(text: &str) -> bool {
    let digits = digits(text);
    if digits.len() != 10 {
        return false;
    }
    let check = 11 - weighed(&digits[..9], &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    (if check == 11 { 0 } else { check }) == digits[9]
}

/// Letters and pairs of letters that are not given.
fn insured(text: &str) -> bool {
    let pair = text.get(..2).unwrap_or_default();
    !pair.contains(['d', 'f', 'i', 'q', 'u', 'v'])
        && !pair.ends_with('o')
        && !["bg", "gb", "kn", "nk", "nt", "tn", "zz"].contains(&pair)
}

/// There is no checksum, but numbers that are not given.
fn american(text: &str) -> bool {
    let part = |place: Range<usize>| text.get(place).and_then(number).unwrap_or_default();
    let area = part(0..3);
    text.len() == 9 && area != 666 && (1..900).contains(&area) && part(3..5) > 0 && part(5..9) > 0
}

/// ISO 7064, mod 11-2; the date of birth stands within.
fn chinese(text: &str) -> bool {
    let month = text.get(10..12).and_then(number).unwrap_or_default();
    let day = text.get(12..14).and_then(number).unwrap_or_default();
    let sum = text.chars().try_fold(0_u32, |sum, letter| {
        let value = if letter == 'x' { 10 } else { letter.to_digit(10)? };
        Some((sum * 2 + value) % 11)
    });
    text.len() == 18 && (1..=12).contains(&month) && (1..=31).contains(&day) && sum == Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_states_are_known_by_their_checksums() {
        let check = |text: &str, languages: &[&str], expected: Option<&str>| {
            let found = find(text, languages).first().map(|(start, end)| &text[*start..*end]);
            assert_eq!(found, expected, "{text}");
        };
        // Those that the issuing offices and their standards give as examples.
        check("meine steuer-id 86095742719", &["en"], Some("86095742719"));
        check("86 095 742 719", &["de"], Some("86 095 742 719"));
        check("86095742719", &["en"], None);
        check("86095742718", &["de"], None);
        check("svnr 1237 010180", &["de"], Some("1237 010180"));
        check("756.9217.0769.85", &["en"], Some("756.9217.0769.85"));
        check("756.9217.0769.84", &["en"], None);
        check("dni 12345678z", &["en"], Some("12345678z"));
        check("12345678a", &["es"], None);
        check("x1234567l", &["es"], Some("x1234567l"));
        check("rssmra85t10a562s", &["it"], Some("rssmra85t10a562s"));
        check("rssmra85t10a562t", &["it"], None);
        check("44051401359", &["pl"], Some("44051401359"));
        check("44051401358", &["pl"], None);
        check("10000000146", &["tr"], Some("10000000146"));
        check("bsn: 111222333", &["nl"], Some("111222333"));
        check("111222333", &["nl"], None);
        check("529.982.247-25", &["pt"], Some("529.982.247-25"));
        check("529.982.247-26", &["pt"], None);
        check("85.07.30-033.28", &["nl"], Some("85.07.30-033.28"));
        check("811228-9874", &["en"], Some("811228-9874"));
        check("131052-308t", &["en"], Some("131052-308t"));
        check("nhs number 943 476 5919", &["en"], Some("943 476 5919"));
        check("11010519491231002x", &["en"], Some("11010519491231002x"));
        check("2 55 08 14 168 025 38", &["fr"], Some("2 55 08 14 168 025 38"));
        check("078-05-1120", &["en"], Some("078-05-1120"));
        check("078-05-1120", &["de"], None);
        check("my ssn is 078051120", &["de"], Some("078051120"));
        check("order 078-05-1120", &["en"], None);
        check("my order number is 123-45-6789", &["en"], None);
        check("666-05-1120", &["en"], None);
        check("912-05-1120", &["en"], None);
        check("078051120", &["en"], None);
        check("call 078-05-11204", &["en"], None);
        check("my ni number is qq123456c", &["en"], Some("qq123456c"));
        check("ab 12 34 56 c", &["en"], Some("ab 12 34 56 c"));
        check("ab123456c", &["en"], None);
        check("gb 12 34 56 c", &["en"], None);
        check("article ab 12 34 56 c", &["en"], None);
        check("order 4711-86095742719", &["de"], None);
    }
}

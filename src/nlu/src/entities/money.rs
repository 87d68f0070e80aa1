//! Which amounts of money does a text hold?

use phonenumber::country;
use serde_json::{Value, json};

use super::{
    Find,
    bounds::between_before,
    number::{amount, number},
    sense::{Sense, Word},
    words::Words,
};

/// Currencies that the languages' files may name (ISO 4217).
pub(super) const CODES: [&str; 53] = [
    "EUR", "USD", "GBP", "CHF", "JPY", "CNY", "INR", "PLN", "CZK", "SEK", "NOK", "DKK", "HUF", "UAH", "RUB",
    "TRY", "BRL", "AUD", "CAD", "ILS", "MXN", "ARS", "RON", "AED", "SAR", "MYR", "NZD", "SGD", "HKD", "ZAR",
    "KRW", "THB", "IDR", "VND", "TWD", "NGN", "KES", "EGP", "QAR", "KWD", "BHD", "OMR", "JOD", "LBP", "IRR",
    "PKR", "LKR", "BDT", "BGN", "RSD", "ISK", "KZT", "MNT",
];
/// Signs, which are the same in every language; one of several currencies stands for the one that is meant most.
const SIGNS: [(&str, &str); 15] = [
    ("€", "EUR"),
    ("$", "USD"),
    ("£", "GBP"),
    ("¥", "JPY"),
    ("₹", "INR"),
    ("₴", "UAH"),
    ("₽", "RUB"),
    ("₺", "TRY"),
    ("₪", "ILS"),
    ("₩", "KRW"),
    ("฿", "THB"),
    ("₫", "VND"),
    ("₦", "NGN"),
    ("zł", "PLN"),
    ("fr", "CHF"),
];

/// How much, and the place behind it.
struct Quantity {
    value: f64,
    next: usize,
    /// The currency that stands in the same word: "12eur".
    glued: Option<&'static str>,
}

/// Countries whose "fiver" or "grand" is of their own currency.
const AT_HOME: [(country::Id, &str); 6] = [
    (country::Id::GB, "GBP"),
    (country::Id::IE, "EUR"),
    (country::Id::US, "USD"),
    (country::Id::CA, "CAD"),
    (country::Id::AU, "AUD"),
    (country::Id::NZ, "NZD"),
];

/// All amounts in a text; `home` is the bot's country.
pub(super) fn find(words: &Words<'_>, home: Option<country::Id>) -> Vec<Find> {
    let at = |index: usize| {
        sum(words, index, home).or_else(|| after(words, index)).or_else(|| before(words, index))
    };
    (0..words.all.len()).filter_map(at).collect()
}

/// "a fiver", "5 grand": so many of what is a sum by its name. "A grand piano" is none, nor are "5 Grand Street".
fn sum(words: &Words<'_>, index: usize, home: Option<country::Id>) -> Option<Find> {
    let (count, place) = words.measure(index)?;
    let ((amount, code), next) = words.sense(place, |sense| match sense {
        Sense::Sum(amount, code) => Some((amount, code)),
        _ => None,
    })?;
    // "a grand and elegant hotel"
    let follows: &[Word] = if words.joint(index, Word::Article).is_some() {
        &[Word::Closing, Word::Article, Word::By, Word::For, Word::Last]
    } else {
        &[
            Word::Closing,
            Word::Article,
            Word::And,
            Word::At,
            Word::By,
            Word::For,
            Word::In,
            Word::Last,
            Word::On,
        ]
    };
    let ends = words.at(next).is_empty() || !words.joined(next - 1) || words.one_of(next, follows).is_some();
    let named = words.original(place).contains(char::is_uppercase);
    if !words.joined(place - 1) || !ends || named {
        return None;
    }
    let at_home = AT_HOME.iter().find(|(country, _)| Some(*country) == home && matches!(code, "USD" | "GBP"));
    let currency = at_home.map_or(code, |(_, currency)| *currency);
    found(words.all[index].start, words.all[next - 1].end, count * amount, currency)
}

/// "12.50 euros", "5 Euro 20", "fünf Euro", "20 cents".
fn after(words: &Words<'_>, index: usize) -> Option<Find> {
    let Quantity { value, next: unit, glued } = quantity(words, index)?;
    let start = words.all[index].start;
    if let Some(currency) = glued {
        return found(start, words.all[unit - 1].end, value, currency);
    }
    let (value, unit) = with_half(words, value, unit);
    if !words.joined(unit - 1) {
        return None;
    }
    if let Some((cents, next)) = cents(words, unit) {
        return found(start, words.all[next - 1].end, value / 100.0, cents);
    }
    // "10-$20" is a range
    if words.between(unit - 1).is_some_and(|between| between.contains('-')) {
        return None;
    }
    let (currency, next) = currency(words, words.past(unit, &[Word::Of]))?;
    if leads_on(words, unit, next) {
        return None;
    }
    // "a pound of flesh" is a weight
    let weight = words.sense(unit, |sense| matches!(sense, Sense::Measure(_)).then_some(())).is_some();
    if weight && (words.joint(index, Word::Article).is_some() || words.at(next) == "of") {
        return None;
    }
    let (value, next) = with_cents(words, value, next);
    found(start, words.all[next - 1].end, value, currency)
}

/// "un millón y medio de euros", "five and a half dollars".
fn with_half(words: &Words<'_>, value: f64, next: usize) -> (f64, usize) {
    match words.joint(next, Word::AndHalf) {
        Some(behind) if value.fract() == 0.0 && words.joined(next - 1) => {
            (value + words.half_at(next), behind)
        }
        Some(_) | None => (value, next),
    }
}

/// Whether a sign stands right before another amount, to which it belongs: "five €5.50".
fn leads_on(words: &Words<'_>, unit: usize, next: usize) -> bool {
    let apart = words.between(unit - 1).is_some_and(|gap| !gap.is_empty());
    let sign = !words.at(next - 1).starts_with(char::is_alphanumeric);
    apart && sign && words.text()[words.all[next - 1].end..].starts_with(|it: char| it.is_ascii_digit())
}

/// "5 Euro 20", "fünf Euro zwanzig", "5 Euro und 20 Cent", "$20 and 43c".
fn with_cents(words: &Words<'_>, value: f64, next: usize) -> (f64, usize) {
    let nothing = (value, next);
    if let Some(found) = with_fraction(words, value, next) {
        return found;
    }
    let and = words.past(next, &[Word::And]);
    let Some((small, behind, signed)) = hundredths(words, and) else { return nothing };
    let spaced = words.between(next - 1).is_some_and(|between| !between.contains('-'));
    if !(1..100).contains(&small) || value.fract() != 0.0 || !words.joined(next - 1) || !spaced {
        return nothing;
    }
    let named = cents(words, behind).map(|(_, behind)| behind);
    let named = named.or_else(|| signed.then_some(behind));
    // "fünf Euro zwanzig": in words as well, where nothing that it could count follows.
    let digits = words.at(and).bytes().all(|byte| byte.is_ascii_digit());
    let of_cents = if digits { words.at(and).len() == 2 } else { small >= 10 };
    // "from 20 dollars and 43" is a range
    let range = and > next && between_before(words, next);
    match named {
        None if range || !of_cents || !ends(words, behind) => nothing,
        Some(_) | None => {
            let value = value + f64::from(u32::try_from(small).unwrap_or_default()) / 100.0;
            (value, named.unwrap_or(behind))
        }
    }
}

/// "ten bucks and a quarter", "five euros and a half".
fn with_fraction(words: &Words<'_>, value: f64, next: usize) -> Option<(f64, usize)> {
    let (part, behind) = words.sense(words.joint(next, Word::And)?, |sense| match sense {
        Sense::Amount(part) if part < 1.0 => Some(part),
        _ => None,
    })?;
    let counts = value.fract() == 0.0 && words.joined(next - 1) && ends(words, behind);
    counts.then_some((value + part, behind))
}

/// Whether nothing follows that a number before it could count.
fn ends(words: &Words<'_>, behind: usize) -> bool {
    words.at(behind).is_empty() || words.joint(behind, Word::Closing).is_some() || !words.joined(behind - 1)
}

/// A number below a hundred, the place behind it, and whether the sign of cents is in the same word: "43c", "50p".
fn hundredths(words: &Words<'_>, index: usize) -> Option<(i64, usize, bool)> {
    if let Some((value, next)) = words.number(index) {
        return Some((value, next, false));
    }
    let word = words.folded(index);
    let digits = word.trim_end_matches(|it: char| !it.is_ascii_digit());
    let sign = &word[digits.len()..];
    let known = sign == "c" || words.lexicons.iter().any(|lexicon| lexicon.cent(sign).is_some());
    digits.parse().ok().filter(|_| known).map(|value| (value, index + 1, true))
}

/// "€12.50", "EUR 12.50", "$ 5", "USD3.14".
fn before(words: &Words<'_>, index: usize) -> Option<Find> {
    let start = words.all[index].start;
    let name = words.at(index);
    // "usd3.14" is one word up to the point
    if let Some(cut) = name.find(|it: char| it.is_ascii_digit()).filter(|cut| *cut >= 2) {
        let code = CODES.iter().find(|code| code.eq_ignore_ascii_case(&name[..cut])).copied();
        let currency = code.or_else(|| words.lexicons.iter().find_map(|it| it.currency(&name[..cut])))?;
        let rest = &words.text()[start + cut..];
        let length =
            rest.find(|it: char| !(it.is_ascii_digit() || matches!(it, '.' | ','))).unwrap_or(rest.len());
        let digits = rest[..length].trim_end_matches(['.', ',']);
        return found(start, start + cut + digits.len(), amount(digits, words.decimal_comma)?, currency);
    }
    let (currency, place) = currency(words, index)?;
    let sign = SIGNS.iter().any(|(sign, _)| name.ends_with(sign) && !name.starts_with(char::is_alphabetic))
        || words.at(place - 1) == "$";
    let code = currency.eq_ignore_ascii_case(name);
    let short = name.len() <= 2 && place == index + 1;
    let by_name = !(sign || code || short);
    let near = words.joined(place - 1) || (short && words.between(place - 1) == Some(". "));
    let starts_with_digit = words.at(place).starts_with(|character: char| character.is_ascii_digit());
    let Quantity { value, next, glued } = (starts_with_digit && near).then(|| quantity(words, place))??;
    // "ringgit 42" as the whole answer; "is euro 2024 on tv" is no money
    let alone = index == 0 && next == words.all.len();
    if glued.is_some() || (by_name && !alone) {
        return None;
    }
    let (value, next) = with_cents(words, value, next);
    found(start, words.all[next - 1].end, value, currency)
}

/// An amount in digits (which separators cut into several words) or in words, with the place behind it.
fn quantity(words: &Words<'_>, index: usize) -> Option<Quantity> {
    let first = words.all.get(index)?;
    let text = words.text();
    let (value, next) = if first.text.starts_with(|character: char| character.is_ascii_digit()) {
        // Not from the middle of a number.
        let behind_separator = text[..first.start].ends_with(['.', ',', '\''])
            && text[..first.start - 1].ends_with(|character: char| character.is_ascii_digit());
        if behind_separator {
            return None;
        }
        let rest = &text[first.start..];
        let length = rest
            .find(|character: char| !(character.is_ascii_digit() || matches!(character, '.' | ',' | '\'')))
            .unwrap_or(rest.len());
        let plain = rest[..length].trim_end_matches(['.', ',', '\'']);
        let digits = words.grouped(first.start).unwrap_or(plain);
        let end = first.start + digits.len();
        let next = words.index_from(end).max(index + 1);
        let last = words.all.get(next - 1)?;
        let glued = text.get(end..last.start + last.text.len()).unwrap_or_default();
        let value = amount(digits, words.decimal_comma)?;
        match glued {
            "" => (value, next),
            "k" => (value * 1_000.0, next),
            // "$1.2M"; without a sign before it they are metres
            "m" | "mn" if stands_behind_currency(words, index) => (value * 1_000_000.0, next),
            "b" | "bn" if stands_behind_currency(words, index) => (value * 1_000_000_000.0, next),
            "us" if words.at(next) == "$" && words.between(next - 1) == Some("") => {
                return Some(Quantity { value, next: next + 1, glued: Some("USD") });
            }
            // "34C" is a size, "-5C" is how cold it is
            "c" if words.original(next - 1).ends_with('C') => return None,
            unit => {
                if let Some(code) = words.lexicons.iter().find_map(|lexicon| lexicon.currency(unit)) {
                    return Some(Quantity { value, next, glued: Some(code) });
                }
                let code = glued_cent(words, index, (unit, digits))?;
                return Some(Quantity { value: value / 100.0, next, glued: Some(code) });
            }
        }
    } else {
        match words.decimal(index) {
            Some(found) => found,
            None => (1.0, words.joint(index, Word::Article).filter(|next| *next == index + 1)?),
        }
    };
    let (value, next) = super::number::scaled(words, value, next);
    Some(Quantity { value, next, glued: None })
}

fn stands_behind_currency(words: &Words<'_>, index: usize) -> bool {
    index.checked_sub(1).and_then(|before| currency(words, before)).is_some_and(|(_, next)| next == index)
}

fn currency(words: &Words<'_>, index: usize) -> Option<(&'static str, usize)> {
    let named = words.sense(index, |sense| match sense {
        Sense::Currency(code) => Some(code),
        _ => None,
    });
    // "try 2 times", "ils 5": codes that are words of the language are meant in capitals only
    let is_word = |code: &str| {
        words.at(index).eq_ignore_ascii_case(code)
            && words.original(index).contains(char::is_lowercase)
            && words.lexicons.first().is_some_and(|lexicon| lexicon.is_frequent(words.folded(index)))
    };
    // "ca. $50" is about fifty, "au $50" leads to it; "CA$50" and "AU $50" are currencies
    let apart = matches!(words.at(index), "ca" | "au")
        && words.original(index).contains(char::is_lowercase)
        && words.between(index).is_some_and(|gap| !gap.is_empty());
    let named = named.filter(|(code, _)| !apart && !is_word(code));
    let sign = || SIGNS.iter().find(|(sign, _)| *sign == words.at(index)).map(|(_, code)| (*code, index + 1));
    named.or_else(sign)
}

/// Cents of the currency that is named with them, or else that the language suggests.
fn cents(words: &Words<'_>, index: usize) -> Option<(&'static str, usize)> {
    // "-5 C" is how cold it is, and pence have no space before their letter
    if words.original(index) == "C" || words.at(index) == "p" {
        return None;
    }
    words.sense(index, |sense| match sense {
        Sense::Cent(code) => Some(code),
        _ => None,
    })
}

/// The currency of "50c", "50p" and "50gr". A letter alone counts in the conversation's own language; "c" is of whatever has cents.
fn glued_cent(words: &Words<'_>, index: usize, (unit, digits): (&str, &str)) -> Option<&'static str> {
    let known = words.lexicons.iter().find_map(|lexicon| lexicon.cent(unit));
    match unit {
        "c" => known.map(|_| likely_cent(words)),
        "p" => {
            let own = words.lexicons.first().and_then(|lexicon| lexicon.cent(unit));
            own.filter(|_| may_be_pence(words, index, digits))
        }
        _ => known,
    }
}

/// Whether "50p" may be money: "1080p", "page 50p", "1080 50p" and "a 1080/50p film" are none.
fn may_be_pence(words: &Words<'_>, index: usize, digits: &str) -> bool {
    let start = words.all[index].start;
    let before = words.text()[..start].chars().next_back();
    let apart = before.is_none_or(|it| it.is_whitespace() || matches!(it, '(' | '"' | '\''));
    let behind_number = index > 0
        && words.joined(index - 1)
        && words.at(index - 1).starts_with(|first: char| first.is_ascii_digit());
    let plain = digits.len() <= 2 && digits.bytes().all(|it| it.is_ascii_digit());
    let lower = words.original(index).ends_with('p');
    plain && lower && apart && !behind_number && !words.behind(index, &[Word::Numbered, Word::Version])
}

fn likely_cent(words: &Words<'_>) -> &'static str {
    if words.decimal_comma { "EUR" } else { "USD" }
}

fn found(start: usize, end: usize, value: f64, currency: &str) -> Option<Find> {
    let hundredths = (value * 100.0).round() / 100.0;
    let value: Value = json!({ "amount": number(hundredths)?, "currency": currency });
    Some(Find { start, end, value, confidence: 1.0 })
}

//! Which amounts of money does a text hold?

use serde_json::{Value, json};

use super::{
    Find,
    number::{amount, number},
    words::Words,
};

/// Codes, signs and words; a word of several currencies stands for the one that is meant most.
const CURRENCIES: [(&str, &[&str]); 20] = [
    ("EUR", &["€", "eur", "euro", "euros"]),
    ("USD", &["$", "usd", "dollar", "dollars", "bucks"]),
    ("GBP", &["£", "gbp", "pound", "pounds", "pfund", "quid"]),
    ("CHF", &["chf", "franken", "sfr", "francs"]),
    ("JPY", &["¥", "jpy", "yen"]),
    ("CNY", &["cny", "yuan", "rmb"]),
    ("INR", &["₹", "inr", "rupees", "rupien"]),
    ("PLN", &["pln", "zł", "zloty", "złoty"]),
    ("CZK", &["czk"]),
    ("SEK", &["sek"]),
    ("NOK", &["nok"]),
    ("DKK", &["dkk"]),
    ("HUF", &["huf", "forint"]),
    ("UAH", &["₴", "uah", "hryvnia"]),
    ("RUB", &["₽", "rub", "rubles", "rubel"]),
    ("TRY", &["₺", "lira"]),
    ("BRL", &["brl", "reais"]),
    ("AUD", &["aud"]),
    ("CAD", &["cad"]),
    ("ILS", &["₪", "ils", "shekel", "schekel"]),
];

/// How much, and the place behind it.
struct Quantity {
    value: f64,
    next: usize,
    /// The currency that stands in the same word: "12eur".
    glued: Option<&'static str>,
}

pub(super) fn find(words: &Words<'_>) -> Vec<Find> {
    (0..words.all.len()).filter_map(|index| after(words, index).or_else(|| before(words, index))).collect()
}

/// "12.50 euros", "5 Euro 20", "fünf Euro", "20 cents".
fn after(words: &Words<'_>, index: usize) -> Option<Find> {
    let Quantity { value, next: unit, glued } = quantity(words, index)?;
    let start = words.all[index].start;
    if let Some(currency) = glued {
        return found(start, words.all[unit - 1].end, value, currency);
    }
    if let Some(cents) = cents(words, unit) {
        return found(start, words.all[unit].end, value / 100.0, cents);
    }
    let currency = currency(words, unit)?;
    if !words.joined(unit - 1) {
        return None;
    }
    let mut end = unit + 1;
    let mut value = value;
    // "5 Euro 20", "fünf Euro zwanzig", "5 Euro und 20 Cent"
    let and = usize::from(matches!(words.at(end), "und" | "and"));
    if let Some((small, next)) = words.number(end + and)
        && (1..100).contains(&small)
        && value.fract() == 0.0
        && words.joined(unit)
    {
        let named = cents(words, next).is_some();
        // "fünf Euro zwanzig": in words as well, where nothing that it could count follows.
        let digits = words.at(end).bytes().all(|byte| byte.is_ascii_digit());
        let of_cents = if digits { words.at(end).len() == 2 } else { small >= 10 };
        let ends = matches!(words.at(next), "" | "bitte" | "please") || !words.joined(next - 1);
        let bare = and == 0 && of_cents && ends;
        if named || bare {
            value += f64::from(u32::try_from(small).ok()?) / 100.0;
            end = next + usize::from(named);
        }
    }
    found(start, words.all[end - 1].end, value, currency)
}

/// "€12.50", "EUR 12.50", "$ 5".
fn before(words: &Words<'_>, index: usize) -> Option<Find> {
    let currency = currency(words, index)?;
    let name = words.at(index);
    let sign = name.chars().all(|character| !character.is_alphanumeric());
    let code = currency.eq_ignore_ascii_case(name);
    if !(sign || code) || !words.joined(index) {
        return None;
    }
    let starts_with_digit = words.at(index + 1).starts_with(|character: char| character.is_ascii_digit());
    let Quantity { value, next, glued } = starts_with_digit.then(|| quantity(words, index + 1))??;
    if glued.is_some() {
        return None;
    }
    found(words.all[index].start, words.all[next - 1].end, value, currency)
}

/// An amount in digits (which separators cut into several words) or in words, with the place behind it.
fn quantity(words: &Words<'_>, index: usize) -> Option<Quantity> {
    let first = words.all.get(index)?;
    let text = words.text();
    let (mut value, mut next) = if first.text.starts_with(|character: char| character.is_ascii_digit()) {
        // Not from the middle of a number.
        let behind_separator = text[..first.start].ends_with(['.', ','])
            && text[..first.start - 1].ends_with(|character: char| character.is_ascii_digit());
        if behind_separator {
            return None;
        }
        let rest = &text[first.start..];
        let length = rest
            .find(|character: char| !(character.is_ascii_digit() || matches!(character, '.' | ',' | '\'')))
            .unwrap_or(rest.len());
        let digits = rest[..length].trim_end_matches(['.', ',', '\'']);
        let end = first.start + digits.len();
        let next =
            (index..words.all.len()).find(|place| words.all[*place].start >= end).unwrap_or(words.all.len());
        let (last, rest) = (words.all.get(next - 1)?, end);
        let glued = if last.end > rest { &text[rest..last.end] } else { "" };
        let value = amount(digits, words.decimal_comma)?;
        match glued {
            "" => (value, next),
            "k" => (value * 1_000.0, next),
            unit => return Some(Quantity { value, next, glued: Some(code(unit)?) }),
        }
    } else {
        let article = words.german && matches!(first.text, "ein" | "einen") && words.at(index + 1) != "paar";
        match words.spelled(index) {
            Some((value, next)) => (f64::from(i32::try_from(value).ok()?), next),
            None if article => (1.0, index + 1),
            None => return None,
        }
    };
    match words.at(next) {
        "million" | "millions" | "millionen" | "mio" => (value, next) = (value * 1_000_000.0, next + 1),
        "thousand" | "tausend" | "tsd" => (value, next) = (value * 1_000.0, next + 1),
        _ => {}
    }
    Some(Quantity { value, next, glued: None })
}

fn currency(words: &Words<'_>, index: usize) -> Option<&'static str> {
    code(words.at(index))
}

fn code(name: &str) -> Option<&'static str> {
    let (code, _) = CURRENCIES.iter().find(|(_, names)| names.contains(&name))?;
    Some(code)
}

/// Cents of the currency that the language suggests.
fn cents(words: &Words<'_>, index: usize) -> Option<&'static str> {
    match words.at(index) {
        "cent" | "cents" => Some(if words.decimal_comma { "EUR" } else { "USD" }),
        "pence" => Some("GBP"),
        "rappen" => Some("CHF"),
        _ => None,
    }
}

fn found(start: usize, end: usize, value: f64, currency: &str) -> Option<Find> {
    let hundredths = (value * 100.0).round() / 100.0;
    let value: Value = json!({ "amount": number(hundredths)?, "currency": currency });
    Some(Find { start, end, value, confidence: 1.0 })
}

//! Is it a number within bounds?

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::{Answer, Fit, Misfit, fitting};
use crate::{
    bot::MisfitKind,
    dialogue::words::{normalise, overlap},
    digits::Plain,
    understanding::{NO_SUCH_DAY, is_negated},
};

static WITHIN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[-+]?[0-9]+(?:[.,'\u{a0}][0-9]+)*").ok());
/// Kinds of entities whose digits count nothing.
const OTHER_KINDS: [&str; 5] = ["date", NO_SUCH_DAY, "phone", "email", "url"];

/// Bounds inclusive.
pub fn fit(min: Option<f64>, max: Option<f64>, whole: bool, answer: &Answer<'_>) -> Fit {
    let found = find(answer);
    let Some((number, all, text)) = found.first().cloned() else {
        return Misfit::of(MisfitKind::NotANumber);
    };
    if found.iter().any(|(other, _, _)| other.total_cmp(&number).is_ne()) {
        return Misfit::of(MisfitKind::SeveralNumbers);
    }
    if whole && number.fract() != 0.0 {
        return Misfit::of(MisfitKind::NotWhole);
    }
    if let Some(min) = min.filter(|min| number < *min) {
        return Misfit::with(MisfitKind::TooSmall, "min", &min);
    }
    if let Some(max) = max.filter(|max| number > *max) {
        return Misfit::with(MisfitKind::TooLarge, "max", &max);
    }
    fitting(json(number), all, &text)
}

/// The numbers of an answer, each with whether it is the whole of it, and its words. What belongs to
/// something else, as the number of an order, counts where there is nothing else.
fn find(answer: &Answer<'_>) -> Vec<(f64, bool, String)> {
    let text = normalise(answer.text);
    // Who found it knows the language: "1.000" is a thousand in German, and one in English.
    let whole = answer.entities.iter().find(|it| it.entity == "number" && normalise(&it.text) == text);
    if let Some(number) = whole.and_then(|found| found.value.as_f64()).or_else(|| parse(answer.text)) {
        return vec![(number, true, answer.text.to_owned())];
    }
    let numbers = answer.entities.iter().filter(|found| found.entity == "number");
    let numbers = numbers.filter_map(|found| Some((found.value.as_f64()?, found))).collect::<Vec<_>>();
    let belongs =
        |words: &str| answer.entities.iter().any(|it| it.entity != "number" && overlap(&it.text, words));
    let alone = numbers.iter().filter(|(_, found)| !belongs(&found.text)).copied().collect::<Vec<_>>();
    let found = if alone.is_empty() { numbers } else { alone };
    if found.is_empty() {
        return in_digits(answer);
    }
    let found = found.into_iter();
    found.map(|(number, it)| (number, normalise(&it.text) == text, it.text.clone())).collect()
}

/// Digits that stand free but for a unit right behind them, "5kg"; so `1e3` is no 1.
fn in_digits(answer: &Answer<'_>) -> Vec<(f64, bool, String)> {
    let text = answer.text;
    let other = |words: &str| {
        let others = answer.entities.iter().filter(|found| OTHER_KINDS.contains(&found.entity.as_str()));
        others.into_iter().any(|found| Plain::new(&found.text).text.contains(words))
    };
    let found = WITHIN.iter().flat_map(|pattern| pattern.find_iter(text)).filter(|found| {
        let before = text[..found.start()].chars().next_back();
        let mut behind = text[found.end()..].chars().take_while(|letter| letter.is_alphanumeric());
        !before.is_some_and(char::is_alphanumeric)
            && behind.all(char::is_alphabetic)
            && !other(found.as_str())
            && !is_negated(&text[..found.start()])
    });
    found.filter_map(|found| Some((parse(found.as_str())?, false, found.as_str().to_owned()))).collect()
}

/// A number as people write it: `1,000.5` and `1.000,5` alike.
///
/// A single separator followed by exactly three digits groups thousands if it is a comma or an
/// apostrophe, and starts the fraction if it is a point.
pub fn parse(text: &str) -> Option<f64> {
    let text = text.trim().trim_end_matches(['.', '!']);
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|first: char| first.is_ascii_digit())
        || !digits.ends_with(|last: char| last.is_ascii_digit())
        || !digits.chars().all(|letter| letter.is_ascii_digit() || ".,'\u{a0} ".contains(letter))
    {
        return None;
    }
    let separators = digits.chars().filter(|letter| !letter.is_ascii_digit()).collect::<Vec<_>>();
    let decimal = match separators.as_slice() {
        [only] => {
            let groups = digits.rsplit(*only).next().is_some_and(|tail| tail.len() == 3);
            let splits = match only {
                '.' => true,
                ',' => !groups,
                _ => false,
            };
            if !splits && !groups {
                return None;
            }
            splits.then_some(*only)
        }
        [first, .., last] if first != last => Some(*last),
        _ => None,
    };
    let decimal = decimal.filter(|letter| matches!(letter, '.' | ','));
    let (whole, fraction) = match decimal {
        Some(decimal) => digits.rsplit_once(decimal)?,
        None => (digits, ""),
    };
    let mut groups = whole.split(|letter: char| !letter.is_ascii_digit());
    let first = groups.next()?;
    if groups.clone().next().is_some() && first.len() > 3 || groups.any(|group| group.len() != 3) {
        return None;
    }
    let sign = if text.starts_with('-') { "-" } else { "" };
    let plain = whole.chars().filter(char::is_ascii_digit).collect::<String>();
    let number = format!("{sign}{plain}.{}", if fraction.is_empty() { "0" } else { fraction });
    number.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// A value in which whole numbers are written so: 50, not 50.0.
pub fn plain(value: Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => number.as_f64().map_or(Value::Null, json),
        Value::Array(items) => items.into_iter().map(plain).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, field)| (name, plain(field))).collect(),
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => other,
    }
}

/// Whole numbers are whole in JSON: 4, not 4.0.
#[expect(clippy::cast_possible_truncation, reason = "checked to be whole and within 2^53")]
pub fn json(number: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT {
        Value::from(number as i64)
    } else {
        Value::from(number)
    }
}

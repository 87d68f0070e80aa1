//! Is it a number within bounds?

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::{Answer, Fit, Misfit, entity, fitting};
use crate::bot::MisfitKind;

static WITHIN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[-+]?[0-9]+(?:[.,'\u{a0}][0-9]+)*").ok());

/// Bounds inclusive.
pub fn fit(min: Option<f64>, max: Option<f64>, whole: bool, answer: &Answer<'_>) -> Fit {
    let Some((number, all, text)) = find(answer) else {
        return Misfit::of(MisfitKind::NotANumber);
    };
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

fn find(answer: &Answer<'_>) -> Option<(f64, bool, String)> {
    if let Some(number) = parse(answer.text) {
        return Some((number, true, answer.text.to_owned()));
    }
    if let Some((found, whole)) = entity(answer, "number")
        && let Some(number) = found.value.as_f64()
    {
        return Some((number, whole, found.text.clone()));
    }
    let found = WITHIN.as_ref()?.find(answer.text)?.as_str();
    Some((parse(found)?, false, found.to_owned()))
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

/// Whole numbers stay whole in JSON, so that `slots.count + 1` is arithmetic on whole numbers.
#[expect(clippy::cast_possible_truncation, reason = "checked to be whole and within 2^53")]
pub fn json(number: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT {
        Value::from(number as i64)
    } else {
        Value::from(number)
    }
}

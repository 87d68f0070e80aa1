//! Which numbers does a text hold, in digits or in words?

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::{
    Find, clock,
    sense::{Sense, Word},
    words::Words,
};

static DIGITS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[0-9]+(?:[.,'][0-9]+)*").expect("a constant pattern is valid"));
/// What may stand right behind the digits of a number: "5kg" is five, "3rd" and "4711a" are not numbers.
const UNITS: [&str; 24] = [
    "x", "g", "kg", "mg", "t", "m", "km", "cm", "mm", "l", "ml", "w", "kw", "kwh", "v", "gb", "mb", "tb",
    "h", "min", "s", "inch", "lb", "lbs",
];
/// Before "one" it is no number: "this one", "which one".
const POINTING: [&str; 17] = [
    "this", "that", "which", "the", "another", "no", "any", "each", "every", "some", "next", "last", "right",
    "wrong", "new", "first", "other",
];

pub(super) fn find(words: &Words<'_>) -> Vec<Find> {
    let mut finds = in_digits(words);
    finds.extend(in_words(words));
    if finds.is_empty() {
        finds.extend(people(words));
    }
    without_repeated(words.text(), finds)
}

/// Without the number that says in brackets what stands before it: "forty-five (45)".
fn without_repeated(text: &str, mut finds: Vec<Find>) -> Vec<Find> {
    finds.sort_by_key(|find| find.start);
    finds.dedup_by(|later, find| {
        let between = text.get(find.end..later.start).map(str::trim_start);
        between == Some("(") && text[later.end..].starts_with(')') && later.value == find.value
    });
    finds
}

/// How many come, where the text says nothing else: "just me", "my wife and I", "zu zweit".
fn people(words: &Words<'_>) -> Option<Find> {
    let counted = |sense| match sense {
        Sense::People(count) => Some(count),
        _ => None,
    };
    let (count, behind) = words.sense(0, counted)?;
    let (first, last) = (words.all.first()?, words.all.last()?);
    let is_all = behind == words.all.len();
    is_all.then(|| Find { start: first.start, end: last.end, value: Value::from(count), confidence: 0.9 })
}

fn in_digits(words: &Words<'_>) -> Vec<Find> {
    let text = words.text();
    DIGITS
        .find_iter(text)
        .filter_map(|found| {
            let before = text[..found.start()].chars().next_back();
            if before.is_some_and(|before| before.is_alphanumeric() || before == '_') {
                return None;
            }
            let digits = words.grouped(found.start()).unwrap_or(found.as_str());
            let stop = found.start() + digits.len();
            let behind: String =
                text[stop..].chars().take_while(|character| character.is_alphanumeric()).collect();
            let thousands = behind == "k";
            if thousands && names_a_thing(words, words.index_from(found.start())) {
                return None;
            }
            if !(behind.is_empty() || thousands || UNITS.contains(&behind.as_str())) {
                return None;
            }
            let mut start = found.start();
            let minus = before == Some('-')
                && text[..start - 1]
                    .chars()
                    .next_back()
                    .is_none_or(|earlier| earlier.is_whitespace() || earlier == '(');
            // "- 5" as the whole beginning
            let apart = text[..start].trim() == "-" && before.is_some_and(char::is_whitespace);
            if minus {
                start -= 1;
            } else if apart {
                start = text.find('-')?;
            }
            let minus = minus || apart;
            let value = amount(digits, words.decimal_comma)? * if thousands { 1_000.0 } else { 1.0 };
            let end = stop + usize::from(thousands);
            let index = words.index_from(found.start());
            let mut value = value;
            if words.leading_point(found.start()) && !found.as_str().contains(['.', ',']) {
                value = format!("0.{}", found.as_str()).parse().ok()?;
                start -= 1;
            }
            let in_words = !minus && negative(words, index);
            if in_words {
                start = words.all[index - 1].start;
            }
            let (value, end) = if thousands {
                (value, end)
            } else {
                let next = words.index_from(stop);
                let (value, behind) = words.with_point(value, next);
                let (value, behind) = scaled(words, value, behind);
                let (value, behind) = with_half(words, index, value, behind);
                (value, if behind > next { words.all[behind - 1].end } else { end })
            };
            let value = number(if minus || in_words { -value } else { value })?;
            Some(Find { start, end, value, confidence: 1.0 })
        })
        .collect()
}

/// Whether "2k" from this word on is part of a name: "iPhone 2k", "my Galaxy 4k", "model 2k".
fn names_a_thing(words: &Words<'_>, index: usize) -> bool {
    if index == 0 || !words.joined(index - 1) {
        return false;
    }
    if words.behind(index, &[Word::Numbered, Word::Version]) {
        return true;
    }
    let name = words.original(index - 1);
    let inner = name.chars().skip(1).any(char::is_uppercase) && name.contains(char::is_lowercase);
    let nouns = words.lexicons.first().is_some_and(|lexicon| lexicon.grammar.noun_capitals);
    // a capital letter at the beginning of a sentence tells nothing
    let within = index > 1 && words.joined(index - 2) && !nouns;
    let capital = name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase);
    inner || (within && capital)
}

/// What digits with separators stand for. Of two kinds of separators the last is the decimal one; a
/// single one is decimal unless three digits follow, and then the language decides.
pub(super) fn amount(digits: &str, decimal_comma: bool) -> Option<f64> {
    // 1'000, but 5'10 are feet and inches
    let of_three = |group: &str| group.split(['.', ',']).next().is_some_and(|whole| whole.len() == 3);
    if !digits.split('\'').skip(1).all(of_three) {
        return None;
    }
    let digits = digits.replace(['\'', ' '], "");
    let groups = |separator: char| {
        let mut parts = digits.split(separator);
        parts.next().is_some_and(|first| (1..=3).contains(&first.len()) && first != "0")
            && parts.all(|part| part.len() == 3)
    };
    let plain = match (digits.rfind('.'), digits.rfind(',')) {
        (None, None) => digits,
        (Some(point), Some(comma)) => {
            let (decimal, grouping) = if point > comma { ('.', ',') } else { (',', '.') };
            digits.replace(grouping, "").replace(decimal, ".")
        }
        (Some(_), None) if groups('.') && (decimal_comma || digits.matches('.').count() > 1) => {
            digits.replace('.', "")
        }
        (None, Some(_)) if groups(',') && (!decimal_comma || digits.matches(',').count() > 1) => {
            digits.replace(',', "")
        }
        (Some(_), None) | (None, Some(_)) => digits.replace(',', "."),
    };
    plain.parse().ok().filter(|value: &f64| value.is_finite())
}

/// "5 thousand", "1,5 Millionen", "30 dozen": times what stands behind it.
pub(super) fn scaled(words: &Words<'_>, value: f64, next: usize) -> (f64, usize) {
    if next == 0 || !words.joined(next - 1) {
        return (value, next);
    }
    if let Some(behind) = words.joint(next, Word::Dozen) {
        return (value * 12.0, behind);
    }
    let scale = words.lexicons.iter().find_map(|lexicon| lexicon.atoms.get(words.folded(next)));
    let short = match words.at(next) {
        "mio" => Some(1_000_000.0),
        "tsd" => Some(1_000.0),
        "mrd" => Some(1_000_000_000.0),
        _ => None,
    };
    #[expect(clippy::cast_precision_loss, reason = "thousands to billions are exact")]
    let scale = scale.filter(|scale| **scale >= 1_000).map(|scale| *scale as f64).or(short);
    scale.map_or((value, next), |scale| (value * scale, next + 1))
}

/// "four and a half": with the half behind it. "ocho y media" is a time.
fn with_half(words: &Words<'_>, index: usize, value: f64, next: usize) -> (f64, usize) {
    match words.joint(next, Word::AndHalf) {
        Some(behind)
            if value.fract() == 0.0 && words.joined(next - 1) && clock::relative(words, index).is_none() =>
        {
            (value + words.half_at(next), behind)
        }
        Some(_) | None => (value, next),
    }
}

/// Whether a number from this word on is said to be negative: "minus four".
fn negative(words: &Words<'_>, index: usize) -> bool {
    words.behind(index, &[Word::Minus]) && words.joined(index - 1)
}

/// Whole numbers as such: 5, not 5.0.
pub(super) fn number(value: f64) -> Option<Value> {
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
    if value.fract() == 0.0 && value.abs() < 9.0e15 {
        return Some(Value::from(value as i64));
    }
    serde_json::Number::from_f64(value).map(Value::Number)
}

/// Whether two numbers that were written as such are the same.
fn is(one: f64, other: f64) -> bool {
    (one - other).abs() < f64::EPSILON
}

fn in_words(words: &Words<'_>) -> Vec<Find> {
    let mut finds = Vec::new();
    let mut index = 0;
    while index < words.all.len() {
        if let Some(behind) = words.is_nothing(index) {
            index = behind;
            continue;
        }
        let few = words.sense(index, |sense| match sense {
            // "a couple of", "ein Dutzend"; one and halves belong to what they measure
            Sense::Amount(value) if is(value, 2.0) || is(value, 12.0) => Some(value),
            _ => None,
        });
        let spelled =
            words.all[index].text.starts_with(char::is_alphabetic).then(|| words.decimal(index)).flatten();
        // "two thirds of a cup"
        let fraction = words.sense(index, |sense| match sense {
            Sense::Amount(value) if value.fract() != 0.0 => Some(value),
            _ => None,
        });
        // "half a dozen"
        let of_a_dozen = fraction.filter(|(_, next)| words.joint(*next, Word::Dozen).is_some());
        if let (Some((_, next)), Some((_, behind)), None) = (spelled, fraction, of_a_dozen)
            && next < behind
        {
            index = behind;
            continue;
        }
        let Some((value, next)) = of_a_dozen.or(spelled).or(few) else {
            index += 1;
            continue;
        };
        let (value, next) = scaled(words, value, next);
        let (value, next) = with_half(words, index, value, next);
        let pronoun = is(value, 1.0)
            && next == index + 1
            && (words.behind(index, &[Word::Pointing])
                || (words.joint(index, Word::Article).is_some() && words.all.len() > 1)
                || POINTING.contains(&words.at(index.wrapping_sub(1)))
                || matches!(words.at(next), "of" | "more" | "day"));
        if !pronoun {
            let negative = negative(words, index);
            let first = if negative { index - 1 } else { index };
            let (start, end) = (words.all[first].start, words.all[next - 1].end);
            if let Some(value) = number(if negative { -value } else { value }) {
                finds.push(Find { start, end, value, confidence: 0.9 });
            }
        }
        index = next;
    }
    finds
}

//! Which measured quantities does a text name?
//!
//! The value is `{"amount": 2.5, "unit": "kg"}`, the unit by the sign that all languages share; parts add up in the
//! smallest unit that was said ("2 km and 300 m" is 2300 m).

use serde_json::{Value, json};

use super::{
    Find,
    number::number,
    sense::{Sense, Word},
    words::Words,
};

/// Signs of the units that the languages' files may name.
pub(super) const UNITS: [&str; 39] = [
    "mg", "g", "kg", "t", "oz", "lb", "mm", "cm", "m", "km", "in", "ft", "yd", "mi", "ml", "cl", "l", "hl",
    "gal", "qt", "pt", "fl oz", "cup", "tbsp", "tsp", "cm2", "m2", "km2", "ft2", "acre", "m3", "°C", "°F",
    "°", "kWh", "W", "GB", "MB", "TB",
];
/// What parts of one kind are of the smallest.
const SIZES: [(&str, &[(&str, f64)]); 3] = [
    (
        "length",
        &[
            ("mm", 1.0),
            ("cm", 10.0),
            ("in", 25.4),
            ("ft", 304.8),
            ("yd", 914.4),
            ("m", 1_000.0),
            ("km", 1_000_000.0),
            ("mi", 1_609_344.0),
        ],
    ),
    (
        "weight",
        &[
            ("mg", 1.0),
            ("g", 1_000.0),
            ("oz", 28_349.523_125),
            ("lb", 453_592.37),
            ("kg", 1_000_000.0),
            ("t", 1_000_000_000.0),
        ],
    ),
    ("volume", &[("ml", 1.0), ("cl", 10.0), ("l", 1_000.0), ("hl", 100_000.0)]),
];

/// An amount of one unit, and the place behind it.
struct Measured {
    amount: f64,
    unit: &'static str,
    next: usize,
    /// Where it ends in the text, which may hold signs that are no words.
    end: usize,
}

pub(super) fn find(words: &Words<'_>) -> Vec<Find> {
    let mut finds = Vec::new();
    let mut index = 0;
    while index < words.all.len() {
        let Some(mut found) = one(words, index) else {
            index += 1;
            continue;
        };
        while found.next < words.all.len() && words.near(found.next - 1) {
            let place = words.past(found.next, &[Word::And]);
            let inches = || inches_of_feet(words, &found, place);
            let Some(more) = one(words, place).or_else(inches) else { break };
            let Some(sum) = together(&found, &more) else { break };
            found = sum;
        }
        found = with_half(words, found);
        let degrees = found.unit.starts_with('°');
        let (start, minus) = with_sign(words, index, degrees);
        // "2 degrees below zero"
        let below = words
            .joint(found.next, Word::BelowZero)
            .filter(|_| degrees && !minus && words.joined(found.next - 1));
        if let Some(behind) = below {
            (found.next, found.end) = (behind, words.all[behind - 1].end);
        }
        let amount = if minus || below.is_some() { -found.amount } else { found.amount };
        // To nine digits: sums of units are not exact.
        let amount = (amount * 1.0e9).round() / 1.0e9;
        if let Some(amount) = number(amount) {
            let value: Value = json!({ "amount": amount, "unit": found.unit });
            finds.push(Find { start, end: found.end, value, confidence: 0.95 });
        }
        index = found.next;
    }
    finds
}

/// "2 in" behind feet, also where something follows: "6 ft 2 in of rope".
fn inches_of_feet(words: &Words<'_>, feet: &Measured, index: usize) -> Option<Measured> {
    let (amount, place) = words.measure(index).filter(|_| feet.unit == "ft")?;
    let said = words.at(place) == "in" && words.joined(place - 1) && words.at(place + 1) == "of";
    said.then(|| Measured { amount, unit: "in", next: place + 1, end: words.all[place].end })
}

/// "due chili e mezzo", "two pounds and a half": half of the unit more.
fn with_half(words: &Words<'_>, found: Measured) -> Measured {
    let half = words.joint(found.next, Word::AndHalf).filter(|behind| {
        // "dos kilos y medio litro" are of two units
        let ends = words.at(*behind).is_empty()
            || !words.joined(behind - 1)
            || words.one_of(*behind, &[Word::Of, Word::And, Word::For, Word::Closing]).is_some();
        ends && words.joined(found.next - 1) && found.amount.fract() == 0.0
    });
    match half {
        Some(next) => {
            Measured { amount: found.amount + 0.5, next, end: words.all[next - 1].end, unit: found.unit }
        }
        None => found,
    }
}

/// Where an amount begins with its sign, and whether that is a minus: "-2°", "minus 2 degrees", "- 2 degrees" at the
/// beginning, which is an item of a list where it is not of degrees.
fn with_sign(words: &Words<'_>, index: usize, degrees: bool) -> (usize, bool) {
    let start = words.all[index].start;
    let before = &words.text()[..start];
    if words.behind(index, &[Word::Minus]) && words.joined(index - 1) {
        return (words.all[index - 1].start, true);
    }
    if degrees && before.trim() == "-" {
        return (before.find('-').unwrap_or(start), true);
    }
    let glued = before
        .strip_suffix('-')
        .is_some_and(|earlier| !earlier.trim_end().ends_with(|it: char| it.is_alphanumeric()));
    if glued { (start - 1, true) } else { (start, false) }
}

/// "2,5 kg", "5kg", "half a litre", "37°C", "6 ft", "5''".
fn one(words: &Words<'_>, index: usize) -> Option<Measured> {
    let word = words.all.get(index)?;
    if words.is_within_digits(word.start) {
        return None;
    }
    if let Some((amount, name)) = glued(words, index) {
        let unit = words.lexicons.iter().find_map(|lexicon| lexicon.measure(name));
        let unit = unit.or_else(|| (name == "in").then_some("in"))?;
        return Some(Measured { amount: amount.0, unit, next: amount.1, end: words.all[amount.1 - 1].end });
    }
    if let Some(found) = feet_and_inches(words, index) {
        return Some(found);
    }
    let (amount, place) = words.measure(index)?;
    let end = words.all[place - 1].end;
    // 5'' and 5" are inches
    let rest = &words.text()[end..];
    if let Some(sign) = ["''", "\""].into_iter().find(|sign| rest.starts_with(sign))
        && word.text.starts_with(|first: char| first.is_ascii_digit())
    {
        return Some(Measured { amount, unit: "in", next: place, end: end + sign.len() });
    }
    // "2 below zero"
    if words.joined(place - 1) && words.joint(place, Word::BelowZero).is_some() {
        return Some(Measured { amount, unit: "°", next: place, end });
    }
    // "5 in", where nothing follows that could be in something
    if words.at(place) == "in" && words.joined(place - 1) && ends(words, place) {
        return Some(Measured { amount, unit: "in", next: place + 1, end: words.all[place].end });
    }
    let of = words.past(place, &[Word::Of]);
    let measure = |place: usize| {
        words.sense(place, |sense| match sense {
            Sense::Measure(unit) => Some(unit),
            _ => None,
        })
    };
    let (unit, next) = measure(place).or_else(|| measure(of))?;
    if !words.joined(place - 1) {
        return None;
    }
    Some(Measured { amount, unit, next, end: words.all[next - 1].end })
}

/// Whether a sentence or a part of it ends behind a word; "3 in 🔴" goes on.
fn ends(words: &Words<'_>, index: usize) -> bool {
    let rest = words.text()[words.all[index].end..].trim_start();
    rest.is_empty() || rest.starts_with(['.', ',', ';', '!', '?', ')'])
}

/// `5'10"`: a length in inches.
fn feet_and_inches(words: &Words<'_>, index: usize) -> Option<Measured> {
    let (feet, inches) = (words.at(index), words.at(index + 1));
    let digits = |word: &str| word.len() <= 2 && word.bytes().all(|it| it.is_ascii_digit());
    let small = |word: &str| word.parse::<u8>().ok().filter(|_| digits(word));
    let (feet, inches) = (small(feet)?, small(inches).filter(|inches| *inches < 12)?);
    let end = words.all.get(index + 1)?.end;
    let sign = ["''", "\""].into_iter().find(|sign| words.text()[end..].starts_with(sign))?;
    (words.between(index)?.trim_end() == "'").then(|| Measured {
        amount: f64::from(feet) * 12.0 + f64::from(inches),
        unit: "in",
        next: index + 2,
        end: end + sign.len(),
    })
}

/// The digits and the unit of "5kg" and "1.5l", with the place behind them.
fn glued<'w>(words: &'w Words<'_>, index: usize) -> Option<((f64, usize), &'w str)> {
    let first = words.all.get(index)?;
    if !first.text.starts_with(|it: char| it.is_ascii_digit()) {
        return None;
    }
    let rest = &words.text()[first.start..];
    let length = rest
        .find(|it: char| !(it.is_ascii_digit() || matches!(it, '.' | ',')))
        .filter(|length| *length > 0)?;
    let last = words.index_from(first.start + length).checked_sub(1)?;
    let word = words.all.get(last)?;
    let cut = (first.start + length).checked_sub(word.start).filter(|cut| *cut < word.text.len())?;
    let amount = super::number::amount(&rest[..length], words.decimal_comma)?;
    Some(((amount, last + 1), word.folded.get(cut..)?))
}

/// Both in the smaller unit, if they are of one kind and the second is the smaller.
fn together(one: &Measured, more: &Measured) -> Option<Measured> {
    let sizes = SIZES.iter().find_map(|(_, sizes)| {
        let size = |unit: &str| sizes.iter().find(|(name, _)| *name == unit).map(|(_, size)| *size);
        Some((size(one.unit)?, size(more.unit)?))
    });
    let (large, small) = sizes.filter(|(large, small)| large > small)?;
    Some(Measured { amount: one.amount * large / small + more.amount, ..*more })
}

//! Which lengths of time does a text name?
//!
//! The value is `{"iso": "PT1H30M", "seconds": 5400}`: ISO 8601 in the units that were said, and all of it in seconds,
//! a month as 30 days and a year as 365. Of "2-3 days" it is the longer, with both in seconds as `min` and `max`.

use serde_json::{Value, json};

use super::{
    Find,
    sense::{Sense, Unit, Word},
    spread,
    words::Words,
};

/// Seconds of a unit.
const SECOND: i64 = 1;
const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;
const WEEK: i64 = 7 * DAY;
const MONTH: i64 = 30 * DAY;
const YEAR: i64 = 365 * DAY;

/// A length of time, by the units that were said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) months: i64,
    pub(super) days: i64,
    pub(super) seconds: i64,
    weeks: bool,
}

impl Length {
    pub(super) fn add(self, amount: f64, unit: Unit) -> Option<Self> {
        let (months, seconds) = match unit {
            Unit::Second => (0, SECOND),
            Unit::Minute => (0, MINUTE),
            Unit::Hour => (0, HOUR),
            Unit::Day => (0, DAY),
            Unit::Week => (0, WEEK),
            Unit::Fortnight => (0, 2 * WEEK),
            Unit::Month => (1, MONTH),
            Unit::Quarter => (3, 0),
            Unit::Year => (12, 0),
            Unit::Weekend => return None,
        };
        let of = |count: i64| whole(amount * f64::from(i32::try_from(count).ok()?));
        // "a year and a half" is 18 months, "a month and a half" is 45 days
        if months > 0
            && let Some(months) = of(months)
        {
            return Some(Self { months: self.months.checked_add(months)?, weeks: false, ..self });
        }
        let seconds = of(seconds).filter(|_| seconds > 0)?;
        let in_days = unit >= Unit::Day && seconds % DAY == 0;
        let weeks = matches!(unit, Unit::Week | Unit::Fortnight) && self == Self::default();
        let (days, seconds) = if in_days { (seconds / DAY, 0) } else { (0, seconds) };
        Some(Self {
            days: self.days.checked_add(days)?,
            seconds: self.seconds.checked_add(seconds)?,
            weeks,
            ..self
        })
    }

    /// Both together: "1h 30m".
    fn plus(self, more: Self) -> Option<Self> {
        Some(Self {
            months: self.months.checked_add(more.months)?,
            days: self.days.checked_add(more.days)?,
            seconds: self.seconds.checked_add(more.seconds)?,
            weeks: false,
        })
    }

    /// All of it, a month as 30 days and a year as 365; nothing where no number is large enough.
    pub(super) fn in_seconds(self) -> Option<i64> {
        (self.months / 12)
            .checked_mul(YEAR)?
            .checked_add(self.months % 12 * MONTH)?
            .checked_add(self.days.checked_mul(DAY)?)?
            .checked_add(self.seconds)
    }

    /// In whole minutes, where it holds no days.
    pub(super) fn in_minutes(self) -> Option<i64> {
        (self.months == 0 && self.days == 0).then_some(self.seconds / MINUTE)
    }

    fn iso(self) -> String {
        if self.months == 0 && self.days == 0 && self.seconds == 0 {
            return "PT0S".to_owned();
        }
        let mut text = "P".to_owned();
        let mut put = |value: i64, unit: char| {
            if value != 0 {
                text.push_str(&value.to_string());
                text.push(unit);
            }
        };
        if self.weeks && self.days % 7 == 0 && self.seconds == 0 && self.months == 0 {
            put(self.days / 7, 'W');
            return text;
        }
        put(self.months / 12, 'Y');
        put(self.months % 12, 'M');
        put(self.days, 'D');
        if self.seconds != 0 {
            text.push('T');
        }
        let mut put = |value: i64, unit: char| {
            if value != 0 {
                text.push_str(&value.to_string());
                text.push(unit);
            }
        };
        put(self.seconds / HOUR, 'H');
        put(self.seconds % HOUR / MINUTE, 'M');
        put(self.seconds % MINUTE, 'S');
        text
    }
}

pub(super) fn find(words: &Words<'_>) -> Vec<Find> {
    let mut finds = Vec::new();
    let mut index = 0;
    while index < words.all.len() {
        if let Some(found) = spread::lengths(words, index)
            && let (Some(low), Some(high)) = (found.low.in_seconds(), found.high.in_seconds())
        {
            let (start, end) = (words.all[index].start, words.all[found.next - 1].end);
            let value: Value = json!({ "iso": found.high.iso(), "seconds": high, "min": low, "max": high });
            finds.push(Find { start, end, value, confidence: 0.95 });
            index = found.next;
            continue;
        }
        let found = read(words, index).and_then(|(length, next)| Some((length, length.in_seconds()?, next)));
        let Some((length, seconds, next)) = found else {
            index += 1;
            continue;
        };
        let article = words.one_of(index, &[Word::Article]).is_some() && next == index + 2;
        let (start, mut end) = (words.all[index].start, words.all[next - 1].end);
        // 5' and 5" hold a sign that is no word
        end += usize::from(
            matches!(words.text()[end..].chars().next(), Some('\'' | '"')) && signed(words, index).is_some(),
        );
        let value: Value = json!({ "iso": length.iso(), "seconds": seconds });
        finds.push(Find { start, end, value, confidence: if article { 0.7 } else { 0.95 } });
        index = next;
    }
    finds
}

/// A length of time from a word on, and the place behind it: "an hour and a half", "2 years, 3 months", "1h30".
pub(super) fn read(words: &Words<'_>, index: usize) -> Option<(Length, usize)> {
    let (mut length, unit, mut next) = one(words, index)?;
    let mut smallest = unit;
    if smallest == Unit::Second {
        return Some((length, next));
    }
    while words.near(next - 1) {
        let place = words.past(next, &[Word::And]);
        let Some((more, unit, behind)) = one(words, place).filter(|(_, unit, _)| *unit < smallest) else {
            break;
        };
        (length, smallest, next) = (length.plus(more)?, unit, behind);
    }
    // "2 hours ten", "1 hour and thirty"
    if smallest == Unit::Hour
        && words.near(next - 1)
        && let Some((minutes, behind)) = words.number(words.past(next, &[Word::And]))
        && (1..60).contains(&minutes)
        && (behind >= words.all.len()
            || !words.joined(behind - 1)
            || words.joint(behind, Word::Closing).is_some())
    {
        length = length.add(f64::from(i32::try_from(minutes).ok()?), Unit::Minute)?;
        next = behind;
    }
    Some((length, next))
}

/// An amount of one unit: "3 hours", "half an hour", "1/2 h", "an hour and a half", "90min", "5'".
pub(super) fn one(words: &Words<'_>, index: usize) -> Option<(Length, Unit, usize)> {
    let nothing = Length::default();
    if words.is_within_digits(words.all.get(index)?.start) {
        return None;
    }
    if let Some((minutes, next)) = words.sense(index, |sense| match sense {
        Sense::Minutes(minutes) => Some(minutes),
        _ => None,
    }) {
        return Some((
            nothing.add(f64::from(i32::try_from(minutes).ok()?), Unit::Minute)?,
            Unit::Minute,
            next,
        ));
    }
    if let Some((amount, unit, next)) = glued(words, index).or_else(|| signed(words, index)) {
        return Some((nothing.add(amount, unit)?, unit, next));
    }
    let unit = |place: usize| {
        words.sense(place, |sense| match sense {
            Sense::Unit(unit) if unit != Unit::Weekend => Some(unit),
            _ => None,
        })
    };
    let amounts = [mixed(words, index), words.measure(index), words.decimal(index)];
    let counted = amounts.into_iter().flatten().find_map(|(amount, place)| {
        // "a quarter of an hour", but "20 of this month"
        let place = if amount.fract() == 0.0 { place } else { words.past(place, &[Word::Of]) };
        let found = unit(place).filter(|_| words.joined(place - 1))?;
        Some((amount, found))
    });
    // "hora y media"
    let one_and_half = || {
        let (unit, next) = unit(index).filter(|(unit, _)| *unit > Unit::Second)?;
        let behind_number = index > 0 && words.number(index - 1).is_some();
        let said = !behind_number && words.joint(next, Word::AndHalf).is_some();
        said.then_some((1.0, (unit, next)))
    };
    let (amount, (unit, next)) = counted.or_else(one_and_half)?;
    // "the forty-second"
    if unit == Unit::Second && words.ordinal(index).is_some_and(|(_, behind)| behind == next) {
        return None;
    }
    // "an hour and a half"
    let (amount, next) = match words.joint(next, Word::AndHalf) {
        Some(behind) if amount.fract() == 0.0 => (amount + 0.5, behind),
        Some(_) | None => (amount, next),
    };
    Some((nothing.add(amount, unit)?, unit, next))
}

/// "one and a quarter" of what follows.
fn mixed(words: &Words<'_>, index: usize) -> Option<(f64, usize)> {
    let (whole, next) = words.decimal(index)?;
    let (part, next) = words.sense(words.joint(next, Word::And)?, |sense| match sense {
        Sense::Amount(part) if part < 1.0 => Some(part),
        _ => None,
    })?;
    Some((whole + part, next))
}

/// "2h", "90min", "3d", "1/2h".
fn glued(words: &Words<'_>, index: usize) -> Option<(f64, Unit, usize)> {
    if words.between(index) == Some("/")
        && let Ok(count) = words.at(index).parse::<u8>()
        && let Some((divisor, unit, next)) = glued(words, index + 1)
    {
        return Some((f64::from(count) / divisor, unit, next));
    }
    let word = words.folded(index);
    let digits = word.trim_end_matches(|last: char| last.is_alphabetic());
    if digits.is_empty()
        || digits.len() > 5
        || digits.len() == word.len()
        || !digits.bytes().all(|it| it.is_ascii_digit())
    {
        return None;
    }
    let name = &word[digits.len()..];
    let unit = match name {
        "m" => Unit::Minute,
        // "the 90s" are years
        "s" if digits.len() < 4 && !words.behind(index, &[Word::The]) => Unit::Second,
        "d" => Unit::Day,
        "s" => return None,
        _ => words.lexicons.iter().find_map(|lexicon| lexicon.unit(name))?,
    };
    Some((digits.parse().ok()?, unit, index + 1))
}

/// "5'" and "30\"".
fn signed(words: &Words<'_>, index: usize) -> Option<(f64, Unit, usize)> {
    let word = words.all.get(index)?;
    let digits = (1..=3).contains(&word.text.len()) && word.text.bytes().all(|it| it.is_ascii_digit());
    let rest = &words.text()[word.end..];
    if !digits || !rest.starts_with(['\'', '"']) {
        return None;
    }
    let unit = if rest.starts_with('\'') && !rest.starts_with("''") { Unit::Minute } else { Unit::Second };
    let closed =
        rest.len() == 1 || rest[1..].starts_with(|next: char| !next.is_alphanumeric() && next != '\'');
    closed.then_some((word.text.parse().ok()?, unit, index + 1))
}

fn whole(value: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
    (value.fract() == 0.0 && value.abs() < 9.0e15).then_some(value as i64)
}

//! Which days does a text name, seen from today?
//!
//! A day without a year is the next such day from today on; "friday" and "next friday" are the first Friday after
//! today, "friday next week" is in the week (from Monday) after this one, "in three weeks on friday" in the third
//! after it, "this friday" may be today. Of several readings that begin at a word the longest is taken.

use std::sync::LazyLock;

use jiff::{
    Zoned,
    civil::{Date, Weekday},
};
use regex::Regex;
use serde_json::Value;
use studio_core::understanding::day_and_month;

use super::{
    Find, begun,
    calendar::{self, date, full_year, in_week, shifted, upcoming},
    distance, holiday, iso, period,
    sense::{Sense, Unit, Word},
    words::Words,
};

static ISO: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})").expect("a constant pattern is valid")
});
static DIGITS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^([0-9]{1,2})([./-])\s?([0-9]{1,2})(?:([./-])\s?([0-9]{4}|[0-9]{2})?)?")
        .expect("a constant pattern is valid")
});
static GLUED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:([0-9]{1,2})(\p{L}+)|(\p{L}+)([0-9]{1,2}))$").expect("a constant pattern is valid")
});

/// A day and the word behind its expression.
pub(super) type Day = Option<(Date, usize)>;

pub(super) fn find(words: &Words<'_>, now: &Zoned) -> Vec<Find> {
    let today = now.date();
    let mut finds = Vec::new();
    let mut index = 0;
    while index < words.all.len() {
        if let Some(behind) = words.is_nothing(index) {
            index = behind;
            continue;
        }
        if let Some(stamp) = iso::stamp(words, index, now) {
            let (start, end) = (words.all[index].start, stamp.day_end);
            finds.push(Find { start, end, value: Value::from(stamp.day.to_string()), confidence: 1.0 });
            index = stamp.next;
            continue;
        }
        let Some((date, next)) = day(words, index, today) else {
            index += 1;
            continue;
        };
        let (start, end) = (words.all[index].start, words.all[next - 1].end);
        let date = begun::day(words, (index, next), date, today);
        finds.push(Find { start, end, value: Value::from(date.to_string()), confidence: 1.0 });
        index = next;
    }
    finds
}

/// The day that is named from a word on.
pub(super) fn day(words: &Words<'_>, index: usize, today: Date) -> Day {
    longest([
        near_day(words, index, today),
        distance::day(words, index, today),
        distance::week_on(words, index, today),
    ])
}

/// As [`day`], but not one that is told by its distance from another.
pub(super) fn near_day(words: &Words<'_>, index: usize, today: Date) -> Day {
    longest([
        in_digits(words, index, today),
        iso::day_of_week(words, index),
        with_month(words, index, today),
        holiday::day(words, index, today),
        by_name(words, index, today),
        by_weekday(words, index, today),
        of_month(words, index, today),
        within_period(words, index, today),
        period::as_day(words, index, today),
    ])
}

fn longest<const N: usize>(readings: [Day; N]) -> Day {
    readings.into_iter().flatten().fold(None, |best: Day, found| match best {
        Some(best) if best.1 >= found.1 => Some(best),
        Some(_) | None => Some(found),
    })
}

/// "2026-12-24", "24.12.2026", "24.12.", "24/12/2026" (or "12/24/2026", see [`day_and_month`]).
fn in_digits(words: &Words<'_>, index: usize, today: Date) -> Day {
    let word = words.all.get(index)?;
    let text = words.text();
    let behind_digit = text[..word.start].ends_with(['.', ',', '/', '-', ':', '+'])
        && text[..word.start - 1].ends_with(|character: char| character.is_ascii_digit());
    if behind_digit || !word.text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let rest = &text[word.start..];
    let number = |found: Option<regex::Match<'_>>| found.and_then(|found| found.as_str().parse::<i64>().ok());
    if let Some(found) = ISO.captures(rest) {
        let date = date(number(found.get(1))?, number(found.get(2))?, number(found.get(3))?)?;
        return Some((date, behind(words, index, word.start + found.get(0)?.end())?));
    }
    let found = DIGITS.captures(rest)?;
    let (one, other, year) = (number(found.get(1))?, number(found.get(3))?, number(found.get(5)));
    let separator = &found[2];
    let closed = found.get(4).is_some_and(|second| second.as_str() == separator);
    if found.get(4).is_some() && !closed {
        return None;
    }
    // "version 10.4.22"
    let is_short = found.get(5).is_none_or(|year| year.len() == 2);
    if separator == "." && is_short && words.behind(index, &[Word::Version]) {
        return None;
    }
    // "version 1.2.3"
    let goes_on = |second: regex::Match<'_>| rest[second.end()..].starts_with(|it: char| it.is_ascii_digit());
    if year.is_none() && found.get(4).is_some_and(goes_on) {
        return None;
    }
    let mut end = word.start + found.get(0)?.end();
    if year.is_none() && !closed {
        end = word.start + found.get(3)?.end();
    }
    let next = behind(words, index, end)?;
    let introduced = words.behind(
        index,
        &[Word::On, Word::Until, Word::By, Word::From, Word::After, Word::Since, Word::Before],
    );
    let alone = index == 0 && next == words.all.len();
    let at_a_time = words.joint(next, Word::At).is_some();
    let points = words.lexicons.iter().any(|lexicon| lexicon.grammar.decimal_comma);
    let complete = match separator {
        "." => year.is_some() || (closed && one <= 31) || (introduced && points && found[3].len() == 2),
        "/" => year.is_some() || introduced || at_a_time || (alone && one.max(other) > 12 && one != 24),
        _ => year.is_some_and(|year| year >= 1_900 || alone || introduced),
    };
    if !complete {
        return None;
    }
    let (day, month) = day_and_month(one, other, separator.chars().next()?, words.month_first);
    let date = match year {
        Some(year) => date(full_year(year), month, day).or_else(|| date(full_year(year), day, month))?,
        None => upcoming(month, day, today)?,
    };
    Some((date, next))
}

/// Whether a year is followed by the other digits of a day or of a week: "2026-03-04T15:30", "2026-W10".
pub(super) fn is_written_out(words: &Words<'_>, index: usize) -> bool {
    let rest = words.all.get(index).map_or("", |word| &words.text()[word.start..]);
    ISO.is_match(rest) || rest.get(4..).is_some_and(|more| more.starts_with("-w"))
}

/// "24 December 2026", "the 24th of December", "December 24", "24. Dezember", "erster Mai".
fn with_month(words: &Words<'_>, index: usize, today: Date) -> Day {
    let (month, day, next) = month_and_day(words, index)?;
    if let Some((year, next)) = year(words, next) {
        return Some((date(year, month, day)?, next));
    }
    // "31-Oct-74"
    let short = words.at(next);
    let dashed = |place: usize| matches!(words.between(place), Some("-" | "/"));
    if short.len() == 2 && next == index + 2 && dashed(index) && dashed(index + 1) {
        return Some((date(full_year(short.parse().ok()?), month, day)?, next + 1));
    }
    // "14th April 15" as the whole answer
    let alone = index == 0 && next + 1 == words.all.len() && words.joined(next - 1);
    let in_digits = short.len() == 2 && short.bytes().all(|it| it.is_ascii_digit());
    if alone && in_digits && words.ordinal(index).is_some() {
        return Some((date(full_year(short.parse().ok()?), month, day)?, next + 1));
    }
    // "Jul 18, Fri"
    if let Some((weekday, behind)) = weekday(words, next).filter(|_| words.near(next - 1))
        && let Some(date) = calendar::on_weekday(month, day, weekday, today)
        && date.weekday() == weekday
    {
        return Some((date, behind));
    }
    Some((upcoming(month, day, today)?, next))
}

/// A day of a month by its name, without a year, and the place behind it.
pub(super) fn month_and_day(words: &Words<'_>, index: usize) -> Option<(i64, i64, usize)> {
    if let Some(glued) = GLUED.captures(words.folded(index))
        && let Some((day, name)) = glued.get(1).zip(glued.get(2)).or(glued.get(4).zip(glued.get(3)))
        && let Some(month) = words.lexicons.iter().find_map(|lexicon| lexicon.month(name.as_str()))
    {
        let day = day.as_str().parse().ok().filter(|day| (1..=31).contains(day))?;
        return Some((month.into(), day, index + 1));
    }
    if let Some((month, next)) = self::month(words, index) {
        if !words.lexicons.iter().any(|lexicon| lexicon.grammar.month_before_day) || !words.near(next - 1) {
            return None;
        }
        let (day, next) = day_number(words, words.past(next, &[Word::The]))?;
        let goes_on = words.all.get(next - 1).is_some_and(|day| {
            let rest = words.text()[day.end..].trim_start_matches(' ');
            rest.starts_with(':') || rest.starts_with('%')
        });
        return (!goes_on).then_some((month, day, next));
    }
    let (day, next) = day_number(words, index)?;
    if words.is_within_digits(words.all[index].start) || !words.near(next - 1) {
        return None;
    }
    let place = words.past(next, &[Word::Of]);
    let (month, next) = self::month(words, place)?;
    Some((month, day, next))
}

/// "2026", "de 2026", "'26" behind a month.
pub(super) fn year(words: &Words<'_>, index: usize) -> Option<(i64, usize)> {
    if index == 0 || !words.near(index - 1) {
        return None;
    }
    let place = words.past(index, &[Word::Of]);
    let year = words.at(place);
    let parsed = year.parse::<i64>().ok().filter(|_| year.bytes().all(|byte| byte.is_ascii_digit()))?;
    let four = year.len() == 4 && (1_900..=2_200).contains(&parsed);
    let two = year.len() == 2 && words.text()[..words.all[place].start].ends_with('\'');
    let time = words.text()[words.all[place].end..].starts_with(':');
    if four { Some((parsed, place + 1)) } else { (two && !time).then_some((full_year(parsed), place + 1)) }
}

pub(super) fn month(words: &Words<'_>, index: usize) -> Option<(i64, usize)> {
    words.sense(index, |sense| match sense {
        Sense::Month(month) => Some(i64::from(month)),
        _ => None,
    })
}

/// The number of a day in a month: an ordinal, or one or two digits.
pub(super) fn day_number(words: &Words<'_>, index: usize) -> Option<(i64, usize)> {
    let word = words.at(index);
    let digits = || {
        let plausible = (1..=2).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
        plausible.then(|| word.parse().ok()).flatten().map(|day| (day, index + 1))
    };
    // "veinte de mayo", "quindici maggio": not every language counts days in order
    let spelled = || words.spelled(index).filter(|_| words.lexicons.iter().any(|it| it.grammar.plain_days));
    let ordinal = words.ordinal(index);
    let found = ordinal.or_else(digits).or_else(spelled);
    found.filter(|(day, _)| (1..=31).contains(day))
}

/// "tomorrow", "the day after tomorrow", "übermorgen".
pub(super) fn by_name(words: &Words<'_>, index: usize, today: Date) -> Day {
    let (days, next) = words.sense(index, |sense| match sense {
        Sense::Day(days) => Some(days),
        _ => None,
    })?;
    // "guten Morgen", "heute morgen", "la mañana" are no tomorrow
    let morning = words.sense(index, |sense| matches!(sense, Sense::Part(_)).then_some(())).is_some();
    let before = index.checked_sub(1).map_or("", |before| words.folded(before));
    let barred =
        |lexicon: &&super::lexicon::Lexicon| lexicon.grammar.not_tomorrow.iter().any(|it| it == before);
    if days == 1 && morning && !before.is_empty() && words.lexicons.iter().copied().any(|it| barred(&it)) {
        return None;
    }
    Some((shifted(today, Unit::Day, days)?, next))
}

/// "friday", "next friday", "friday next week", "nächsten Freitag", "lundi prochain", "Tuesday the 19th".
fn by_weekday(words: &Words<'_>, index: usize, today: Date) -> Day {
    if let Some((weekday, next)) = words.joint(index, Word::NextWeek).and_then(|place| weekday(words, place))
    {
        return Some((in_week(today, 1, weekday)?, next));
    }
    if let Some(found) = qualified(words, index, today) {
        return Some(found);
    }
    // "next week friday", "in three weeks on tuesday"
    if let Some((weeks, place)) = distance::weeks(words, index)
        && let Some((weekday, next)) = weekday(words, words.past(place, &[Word::On]))
    {
        return Some((in_week(today, weeks, weekday)?, next));
    }
    let (weekday, next) = weekday(words, index)?;
    if !words.near(next - 1) {
        return certain(words, index, next)
            .then(|| today.nth_weekday(1, weekday).ok())
            .flatten()
            .map(|date| (date, next));
    }
    // "Fri, Jul 18": the year in which it is a Friday
    let place = words.past(next, &[Word::The, Word::On]);
    if let Some((month, day, behind)) = month_and_day(words, place) {
        return match year(words, behind) {
            Some((year, behind)) => Some((date(year, month, day)?, behind)),
            None => Some((calendar::on_weekday(month, day, weekday, today)?, behind)),
        };
    }
    if let Some((date, behind)) = in_digits(words, place, today) {
        return Some((date, behind));
    }
    // "Tuesday the 19th"
    if let Some((day, behind)) = words.ordinal(place).filter(|(day, _)| (1..=31).contains(day)) {
        let same = |months: i64| {
            let month = shifted(today.first_of_month(), Unit::Month, months)?;
            date(month.year().into(), month.month().into(), day).filter(|date| date.weekday() == weekday)
        };
        if let Some(date) = (0..12).filter_map(same).find(|date| *date >= today) {
            return Some((date, behind));
        }
    }
    let a_week_later = words.joint(next, Word::AfterNext).or_else(|| distance::week_behind(words, next));
    if let Some(behind) = a_week_later {
        return Some((today.nth_weekday(2, weekday).ok()?, behind));
    }
    let place = words.past(next, &[Word::Of, Word::From, Word::On]);
    if let Some((weeks, behind)) = distance::weeks(words, next).or_else(|| distance::weeks(words, place)) {
        return Some((in_week(today, weeks, weekday)?, behind));
    }
    for (word, nth) in [(Word::Next, 1), (Word::Last, -1)] {
        // "lundi prochain"; but "saturday next to the church"
        if let Some(behind) = words.joint(next, word)
            && words.lexicons.iter().any(|lexicon| lexicon.grammar.adjective_behind)
        {
            return Some((today.nth_weekday(nth, weekday).ok()?, behind));
        }
    }
    certain(words, index, next).then(|| today.nth_weekday(1, weekday).ok()).flatten().map(|date| (date, next))
}

/// "next friday", "this monday", "last tuesday", "3 fridays from now".
fn qualified(words: &Words<'_>, index: usize, today: Date) -> Day {
    for (word, from, nth) in [
        (Word::Next, today, 1),
        (Word::This, today.yesterday().ok()?, 1),
        (Word::Last, today, -1),
        (Word::AfterNext, today, 2),
    ] {
        if let Some((weekday, next)) = words.joint(index, word).and_then(|place| weekday(words, place)) {
            return match distance::week_behind(words, next).filter(|_| nth == 1) {
                Some(behind) => Some((from.nth_weekday(2, weekday).ok()?, behind)),
                None => Some((from.nth_weekday(nth, weekday).ok()?, next)),
            };
        }
    }
    let (count, place) = words.number(index)?;
    let (weekday, next) = weekday(words, place)?;
    let count = i32::try_from(count).ok().filter(|count| (1..500).contains(count))?;
    let sign = [(Word::FromNow, 1), (Word::Ago, -1)];
    let (sign, behind) = sign.into_iter().find_map(|(word, sign)| Some((sign, words.joint(next, word)?)))?;
    Some((today.nth_weekday(sign * count, weekday).ok()?, behind))
}

pub(super) fn weekday(words: &Words<'_>, place: usize) -> Option<(Weekday, usize)> {
    words.sense(place, |sense| match sense {
        Sense::Weekday(number) => calendar::weekday(number),
        _ => None,
    })
}

/// Whether a short name is a weekday: "sat" may be a verb.
fn certain(words: &Words<'_>, index: usize, next: usize) -> bool {
    if !matches!(
        words.at(index),
        "sat" | "sun" | "wed" | "mar" | "jue" | "dom" | "do" | "so" | "di" | "mi" | "sal"
    ) {
        return true;
    }
    let abbreviated = words.text()[words.all[next - 1].end..].starts_with('.') && next < words.all.len();
    let time = words.joint(next, Word::At).is_some()
        || words.at(next).starts_with(|first: char| first.is_ascii_digit())
        || words.sense(next, |sense| matches!(sense, Sense::Part(_)).then_some(())).is_some();
    words.all.len() == 1
        || abbreviated
        || time
        || words.behind(index, &[Word::On, Word::Until, Word::From, Word::By])
}

/// "the first Monday of March", "last day of October 2015", "first tuesday of last month".
fn within_period(words: &Words<'_>, index: usize, today: Date) -> Day {
    let (nth, place) = match words.joint(index, Word::Last) {
        Some(place) => (-1, place),
        None => words.ordinal(index).filter(|(nth, _)| (1..=53).contains(nth))?,
    };
    let (nth, place) = match words.joint(place, Word::Last) {
        // "the second last day"
        Some(behind) if nth > 0 => (-nth, behind),
        Some(_) | None => (nth, place),
    };
    let of_days = words.sense(place, |sense| (sense == Sense::Unit(Unit::Day)).then_some(()));
    let (weekday, next) = match (weekday(words, place), of_days) {
        (Some((weekday, next)), _) => (Some(weekday), next),
        (None, Some(((), next))) => (None, next),
        (None, None) => return None,
    };
    let of = words.past(next, &[Word::Of, Word::In]);
    if of == next {
        return counted_from(words, next, (weekday, nth), today);
    }
    let Some((days, next)) = period::long(words, words.past(of, &[Word::The]), today) else {
        return counted_from(words, next, (weekday, nth), today);
    };
    Some((calendar::nth_within(days, weekday, nth)?, next))
}

/// "second wednesday after christmas", "last friday before easter", from "after" on.
fn counted_from(words: &Words<'_>, index: usize, (weekday, nth): (Option<Weekday>, i64), today: Date) -> Day {
    let ways = [(Word::After, 1), (Word::Before, -1)];
    let (sign, place) = ways.into_iter().find_map(|(word, sign)| Some((sign, words.joint(index, word)?)))?;
    if nth < 0 && sign > 0 {
        return None;
    }
    let (from, next) = near_day(words, words.past(place, &[Word::The]), today)?;
    let count = sign * nth.abs();
    let day = match weekday {
        Some(weekday) => from.nth_weekday(i32::try_from(count).ok()?, weekday).ok()?,
        None => shifted(from, Unit::Day, count)?,
    };
    Some((day, next))
}

/// "on the 15th", "am 15.", "the 1st", "20th of next month".
fn of_month(words: &Words<'_>, index: usize, today: Date) -> Day {
    // "am 30. Februar" is no 30th of this month
    if month_and_day(words, index).is_some() {
        return None;
    }
    let (day, next) = day_number(words, index)?;
    let of = words.past(next, &[Word::Of]);
    if let Some(((Unit::Month, by), behind)) = period::which(words, words.past(of, &[Word::The])) {
        let month = shifted(today.first_of_month(), Unit::Month, by)?;
        return Some((date(month.year().into(), month.month().into(), day)?, behind));
    }
    let digits = words.at(index).starts_with(|first: char| first.is_ascii_digit());
    let rest = &words.text()[words.all[next - 1].end..];
    let bare = words.at(index).bytes().all(|byte| byte.is_ascii_digit());
    let point = bare && rest.starts_with('.') && !rest[1..].starts_with(|next: char| next.is_ascii_digit());
    let plain = words.lexicons.first().is_some_and(|lexicon| lexicon.grammar.plain_days);
    let counted = digits || words.lexicons.iter().any(|lexicon| lexicon.grammar.ordinal_days);
    let ordered = (counted && words.ordinal(index).is_some())
        || (point && words.lexicons.iter().any(|it| it.grammar.compound));
    let introduced = words.behind(index, &[Word::On, Word::Until, Word::By, Word::From]);
    let article = digits && words.behind(index, &[Word::The]);
    // "alle 17", "a las 17": what may lead to the end of a stretch leads to an hour
    let of_hours = words.behind(index, &[Word::At]) && !words.behind(index, &[Word::On]);
    let ends = next >= words.all.len()
        || !words.joined(next - 1)
        || words.one_of(next, &[Word::At, Word::And, Word::Until, Word::From, Word::For]).is_some();
    let meant = if ordered {
        introduced || article
    } else {
        plain && introduced && !of_hours && bare && !rest.starts_with([':', '.', ',', '/', '%'])
    };
    if !(meant && ends) {
        return None;
    }
    // "3 to 5 December": the month of the other is that of this one
    let other = words
        .one_of(next, &[Word::Until, Word::And])
        .and_then(|place| month_and_day(words, words.past(place, &[Word::The, Word::On])))
        .filter(|(_, later, _)| day < *later);
    let date = match other {
        Some((month, _, _)) => upcoming(month, day, today)?,
        None => calendar::upcoming_day(day, today)?,
    };
    Some((date, next))
}

/// The word behind a place in the text; `None` if the place is within a word.
pub(super) fn behind(words: &Words<'_>, index: usize, end: usize) -> Option<usize> {
    let next = words.index_from(end).max(index + 1);
    let last = &words.all[next - 1];
    (last.start + last.text.len() <= end).then_some(next)
}

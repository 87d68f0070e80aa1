//! Which days does a text name, seen from today?
//!
//! A day without a year is the next such day from today on; "friday" and "next friday" are the first Friday after
//! today, "friday next week" is in the week (from Monday) after this one, "in three weeks on friday" in the third
//! after it, "this friday" may be today.

use std::sync::LazyLock;

use jiff::{
    Span, ToSpan, Zoned,
    civil::{Date, Weekday},
};
use regex::Regex;
use serde_json::Value;
use studio_core::understanding::day_and_month;

use super::{Find, numerals, words::Words};

static ISO: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})").expect("a constant pattern is valid")
});
static DIGITS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^([0-9]{1,2})([./-])\s?([0-9]{1,2})(?:([./-])\s?([0-9]{4}|[0-9]{2})?)?")
        .expect("a constant pattern is valid")
});
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "januar", "jänner"],
    &["february", "feb", "februar"],
    &["march", "mar", "märz", "maerz", "mrz"],
    &["april", "apr"],
    &["may", "mai"],
    &["june", "jun", "juni"],
    &["july", "jul", "juli"],
    &["august", "aug"],
    &["september", "sep", "sept"],
    &["october", "oct", "oktober", "okt"],
    &["november", "nov"],
    &["december", "dec", "dezember", "dez"],
];
const WEEKDAYS: [(&str, Weekday); 23] = [
    ("monday", Weekday::Monday),
    ("mon", Weekday::Monday),
    ("montag", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("tue", Weekday::Tuesday),
    ("tues", Weekday::Tuesday),
    ("dienstag", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("wed", Weekday::Wednesday),
    ("mittwoch", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("thu", Weekday::Thursday),
    ("thur", Weekday::Thursday),
    ("thurs", Weekday::Thursday),
    ("donnerstag", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("fri", Weekday::Friday),
    ("freitag", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("samstag", Weekday::Saturday),
    ("sonnabend", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
    ("sonntag", Weekday::Sunday),
];

/// The day at which a moment is, where it is.
pub(super) fn date_of(now: &Zoned) -> Date {
    now.date()
}

/// A day and the word behind its expression.
type Day = Option<(Date, usize)>;

pub(super) fn find(words: &Words<'_>, today: Date) -> Vec<Find> {
    let mut finds = Vec::new();
    let mut index = 0;
    while index < words.all.len() {
        let day = in_digits(words, index, today)
            .or_else(|| with_month(words, index, today))
            .or_else(|| by_name(words, index, today))
            .or_else(|| by_weekday(words, index, today))
            .or_else(|| by_distance(words, index, today))
            .or_else(|| by_period(words, index, today));
        let Some((date, next)) = day else {
            index += 1;
            continue;
        };
        let (start, end) = (words.all[index].start, words.all[next - 1].end);
        finds.push(Find { start, end, value: Value::from(date.to_string()), confidence: 1.0 });
        index = next;
    }
    finds
}

/// "2026-12-24", "24.12.2026", "24.12.", "24/12/2026" (or "12/24/2026", see [`day_and_month`]).
fn in_digits(words: &Words<'_>, index: usize, today: Date) -> Day {
    let word = words.all.get(index)?;
    let text = words.text();
    let behind_digit = text[..word.start].ends_with(['.', ',', '/', '-', ':', '+'])
        && text[..word.start - 1].ends_with(|character: char| character.is_ascii_digit());
    if behind_digit {
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
    let introduced = matches!(
        words.before(index),
        "am" | "vom" | "zum" | "bis" | "on" | "until" | "by" | "since" | "seit" | "ab"
    );
    let complete = match separator {
        "." => year.is_some() || (closed && one <= 31) || (introduced && words.german && found[3].len() == 2),
        "/" => year.is_some() || introduced,
        _ => year.is_some_and(|year| year >= 1_900),
    };
    if !complete {
        return None;
    }
    let (day, month) = day_and_month(one, other, separator.chars().next()?, words.month_first);
    let mut end = word.start + found.get(0)?.end();
    if year.is_none() && !closed {
        end = word.start + found.get(3)?.end();
    }
    let next = behind(words, index, end)?;
    let date = match year {
        Some(year) => date(full_year(year), month, day)?,
        None => upcoming(month, day, today)?,
    };
    Some((date, next))
}

/// "24 December 2026", "the 24th of December", "December 24", "24. Dezember", "erster Mai".
fn with_month(words: &Words<'_>, index: usize, today: Date) -> Day {
    if let Some(month) = month(words, index) {
        // English only: month before day.
        let place = index + 1 + usize::from(words.at(index + 1) == "the");
        let (day, next) = words.english.then(|| day(words, place))??;
        return with_year(words, month, day, next, today);
    }
    let (day, next) = day(words, index)?;
    let place = next + usize::from(words.at(next) == "of");
    let month = month(words, place)?;
    with_year(words, month, day, place + 1, today)
}

fn with_year(words: &Words<'_>, month: i64, day: i64, next: usize, today: Date) -> Day {
    let year = words.at(next);
    let four = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    match year.parse::<i64>().ok().filter(|year| four && (1_900..=2_200).contains(year)) {
        Some(year) => Some((date(year, month, day)?, next + 1)),
        None => Some((upcoming(month, day, today)?, next)),
    }
}

fn month(words: &Words<'_>, index: usize) -> Option<i64> {
    let name = words.at(index);
    let month = MONTHS.iter().position(|names| names.contains(&name))?;
    i64::try_from(month + 1).ok()
}

fn day(words: &Words<'_>, index: usize) -> Option<(i64, usize)> {
    let ordinal = (words.english)
        .then(|| numerals::english_ordinal(&[words.at(index), words.at(index + 1)]))
        .flatten()
        .map(|(day, used)| (day, index + used))
        .or_else(|| {
            words
                .german
                .then(|| numerals::german_ordinal(words.at(index)))
                .flatten()
                .map(|day| (day, index + 1))
        });
    let word = words.at(index);
    let digits = || {
        let plausible = (1..=2).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
        plausible.then(|| word.parse().ok()).flatten().map(|day| (day, index + 1))
    };
    ordinal.or_else(digits).filter(|(day, _)| (1..=31).contains(day))
}

/// "tomorrow", "the day after tomorrow", "übermorgen".
fn by_name(words: &Words<'_>, index: usize, today: Date) -> Day {
    let word = words.at(index);
    let mut next = index + 1;
    let days = match word {
        "today" | "tonight" if words.english => 0,
        "tomorrow" | "tmrw" | "tomorow" | "tommorow" if words.english => 1,
        "yesterday" if words.english => -1,
        "day" if words.english && words.at(index + 2) == "tomorrow" && words.at(index + 1) == "after" => {
            next = index + 3;
            2
        }
        "day" if words.english && words.at(index + 2) == "yesterday" && words.at(index + 1) == "before" => {
            next = index + 3;
            -2
        }
        "heute" if words.german => 0,
        "übermorgen" | "uebermorgen" if words.german => 2,
        "gestern" if words.german => -1,
        "vorgestern" if words.german => -2,
        // "guten Morgen", "heute morgen", "am Morgen" are no tomorrow
        "morgen"
            if words.german
                && !matches!(
                    words.before(index),
                    "guten"
                        | "gute"
                        | "schönen"
                        | "heute"
                        | "gestern"
                        | "am"
                        | "jeden"
                        | "diesen"
                        | "der"
                        | "den"
                ) =>
        {
            1
        }
        _ => return None,
    };
    Some((today.checked_add(days.days()).ok()?, next))
}

/// "friday", "next friday", "friday next week", "nächsten Freitag", "letzten Montag".
fn by_weekday(words: &Words<'_>, index: usize, today: Date) -> Day {
    let weekday = |place: usize| weekday(words, place);
    let qualifier = words.at(index);
    let next_week = |place: usize| {
        matches!(
            (words.at(place), words.at(place + 1)),
            ("next", "week") | ("nächste" | "kommende" | "naechste", "woche")
        )
    };
    // "next week friday"
    if next_week(index)
        && let Some(weekday) = weekday(index + 2)
    {
        return Some((in_week(today, 1, weekday)?, index + 3));
    }
    if let Some(found) = weekday(index) {
        // Not "Fri" of another word, and no weekday of a date that follows: the date itself is found.
        if next_week(index + 1) {
            return Some((in_week(today, 1, found)?, index + 3));
        }
        // "tuesday in three weeks"
        if words.at(index + 1) == "in"
            && let Some((count, unit)) = words.amount(index + 2)
            && matches!(words.at(unit), "week" | "weeks" | "woche" | "wochen")
        {
            return Some((in_week(today, count, found)?, unit + 1));
        }
        return Some((today.nth_weekday(1, found).ok()?, index + 1));
    }
    let found = weekday(index + 1)?;
    let date = match qualifier {
        "next" | "coming" | "nächsten" | "nächster" | "nächstem" | "kommenden" | "kommender"
        | "naechsten" => today.nth_weekday(1, found).ok()?,
        "this" | "diesen" | "dieser" => today.yesterday().ok()?.nth_weekday(1, found).ok()?,
        "last" | "letzten" | "letzter" | "vergangenen" => today.nth_weekday(-1, found).ok()?,
        _ => return None,
    };
    Some((date, index + 2))
}

fn weekday(words: &Words<'_>, place: usize) -> Option<Weekday> {
    let name = words.at(place);
    WEEKDAYS.iter().find(|(known, _)| *known == name).map(|(_, weekday)| *weekday)
}

/// A weekday of the week (from Monday) so many weeks after this one.
fn in_week(today: Date, weeks: i64, weekday: Weekday) -> Option<Date> {
    let monday = today.checked_sub(i64::from(today.weekday().to_monday_zero_offset()).days()).ok()?;
    let days = i64::from(i16::try_from(weeks).ok()?) * 7 + i64::from(weekday.to_monday_zero_offset());
    monday.checked_add(days.days()).ok()
}

/// "in 3 days", "in einer Woche", "in three weeks on tuesday", "two weeks ago", "vor drei Tagen", "3 days from now".
fn by_distance(words: &Words<'_>, index: usize, today: Date) -> Day {
    let (introduced, place) = match words.at(index) {
        "in" => (Some(1), index + 1),
        "vor" if words.german => (Some(-1), index + 1),
        _ => (None, index),
    };
    let (count, unit) = words.amount(place)?;
    let count = i64::from(i16::try_from(count).ok()?);
    let name = words.at(unit);
    let sign = |place: usize| match (words.at(place), words.at(place + 1)) {
        ("ago", _) => Some((-1, place + 1)),
        ("from", "now" | "today") => Some((1, place + 2)),
        _ => None,
    };
    let (sign, next) = match introduced {
        Some(sign) => (sign, unit + 1),
        None => sign(unit + 1)?,
    };
    let count = count * sign;
    let weeks = matches!(name, "week" | "weeks" if words.english)
        || matches!(name, "woche" | "wochen" if words.german);
    // "in three weeks on tuesday"
    let place = next + usize::from(matches!(words.at(next), "on" | "am"));
    if weeks && let Some(found) = weekday(words, place) {
        return Some((in_week(today, count, found)?, place + 1));
    }
    let span: Span = match name {
        "day" | "days" if words.english => count.days(),
        "week" | "weeks" if words.english => (7 * count).days(),
        "fortnight" if words.english => (14 * count).days(),
        "month" | "months" if words.english => count.months(),
        "year" | "years" if words.english => count.years(),
        "tag" | "tage" | "tagen" if words.german => count.days(),
        "woche" | "wochen" if words.german => (7 * count).days(),
        "monat" | "monate" | "monaten" if words.german => count.months(),
        "jahr" | "jahre" | "jahren" if words.german => count.years(),
        _ => return None,
    };
    Some((today.checked_add(span).ok()?, next))
}

/// "next week" (its Monday), "next month" (its first), "this weekend" (its Saturday), "end of the month".
fn by_period(words: &Words<'_>, index: usize, today: Date) -> Day {
    let (first, second, third, fourth) =
        (words.at(index), words.at(index + 1), words.at(index + 2), words.at(index + 3));
    let next = matches!(
        first,
        "next" | "nächste" | "nächsten" | "nächster" | "nächstes" | "kommende" | "kommenden" | "naechste"
    );
    let this = matches!(first, "this" | "the" | "dieses" | "diesem" | "am");
    let saturday = || today.yesterday().ok()?.nth_weekday(1, Weekday::Saturday).ok();
    let (date, used) = match second {
        "week" | "woche" if next => (today.nth_weekday(1, Weekday::Monday).ok()?, 2),
        "month" | "monat" if next => (today.last_of_month().tomorrow().ok()?, 2),
        "year" | "jahr" if next => (today.last_of_year().tomorrow().ok()?, 2),
        "weekend" | "wochenende" if this => (saturday()?, 2),
        "weekend" | "wochenende" if next => (saturday()?.checked_add(7.days()).ok()?, 2),
        "of" if first == "end" && third == "the" && fourth == "month" => (today.last_of_month(), 4),
        "des" if first == "ende" && third == "monats" => (today.last_of_month(), 3),
        _ => return None,
    };
    Some((date, index + used))
}

/// The word behind a place in the text; `None` if the place is within a word.
fn behind(words: &Words<'_>, index: usize, end: usize) -> Option<usize> {
    let next =
        (index..words.all.len()).find(|place| words.all[*place].start >= end).unwrap_or(words.all.len());
    (words.all[next - 1].end <= end).then_some(next)
}

fn date(year: i64, month: i64, day: i64) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn full_year(year: i64) -> i64 {
    match year {
        0..=69 => 2_000 + year,
        70..=99 => 1_900 + year,
        _ => year,
    }
}

/// The next such day from today on; the 29th of February may be years away.
fn upcoming(month: i64, day: i64, today: Date) -> Option<Date> {
    (0..9).filter_map(|years| date(i64::from(today.year()) + years, month, day)).find(|date| *date >= today)
}

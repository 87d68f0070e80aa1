//! Is it a day within bounds?

use jiff::civil::Date;

use super::{Answer, Fit, Misfit, entity, fitting};
use crate::{
    bot::MisfitKind,
    dialogue::words::normalise,
    understanding::{NO_SUCH_DAY, day_and_month},
};

/// A year that has every day that any year has.
const LEAP_YEAR: i16 = 2000;

/// Bounds inclusive: `YYYY-MM-DD` or `today`.
pub fn fit(min: Option<&str>, max: Option<&str>, answer: &Answer<'_>) -> Fit {
    let Some((date, whole, text)) = find(answer) else {
        let is_missing = names_no_such_day(answer);
        return Misfit::of(if is_missing { MisfitKind::NoSuchDay } else { MisfitKind::NotADate });
    };
    if let Some(min) = min.and_then(|bound| parse_bound(bound, answer.today)).filter(|min| date < *min) {
        return Misfit::with(MisfitKind::TooEarly, "min", &min);
    }
    if let Some(max) = max.and_then(|bound| parse_bound(bound, answer.today)).filter(|max| date > *max) {
        return Misfit::with(MisfitKind::TooLate, "max", &max);
    }
    fitting(date.to_string(), whole, &text)
}

/// What the understanding found; by own reading only what it has not read, as a pressed button.
fn find(answer: &Answer<'_>) -> Option<(Date, bool, String)> {
    if let Ok(date) = answer.text.trim().parse() {
        return Some((date, true, answer.text.to_owned()));
    }
    if let Some((found, whole)) = entity(answer, "date")
        && let Some(date) = found.value.as_str().and_then(|value| value.parse().ok())
    {
        return Some((date, whole, found.text.clone()));
    }
    if answer.understood {
        return None;
    }
    parse(answer.text, answer).map(|date| (date, true, answer.text.to_owned()))
}

/// `2026-12-24`, `24.12.2026`, `24.12.`, `24/12/2026`, and the words for today and tomorrow.
fn parse(text: &str, answer: &Answer<'_>) -> Option<Date> {
    let today = answer.today;
    match normalise(text).as_str() {
        "today" | "heute" => return Some(today),
        "tomorrow" | "morgen" => return today.tomorrow().ok(),
        "yesterday" | "gestern" => return today.yesterday().ok(),
        _ => {}
    }
    let Written { year, month, day } = Written::read(text, answer.month_first)?;
    if let Some(year) = year {
        return Date::new(year, month, day).ok();
    }
    let this = Date::new(today.year(), month, day).ok()?;
    if this < today { Date::new(today.year().checked_add(1)?, month, day).ok() } else { Some(this) }
}

/// Whether a day is named that no calendar has: "30.02.2027", also among other words, and what the understanding has read.
fn names_no_such_day(answer: &Answer<'_>) -> bool {
    let read = |text: &str| Written::read(text, answer.month_first);
    // "30.2" among other words is an amount.
    let mut among = answer.text.split_whitespace().filter_map(read).filter(|it| it.year.is_some());
    entity(answer, NO_SUCH_DAY).is_some()
        || read(answer.text).is_some_and(|written| written.is_missing())
        || among.any(|written| written.is_missing())
}

/// A day in digits, whether or not there is such a day.
struct Written {
    year: Option<i16>,
    month: i8,
    day: i8,
}

impl Written {
    fn read(text: &str, month_first: bool) -> Option<Self> {
        let text = text.trim().trim_end_matches(['!', '?', ',', '.']);
        let separator = text.chars().find(|letter| matches!(letter, '.' | '/' | '-'))?;
        let number = |part: &str| {
            let part = part.trim();
            let digits = part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse::<i16>().ok().filter(|_| digits)
        };
        let parts = text.split(separator).map(number).collect::<Option<Vec<_>>>()?;
        let in_order =
            |first: i16, second: i16| day_and_month(first.into(), second.into(), separator, month_first);
        let (year, (day, month)) = match parts.as_slice() {
            [year, month, day] if *year >= 1000 => (Some(*year), (i64::from(*day), i64::from(*month))),
            [first, second, year] if *year >= 1000 => (Some(*year), in_order(*first, *second)),
            // "5-6" is from five to six.
            [first, second] if separator != '-' => (None, in_order(*first, *second)),
            _ => return None,
        };
        Some(Self { year, month: i8::try_from(month).ok()?, day: i8::try_from(day).ok()? })
    }

    /// Whether it is a day of a month that does not have so many: in that year, or in none.
    fn is_missing(&self) -> bool {
        let Self { year, month, day } = *self;
        let looks_right = (1..=12).contains(&month) && (1..=31).contains(&day);
        looks_right && Date::new(year.unwrap_or(LEAP_YEAR), month, day).is_err()
    }
}

fn parse_bound(bound: &str, today: Date) -> Option<Date> {
    if bound == "today" { Some(today) } else { bound.parse().ok() }
}

/// What a visitor means who writes a text as the whole of an answer.
#[cfg(test)]
pub fn as_date(text: &str) -> Option<Date> {
    let content = crate::content::Content::text(text);
    let today = jiff::civil::date(2026, 11, 23);
    let answer = Answer {
        content: &content,
        text,
        size: 0,
        entities: &[],
        understood: false,
        languages: &[],
        today,
        month_first: false,
    };
    find(&answer).map(|(date, _, _)| date)
}

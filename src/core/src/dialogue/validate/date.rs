//! Is it a day within bounds?

use jiff::civil::Date;

use super::{Answer, Fit, Misfit, entity, fitting};
use crate::{bot::MisfitKind, dialogue::words::normalise, understanding::day_and_month};

/// Bounds inclusive: `YYYY-MM-DD` or `today`.
pub fn fit(min: Option<&str>, max: Option<&str>, answer: &Answer<'_>) -> Fit {
    let Some((date, whole, text)) = find(answer) else {
        return Misfit::of(MisfitKind::NotADate);
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
    let text = text.trim().trim_end_matches(['!', '?', ',', '.']);
    let separator = text.chars().find(|letter| matches!(letter, '.' | '/' | '-'))?;
    let number = |part: &str| {
        let part = part.trim();
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<i16>().ok().filter(|_| digits)
    };
    let parts = text.split(separator).map(number).collect::<Option<Vec<_>>>()?;
    let day = |year: i16, first: i16, second: i16| {
        let (day, month) = day_and_month(first.into(), second.into(), separator, answer.month_first);
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    };
    match parts.as_slice() {
        [year, month, of_month] if *year >= 1000 => {
            Date::new(*year, i8::try_from(*month).ok()?, i8::try_from(*of_month).ok()?).ok()
        }
        [first, second, year] if *year >= 1000 => day(*year, *first, *second),
        // "5-6" is from five to six.
        [first, second] if separator != '-' => {
            let this = day(today.year(), *first, *second)?;
            if this < today { day(today.year().checked_add(1)?, *first, *second) } else { Some(this) }
        }
        _ => None,
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

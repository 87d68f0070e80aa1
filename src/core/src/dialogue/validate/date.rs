//! Is it a day within bounds?

use jiff::civil::Date;

use super::{Answer, Fit, Misfit, entity, fitting};
use crate::bot::MisfitKind;

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

fn find(answer: &Answer<'_>) -> Option<(Date, bool, String)> {
    if let Some(date) = parse(answer.text, answer.today) {
        return Some((date, true, answer.text.to_owned()));
    }
    if let Some((found, whole)) = entity(answer, "date")
        && let Some(date) = found.value.as_str().and_then(|value| value.parse().ok())
    {
        return Some((date, whole, found.text.clone()));
    }
    answer.text.split_whitespace().find_map(|word| Some((parse(word, answer.today)?, false, word.to_owned())))
}

/// `2026-12-24`, `24.12.2026`, `24.12.`, `24/12/2026`, and the words for today and tomorrow.
///
/// With slashes the day comes first unless that cannot be: the languages of the studio's own texts
/// are European, and `12/24/2026` is still understood.
fn parse(text: &str, today: Date) -> Option<Date> {
    let text = super::super::words::normalise(text);
    match text.as_str() {
        "today" | "heute" => return Some(today),
        "tomorrow" | "morgen" => return today.tomorrow().ok(),
        "yesterday" | "gestern" => return today.yesterday().ok(),
        _ => {}
    }
    let parts = text.split(' ').map(|part| part.parse::<i16>().ok()).collect::<Option<Vec<_>>>()?;
    let day = |year: i16, month: i16, day: i16| {
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    };
    match parts.as_slice() {
        [year, month, of_month] if *year >= 1000 => day(*year, *month, *of_month),
        [first, second, year] if *year >= 1000 => {
            day(*year, *second, *first).or_else(|| day(*year, *first, *second))
        }
        [first, second] => {
            let this = day(today.year(), *second, *first)?;
            if this < today { day(today.year().checked_add(1)?, *second, *first) } else { Some(this) }
        }
        _ => None,
    }
}

fn parse_bound(bound: &str, today: Date) -> Option<Date> {
    if bound == "today" { Some(today) } else { bound.parse().ok() }
}

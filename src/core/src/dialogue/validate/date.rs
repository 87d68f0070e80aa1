//! Is it a day within bounds?

use jiff::civil::Date;

use super::{Answer, Fit, Misfit, entity, fitting};
use crate::{
    bot::MisfitKind,
    dialogue::words::normalise,
    understanding::{day_and_month, is_negated},
};

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

/// What the understanding found; by own reading only where it found none, as of a pressed button.
fn find(answer: &Answer<'_>) -> Option<(Date, bool, String)> {
    if let Ok(date) = answer.text.trim().parse() {
        return Some((date, true, answer.text.to_owned()));
    }
    if let Some((found, whole)) = entity(answer, "date")
        && let Some(date) = found.value.as_str().and_then(|value| value.parse().ok())
    {
        return Some((date, whole, found.text.clone()));
    }
    if let Some(date) = parse(answer.text, answer) {
        return Some((date, true, answer.text.to_owned()));
    }
    let mut before = 0;
    answer.text.split_inclusive(char::is_whitespace).find_map(|word| {
        let earlier = &answer.text[..before];
        before += word.len();
        let date = parse(word, answer).filter(|_| !is_negated(earlier))?;
        Some((date, false, word.trim().to_owned()))
    })
}

/// `2026-12-24`, `24.12.2026`, `24.12.`, `24/12/2026`, and the words for today and tomorrow.
fn parse(text: &str, answer: &Answer<'_>) -> Option<Date> {
    let today = answer.today;
    let separator = if text.contains('/') { '/' } else { '.' };
    let text = normalise(text);
    match text.as_str() {
        "today" | "heute" => return Some(today),
        "tomorrow" | "morgen" => return today.tomorrow().ok(),
        "yesterday" | "gestern" => return today.yesterday().ok(),
        _ => {}
    }
    let parts = text.split(' ').map(|part| part.parse::<i16>().ok()).collect::<Option<Vec<_>>>()?;
    let day = |year: i16, first: i16, second: i16| {
        let (day, month) = day_and_month(first.into(), second.into(), separator, answer.month_first);
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    };
    match parts.as_slice() {
        [year, month, of_month] if *year >= 1000 => {
            Date::new(*year, i8::try_from(*month).ok()?, i8::try_from(*of_month).ok()?).ok()
        }
        [first, second, year] if *year >= 1000 => day(*year, *first, *second),
        [first, second] => {
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
    let answer = Answer { content: &content, text, entities: &[], languages: &[], today, month_first: false };
    find(&answer).map(|(date, _, _)| date)
}

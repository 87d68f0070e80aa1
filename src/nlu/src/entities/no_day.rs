//! Which days does a text name that no calendar has: "30 February", "29 February 2027"?

use serde_json::Value;

use super::{Find, calendar, date, words::Words};

/// A year that has every day that any year has.
const LEAP_YEAR: i64 = 2000;

/// Only days with the name of their month: what is in digits alone is seen where a day is asked for.
pub(super) fn find(words: &Words<'_>) -> Vec<Find> {
    let mut finds = Vec::new();
    let mut index = 0;
    while index < words.all.len() {
        if let Some(behind) = words.is_nothing(index) {
            index = behind;
            continue;
        }
        let Some((month, day, behind)) = date::month_and_day(words, index) else {
            index += 1;
            continue;
        };
        let (year, next) = match date::year(words, behind) {
            Some((year, next)) => (Some(year), next),
            None => (None, behind),
        };
        if calendar::date(year.unwrap_or(LEAP_YEAR), month, day).is_none() {
            let (start, end) = (words.all[index].start, words.all[next - 1].end);
            let value = match year {
                Some(year) => format!("{year:04}-{month:02}-{day:02}"),
                None => format!("{month:02}-{day:02}"),
            };
            finds.push(Find { start, end, value: Value::from(value), confidence: 1.0 });
        }
        index = next;
    }
    finds
}

//! Which moments and weeks does a text hold as machines write them (ISO 8601)?
//!
//! "2026-03-04T15:30:00Z" is a day and a time at once, both told in the conversation's time zone; "2026-W10" is the week from its
//! Monday to its Sunday, "2026-W10-3" the third day of it.

use std::sync::LazyLock;

use jiff::{
    SignedDuration, Zoned,
    civil::{Date, ISOWeekDate, Weekday},
    tz::TimeZone,
};
use regex::Regex;

use super::{
    calendar::{self, Days},
    date::{self, Day, behind},
    sense::Word,
    words::Words,
};

static STAMP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^([0-9]{4})-([0-9]{2})-([0-9]{2})(t| )([0-9]{2}):([0-9]{2})(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?",
    )
    .expect("a constant pattern is valid")
});
static ZONE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^ ?(z|[+-][0-9]{2}(?::?[0-9]{2})?)\b").expect("a constant pattern is valid")
});
static WEEK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^([0-9]{4})-?w([0-9]{2})(?:-?([1-7]))?\b").expect("a constant pattern is valid")
});
/// Bytes of a day and a time without its seconds.
const TO_THE_MINUTE: usize = "2026-03-04 15:30".len();
/// Hours that no zone is further away from universal time than.
const MOST_AHEAD: i64 = 14;

/// A moment as a machine writes it, in the conversation's zone.
pub(super) struct Stamp {
    pub(super) day: Date,
    /// Minutes of that day.
    pub(super) minutes: i64,
    /// Bytes behind the day as it is written, before the time, and behind all of it.
    pub(super) day_end: usize,
    pub(super) time_start: usize,
    pub(super) end: usize,
    /// The word behind it.
    pub(super) next: usize,
}

/// "2026-03-04T15:30", "2026-03-04T15:30:00.5Z", "2026-03-04 15:30 +02:00"; with a space and without a zone it is a day and a time
/// as people write them.
pub(super) fn stamp(words: &Words<'_>, index: usize, now: &Zoned) -> Option<Stamp> {
    let (start, rest) = beginning(words, index)?;
    let found = STAMP.captures(rest)?;
    let part = |group: usize| found.get(group).and_then(|part| part.as_str().parse::<i64>().ok());
    let day = calendar::date(part(1)?, part(2)?, part(3)?)?;
    let (hour, minute) = (part(5)?, part(6)?);
    if hour > 23 || minute > 59 {
        return None;
    }
    let spaced = &found[4] == " ";
    let mut end = start + found.get(0)?.end();
    // "2026-03-04 10:00-12:00" is from ten to twelve
    let of_people = spaced && end - start == TO_THE_MINUTE;
    let is_hour = |zone: &str| of_people && zone.starts_with('-') && zone.len() != "-0330".len();
    let zone = ZONE.captures(&words.text()[end..]).and_then(|zone| {
        let named = zone.get(1).filter(|named| !is_hour(named.as_str()))?;
        Some((ahead(named.as_str())?, named.end()))
    });
    let (day, minutes) = match zone {
        Some((ahead, length)) => {
            end += length;
            let said = day.at(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0);
            let universal = said.checked_sub(SignedDuration::from_mins(ahead)).ok()?;
            let here = universal.to_zoned(TimeZone::UTC).ok()?.with_time_zone(now.time_zone().clone());
            (here.date(), i64::from(here.hour()) * 60 + i64::from(here.minute()))
        }
        None if spaced => return None,
        None => (day, hour * 60 + minute),
    };
    let (day_end, time_start) = (start + found.get(3)?.end(), start + found.get(5)?.start());
    Some(Stamp { day, minutes, day_end, time_start, end, next: behind(words, index, end)? })
}

/// Minutes that a zone is ahead of universal time: of "z", "+02", "-0330", "+05:30".
fn ahead(zone: &str) -> Option<i64> {
    if zone == "z" {
        return Some(0);
    }
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = digits.split_at_checked(2)?;
    let hours: i64 = hours.parse().ok()?;
    let minutes: i64 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    let ahead = hours * 60 + minutes;
    (hours <= MOST_AHEAD && minutes < 60).then_some(if zone.starts_with('-') { -ahead } else { ahead })
}

/// "2026-W10", "2026W10", "KW 10", "calendar week 10 2026": without a year the next such week from this one on.
pub(super) fn week(words: &Words<'_>, index: usize, today: Date) -> Option<(Days, usize)> {
    let whole = |year: i64, week: i64| {
        let from = of_week(year, week, 1)?;
        Some(Days { from, to: calendar::later(from, 0, 6)? })
    };
    if let Some((year, week, None, next)) = written(words, index) {
        return Some((whole(year, week)?, next));
    }
    let place = words.joint(index, Word::CalendarWeek)?;
    // "11 kW 3 phases"
    let measured = index > 0 && words.joined(index - 1) && words.number(index - 1).is_some();
    let (week, next) = words.number(place).filter(|_| !measured && words.near(place - 1))?;
    if let Some((year, next)) = date::year(words, next) {
        return Some((whole(year, week)?, next));
    }
    let this_year = i64::from(today.iso_week_date().year());
    let ahead = |years: i64| whole(this_year + years, week).filter(|days| days.to >= today);
    Some(((0..7).find_map(ahead)?, next))
}

/// "2026-W10-3".
pub(super) fn day_of_week(words: &Words<'_>, index: usize) -> Day {
    let (year, week, day, next) = written(words, index)?;
    Some((of_week(year, week, day?)?, next))
}

/// Year, week and day of the week, and the place behind them.
fn written(words: &Words<'_>, index: usize) -> Option<(i64, i64, Option<i64>, usize)> {
    let (start, rest) = beginning(words, index)?;
    let found = WEEK.captures(rest)?;
    let part = |group: usize| found.get(group).and_then(|part| part.as_str().parse::<i64>().ok());
    let end = found.get(0)?.end();
    if rest[end..].strip_prefix('-').is_some_and(|more| more.starts_with(char::is_alphanumeric)) {
        return None;
    }
    Some((part(1)?, part(2)?, part(3), behind(words, index, start + end)?))
}

fn of_week(year: i64, week: i64, day: i64) -> Option<Date> {
    let day = Weekday::from_monday_one_offset(i8::try_from(day).ok()?).ok()?;
    let week = ISOWeekDate::new(i16::try_from(year).ok()?, i8::try_from(week).ok()?, day).ok()?;
    Some(week.date())
}

/// Where a word begins and the text from there on, if it is not the tail of something longer.
fn beginning<'w>(words: &'w Words<'_>, index: usize) -> Option<(usize, &'w str)> {
    let word = words.all.get(index).filter(|word| word.text.starts_with(|it: char| it.is_ascii_digit()))?;
    let (before, rest) = words.text().split_at(word.start);
    let tail = before.ends_with(|it: char| it.is_alphanumeric() || matches!(it, '-' | '.' | ':' | '+' | '_'));
    (!tail).then_some((word.start, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_minutes_ahead_of_universal_time() {
        for (zone, minutes) in [
            ("z", Some(0)),
            ("+02", Some(120)),
            ("+0530", Some(330)),
            ("-03:30", Some(-210)),
            ("+14:00", Some(840)),
            ("-16:30", None),
            ("+02:75", None),
        ] {
            assert_eq!(ahead(zone), minutes, "{zone}");
        }
    }

    #[test]
    fn weeks_begin_on_monday_and_some_years_have_53() {
        assert_eq!(of_week(2026, 10, 1), calendar::date(2026, 3, 2));
        assert_eq!(of_week(2026, 53, 7), calendar::date(2027, 1, 3));
        assert_eq!(of_week(2027, 53, 1), None);
        assert_eq!(of_week(2026, 0, 1), None);
        assert_eq!(of_week(2026, 1, 1), calendar::date(2025, 12, 29));
    }
}

//! Which stretches of days does a text name: weeks, weekends, months, quarters, years?

use jiff::{ToSpan, civil::Date};

use super::{
    calendar::{self, Days, shifted, stretch},
    date::{self, Day},
    iso,
    sense::{Sense, Unit, Word},
    words::Words,
};

/// A unit of the calendar and how many of it after the present one: "next week", "la semaine prochaine", "this month".
pub(super) fn which(words: &Words<'_>, index: usize) -> Option<((Unit, i64), usize)> {
    let unit = |place: usize| {
        words.sense(place, |sense| match sense {
            Sense::Unit(unit) if unit >= Unit::Day => Some(unit),
            _ => None,
        })
    };
    let shifts = [(Word::AfterNext, 2), (Word::Next, 1), (Word::This, 0), (Word::Last, -1)];
    for (word, by) in shifts {
        if let Some((unit, next)) = words.joint(index, word).and_then(unit) {
            return Some(((unit, by), next));
        }
    }
    let (unit, next) = unit(index)?;
    if words.joint(next, Word::AfterNext).is_some_and(|_| words.near(next - 1)) {
        return Some(((unit, 2), words.joint(next, Word::AfterNext)?));
    }
    if !words.lexicons.iter().any(|lexicon| lexicon.grammar.adjective_behind) {
        return None;
    }
    shifts.into_iter().find_map(|(word, by)| Some(((unit, by), words.joint(next, word)?)))
}

/// As a day: "next week" (its Monday), "next month" (its first), "this weekend" (its Saturday, or its Sunday on
/// that day), "end of the month".
pub(super) fn as_day(words: &Words<'_>, index: usize, today: Date) -> Day {
    if let Some(((unit, by), next)) = which(words, index) {
        return match unit {
            Unit::Week | Unit::Month | Unit::Year if by > 0 => {
                Some((stretch(unit, today, by, 1)?.from, next))
            }
            Unit::Weekend if by >= 0 => Some((weekend_from(today, by)?.max(today), next)),
            _ => None,
        };
    }
    // "am Wochenende", "the weekend"
    let weekend = |sense| (sense == Sense::Unit(Unit::Weekend)).then_some(());
    if let Some(place) = words.one_of(index, &[Word::The, Word::On])
        && let Some(((), next)) = words.sense(place, weekend)
    {
        return Some((weekend_from(today, 0)?.max(today), next));
    }
    let place = words.joint(index, Word::End)?;
    let (unit, next) = words.sense(place, |sense| match sense {
        Sense::Unit(unit @ (Unit::Month | Unit::Year)) => Some(unit),
        _ => None,
    })?;
    Some((stretch(unit, today, 0, 1)?.to, next))
}

/// The Saturday of this weekend, which may have begun, or of one so many weeks after.
fn weekend_from(today: Date, by: i64) -> Option<Date> {
    let before = shifted(today, Unit::Day, -2)?;
    let saturday = before.nth_weekday(1, jiff::civil::Weekday::Saturday).ok()?;
    shifted(saturday, Unit::Week, by)
}

/// A month or a longer stretch: "March", "next March", "October 2014", "last month", "2027", "this quarter".
pub(super) fn long(words: &Words<'_>, index: usize, today: Date) -> Option<(Days, usize)> {
    let this_year = i64::from(today.year());
    let upcoming = |month: i64| {
        let year = if month < i64::from(today.month()) { this_year + 1 } else { this_year };
        calendar::month(year, month)
    };
    if let Some((month, next)) = date::month(words, index) {
        if let Some((year, behind)) = date::year(words, next) {
            return Some((calendar::month(year, month)?, behind));
        }
        if let Some(((Unit::Year, by), behind)) = which(words, words.past(next, &[Word::Of])) {
            return Some((calendar::month(this_year + by, month)?, behind));
        }
        if let Some(behind) = words.joint(next, Word::AfterNext).filter(|_| words.joined(next - 1)) {
            let year = i64::from(upcoming(month)?.from.year()) + 1;
            return Some((calendar::month(year, month)?, behind));
        }
        return Some((upcoming(month)?, next));
    }
    for (word, by) in [(Word::Next, 1), (Word::This, 0), (Word::Last, -1)] {
        if let Some((month, next)) = words.joint(index, word).and_then(|place| date::month(words, place)) {
            let this_month = i64::from(today.month());
            let year = match by {
                1 if month <= this_month => this_year + 1,
                -1 if month >= this_month => this_year - 1,
                _ => this_year,
            };
            return Some((calendar::month(year, month)?, next));
        }
    }
    if let Some(((unit, by), next)) = which(words, index) {
        return (unit >= Unit::Month && unit != Unit::Weekend)
            .then(|| stretch(unit, today, by, 1))
            .flatten()
            .map(|days| (days, next));
    }
    if let Some((unit, next)) = words.sense(index, |sense| match sense {
        Sense::Unit(unit @ (Unit::Month | Unit::Year)) => Some(unit),
        _ => None,
    }) {
        return Some((stretch(unit, today, 0, 1)?, next));
    }
    let year = words.at(index).parse().ok().filter(|_| is_year(words, index))?;
    Some((stretch(Unit::Year, calendar::date(year, 1, 1)?, 0, 1)?, index + 1))
}

/// Any stretch of days that is named by itself, in an interval's sense.
pub(super) fn days(words: &Words<'_>, index: usize, today: Date) -> Option<(Days, usize)> {
    [
        several(words, index, today),
        whole(words, index, today),
        part_of(words, index, today),
        quarter(words, index, today),
        nth_week(words, index, today),
        in_digits(words, index),
        iso::week(words, index, today),
        season(words, index, today),
        named(words, index, today),
    ]
    .into_iter()
    .flatten()
    .max_by_key(|(_, next)| *next)
}

/// "next week", "this weekend", "last month".
fn whole(words: &Words<'_>, index: usize, today: Date) -> Option<(Days, usize)> {
    if let Some(((unit, by), next)) = which(words, index) {
        let days = match unit {
            Unit::Second | Unit::Minute | Unit::Hour | Unit::Day => return None,
            Unit::Weekend => {
                let from = weekend_from(today, by)?;
                Days { from, to: from.tomorrow().ok()? }
            }
            Unit::Week | Unit::Fortnight | Unit::Month | Unit::Quarter | Unit::Year => {
                stretch(unit, today, by, 1)?
            }
        };
        return Some((days, next));
    }
    // "all week", "the whole weekend"
    let unit = |sense| match sense {
        Sense::Unit(unit @ (Unit::Week | Unit::Weekend | Unit::Month)) => Some(unit),
        _ => None,
    };
    if let Some((unit, next)) = words.joint(index, Word::Whole).and_then(|place| words.sense(place, unit)) {
        let days = if unit == Unit::Weekend {
            let from = weekend_from(today, 0)?;
            Days { from, to: from.tomorrow().ok()? }
        } else {
            stretch(unit, today, 0, 1)?
        };
        return Some((days, next));
    }
    let (_, next) =
        as_day(words, index, today).filter(|_| words.one_of(index, &[Word::The, Word::On]).is_some())?;
    let from = weekend_from(today, 0)?;
    Some((Days { from, to: from.tomorrow().ok()? }, next))
}

/// "last 2 weeks", "next few days", "two upcoming months", "in den nächsten drei Tagen".
fn several(words: &Words<'_>, index: usize, today: Date) -> Option<(Days, usize)> {
    let shift = |place: usize| {
        [(Word::Next, 1), (Word::Last, -1)]
            .into_iter()
            .find_map(|(word, by)| Some((by, words.joint(place, word)?)))
    };
    let (by, count, place) = if let Some((by, place)) = shift(index) {
        // "two quarters" is a half only of what follows
        let (count, place) = words.amount(place).or_else(|| words.number(place))?;
        (by, count, place)
    } else {
        let (count, place) = words.amount(index)?;
        let (by, place) = shift(place)?;
        (by, count, place)
    };
    let (unit, next) = words.sense(place, |sense| match sense {
        Sense::Unit(unit) if unit >= Unit::Day && unit != Unit::Weekend => Some(unit),
        _ => None,
    })?;
    let count = i64::from(i16::try_from(count).ok().filter(|count| *count > 0)?);
    Some((stretch(unit, today, if by > 0 { 1 } else { -count }, count)?, next))
}

/// "beginning of March", "mid April", "Ende des Monats", "end of next month", "end of the year", "rest of the week".
fn part_of(words: &Words<'_>, index: usize, today: Date) -> Option<(Days, usize)> {
    if let Some(place) = words.joint(index, Word::Rest) {
        let (whole, next) = this_week(words, place, today).or_else(|| long(words, place, today))?;
        return (whole.from..=whole.to).contains(&today).then_some((Days { from: today, ..whole }, next));
    }
    let (part, whole, next) = if let Some((whole, next)) = abbreviated(words, index, today) {
        (Word::End, whole, next)
    } else {
        let parts = [Word::Begin, Word::Mid, Word::End];
        let (part, place) = parts.into_iter().find_map(|word| Some((word, words.joint(index, word)?)))?;
        let place = words.past(place, &[Word::Of, Word::The]);
        let (whole, next) = long(words, place, today).or_else(|| this_week(words, place, today))?;
        (part, whole, next)
    };
    let (from, to) = (whole.from, whole.to);
    let length = (to - from).get_days();
    let day = |days: i64| from.checked_add(days.days()).ok();
    let days = match (part, length) {
        (Word::Begin, ..10) => Days { from, to: day(2)? },
        (Word::End, ..10) => Days { from: day(4)?, to },
        (_, ..10) => Days { from: day(2)?, to: day(3)? },
        (Word::Begin, ..40) => Days { from, to: day(9)? },
        (Word::End, ..40) => Days { from: day(20)?, to },
        (_, ..40) => Days { from: day(10)?, to: day(19)? },
        (Word::Begin, _) => Days { from, to: shifted(from, Unit::Month, 3)?.yesterday().ok()? },
        (Word::End, _) => Days { from: shifted(to.tomorrow().ok()?, Unit::Month, -4)?, to },
        (..) => Days {
            from: shifted(from, Unit::Month, 4)?,
            to: shifted(from, Unit::Month, 8)?.yesterday().ok()?,
        },
    };
    Some((days, next))
}

/// The month or the year whose end "EOM" and "EOY" are.
fn abbreviated(words: &Words<'_>, index: usize, today: Date) -> Option<(Days, usize)> {
    let ends = [(Word::MonthEnd, Unit::Month), (Word::YearEnd, Unit::Year)];
    let (unit, next) = ends.into_iter().find_map(|(word, unit)| Some((unit, words.joint(index, word)?)))?;
    Some((stretch(unit, today, 0, 1)?, next))
}

fn this_week(words: &Words<'_>, index: usize, today: Date) -> Option<(Days, usize)> {
    if let Some(((Unit::Week, by), next)) = which(words, index) {
        return Some((stretch(Unit::Week, today, by, 1)?, next));
    }
    let ((), next) = words.sense(index, |sense| (sense == Sense::Unit(Unit::Week)).then_some(()))?;
    Some((stretch(Unit::Week, today, 0, 1)?, next))
}

/// "third quarter", "4th quarter 2018", "2018Q4", "Q3".
fn quarter(words: &Words<'_>, index: usize, today: Date) -> Option<(Days, usize)> {
    let this_year = i64::from(today.year());
    let of = |nth: i64, year: i64| {
        let nth = Some(nth).filter(|nth| (1..=4).contains(nth))?;
        stretch(Unit::Quarter, calendar::date(year, 3 * nth - 2, 1)?, 0, 1)
    };
    let word = words.at(index);
    if let Some((before, nth)) = word.split_once('q')
        && let Ok(nth) = nth.parse::<i64>()
    {
        let year = match before.len() {
            0 => date::year(words, index + 1),
            2 | 4 => Some((date_year(before)?, index + 1)),
            _ => return None,
        };
        let (year, next) = year.unwrap_or((this_year, index + 1));
        return Some((of(nth, year)?, next));
    }
    let (nth, place) = words.ordinal(index)?;
    let ((), next) = words.sense(place, |sense| (sense == Sense::Unit(Unit::Quarter)).then_some(()))?;
    let (year, next) = date::year(words, next).unwrap_or((this_year, next));
    Some((of(nth, year)?, next))
}

/// "this summer", "next winter", "summer 2026", "in the summer"; the name alone where nothing else is said.
fn season(words: &Words<'_>, index: usize, today: Date) -> Option<(Days, usize)> {
    let season_at = |place: usize| {
        words.sense(place, |sense| match sense {
            Sense::Season(season) => Some(season),
            _ => None,
        })
    };
    let this_year = i64::from(today.year());
    let around =
        |season: i8| (this_year - 2..=this_year + 1).filter_map(move |year| calendar::season(season, year));
    if let Some((season, next)) = words.joint(index, Word::Next).and_then(season_at) {
        return Some((around(season).find(|days| days.from > today)?, next));
    }
    if let Some((season, next)) = words.joint(index, Word::This).and_then(season_at) {
        return Some((around(season).find(|days| days.to >= today)?, next));
    }
    if let Some((season, next)) = words.joint(index, Word::Last).and_then(season_at) {
        return Some((around(season).filter(|days| days.to < today).max_by_key(|days| days.to)?, next));
    }
    let introduced = words.one_of(index, &[Word::In, Word::Of, Word::On]);
    let (season, next) = introduced.and_then(season_at).or_else(|| season_at(index))?;
    if let Some((year, next)) = date::year(words, next) {
        return Some((calendar::season(season, year)?, next));
    }
    let alone = index == 0 && next == words.all.len();
    let days = around(season).find(|days| days.to >= today)?;
    (introduced.is_some() || alone).then_some((days, next))
}

/// "2/2013", "2014-10".
fn in_digits(words: &Words<'_>, index: usize) -> Option<(Days, usize)> {
    let (one, other) = (words.at(index), words.at(index + 1));
    let digits =
        |word: &str, length: usize| word.len() <= length && word.bytes().all(|it| it.is_ascii_digit());
    let (month, year) = match (one.len(), other.len()) {
        (1 | 2, 4) if words.between(index) == Some("/") => (one, other),
        (4, 2) if matches!(words.between(index), Some("/" | "-")) => (other, one),
        _ => return None,
    };
    let last = &words.all[index + 1];
    let goes_on = words.text()[last.end..].starts_with(['/', '-', '.', ':'])
        || words.is_within_digits(words.all[index].start);
    if goes_on || !digits(month, 2) || !digits(year, 4) {
        return None;
    }
    let year = year.parse::<i64>().ok().filter(|year| (1_900..=2_200).contains(year))?;
    Some((calendar::month(year, month.parse().ok()?)?, index + 2))
}

fn date_year(digits: &str) -> Option<i64> {
    digits.parse().ok().map(calendar::full_year)
}

/// "first week of October", "last weekend of July", "the week of October 6th", "rest of the week".
fn nth_week(words: &Words<'_>, index: usize, today: Date) -> Option<(Days, usize)> {
    let unit = |place: usize| {
        words.sense(place, |sense| match sense {
            Sense::Unit(unit @ (Unit::Week | Unit::Weekend)) => Some(unit),
            _ => None,
        })
    };
    if let Some((Unit::Week, next)) = unit(index) {
        let of = words.past(next, &[Word::Of]);
        let (day, next) = date::day(words, words.past(of, &[Word::The]), today).filter(|_| of > next)?;
        return Some((stretch(Unit::Week, day, 0, 1)?, next));
    }
    let (nth, place) = match words.joint(index, Word::Last) {
        Some(place) => (-1, place),
        None => words.ordinal(index)?,
    };
    let (nth, place) = match words.joint(place, Word::Last) {
        Some(behind) if nth > 0 => (-nth, behind),
        Some(_) | None => (nth, place),
    };
    let (unit, next) = unit(place)?;
    let of = words.past(next, &[Word::Of, Word::In]);
    let (whole, next) = long(words, words.past(of, &[Word::The]), today).filter(|_| of > next)?;
    let marker =
        if unit == Unit::Week { jiff::civil::Weekday::Monday } else { jiff::civil::Weekday::Saturday };
    // The first week is the first that begins within, the last is the last that ends within.
    let ends = if unit == Unit::Week && nth < 0 { shifted(whole.to, Unit::Day, -6)? } else { whole.to };
    let first = calendar::nth_within(Days { to: ends, ..whole }, Some(marker), nth)?;
    let days = if unit == Unit::Week { 6 } else { 1 };
    Some((Days { from: first, to: shifted(first, Unit::Day, days)? }, next))
}

/// A month that is named as a time: "in March", "next March", "October 2014", "March".
fn named(words: &Words<'_>, index: usize, today: Date) -> Option<(Days, usize)> {
    let introduced = words.one_of(index, &[Word::In, Word::Of, Word::On, Word::Next, Word::This, Word::Last]);
    let place = match introduced {
        Some(place) if date::month(words, place).is_some() || is_year(words, place) => place,
        Some(_) | None => index,
    };
    let (days, next) = long(
        words,
        if words.one_of(index, &[Word::Next, Word::This, Word::Last]).is_some() { index } else { place },
        today,
    )?;
    let year = is_year(words, place);
    let alone = index == 0 && next == words.all.len() && !year;
    let dated = date::month(words, place).is_some() && next > place + 1;
    let month = date::month(words, place).is_some();
    ((introduced.is_some() && (month || (year && place > index))) || alone || dated).then_some((days, next))
}

/// Whether four digits are a year by themselves, and not the beginning of "2026-03-04" or "2026-W10".
fn is_year(words: &Words<'_>, index: usize) -> bool {
    is_four_digits(words, index) && !date::is_written_out(words, index)
}

/// Whether a word is the digits of a year, by itself or in a day.
pub(super) fn is_four_digits(words: &Words<'_>, index: usize) -> bool {
    let year = words.at(index);
    let four = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    four && year.parse::<i64>().is_ok_and(|year| (1_900..=2_200).contains(&year))
}

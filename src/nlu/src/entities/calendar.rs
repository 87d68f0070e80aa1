//! Which day is that, seen from today? Arithmetic only; the words are read elsewhere.

use jiff::{
    Span, ToSpan,
    civil::{Date, Weekday},
};

use super::sense::{Holiday, Unit};

/// Days from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Days {
    pub(super) from: Date,
    pub(super) to: Date,
}

pub(super) fn date(year: i64, month: i64, day: i64) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// 26 is 2026, 74 is 1974.
pub(super) fn full_year(year: i64) -> i64 {
    match year {
        0..=69 => 2_000 + year,
        70..=99 => 1_900 + year,
        _ => year,
    }
}

/// The next such day from today on; the 29th of February may be years away.
pub(super) fn upcoming(month: i64, day: i64, today: Date) -> Option<Date> {
    (0..9).filter_map(|years| date(i64::from(today.year()) + years, month, day)).find(|date| *date >= today)
}

/// The next day of this number from today on, in this month or one of the next.
pub(super) fn upcoming_day(day: i64, today: Date) -> Option<Date> {
    (0..4).find_map(|months| {
        let month = today.first_of_month().checked_add(months.months()).ok()?;
        date(month.year().into(), month.month().into(), day).filter(|date| *date >= today)
    })
}

/// The day of this year or the next in which it is such a weekday, or that of the last half year; where it is so in
/// none of them, the weekday is wrong rather than the day, which is the next one.
pub(super) fn on_weekday(month: i64, day: i64, weekday: Weekday, today: Date) -> Option<Date> {
    let earliest = later(today, -6, 0)?;
    [0, 1, -1]
        .into_iter()
        .filter_map(|years| date(i64::from(today.year()) + years, month, day))
        .find(|date| date.weekday() == weekday && *date >= earliest)
        .or_else(|| upcoming(month, day, today))
}

pub(super) fn weekday(number: i8) -> Option<Weekday> {
    Weekday::from_monday_one_offset(number).ok()
}

/// A weekday of the week (from Monday) so many weeks after this one.
pub(super) fn in_week(today: Date, weeks: i64, weekday: Weekday) -> Option<Date> {
    let monday = first_of(Unit::Week, today)?;
    let days = i64::from(i16::try_from(weeks).ok()?) * 7 + i64::from(weekday.to_monday_zero_offset());
    later(monday, 0, days)
}

/// The n-th such weekday from the first of these days on, or from the last of them backwards.
pub(super) fn nth_within(days: Days, weekday: Option<Weekday>, nth: i64) -> Option<Date> {
    let step = if weekday.is_some() { 7 } else { 1 };
    let matches = |date: Date| weekday.is_none_or(|weekday| date.weekday() == weekday);
    let (start, sign) = if nth > 0 { (days.from, 1) } else { (days.to, -1) };
    let first = (0..7_i64)
        .filter_map(|away| start.checked_add((sign * away).days()).ok())
        .find(|date| matches(*date))?;
    let away = nth.checked_abs()?.checked_sub(1)?.checked_mul(sign * step)?;
    let found = later(first, 0, away)?;
    (days.from..=days.to).contains(&found).then_some(found)
}

/// The day on which a stretch of a calendar begins that has this day.
pub(super) fn first_of(unit: Unit, day: Date) -> Option<Date> {
    match unit {
        Unit::Second | Unit::Minute | Unit::Hour | Unit::Day => Some(day),
        Unit::Week | Unit::Fortnight => {
            day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days()).ok()
        }
        Unit::Weekend => first_of(Unit::Week, day)?.checked_add(5.days()).ok(),
        Unit::Month => Some(day.first_of_month()),
        Unit::Quarter => date(day.year().into(), i64::from((day.month() - 1) / 3 * 3 + 1), 1),
        Unit::Year => Some(day.first_of_year()),
    }
}

/// So many of a unit after a day.
pub(super) fn shifted(day: Date, unit: Unit, count: i64) -> Option<Date> {
    let count = i64::from(i16::try_from(count).ok()?);
    let (months, days) = match unit {
        Unit::Second | Unit::Minute | Unit::Hour => return None,
        Unit::Day => (0, count),
        Unit::Week | Unit::Weekend => (0, 7 * count),
        Unit::Fortnight => (0, 14 * count),
        Unit::Month => (count, 0),
        Unit::Quarter => (3 * count, 0),
        Unit::Year => (12 * count, 0),
    };
    later(day, months, days)
}

/// So many months and days after a day; nothing beyond the calendar, which ends with the year 9999.
pub(super) fn later(day: Date, months: i64, days: i64) -> Option<Date> {
    let span = Span::new().try_months(months).ok()?.try_days(days).ok()?;
    day.checked_add(span).ok()
}

/// So many stretches of a calendar, the first of them so many after that of today.
pub(super) fn stretch(unit: Unit, today: Date, after: i64, count: i64) -> Option<Days> {
    let from = shifted(first_of(unit, today)?, unit, after)?;
    let to = match unit {
        Unit::Weekend => from.tomorrow().ok()?,
        Unit::Second
        | Unit::Minute
        | Unit::Hour
        | Unit::Day
        | Unit::Week
        | Unit::Fortnight
        | Unit::Month
        | Unit::Quarter
        | Unit::Year => shifted(from, unit, count)?.yesterday().ok()?,
    };
    Some(Days { from, to })
}

pub(super) fn month(year: i64, month: i64) -> Option<Days> {
    let from = date(year, month, 1)?;
    Some(Days { from, to: from.last_of_month() })
}

/// The days of a season that begins in a year, spring being 0: from the equinox or solstice to the next, as the
/// northern half of the earth has them.
pub(super) fn season(season: i8, year: i64) -> Option<Days> {
    let begin = |season: i8, year: i64| match season {
        0 => date(year, 3, 20),
        1 => date(year, 6, 21),
        2 => date(year, 9, 23),
        _ => date(year, 12, 21),
    };
    let to = if season < 3 { begin(season + 1, year) } else { begin(0, year + 1) };
    Some(Days { from: begin(season, year)?, to: to? })
}

/// The day of a holiday in a year.
pub(super) fn holiday(holiday: Holiday, year: i64) -> Option<Date> {
    match holiday {
        Holiday::Fixed { month, day } => date(year, month.into(), day.into()),
        Holiday::Easter(shift) => later(easter(year)?, 0, shift),
        Holiday::OrthodoxEaster(shift) => later(orthodox_easter(year)?, 0, shift),
        Holiday::Nth { month, weekday: number, nth, shift } => {
            let days = self::month(year, month.into())?;
            nth_within(days, weekday(number), nth.into())?.checked_add(shift.days()).ok()
        }
        Holiday::Moved { month, day, weekday: number, shift } => {
            let day = date(year, month.into(), day.into())?;
            if Some(day.weekday()) == weekday(number) { later(day, 0, shift) } else { Some(day) }
        }
        Holiday::Workday { month, day } => {
            let day = date(year, month.into(), day.into())?;
            match day.weekday() {
                Weekday::Saturday => day.yesterday().ok(),
                Weekday::Sunday => day.tomorrow().ok(),
                Weekday::Monday
                | Weekday::Tuesday
                | Weekday::Wednesday
                | Weekday::Thursday
                | Weekday::Friday => Some(day),
            }
        }
        Holiday::FrenchMothersDay => {
            let last = nth_within(month(year, 5)?, Some(Weekday::Sunday), -1)?;
            let pentecost = later(easter(year)?, 0, 49)?;
            if last == pentecost { later(last, 0, 7) } else { Some(last) }
        }
    }
}

/// The next day of a holiday from a day on.
pub(super) fn next_holiday(holiday: Holiday, from: Date) -> Option<Date> {
    let years = (0..2).map(|years| i64::from(from.year()) + years);
    years.filter_map(|year| self::holiday(holiday, year)).find(|date| *date >= from)
}

/// The last day of a holiday before today.
pub(super) fn last_holiday(holiday: Holiday, today: Date) -> Option<Date> {
    let years = (-1..1).map(|years| i64::from(today.year()) + years);
    years.filter_map(|year| self::holiday(holiday, year)).filter(|date| *date < today).max()
}

/// Easter Sunday of the western churches, by the anonymous Gregorian computus.
fn easter(year: i64) -> Option<Date> {
    let (golden, century, within) = (year % 19, year / 100, year % 100);
    let correction = (8 * century + 13) / 25;
    let epact = (19 * golden + century - century / 4 - correction + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (within / 4) - epact - within % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let days = epact + weekday - 7 * late + 114;
    date(year, days / 31, days % 31 + 1)
}

/// Easter Sunday of the eastern churches: that of the Julian calendar, by Meeus, in ours.
fn orthodox_easter(year: i64) -> Option<Date> {
    let epact = (19 * (year % 19) + 15) % 30;
    let weekday = (2 * (year % 4) + 4 * (year % 7) - epact + 34) % 7;
    let days = epact + weekday + 114;
    let behind = year / 100 - year / 400 - 2;
    later(date(year, days / 31, days % 31 + 1)?, 0, behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_is_when_it_is() {
        for (year, month, day) in
            [(2013, 3, 31), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28), (2038, 4, 25)]
        {
            assert_eq!(easter(year), date(year, month, day), "{year}");
        }
    }

    #[test]
    fn eastern_churches_have_another_easter() {
        for (year, month, day) in
            [(2018, 4, 8), (2020, 4, 19), (2023, 4, 16), (2025, 4, 20), (2026, 4, 12), (2027, 5, 2)]
        {
            assert_eq!(orthodox_easter(year), date(year, month, day), "{year}");
        }
    }

    #[test]
    fn some_holidays_give_way() {
        let kings_day = Holiday::Moved { month: 4, day: 27, weekday: 7, shift: -1 };
        assert_eq!(holiday(kings_day, 2026), date(2026, 4, 27));
        assert_eq!(holiday(kings_day, 2031), date(2031, 4, 26));
        let boss_day = Holiday::Workday { month: 10, day: 16 };
        for (year, day) in [(2013, 16), (2016, 17), (2021, 15)] {
            assert_eq!(holiday(boss_day, year), date(year, 10, day), "{year}");
        }
        for (year, month, day) in [(2023, 6, 4), (2026, 5, 31), (2027, 5, 30), (2034, 6, 4)] {
            assert_eq!(holiday(Holiday::FrenchMothersDay, year), date(year, month, day), "{year}");
        }
    }

    #[test]
    fn weekdays_of_a_month_are_counted_from_both_ends() {
        let october = month(2013, 10).unwrap();
        assert_eq!(nth_within(october, Some(Weekday::Friday), -1), date(2013, 10, 25));
        assert_eq!(nth_within(october, Some(Weekday::Tuesday), 1), date(2013, 10, 1));
        assert_eq!(nth_within(october, Some(Weekday::Tuesday), 6), None);
        assert_eq!(nth_within(october, None, -1), date(2013, 10, 31));
    }
}

//! When did begin what has lasted since? "Monday" is the next one, but "since Monday" is the last.

use jiff::{Zoned, civil::Date};

use super::{
    calendar::{self, Days, shifted},
    date,
    distance::Way,
    duration, period,
    sense::{Sense, Unit, Word},
    spread,
    stretch::Edge,
    words::Words,
};

/// The days that words name behind "since", which lie before today where no year says otherwise.
pub(super) fn days(words: &Words<'_>, (index, next): (usize, usize), days: Days, today: Date) -> Days {
    let with_year = (index..next).any(|place| period::is_four_digits(words, place));
    if days.from <= today || with_year {
        return days;
    }
    let single = |day: Date| Days { from: day, to: day };
    if let Some((weekday, _)) = date::weekday(words, index).filter(|(_, behind)| *behind == next) {
        return today.nth_weekday(-1, weekday).map_or(days, single);
    }
    let holiday = words.sense(index, |sense| match sense {
        Sense::Holiday(holiday) => Some(holiday),
        _ => None,
    });
    if let Some((holiday, _)) = holiday.filter(|(_, behind)| *behind == next) {
        return calendar::last_holiday(holiday, today).map_or(days, single);
    }
    // "the 20th" is one of last month, "the 20th of June", "March" and "3/4" are of last year
    let digits = |place: usize| words.at(place).bytes().all(|it| it.is_ascii_digit());
    let of_month = (index..next).any(|place| date::month(words, place).is_some())
        || (next > index + 1 && (index..next).all(digits));
    let unit = if of_month { Unit::Year } else { Unit::Month };
    let counted = date::day_number(words, index).is_some_and(|(_, behind)| behind == next);
    if !(of_month || counted) {
        return days;
    }
    let earlier = |day: Date| shifted(day, unit, -1);
    if let (Some(from), Some(to)) = (earlier(days.from), earlier(days.to)) { Days { from, to } } else { days }
}

/// What "since" leads to: days or a time that lie behind, or so long ago ("seit drei Tagen").
pub(super) fn edge(
    words: &Words<'_>,
    index: usize,
    named: Option<(Edge, usize)>,
    now: &Zoned,
) -> Option<(Edge, usize)> {
    let Some((edge, next)) = named else {
        let (length, next) = duration::read(words, index)?;
        return Some((spread::edge(length, Way::Back, now)?, next));
    };
    let edge = match edge {
        Edge::Days(found) => Edge::Days(days(words, (index, next), found, now.date())),
        Edge::Time { minutes, certain, day: None } => {
            let over = minutes <= i64::from(now.hour()) * 60 + i64::from(now.minute());
            let day = if over { now.date() } else { now.date().yesterday().ok()? };
            Edge::Time { minutes, certain, day: Some(day) }
        }
        Edge::Time { .. } | Edge::Bare(_) => edge,
    };
    Some((edge, next))
}

/// The day that was named behind "since", and any other as it is.
pub(super) fn day(words: &Words<'_>, (index, next): (usize, usize), day: Date, today: Date) -> Date {
    let behind = words.joint(next, Word::Hitherto).is_some() && words.joint(next, Word::Since).is_none();
    let since = behind || words.behind(index, &[Word::Hitherto]);
    if since { days(words, (index, next), Days { from: day, to: day }, today).from } else { day }
}

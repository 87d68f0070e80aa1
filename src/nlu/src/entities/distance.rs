//! How far is something away: in days, or as a time?

use jiff::civil::Date;

use super::{
    calendar::shifted,
    date::{self, Day},
    period,
    sense::{Sense, Unit, Word},
    words::Words,
};

/// Which way and how the distance is marked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Ahead,
    Back,
}

impl Way {
    pub(super) fn sign(self) -> i64 {
        match self {
            Self::Ahead => 1,
            Self::Back => -1,
        }
    }
}

/// "in 3 days", "in einer Woche", "two weeks ago", "vor drei Tagen", "3 days from now", "three days after easter".
pub(super) fn day(words: &Words<'_>, index: usize, today: Date) -> Day {
    if let Some(found) = from_today(words, index, today) {
        return Some(found);
    }
    // "three days after easter", "a week from tomorrow"
    let (counts, next) = counts(words, index)?;
    let way = [(Word::After, Way::Ahead), (Word::From, Way::Ahead), (Word::Before, Way::Back)];
    let (way, place) = way.into_iter().find_map(|(word, way)| Some((way, words.joint(next, word)?)))?;
    let from = words.past(place, &[Word::The]);
    if from >= words.all.len() || counts.iter().any(|(_, unit)| *unit < Unit::Day) {
        return None;
    }
    let (from, behind) = date::near_day(words, from, today)?;
    Some((total(&counts, from, way)?, behind))
}

/// As [`day`], but only what is counted from today.
pub(super) fn from_today(words: &Words<'_>, index: usize, today: Date) -> Day {
    let (introduced, place) = way_before(words, index);
    let (counts, next) = counts(words, place)?;
    let (way, next) = match introduced {
        Some(way) => (way, next),
        None => way_behind(words, next)?,
    };
    Some((total(&counts, today, way)?, next))
}

fn total(counts: &[(i64, Unit)], from: Date, way: Way) -> Option<Date> {
    counts.iter().try_fold(from, |day, (count, unit)| match unit {
        Unit::Hour => shifted(day, Unit::Day, count / 24 * way.sign()),
        unit => shifted(day, *unit, count * way.sign()),
    })
}

/// What is counted from a word on: "2 years and 3 months".
fn counts(words: &Words<'_>, index: usize) -> Option<(Vec<(i64, Unit)>, usize)> {
    let (first, next) = count(words, index)?;
    let (mut counts, mut next) = (vec![first], next);
    while let Some((more, behind)) = count(words, words.past(next, &[Word::And])) {
        counts.push(more);
        next = behind;
        if counts.len() > 4 {
            return None;
        }
    }
    Some((counts, next))
}

/// Which week: "next week", "in three weeks", "the week after next"; as weeks after this one.
pub(super) fn weeks(words: &Words<'_>, index: usize) -> Option<(i64, usize)> {
    if let Some(((Unit::Week, by), next)) = period::which(words, index) {
        return Some((by, next));
    }
    let (introduced, place) = way_before(words, index);
    let ((count, unit), next) = count(words, place)?;
    let count = match unit {
        Unit::Week => count,
        Unit::Fortnight => 2 * count,
        Unit::Second
        | Unit::Minute
        | Unit::Hour
        | Unit::Day
        | Unit::Month
        | Unit::Quarter
        | Unit::Year
        | Unit::Weekend => return None,
    };
    let (way, next) = match introduced {
        Some(way) => (way, next),
        None => way_behind(words, next)?,
    };
    Some((count * way.sign(), next))
}

/// The place behind the "week" of "monday week", which is the monday a week after the next.
pub(super) fn week_behind(words: &Words<'_>, next: usize) -> Option<usize> {
    let behind = words.joint(next, Word::WeekBehind).filter(|_| words.joined(next - 1))?;
    let closed = [Word::Closing, Word::At, Word::For, Word::On, Word::And, Word::Until];
    let ends = words.at(behind).is_empty()
        || !words.joined(behind - 1)
        || words.one_of(behind, &closed).is_some()
        || words.sense(behind, |sense| matches!(sense, Sense::Part(_)).then_some(())).is_some();
    ends.then_some(behind)
}

/// "a week on friday", "a fortnight on monday", "a week tomorrow", where the language calls a weekday so.
pub(super) fn week_on(words: &Words<'_>, index: usize, today: Date) -> Day {
    let said = words.lexicons.first().is_some_and(|lexicon| lexicon.grammar.week_on);
    if !said || words.behind(index, &[Word::For]) {
        return None;
    }
    let (count, place) = words.amount(index)?;
    let (unit, next) = words.sense(place, |sense| match sense {
        Sense::Unit(unit @ (Unit::Week | Unit::Fortnight)) => Some(unit),
        _ => None,
    })?;
    let day = match words.joint(next, Word::On) {
        Some(on) => date::weekday(words, on)
            .and_then(|(weekday, behind)| Some((today.nth_weekday(1, weekday).ok()?, behind))),
        // "I wait a week today" is over
        None => date::by_name(words, next, today).filter(|(day, _)| *day >= today && index == 0),
    };
    let (day, behind) = day.filter(|_| words.joined(next - 1) && (1..=3).contains(&count))?;
    Some((shifted(day, unit, count)?, behind))
}

/// "in" or "vor" before a distance.
pub(super) fn way_before(words: &Words<'_>, index: usize) -> (Option<Way>, usize) {
    let ways = [(Word::In, Way::Ahead), (Word::AgoBefore, Way::Back)];
    let found = ways.into_iter().find_map(|(word, way)| Some((way, words.joint(index, word)?)));
    found.map_or((None, index), |(way, next)| (Some(way), next))
}

/// "from now" or "ago" behind a distance.
pub(super) fn way_behind(words: &Words<'_>, index: usize) -> Option<(Way, usize)> {
    let ways = [(Word::FromNow, Way::Ahead), (Word::Ago, Way::Back)];
    ways.into_iter().find_map(|(word, way)| Some((way, words.joint(index, word)?)))
}

/// How many of a unit of days or more; of hours where they make whole days.
fn count(words: &Words<'_>, index: usize) -> Option<((i64, Unit), usize)> {
    let (count, place) = words.amount(index)?;
    let (unit, next) = words.sense(place, |sense| match sense {
        Sense::Unit(Unit::Hour) if count > 0 && count % 24 == 0 => Some(Unit::Hour),
        Sense::Unit(unit) if unit >= Unit::Day && unit != Unit::Weekend => Some(unit),
        _ => None,
    })?;
    i16::try_from(count).is_ok().then_some(((count, unit), next))
}

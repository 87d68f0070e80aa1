//! Which stretches of time does a text name, from when to when?
//!
//! The value is `{"from": …, "to": …}`, one of them left out where the stretch is open. Days are `YYYY-MM-DD`, both
//! included; times are RFC 3339 in the conversation's zone, and the stretch ends when `to` begins. A day or a time
//! within the words is found as such too: who asks for a day gets it.

use jiff::{Zoned, civil::Date};

use super::{
    Find,
    calendar::{self, Days},
    date, duration, iso, open, period,
    sense::{Part, Sense, Word},
    spread,
    stretch::{Edge, Stretch, value},
    time,
    words::Words,
};

pub(super) fn find(words: &Words<'_>, now: &Zoned) -> Vec<Find> {
    let mut finds = Vec::new();
    let mut index = 0;
    while index < words.all.len() {
        if let Some(behind) = words.is_nothing(index) {
            index = behind;
            continue;
        }
        let found = [
            closed(words, index, now),
            lasting(words, index, now),
            hours_from_now(words, index, now),
            within(words, index, now),
            spread::away(words, index, now),
            part_of_day(words, index, now),
            days(words, index, now),
            open::find(words, index, now),
        ];
        let best = found.into_iter().flatten().fold(None, |best: Option<Stretch>, it| match best {
            Some(best) if best.next >= it.next => Some(best),
            Some(_) | None => Some(it),
        });
        let Some((value, next)) = best.and_then(|it| Some((value(&it, now)?, it.next))) else {
            index += 1;
            continue;
        };
        let (start, end) = (words.all[index].start, words.all[next - 1].end);
        finds.push(Find { start, end, value, confidence: 0.9 });
        index = next.max(index + 1);
    }
    finds
}

/// A day, a time, or both in either order, or a stretch of days.
pub(super) fn edge(words: &Words<'_>, index: usize, now: &Zoned) -> Option<(Edge, usize)> {
    let today = now.date();
    if let Some(stamp) = iso::stamp(words, index, now) {
        let edge = Edge::Time { minutes: stamp.minutes, certain: true, day: Some(stamp.day) };
        return Some((edge, stamp.next));
    }
    let clock = time::at(words, index, now).map(|(clock, _)| clock).or_else(|| bare_clock(words, index));
    // "de 3 a 5 de dezembro": what may lead to a time may lead to a day as well
    if let Some(clock) = clock.filter(|_| !word_is_dated(words, index)) {
        let (minutes, certain) = (clock.minutes, clock.certain);
        let place = words.past(clock.next, &[Word::On]);
        let day = (clock.next < words.all.len() && words.near(clock.next - 1))
            .then(|| date::day(words, words.past(place, &[Word::The]), today))
            .flatten();
        return Some(match day {
            Some((day, next)) => (Edge::Time { minutes, certain, day: Some(day) }, next),
            None => (Edge::Time { minutes, certain, day: None }, clock.next),
        });
    }
    let place = words.past(index, &[Word::The, Word::On]);
    let days = period::days(words, place, today);
    if let Some((day, next)) = date::day(words, place, today)
        && days.is_none_or(|(_, behind)| {
            behind < next || (behind == next && period::which(words, place).is_none())
        })
    {
        let at = words.past(next, &[Word::At, Word::For]);
        if next < words.all.len()
            && words.near(next - 1)
            && let Some((clock, _)) = time::at(words, at, now)
        {
            let edge = Edge::Time { minutes: clock.minutes, certain: clock.certain, day: Some(day) };
            return Some((edge, clock.next));
        }
        return Some((Edge::Days(Days { from: day, to: day }), next));
    }
    // "since 2014", "until March"
    let long = || period::long(words, place, today).filter(|(_, next)| *next > place);
    days.or_else(long).map(|(days, next)| (Edge::Days(days), next))
}

/// "9:30", "at 8" behind a preposition that leads to either end.
fn bare_clock(words: &Words<'_>, index: usize) -> Option<time::Clock> {
    let place = words.past(index, &[Word::At]);
    (place > index).then(|| super::clock::hour(words, place)).flatten()
}

pub(super) fn bare(words: &Words<'_>, index: usize) -> Option<(Edge, usize)> {
    let place = words.past(index, &[Word::The]);
    let (number, next) = date::day_number(words, place)
        .or_else(|| words.number(place).filter(|(number, _)| (1..=24).contains(number)))?;
    let inside = words.is_within_digits(words.all[place].start);
    (!inside).then_some((Edge::Bare(number), next))
}

/// "from 9:30 to 11:00 on thursday", "between monday and friday", "July 13-15", "3-4pm", "vom 1. bis 5. Mai".
fn closed(words: &Words<'_>, index: usize, now: &Zoned) -> Option<Stretch> {
    // "Thursday from 9:30 to 11:00"
    let before = date::day(words, index, now.date());
    let marked = |place: usize| {
        let between = words.joint(place, Word::Between);
        let from = words.joint(place, Word::From);
        (between.is_some(), between.or(from).filter(|next| *next > place))
    };
    if let Some((day, next)) = before
        && let (true, place) | (false, place @ Some(_)) = marked(next)
        && let Some(stretch) =
            place.and_then(|place| both(words, place, words.joint(next, Word::Between).is_some(), true, now))
        && let (Some(from), Some(to)) = (on_day(stretch.from, day), on_day(stretch.to, day))
    {
        let half = time::part(words, index).filter(|(_, behind)| *behind == next).map(|(half, _)| half);
        let (from, to) = (in_half(from, half), in_half(to, half));
        return Some(Stretch { from: Some(from), to: Some(to), next: stretch.next });
    }
    // "this Thu 9-11am"
    if let Some((day, next)) = before
        && next < words.all.len()
        && words.near(next - 1)
        && let Some(stretch) = both(words, next, false, false, now)
        && let (Some(from), Some(to)) = (on_day(stretch.from, day), on_day(stretch.to, day))
    {
        return Some(Stretch { from: Some(from), to: Some(to), next: stretch.next });
    }
    let (between, place) = marked(index);
    match place {
        Some(place) => {
            both(words, place, between, true, now).or_else(|| both(words, index, between, false, now))
        }
        None => both(words, index, false, false, now),
    }
}

/// A time of a day that was said before it.
fn on_day(edge: Option<Edge>, day: Date) -> Option<Edge> {
    match edge? {
        Edge::Time { minutes, certain, day: None } => Some(Edge::Time { minutes, certain, day: Some(day) }),
        Edge::Bare(hour) if hour <= 24 => {
            Some(Edge::Time { minutes: hour * 60, certain: hour > 12, day: Some(day) })
        }
        Edge::Time { .. } | Edge::Days(_) | Edge::Bare(_) => None,
    }
}

/// A time in the part of the day that was said before it: "this afternoon from 2 to 4".
fn in_half(edge: Edge, half: Option<time::Half>) -> Edge {
    match (edge, half) {
        (Edge::Time { minutes, certain: false, day }, Some(half)) => {
            Edge::Time { minutes: time::halved(minutes, half), certain: true, day }
        }
        (Edge::Time { .. } | Edge::Days(_) | Edge::Bare(_), _) => edge,
    }
}

fn both(words: &Words<'_>, index: usize, between: bool, marked: bool, now: &Zoned) -> Option<Stretch> {
    let index = words.past(index, &[Word::The, Word::On]);
    let bare_first = bare(words, index);
    let sure_first = edge(words, index, now);
    // "the 13th" alone is a day of this month, but "to the 15th of July" says of which it is.
    let alike = bare_first.zip(sure_first).is_some_and(|((_, bare), (_, sure))| bare == sure);
    let firsts = if alike { [bare_first, sure_first] } else { [sure_first, bare_first] };
    for (from, next) in firsts.into_iter().flatten() {
        let Some((place, dash)) = connected(words, next, between) else { continue };
        let second = edge(words, place, now);
        let second = second.or_else(|| bare(words, place));
        let Some((to, next)) = second else { continue };
        let next = words.past(next, &[Word::BetweenBehind]);
        let is_bare = |edge: Edge| matches!(edge, Edge::Bare(_));
        let fits = match (from, to) {
            (Edge::Bare(hour), Edge::Time { certain, .. }) => hour <= 24 && (certain || marked || dash),
            (Edge::Bare(_), Edge::Days(days)) => days.from == days.to && word_is_dated(words, place),
            (Edge::Days(days), Edge::Bare(_)) => days.from == days.to && ends(words, next),
            (Edge::Time { certain, .. }, Edge::Bare(_)) => (certain || marked) && ends(words, next),
            (Edge::Bare(from), Edge::Bare(to)) => marked && from <= 24 && to <= 24,
            (Edge::Time { .. }, Edge::Time { .. }) | (Edge::Days(_), Edge::Days(_)) => true,
            (Edge::Time { .. }, Edge::Days(_)) | (Edge::Days(_), Edge::Time { .. }) => marked,
        };
        if !fits {
            continue;
        }
        let from = in_zone_of(words, from, (place, next), to, now);
        // "between 9 and 11 on thursday"
        let place = words.past(next, &[Word::On, Word::In]);
        let day = date::day(words, words.past(place, &[Word::The]), now.date());
        let timed =
            !matches!(from, Edge::Days(_)) && !matches!(to, Edge::Days(_) | Edge::Time { day: Some(_), .. });
        if let Some((day, behind)) = day.filter(|_| timed && next < words.all.len() && words.near(next - 1)) {
            return Some(Stretch { from: on_day(Some(from), day), to: on_day(Some(to), day), next: behind });
        }
        if is_bare(from) && is_bare(to) {
            match marked_hours(words, index, from, to, next) {
                Some(found) => return Some(found),
                None => continue,
            }
        }
        return Some(Stretch { from: Some(from), to: Some(to), next });
    }
    None
}

/// The beginning in the zone that is named behind the end alone: "9:30 - 11:00 CST".
fn in_zone_of(words: &Words<'_>, from: Edge, (place, next): (usize, usize), to: Edge, now: &Zoned) -> Edge {
    let zone = |next: usize| time::behind_zone(words, next.checked_sub(1)?, now);
    let named_before = (1..=4.min(place)).any(|back| zone(place - back + 1).is_some());
    let (Some(shift), false, Edge::Time { minutes: last, .. }) = (zone(next), named_before, to) else {
        return from;
    };
    let (minutes, certain, day) = match from {
        Edge::Time { minutes, certain, day } => (minutes, certain, day),
        Edge::Bare(hour) => (hour * 60, hour > 12, None),
        Edge::Days(_) => return from,
    };
    let (half, last) = (12 * 60, (last - shift).rem_euclid(24 * 60));
    let later = !certain && last > half && minutes + half < last;
    let minutes = (minutes + if later { half } else { 0 } + shift).rem_euclid(24 * 60);
    Edge::Time { minutes, certain: true, day }
}

/// Two bare numbers are hours only behind a day, which the caller has seen; here they are kept as they are.
fn marked_hours(words: &Words<'_>, index: usize, from: Edge, to: Edge, next: usize) -> Option<Stretch> {
    let behind_day = (1..=3.min(index)).any(|back| {
        words
            .sense(index - back, |sense| matches!(sense, Sense::Day(_) | Sense::Weekday(_)).then_some(()))
            .is_some()
    });
    behind_day.then_some(Stretch { from: Some(from), to: Some(to), next })
}

/// Whether a day is named with its month, so that a number before it is of that month.
fn word_is_dated(words: &Words<'_>, index: usize) -> bool {
    let place = words.past(index, &[Word::The, Word::On]);
    date::day_number(words, place)
        .is_some_and(|(_, next)| date::month(words, words.past(next, &[Word::Of])).is_some())
}

pub(super) fn ends(words: &Words<'_>, next: usize) -> bool {
    next >= words.all.len()
        || !words.joined(next - 1)
        || words.sense(next, |sense| matches!(sense, Sense::Word(_)).then_some(())).is_some()
}

/// The place behind "to", "until", "-", or "and" after "between"; whether it is a dash.
fn connected(words: &Words<'_>, next: usize, between: bool) -> Option<(usize, bool)> {
    if next == 0 || next >= words.all.len() {
        return None;
    }
    let gap = words.between(next - 1)?;
    if gap.contains('-')
        && gap.chars().all(|it| it == '-' || it == '.' || it.is_whitespace())
        && gap.len() <= 4
    {
        return Some((next, true));
    }
    if !words.near(next - 1) {
        return None;
    }
    let wanted: &[Word] = if between { &[Word::And, Word::Until] } else { &[Word::Until] };
    Some((words.past(words.one_of(next, wanted)?, &[Word::At, Word::The, Word::On, Word::From]), false))
}

/// "within 2 weeks", "innerhalb von drei Tagen", "within 2-3 days".
fn within(words: &Words<'_>, index: usize, now: &Zoned) -> Option<Stretch> {
    let place = words.joint(index, Word::Within)?;
    let (length, next) = match spread::lengths(words, place) {
        Some(spread) => (spread.high, spread.next),
        None => duration::read(words, place)?,
    };
    let minutes = i64::from(now.hour()) * 60 + i64::from(now.minute());
    let from = Edge::Time { minutes, certain: true, day: Some(now.date()) };
    Some(Stretch { from: Some(from), to: Some(later(from, length)?), next })
}

/// "the next 3 hours", "in den letzten 20 Minuten".
fn hours_from_now(words: &Words<'_>, index: usize, now: &Zoned) -> Option<Stretch> {
    let ahead = words.joint(index, Word::Next);
    let (length, next) = duration::read(words, ahead.or_else(|| words.joint(index, Word::Last))?)?;
    length.in_minutes().filter(|minutes| *minutes > 0)?;
    let minutes = i64::from(now.hour()) * 60 + i64::from(now.minute());
    let at = |minutes: i64| Some(Edge::Time { minutes, certain: true, day: Some(now.date()) });
    let other = minutes + if ahead.is_some() { 1 } else { -1 } * (length.seconds / 60);
    let (from, to) = if ahead.is_some() { (minutes, other) } else { (other, minutes) };
    Some(Stretch { from: at(from), to: at(to), next })
}

/// The end of a stretch of this length.
pub(super) fn later(from: Edge, length: duration::Length) -> Option<Edge> {
    let shift = |day: Date, days: i64| calendar::later(day, length.months, days);
    Some(match from {
        Edge::Time { minutes, day, .. } => {
            let day = match day {
                Some(day) => Some(shift(day, length.days)?),
                None if length.days == 0 && length.months == 0 => None,
                None => return None,
            };
            Edge::Time { minutes: minutes + length.seconds / 60, certain: true, day }
        }
        Edge::Days(days) if length.seconds == 0 => {
            let last = shift(days.from, length.days)?.yesterday().ok()?;
            Edge::Days(Days { from: last, to: last })
        }
        Edge::Days(_) | Edge::Bare(_) => return None,
    })
}

/// "from 18th Dec for 10 days", "4pm for 30 mins", "for 10 days from 18th Dec".
fn lasting(words: &Words<'_>, index: usize, now: &Zoned) -> Option<Stretch> {
    if let Some(place) = words.joint(index, Word::For)
        && let Some((length, next)) = duration::read(words, place)
        && let Some((from, next)) =
            edge(words, words.past(words.one_of(next, &[Word::From, Word::After])?, &[Word::The]), now)
    {
        return Some(Stretch { from: Some(from), to: Some(later(from, length)?), next });
    }
    let (from, next) = edge(words, words.past(index, &[Word::From]), now)?;
    let (length, next) = duration::read(words, words.joint(next, Word::For)?)?;
    Some(Stretch { from: Some(from), to: Some(later(from, length)?), next })
}

/// "tomorrow morning", "this afternoon", "monday in the morning", "last night", "am Freitag abends".
fn part_of_day(words: &Words<'_>, index: usize, now: &Zoned) -> Option<Stretch> {
    let part = |place: usize| {
        let (part, next) = words.sense(place, |sense| match sense {
            Sense::Part(part) => Some(part),
            _ => None,
        })?;
        Some((part, next))
    };
    let (part, day, next) = if let Some((day, next)) = date::day(words, index, now.date()) {
        // "tomorrow morning" has one behind the other; "tonight" is a day and a part of it at once
        if let Some((part, behind)) = part(words.past(next, &[Word::At])) {
            (part, day, behind)
        } else {
            let (part, behind) = part(index).filter(|(_, behind)| *behind == next)?;
            let ambiguous = words.sense(index, |sense| (sense == Sense::Day(1)).then_some(())).is_some();
            if ambiguous {
                return None;
            }
            (part, day, behind)
        }
    } else {
        // "this morning", "in the afternoon", "heute früh"
        let this = words.joint(index, Word::This);
        let (part, next) = part(this.unwrap_or(index))?;
        if let Some(found) = morning_of(words, part, next, now) {
            return Some(found);
        }
        if this.is_none() && next == index + 1 && !(index == 0 && next == words.all.len()) {
            return None;
        }
        (part, now.date(), next)
    };
    // A time behind it says more: "tomorrow morning at 9".
    if time::at(words, words.past(next, &[Word::At]), now)
        .is_some_and(|_| words.past(next, &[Word::At]) > next)
    {
        return None;
    }
    let (from, to) = hours(part);
    let edge = |minutes: i64| Edge::Time { minutes, certain: true, day: Some(day) };
    Some(Stretch { from: Some(edge(from)), to: Some(edge(to)), next })
}

/// "the morning of the 15th of february".
fn morning_of(words: &Words<'_>, part: Part, next: usize, now: &Zoned) -> Option<Stretch> {
    let of = words.joint(next, Word::Of)?;
    let (day, next) = date::day(words, words.past(of, &[Word::The]), now.date())?;
    let (from, to) = hours(part);
    let edge = |minutes: i64| Edge::Time { minutes, certain: true, day: Some(day) };
    Some(Stretch { from: Some(edge(from)), to: Some(edge(to)), next })
}

/// When parts of the day begin and end, in minutes.
fn hours(part: Part) -> (i64, i64) {
    let (from, to) = match part {
        Part::EarlyMorning => (0, 9),
        Part::Morning => (0, 12),
        Part::Noon => (12, 14),
        Part::AfterLunch => (13, 17),
        Part::Afternoon => (12, 19),
        Part::Evening | Part::Night => (18, 24),
        Part::LateEvening => (21, 24),
    };
    (from * 60, to * 60)
}

fn days(words: &Words<'_>, index: usize, now: &Zoned) -> Option<Stretch> {
    let (days, next) = period::days(words, index, now.date())?;
    Some(Stretch { from: Some(Edge::Days(days)), to: Some(Edge::Days(days)), next })
}

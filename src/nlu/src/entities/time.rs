//! Which times of day does a text name?
//!
//! Times are read as they are said: "half past five" is 05:30, "halb sechs" as well, unless a part of the day is
//! named behind it ("abends", "in the afternoon", "pm") or before it ("this evening at six"). "In an hour" is
//! counted from now; a time of another zone ("4pm CET") is told in that of the conversation.

use std::sync::LazyLock;

use jiff::{SignedDuration, Zoned};
use regex::Regex;
use serde_json::Value;
use studio_core::dialogue::write_time;

use super::{
    Find, clock,
    distance::{way_before, way_behind},
    duration, iso,
    sense::{Part, Sense, Word},
    words::Words,
};

static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^([0-9]{1,2})(?:[:h]([0-9]{2})(?::[0-9]{2})?|\.([0-9]{2})(?:\s?(?:uhr|[ap]\.?m\b|h\b|uur\b))?)",
    )
    .expect("a constant pattern is valid")
});
/// Minutes that zones are ahead of universal time, by how people call them.
const ZONES: [(&str, i64); 20] = [
    ("gmt", 0),
    ("utc", 0),
    ("wet", 0),
    ("bst", 60),
    ("cet", 60),
    ("mez", 60),
    ("cest", 120),
    ("mesz", 120),
    ("eet", 120),
    ("eest", 180),
    ("msk", 180),
    ("ist", 330),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
];

/// Minutes of a day in an expression, and what is still open about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    pub(super) minutes: i64,
    /// The word behind it.
    pub(super) next: usize,
    /// Whether the half of the day is said.
    pub(super) certain: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    Morning,
    /// Half past eleven and one are both at noon.
    Noon,
    Afternoon,
    /// Twelve in the evening is midnight.
    Evening,
    /// The night has hours of both halves.
    Night,
}

pub(super) fn find(words: &Words<'_>, now: &Zoned) -> Vec<Find> {
    let mut finds = Vec::new();
    let mut index = 0;
    while index < words.all.len() {
        if let Some(stamp) = iso::stamp(words, index, now) {
            let (start, end) = (stamp.time_start, stamp.end);
            finds.push(Find { start, end, value: Value::from(text(stamp.minutes)), confidence: 1.0 });
            index = stamp.next;
            continue;
        }
        let Some((clock, confidence)) = at(words, index, now) else {
            index += 1;
            continue;
        };
        let (start, end) = (words.all[index].start, words.all[clock.next - 1].end);
        finds.push(Find { start, end, value: Value::from(text(clock.minutes)), confidence });
        index = clock.next.max(index + 1);
    }
    finds
}

fn text(minutes: i64) -> String {
    u16::try_from(minutes).map(write_time).unwrap_or_default()
}

/// The time that is named from a word on, and how sure it is.
pub(super) fn at(words: &Words<'_>, index: usize, now: &Zoned) -> Option<(Clock, f64)> {
    let clock = named(words, index, now)
        .or_else(|| clock::to_the_hour(words, index))
        .or_else(|| distant(words, index, now))
        .or_else(|| digital(words, index))
        .or_else(|| clock::relative(words, index))
        .or_else(|| clock::hour(words, index))?;
    let (clock, confidence) = with_half(words, index, clock);
    let clock = in_zone(words, clock, now);
    (0..24 * 60).contains(&clock.minutes).then_some((clock, confidence))
}

/// "noon", "Mitternacht", "midi et quart"; "now" where nothing else is said.
fn named(words: &Words<'_>, index: usize, now: &Zoned) -> Option<Clock> {
    if index == 0 && words.joint(0, Word::Now) == Some(words.all.len()) {
        let minutes = i64::from(now.hour()) * 60 + i64::from(now.minute());
        return Some(Clock { minutes, next: words.all.len(), certain: true });
    }
    let (minutes, next) = words.sense(index, |sense| match sense {
        Sense::Clock(minutes) => Some(minutes),
        _ => None,
    })?;
    let (shift, next) = clock::minutes_behind(words, next).unwrap_or((0, next));
    Some(Clock { minutes: (minutes + shift).rem_euclid(24 * 60), next, certain: true })
}

/// "in an hour", "in einer halben Stunde", "20 minutes ago".
fn distant(words: &Words<'_>, index: usize, now: &Zoned) -> Option<Clock> {
    let (introduced, place) = way_before(words, index);
    if introduced.is_some() && !words.joined(place - 1) {
        return None;
    }
    let (length, next) = duration::read(words, place)?;
    let (way, next) = match introduced {
        Some(way) => (way, next),
        None => way_behind(words, next)?,
    };
    // Of another day the time alone says too little.
    let minutes = length.in_minutes().filter(|minutes| *minutes < 24 * 60)?;
    let then = now.checked_add(SignedDuration::from_mins(minutes * way.sign())).ok()?;
    Some(Clock { minutes: i64::from(then.hour()) * 60 + i64::from(then.minute()), next, certain: true })
}

/// "17:30", "17.30 Uhr", "5:30 pm", "17h30".
fn digital(words: &Words<'_>, index: usize) -> Option<Clock> {
    let word = words.all.get(index)?;
    let text = words.text();
    if !word.text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let before = text[..word.start].chars().next_back();
    let range = before == Some('-') && clock::stands_behind_time(&text[..word.start - 1]);
    if before.is_some_and(|before| matches!(before, ':' | '.' | ',' | '/' | '-' | '+')) && !range {
        return None;
    }
    let found = CLOCK.captures(&text[word.start..])?;
    let end = word.start + found.get(0)?.end();
    let part = |group: usize| found.get(group).and_then(|group| group.as_str().parse::<i64>().ok());
    // "17.30" alone is a number or a price; the word behind it must say that it is a time.
    let units = ["uhr", "am", "pm", "a.m", "p.m", "h", "uur"];
    let unit = units.iter().find(|unit| found.get(3).is_some() && found[0].ends_with(**unit));
    let minutes = part(2).or_else(|| part(3).filter(|_| unit.is_some()))?;
    let hours = part(1)?;
    let behind = text[end..].chars().next();
    let goes_on = behind.is_some_and(|behind| behind.is_ascii_digit() || behind == '/')
        || (matches!(behind, Some('.' | ':' | ','))
            && text[end + 1..].starts_with(|character: char| character.is_ascii_digit()));
    if goes_on || hours > 24 || minutes > 59 {
        return None;
    }
    let stop = unit.map_or(end, |unit| end - unit.len());
    let next = words.index_from(stop).max(index + 1);
    let last = &words.all[next - 1];
    let tail = text.get(stop..last.start + last.text.len()).unwrap_or_default();
    // "5:30pm": the minutes and the half of the day are one word.
    if !tail.is_empty() {
        let half = clock::glued_half(tail)?;
        return Some(Clock { minutes: halved(hours * 60 + minutes, half), next, certain: true });
    }
    Some(Clock {
        minutes: hours % 24 * 60 + minutes,
        next: words.past(next, &[Word::Oclock]),
        certain: hours > 12 || hours == 0 || found[1].starts_with('0'),
    })
}

/// Adds the half of the day, if it is said near the time, and says how sure the time is.
fn with_half(words: &Words<'_>, index: usize, clock: Clock) -> (Clock, f64) {
    if clock.certain {
        // "07:00 PM"
        let half = (words.joint(clock.next, Word::Pm).is_some() && clock.minutes < 13 * 60)
            .then(|| half_behind(words, clock.next))
            .flatten();
        return match half {
            Some((half, next)) => (Clock { minutes: halved(clock.minutes, half), next, ..clock }, 1.0),
            None => (clock, 1.0),
        };
    }
    if let Some((half, next)) = half_behind(words, clock.next) {
        return (Clock { minutes: halved(clock.minutes, half), next, certain: true }, 1.0);
    }
    // "at 5 tomorrow afternoon"
    let day =
        words.sense(clock.next, |sense| matches!(sense, Sense::Day(_) | Sense::Weekday(_)).then_some(()));
    if let Some(((), place)) = day
        && let Some((half, _)) = part(words, place)
    {
        return (Clock { minutes: halved(clock.minutes, half), ..clock }, 0.95);
    }
    // "this evening at six", "heute Abend um halb sechs"
    let before = (index.saturating_sub(4)..index).rev().find_map(|place| {
        let (half, next) = part(words, place)?;
        (next <= index).then_some(half)
    });
    match before {
        Some(half) => (Clock { minutes: halved(clock.minutes, half), ..clock }, 0.95),
        None => (clock, 0.7),
    }
}

/// "pm", "p.m.", "in the evening", "abends", "mittags", "am Nachmittag" from a place on.
pub(super) fn half_behind(words: &Words<'_>, index: usize) -> Option<(Half, usize)> {
    if let Some(found) = part(words, index) {
        return Some(found);
    }
    let noon = |sense| (sense == Sense::Clock(12 * 60)).then_some(Half::Noon);
    if let Some(found) = words.sense(index, noon).filter(|_| index > 0 && words.joined(index - 1)) {
        return Some(found);
    }
    if let Some(next) = words.joint(index, Word::Pm) {
        return Some((Half::Afternoon, next));
    }
    let next = words.joint(index, Word::Am)?;
    // "um 5 am Freitag" is German
    let preposition = words.joint(index, Word::On).is_some()
        && (words.at(next).starts_with(|first: char| first.is_ascii_digit())
            || words.ordinal(next).is_some()
            || words
                .sense(next, |sense| {
                    matches!(sense, Sense::Weekday(_) | Sense::Unit(_) | Sense::Day(_)).then_some(())
                })
                .is_some());
    (!preposition).then_some((Half::Morning, next))
}

/// A part of the day, where the word is not a day as well: "morgen".
pub(super) fn part(words: &Words<'_>, index: usize) -> Option<(Half, usize)> {
    let (part, next) = words.sense(index, |sense| match sense {
        Sense::Part(part) => Some(part),
        _ => None,
    })?;
    let a_day = words
        .sense(index, |sense| (sense == Sense::Day(1)).then_some(()))
        .is_some_and(|((), day)| day == next);
    if a_day {
        return None;
    }
    let half = match part {
        Part::EarlyMorning | Part::Morning => Half::Morning,
        Part::Noon => Half::Noon,
        Part::AfterLunch | Part::Afternoon => Half::Afternoon,
        Part::Evening | Part::LateEvening => Half::Evening,
        Part::Night => Half::Night,
    };
    Some((half, next))
}

/// Whether a word names a time zone.
pub(super) fn is_zone(word: &str) -> bool {
    ZONES.iter().any(|(name, _)| *name == word)
}

/// A time of another zone in that of the conversation.
fn in_zone(words: &Words<'_>, clock: Clock, now: &Zoned) -> Clock {
    match behind_zone(words, clock.next, now).filter(|_| words.near(clock.next - 1)) {
        Some(shift) => {
            let minutes = (clock.minutes + shift).rem_euclid(24 * 60);
            Clock { minutes, next: clock.next + 1, certain: true }
        }
        None => clock,
    }
}

/// Minutes that the conversation is ahead of the zone that a word names. What is a word of the language as well ("um 17 Uhr
/// ist", "à 17h est") is a zone in capitals only; a list of frequent words of English has "gmt" too.
pub(super) fn behind_zone(words: &Words<'_>, index: usize, now: &Zoned) -> Option<i64> {
    let (name, ahead) = ZONES.iter().find(|(name, _)| *name == words.at(index))?;
    let is_word = *name != "gmt"
        && words.original(index).contains(char::is_lowercase)
        && words.lexicons.first().is_some_and(|lexicon| lexicon.is_frequent(name));
    (!is_word).then(|| i64::from(now.offset().seconds()) / 60 - ahead)
}

pub(super) fn halved(minutes: i64, half: Half) -> i64 {
    match half {
        Half::Noon if minutes < 5 * 60 => minutes + 12 * 60,
        Half::Afternoon | Half::Evening if minutes < 12 * 60 => minutes + 12 * 60,
        Half::Night if (6 * 60..12 * 60).contains(&minutes) => minutes + 12 * 60,
        Half::Morning | Half::Evening | Half::Night if (12 * 60..13 * 60).contains(&minutes) => {
            minutes - 12 * 60
        }
        Half::Morning | Half::Noon | Half::Afternoon | Half::Evening | Half::Night => minutes,
    }
}

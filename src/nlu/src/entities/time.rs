//! Which times of day does a text name?
//!
//! Times are read as they are said: "half past five" is 05:30, "halb sechs" as well, unless a part of the day is
//! named behind it ("abends", "in the afternoon", "pm") or before it ("this evening at six"). "In an hour" is
//! counted from now.

use std::sync::LazyLock;

use jiff::{SignedDuration, Zoned};
use regex::Regex;
use serde_json::Value;

use super::{Find, words::Words};

static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^([0-9]{1,2})(?:[:h]([0-9]{2})(?::[0-9]{2})?|\.([0-9]{2})(?:\s?(?:uhr|[ap]\.?m\b))?)")
        .expect("a constant pattern is valid")
});

/// Minutes of a day in an expression, and what is still open about it.
#[derive(Clone, Copy)]
struct Clock {
    minutes: i64,
    /// The word behind it.
    next: usize,
    /// Whether the half of the day is said.
    certain: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
}

pub(super) fn find(words: &Words<'_>, now: &Zoned) -> Vec<Find> {
    let mut finds = Vec::new();
    let mut index = 0;
    while index < words.all.len() {
        let clock = named(words, index)
            .or_else(|| distant(words, index, now))
            .or_else(|| digital(words, index))
            .or_else(|| relative(words, index))
            .or_else(|| hour(words, index));
        let Some(clock) = clock else {
            index += 1;
            continue;
        };
        let (clock, confidence) = with_half(words, index, clock);
        if (0..24 * 60).contains(&clock.minutes) {
            let value = format!("{:02}:{:02}", clock.minutes / 60, clock.minutes % 60);
            let (start, end) = (words.all[index].start, words.all[clock.next - 1].end);
            finds.push(Find { start, end, value: Value::from(value), confidence });
        }
        index = clock.next.max(index + 1);
    }
    finds
}

/// "noon", "Mitternacht".
fn named(words: &Words<'_>, index: usize) -> Option<Clock> {
    let minutes = match words.at(index) {
        "noon" | "midday" if words.english => 12 * 60,
        "midnight" if words.english => 0,
        "mittags" | "mittag" if words.german => 12 * 60,
        "mitternacht" if words.german => 0,
        _ => return None,
    };
    Some(Clock { minutes, next: index + 1, certain: true })
}

/// "in an hour", "in 20 minutes", "in einer halben Stunde", "in anderthalb Stunden".
fn distant(words: &Words<'_>, index: usize, now: &Zoned) -> Option<Clock> {
    if words.at(index) != "in" || !words.joined(index) {
        return None;
    }
    let halves = [
        (["half", "an", "hour"].as_slice(), words.english, 30),
        (&["half", "hour"], words.english, 30),
        (&["a", "half", "hour"], words.english, 30),
        (&["an", "hour", "and", "a", "half"], words.english, 90),
        (&["einer", "halben", "stunde"], words.german, 30),
        (&["einer", "viertelstunde"], words.german, 15),
        (&["anderthalb", "stunden"], words.german, 90),
        (&["eineinhalb", "stunden"], words.german, 90),
    ];
    let said = |phrase: &[&str]| (index + 1..).zip(phrase).all(|(place, word)| words.at(place) == *word);
    let half = halves.into_iter().find(|(phrase, speaks, _)| *speaks && said(phrase));
    let half = half.map(|(phrase, _, minutes)| (minutes, index + 1 + phrase.len()));
    let (minutes, next) = half.or_else(|| distance(words, index + 1))?;
    // Of another day the time alone says too little.
    let within_a_day = minutes < 24 * 60;
    let then = now.checked_add(SignedDuration::from_mins(minutes)).ok().filter(|_| within_a_day)?;
    let minutes = i64::from(then.hour()) * 60 + i64::from(then.minute());
    Some(Clock { minutes, next, certain: true })
}

/// "2 hours", "zwanzig Minuten", in minutes, and the place behind it.
fn distance(words: &Words<'_>, index: usize) -> Option<(i64, usize)> {
    let (count, unit) = words.amount(index)?;
    let count = i64::from(i16::try_from(count).ok()?);
    let minutes = match words.at(unit) {
        "hour" | "hours" if words.english => count * 60,
        "minute" | "minutes" | "mins" | "min" if words.english => count,
        "stunde" | "stunden" if words.german => count * 60,
        "minute" | "minuten" if words.german => count,
        _ => return None,
    };
    Some((minutes, unit + 1))
}

/// "17:30", "17.30 Uhr", "5:30 pm", "17h30".
fn digital(words: &Words<'_>, index: usize) -> Option<Clock> {
    let word = words.all.get(index)?;
    let text = words.text();
    let before = text[..word.start].chars().next_back();
    if before.is_some_and(|before| matches!(before, ':' | '.' | ',' | '/' | '-' | '+')) {
        return None;
    }
    let found = CLOCK.captures(&text[word.start..])?;
    let end = word.start + found.get(0)?.end();
    let part = |group: usize| found.get(group).and_then(|group| group.as_str().parse::<i64>().ok());
    // "17.30" alone is a number or a price; the word behind it must say that it is a time.
    let said = ["uhr", "am", "pm", "a.m", "p.m"].iter().any(|unit| found[0].ends_with(unit));
    let minutes = part(2).or_else(|| part(3).filter(|_| said))?;
    let hours = part(1)?;
    let behind = text[end..].chars().next();
    let goes_on = behind.is_some_and(|behind| behind.is_ascii_digit() || behind == '/')
        || (matches!(behind, Some('.' | ':' | ','))
            && text[end + 1..].starts_with(|character: char| character.is_ascii_digit()));
    if goes_on || hours > 24 || minutes > 59 {
        return None;
    }
    let unit = ["uhr", "am", "pm", "a.m", "p.m"].iter().find(|unit| found[0].ends_with(**unit));
    let stop = unit.map_or(end, |unit| end - unit.len());
    let next =
        (index..words.all.len()).find(|place| words.all[*place].start >= stop).unwrap_or(words.all.len());
    let glued = (next > 0).then(|| words.all[next - 1]).filter(|last| last.end > stop);
    // "5:30pm": the minutes and the half of the day are one word.
    if let Some(last) = glued {
        let half = half_of_day(&text[stop.min(last.end)..last.end])?;
        let minutes = halved(hours * 60 + minutes, half);
        return Some(Clock { minutes, next, certain: true });
    }
    let hour_word = words.german && words.at(next) == "uhr";
    Some(Clock {
        minutes: hours % 24 * 60 + minutes,
        next: next + usize::from(hour_word),
        certain: hours > 12 || hours == 0 || found[1].starts_with('0'),
    })
}

/// "half past five", "quarter to six", "ten past five"; "halb sechs", "viertel nach fünf", "fünf vor halb sechs".
fn relative(words: &Words<'_>, index: usize) -> Option<Clock> {
    let hour = |place: usize| words.number(place).filter(|(hour, _)| (1..=24).contains(hour));
    let found = |minutes: i64, next: usize| {
        let skip = matches!(words.at(next), "uhr" | "o'clock" | "oclock");
        let next = next + usize::from(skip);
        Some(Clock { minutes: minutes.rem_euclid(24 * 60), next, certain: minutes >= 13 * 60 })
    };
    let first = words.at(index);
    if words.german {
        let quarter = match first {
            "halb" => Some(-30),
            "dreiviertel" => Some(-15),
            "viertel" if !matches!(words.at(index + 1), "vor" | "nach" | "stunde" | "jahr") => Some(-45),
            _ => None,
        };
        if let Some(shift) = quarter {
            let (hour, next) = hour(index + 1)?;
            return found(hour * 60 + shift, next);
        }
    }
    let (minutes, place) = match first {
        "half" if words.english => (30, index + 1),
        "quarter" if words.english => (15, index + 1),
        "viertel" if words.german => (15, index + 1),
        _ => words.number(index).filter(|(minutes, _)| (1..=29).contains(minutes))?,
    };
    let place = place + usize::from(matches!(words.at(place), "minutes" | "minuten"));
    let sign = match words.at(place) {
        "past" | "after" if words.english => 1,
        "to" | "before" if words.english && minutes != 30 => -1,
        "nach" if words.german => 1,
        "vor" if words.german => -1,
        _ => return None,
    };
    // "10 to 12" is a range; in words it is a time.
    if first.starts_with(|character: char| character.is_ascii_digit()) && words.at(place) == "to" {
        return None;
    }
    let half = words.german && words.at(place + 1) == "halb";
    let (hour, next) = hour(place + 1 + usize::from(half))?;
    found(hour * 60 + sign * minutes - if half { 30 } else { 0 }, next)
}

/// "5 pm", "5pm", "5 o'clock", "17 Uhr", "17 Uhr 30", "at 17".
fn hour(words: &Words<'_>, index: usize) -> Option<Clock> {
    let word = words.at(index);
    let digits = word.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    if word.starts_with(|character: char| character.is_ascii_digit()) && digits.len() < word.len() {
        let hours: i64 = digits.parse().ok().filter(|hours| (1..=12).contains(hours))?;
        let half = half_of_day(&word[digits.len()..])?;
        return Some(Clock { minutes: halved(hours * 60, half), next: index + 1, certain: true });
    }
    let (hours, next) = match words.number(index) {
        Some(found) => found,
        None if words.german && matches!(word, "ein") && words.at(index + 1) == "uhr" => (1, index + 1),
        None => return None,
    };
    if !(0..=24).contains(&hours) || word.starts_with('-') {
        return None;
    }
    let certain = hours > 12 || hours == 0 || (word.starts_with('0') && word.len() == 2);
    if words.german && words.at(next) == "uhr" {
        let minutes =
            words.number(next + 1).filter(|(minutes, _)| (0..60).contains(minutes) && words.joined(next));
        let (minutes, next) = minutes.unwrap_or((0, next + 1));
        return Some(Clock { minutes: hours % 24 * 60 + minutes, next, certain });
    }
    if words.english && matches!(words.at(next), "o'clock" | "oclock") {
        return Some(Clock { minutes: hours % 24 * 60, next: next + 1, certain });
    }
    if (1..=12).contains(&hours)
        && words.joined(next - 1)
        && let Some((half, next)) = half_behind(words, next)
    {
        return Some(Clock { minutes: halved(hours * 60, half), next, certain: true });
    }
    // A bare number after "at" or "um", unless a unit follows it.
    let introduced =
        (words.english && words.before(index) == "at") || (words.german && words.before(index) == "um");
    let alone = words.at(next).is_empty()
        || !words.joined(next - 1)
        || matches!(
            words.at(next),
            "on" | "or"
                | "and"
                | "please"
                | "tomorrow"
                | "today"
                | "in"
                | "am"
                | "oder"
                | "und"
                | "bitte"
                | "morgen"
                | "heute"
                | "abends"
                | "nachmittags"
                | "morgens"
                | "tonight"
        );
    let separated = words.all.get(next - 1).is_some_and(|last| {
        let rest = &words.text()[last.end..];
        rest.starts_with(['.', ',', ':', '/', '%'])
            && rest[1..].starts_with(|character: char| character.is_ascii_digit())
    });
    (introduced && alone && !separated).then_some(Clock { minutes: hours % 24 * 60, next, certain })
}

/// Adds the half of the day, if it is said near the time, and says how sure the time is.
fn with_half(words: &Words<'_>, index: usize, clock: Clock) -> (Clock, f64) {
    if clock.certain {
        return (clock, 1.0);
    }
    if let Some((half, next)) = half_behind(words, clock.next) {
        return (Clock { minutes: halved(clock.minutes, half), next, certain: true }, 1.0);
    }
    // "this evening at six", "heute Abend um halb sechs"
    let before = (index.saturating_sub(3)..index).rev().find_map(|place| match words.at(place) {
        "evening" | "tonight" | "afternoon" | "abend" | "nachmittag" => Some(Half::Afternoon),
        "morning" | "früh" => Some(Half::Morning),
        _ => None,
    });
    match before {
        Some(half) => (Clock { minutes: halved(clock.minutes, half), ..clock }, 0.95),
        None => (clock, 0.7),
    }
}

/// "pm", "p.m.", "in the evening", "abends", "am Nachmittag" from a place on.
fn half_behind(words: &Words<'_>, index: usize) -> Option<(Half, usize)> {
    let (first, second, third) = (words.at(index), words.at(index + 1), words.at(index + 2));
    let text = words.text();
    // "a.m." is two words with a point between.
    let dotted = words.all.get(index).is_some_and(|word| text[word.end..].starts_with('.')) && second == "m";
    match (first, second, third) {
        ("a", _, _) if dotted => Some((Half::Morning, index + 2)),
        ("p", _, _) if dotted => Some((Half::Afternoon, index + 2)),
        // "um 5 am Freitag" and "am Nachmittag" are German
        ("am", "morgen" | "vormittag", _) if words.german => Some((Half::Morning, index + 2)),
        ("am", "abend" | "nachmittag", _) if words.german => Some((Half::Afternoon, index + 2)),
        ("am", _, _) if words.english && !(words.german && german_behind_am(second)) => {
            Some((Half::Morning, index + 1))
        }
        ("pm", _, _) => Some((Half::Afternoon, index + 1)),
        ("in", "the", "morning") => Some((Half::Morning, index + 3)),
        ("in", "the", "afternoon" | "evening") => Some((Half::Afternoon, index + 3)),
        ("at", "night", _) | ("abends" | "nachmittags" | "tonight", _, _) => {
            Some((Half::Afternoon, index + if first == "at" { 2 } else { 1 }))
        }
        ("morgens" | "früh" | "vormittags", _, _) => Some((Half::Morning, index + 1)),
        _ => None,
    }
}

/// Whether "am" is the German preposition.
fn german_behind_am(word: &str) -> bool {
    word.ends_with("tag")
        || matches!(word, "mittwoch" | "sonnabend" | "wochenende" | "ersten" | "dritten")
        || word.starts_with(|character: char| character.is_ascii_digit())
}

fn half_of_day(word: &str) -> Option<Half> {
    match word {
        "am" => Some(Half::Morning),
        "pm" => Some(Half::Afternoon),
        _ => None,
    }
}

fn halved(minutes: i64, half: Half) -> i64 {
    match half {
        Half::Morning if (12 * 60..13 * 60).contains(&minutes) => minutes - 12 * 60,
        Half::Afternoon if minutes < 12 * 60 => minutes + 12 * 60,
        Half::Morning | Half::Afternoon => minutes,
    }
}

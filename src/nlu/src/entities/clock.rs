//! How do people say the time in words, and with a bare hour?

mod around;

use self::around::{counts_people, counts_something, is_alone, is_in_part, is_introduced};
use super::{
    sense::{Sense, Unit, Word},
    time::{Clock, Half, half_behind, halved},
    words::Words,
};

/// "half past five", "quarter to six", "halb sechs", "viertel nach fünf", "fünf vor halb sechs", "ocho y media",
/// "cinq heures moins le quart", "beşi on geçe".
pub(super) fn relative(words: &Words<'_>, index: usize) -> Option<Clock> {
    before_the_hour(words, index)
        .or_else(|| minutes_first(words, index))
        .or_else(|| hour_first(words, index))
        .or_else(|| half_after(words, index))
}

/// "za kwadrans trzecia", "za pięć wpół do ósmej" where hours are counted in order.
pub(super) fn to_the_hour(words: &Words<'_>, index: usize) -> Option<Clock> {
    if words.lexicons.first().is_none_or(|lexicon| !lexicon.grammar.ordinal_hours) {
        return None;
    }
    let (minutes, place) = quarter_or_minutes(words, words.joint(index, Word::To)?)?;
    let behind = past_minutes(words, place);
    let half = words.joint(behind, Word::HalfTo);
    let (hour, next) = ordinal_hour(words, half.unwrap_or(behind))?;
    // "za 15 minut pierwsza paczka" is a length of time
    if !words.joined(place - 1) || counts_something(words, next) || (behind > place && !is_alone(words, next))
    {
        return None;
    }
    Some(clock(words, hour * 60 - minutes - if half.is_some() { 30 } else { 0 }, next, false))
}

/// How many minutes "et quart", "e mezzo", "moins le quart" and "meno dieci" add to a time that has a name.
pub(super) fn minutes_behind(words: &Words<'_>, place: usize) -> Option<(i64, usize)> {
    if place == 0 || !words.joined(place - 1) {
        return None;
    }
    let ways = [(Word::Plus, 1), (Word::Less, -1)];
    let (sign, place) = ways.into_iter().find_map(|(word, sign)| Some((sign, words.joint(place, word)?)))?;
    // "entre meio-dia e meia-noite"
    if words.sense(place, |sense| matches!(sense, Sense::Clock(_)).then_some(())).is_some() {
        return None;
    }
    let by_name = words.joint(place, Word::Quarter).map(|next| (15, next));
    let by_name = words.joint(place, Word::Half).map(|next| (30, next)).or(by_name);
    let (minutes, next) = by_name.or_else(|| quarter_or_minutes(words, place))?;
    let behind = past_minutes(words, next);
    // "entre midi et deux" ends at two.
    let alone = is_alone(words, behind) && (minutes >= 10 || sign < 0);
    let said = by_name.is_some() || behind > next || alone;
    (said && !counts_something(words, behind)).then_some((sign * minutes, behind))
}

fn quarter_or_minutes(words: &Words<'_>, place: usize) -> Option<(i64, usize)> {
    match words.joint(place, Word::Quarter) {
        Some(next) => Some((15, next)),
        None => words.number(place).filter(|(minutes, _)| (1..=30).contains(minutes)),
    }
}

/// The place behind "minutes", if they are named here.
fn past_minutes(words: &Words<'_>, place: usize) -> usize {
    let minute = |sense| (sense == Sense::Unit(Unit::Minute)).then_some(());
    words.sense(place, minute).map_or(place, |((), next)| next)
}

/// "halb sechs", "dreiviertel sechs", "viertel sechs", "wpół do szóstej".
fn before_the_hour(words: &Words<'_>, index: usize) -> Option<Clock> {
    let of =
        |wanted: fn(&super::lexicon::Grammar) -> bool| words.lexicons.iter().any(|it| wanted(&it.grammar));
    let shifts = [
        (Word::HalfTo, -30, of(|grammar| grammar.half_before)),
        (Word::ThreeQuarters, -15, of(|grammar| grammar.quarter_before)),
        (Word::Quarter, -45, of(|grammar| grammar.quarter_before)),
    ];
    let (shift, place) = shifts
        .into_iter()
        .filter(|(_, _, said)| *said)
        .find_map(|(word, shift, _)| Some((shift, words.joint(index, word)?)))?;
    let (hour, next, certain) = hour_number(words, place)?;
    // "viertel vor fünf" is read elsewhere; "half 5 kilo" is none
    (!counts_something(words, next)).then(|| clock(words, hour * 60 + shift, next, certain))
}

/// "half three", as the British say it: half an hour after three.
fn half_after(words: &Words<'_>, index: usize) -> Option<Clock> {
    let place = words.joint(index, Word::Half)?;
    let (hour, next) = words.number(place).filter(|(hour, _)| (1..=12).contains(hour))?;
    let said = words.lexicons.first().is_some_and(|lexicon| lexicon.grammar.half_after);
    // "a half one", "and half five"
    let part_of_other = words.behind(index, &[Word::Article, Word::And, Word::The]);
    let digits = words.at(place).starts_with(|first: char| first.is_ascii_digit());
    let introduced = is_introduced(words, index);
    let alone = is_alone(words, next) || half_behind(words, next).is_some();
    let fits = words.joined(place - 1) && alone && (introduced || !(digits || part_of_other));
    (said && fits).then(|| clock(words, hour * 60 + 30, next, false))
}

/// "half past five", "twenty to six", "fünf nach halb sechs", "tien over acht", "pięć po ósmej".
fn minutes_first(words: &Words<'_>, index: usize) -> Option<Clock> {
    let first = words.at(index);
    let (minutes, place) = match words.joint(index, Word::Half) {
        Some(place) => (30, place),
        None => quarter_or_minutes(words, index)?,
    };
    let place = past_minutes(words, place);
    let (sign, behind) = match (words.joint(place, Word::Past), words.joint(place, Word::To)) {
        (Some(behind), _) => (1, behind),
        (None, Some(behind)) if minutes != 30 => (-1, behind),
        (None, Some(_) | None) => return None,
    };
    if words.is_within_digits(words.all[index].start) {
        return None;
    }
    let half =
        words.joint(behind, Word::HalfTo).filter(|_| words.lexicons.iter().any(|it| it.grammar.half_before));
    let (hour, next, certain) = hour_number(words, half.unwrap_or(behind))?;
    // "10 to 12" and "2 to 3h" are ranges, "10 to 2pm" and "ten to twelve" are times.
    let of_hours = words.joint(place, Word::Until).is_some() && words.at(next - 1).ends_with('h');
    let open = !certain || of_hours;
    if first.starts_with(|it: char| it.is_ascii_digit()) && sign < 0 && open && place == index + 1 {
        return None;
    }
    if counts_something(words, next) {
        return None;
    }
    Some(clock(words, hour * 60 + sign * minutes - if half.is_some() { 30 } else { 0 }, next, certain))
}

/// "ocho y media", "8 heures et quart", "le otto meno un quarto", "at three twenty", "beşi çeyrek geçe", "sekiz buçuk".
fn hour_first(words: &Words<'_>, index: usize) -> Option<Clock> {
    if words.joint(index, Word::The).is_some() {
        return None;
    }
    let (hour, place, certain) = hour_number(words, index)?;
    if words.is_within_digits(words.all[index].start) || !words.near(place - 1) {
        return None;
    }
    let introduced = is_introduced(words, index);
    if let Some(next) = words.joint(place, Word::HalfBehind) {
        // "yedi buçuk" may be a number, "yedi buçukta" and "akşam yedi buçuk" are times.
        let of_time = words.joint(place, Word::AndHalf).is_none();
        let said = introduced || of_time || is_in_part(words, index, next);
        return (said && !counts_something(words, next)).then(|| clock(words, hour * 60 + 30, next, certain));
    }
    let oclock = words.past(place, &[Word::Oclock]);
    let amount = |place: usize| match (words.joint(place, Word::Half), words.joint(place, Word::Quarter)) {
        (Some(next), _) => Some((30, next, true)),
        (None, Some(next)) => Some((15, next, true)),
        (None, None) => {
            words.number(place).filter(|(it, _)| (0..60).contains(it)).map(|(it, next)| (it, next, false))
        }
    };
    // "une heure et demie" is an hour and a half
    let hours_long = words.sense(place, |sense| (sense == Sense::Unit(Unit::Hour)).then_some(())).is_some();
    let is_long = hour == 1 || words.lexicons.first().is_some_and(|lexicon| lexicon.grammar.long_hours);
    if hours_long && is_long && !introduced {
        return None;
    }
    for (word, sign) in [(Word::Plus, 1), (Word::Less, -1)] {
        if let Some((minutes, next, by_name)) = words.joint(oclock, word).and_then(amount)
            && (introduced || oclock > place || by_name)
            && !counts_something(words, next)
        {
            return Some(clock(words, hour * 60 + sign * minutes, next, certain));
        }
    }
    // "beşi çeyrek geçe", "ona yirmi var"
    if let Some((minutes, next, _)) = amount(place) {
        for (word, sign) in [(Word::PastBehind, 1), (Word::ToBehind, -1)] {
            if let Some(next) = words.joint(next, word) {
                return Some(clock(words, hour * 60 + sign * minutes, next, certain));
            }
        }
        // "at three twenty", "ten thirty am", "17 Uhr 30"
        let said = introduced || oclock > place || half_behind(words, next).is_some();
        if place == oclock
            && said
            && !certain
            && (10..60).contains(&minutes)
            && words.joined(place - 1)
            && !counts_something(words, next)
        {
            return Some(clock(words, hour * 60 + minutes, next, certain));
        }
    }
    None
}

/// "5 pm", "5pm", "5 o'clock", "17 Uhr", "17 Uhr 30", "at 17", "a las 5", "at 1030".
pub(super) fn hour(words: &Words<'_>, index: usize) -> Option<Clock> {
    let word = words.at(index);
    if words.is_within_digits(words.all.get(index)?.start) {
        return None;
    }
    let introduced = is_introduced(words, index);
    let digits = word.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    if word.starts_with(|character: char| character.is_ascii_digit()) && digits.len() < word.len() {
        let behind_day = index > 0
            && words
                .sense(index - 1, |sense| matches!(sense, Sense::Day(_) | Sense::Weekday(_)).then_some(()))
                .is_some();
        let led = words.behind(index, &[Word::From, Word::Until, Word::By, Word::After, Word::Before]);
        let ish = word.ends_with("ish");
        if ish && !may_be_ish(words, index, digits, led) {
            return None;
        }
        let alone = ish && (words.all.len() == 1 || half_behind(words, index + 1).is_some());
        let said = introduced || behind_day || led || alone;
        let minutes =
            four_digits(words, index, digits, said).filter(|_| is_hours(words, &word[digits.len()..]));
        return minutes
            .map(|minutes| Clock { minutes, next: index + 1, certain: true })
            .or_else(|| glued(word, digits, index, said));
    }
    if digits.len() > 2 && digits.bytes().all(|it| it.is_ascii_digit()) && !digits.is_empty() {
        if let Some(next) = hours_behind(words, index)
            && let Some(minutes) = four_digits(words, index, digits, introduced)
        {
            return Some(Clock { minutes, next, certain: true });
        }
        let number: i64 = digits.parse().ok().filter(|_| digits.len() <= 4)?;
        let (hours, minutes) = (number / 100, number % 100);
        let half = half_behind(words, index + 1).is_some();
        // "650.650.6500"
        let rest = &words.text()[words.all[index].end..];
        let goes_on =
            rest.starts_with(['.', ',', ':', '/']) && rest[1..].starts_with(|it: char| it.is_ascii_digit());
        let fits =
            !goes_on && hours < 24 && minutes < 60 && (half || (introduced && is_alone(words, index + 1)));
        return fits.then_some(Clock {
            minutes: hours * 60 + minutes,
            next: index + 1,
            certain: hours > 12 || digits.starts_with('0'),
        });
    }
    let (hours, next) = match words.number(index) {
        Some(found) => found,
        None => ordinal_hour(words, index).or_else(|| one_oclock(words, index))?,
    };
    if !(0..=24).contains(&hours) || word.starts_with('-') {
        return None;
    }
    let certain = hours > 12 || hours == 0 || (word.starts_with('0') && word.len() == 2);
    let minutes = hours % 24 * 60;
    if let Some(behind) = words.joint(next, Word::Oclock).filter(|_| words.near(next - 1)) {
        let more =
            words.number(behind).filter(|(minutes, _)| (0..60).contains(minutes) && words.joined(behind - 1));
        let more = more.filter(|(_, next)| !counts_something(words, *next));
        // "deux heures" is a time only where something says so
        let hours_long =
            words.sense(next, |sense| (sense == Sense::Unit(Unit::Hour)).then_some(())).is_some();
        let said =
            introduced || more.is_some() || (13..24).contains(&hours) || half_behind(words, behind).is_some();
        if hours_long && !said {
            return None;
        }
        let (more, next) = more.unwrap_or((0, behind));
        return Some(Clock { minutes: minutes + more, next, certain });
    }
    if counts_people(words, index, next) {
        return None;
    }
    if (1..=12).contains(&hours)
        && words.joined(next - 1)
        && let Some((half, next)) = half_behind(words, next)
    {
        return Some(Clock { minutes: halved(hours * 60, half), next, certain: true });
    }
    // "9 tomorrow morning", "8 tonight" as the whole answer
    let day = |place: usize| words.sense(place, |sense| matches!(sense, Sense::Day(_)).then_some(()));
    if index == 0
        && (1..=12).contains(&hours)
        && words.joined(next - 1)
        && let Some(((), behind)) = day(next)
    {
        let tonight =
            super::time::part(words, next).filter(|(_, end)| *end == behind && behind == words.all.len());
        let later = super::time::part(words, behind).filter(|(_, end)| *end == words.all.len());
        if let Some((half, _)) = tonight.or(later) {
            return Some(Clock { minutes: halved(minutes, half), next, certain: true });
        }
    }
    let separated = words.all.get(next - 1).is_some_and(|last| {
        let rest = &words.text()[last.end..];
        rest.starts_with('%')
            || (rest.starts_with(['.', ',', ':', '/'])
                && rest[1..].starts_with(|it: char| it.is_ascii_digit()))
    });
    let said = (introduced && is_alone(words, next)) || ends_as_hour(words, index, next);
    (said && !separated).then_some(Clock { minutes, next, certain })
}

/// "yarın sabah dokuzda", "akşam 8'de": the ending of an hour, behind a day or a part of it.
fn ends_as_hour(words: &Words<'_>, index: usize, next: usize) -> bool {
    let last = &words.all[next - 1];
    let whole = &words.text()[last.start..last.end];
    let ends = words.lexicons.first().is_some_and(|lexicon| {
        lexicon.grammar.hour_endings.iter().any(|ending| whole.ends_with(ending.as_str()))
    });
    let of_day = |sense| matches!(sense, Sense::Day(_) | Sense::Weekday(_) | Sense::Part(_)).then_some(());
    let led = |place: usize| words.sense(place, of_day).is_some_and(|((), behind)| behind == index);
    ends && (index.saturating_sub(3)..index).any(led) && !counts_something(words, next)
}

/// The minutes of "1600" or "0930" before "h" or "hours". Where nothing says that it is a time, it is a length: "lasts 1500h",
/// "about 1600 hours".
fn four_digits(words: &Words<'_>, index: usize, digits: &str, said: bool) -> Option<i64> {
    let number: i64 = digits.parse().ok().filter(|_| digits.len() == 4)?;
    let (hours, minutes) = (number / 100, number % 100);
    let is_time = digits.starts_with('0') || (said && !is_rough(words, index));
    (is_time && hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// Whether what leads to a number says how much it is about, and not that it is a time: "around".
fn is_rough(words: &Words<'_>, index: usize) -> bool {
    let roughly = words.start_before(index, Word::About);
    roughly.is_some() && roughly == words.start_before(index, Word::At)
}

/// Whether "5ish" may be a time: "10ish people" and "around 150ish" are amounts.
fn may_be_ish(words: &Words<'_>, index: usize, digits: &str, led: bool) -> bool {
    let ends = is_alone(words, index + 1) || half_behind(words, index + 1).is_some();
    ends && (digits.len() < 3 || !(led || is_rough(words, index)))
}

/// Whether a word behind digits says hours: "h", "u".
fn is_hours(words: &Words<'_>, word: &str) -> bool {
    word == "h" || words.lexicons.iter().any(|lexicon| lexicon.unit(word) == Some(Unit::Hour))
}

/// The place behind the "hours" or "Uhr" that follow a number.
fn hours_behind(words: &Words<'_>, index: usize) -> Option<usize> {
    let hours = |sense| matches!(sense, Sense::Unit(Unit::Hour) | Sense::Word(Word::Oclock)).then_some(());
    words.sense(index + 1, hours).filter(|_| words.joined(index)).map(|((), next)| next)
}

/// "5pm", "17h", "9a" where a preposition says that it is a time.
fn glued(word: &str, digits: &str, index: usize, introduced: bool) -> Option<Clock> {
    let hours: i64 = digits.parse().ok()?;
    let next = index + 1;
    match &word[digits.len()..] {
        "h" if hours < 24 && (digits.len() == 2 || introduced) => {
            Some(Clock { minutes: hours * 60, next, certain: hours > 12 || digits.starts_with('0') })
        }
        ending @ ("am" | "pm") if (1..=12).contains(&hours) => {
            Some(Clock { minutes: halved(hours * 60, glued_half(ending)?), next, certain: true })
        }
        ending @ ("a" | "p") if (1..=12).contains(&hours) && introduced => {
            Some(Clock { minutes: halved(hours * 60, glued_half(ending)?), next, certain: true })
        }
        // "at 3ish", "150ish"
        "ish" if introduced && (1..=12).contains(&hours) => {
            Some(Clock { minutes: hours * 60, next, certain: false })
        }
        "ish" if introduced && (100..1_260).contains(&hours) && hours % 100 < 60 => {
            Some(Clock { minutes: hours / 100 * 60 + hours % 100, next, certain: false })
        }
        "uhr" if hours < 25 => Some(Clock { minutes: hours % 24 * 60, next, certain: hours > 12 }),
        // "730pm"
        ending @ ("am" | "pm") if (100..1_260).contains(&hours) && hours % 100 < 60 => {
            let minutes = hours / 100 * 60 + hours % 100;
            Some(Clock { minutes: halved(minutes, glued_half(ending)?), next, certain: true })
        }
        _ => None,
    }
}

/// The half of the day that is written right behind the digits.
pub(super) fn glued_half(word: &str) -> Option<Half> {
    match word {
        "am" | "a" => Some(Half::Morning),
        "pm" | "p" => Some(Half::Afternoon),
        _ => None,
    }
}

/// Whether a text ends with a time, so that a hyphen behind it leads to another: "9:30-".
pub(super) fn stands_behind_time(before: &str) -> bool {
    let tail = before.trim_end_matches(['a', 'p', 'm', 'h']);
    let digits = |text: &str| text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let minutes = digits(tail);
    let colon = tail[..tail.len() - minutes].ends_with([':', 'h']) && minutes == 2;
    (1..=2).contains(&minutes) && (colon || tail.len() < before.len())
}

/// The number of an hour, and whether its half of the day is certain: "five", "15", "3pm", "noon", "15h".
fn hour_number(words: &Words<'_>, index: usize) -> Option<(i64, usize, bool)> {
    let word = words.at(index);
    let digits = word.trim_end_matches(|it: char| it.is_ascii_alphabetic());
    if word.starts_with(|first: char| first.is_ascii_digit()) && digits.len() < word.len() {
        let clock = glued(word, digits, index, true).filter(|clock| clock.minutes % 60 == 0)?;
        return Some((clock.minutes / 60, clock.next, !word.ends_with("ish")));
    }
    if let Some((minutes, next)) = words.sense(index, |sense| match sense {
        Sense::Clock(minutes) => Some(minutes),
        _ => None,
    }) {
        return Some((minutes / 60, next, true));
    }
    let place = words.past(index, &[Word::The]);
    let (hours, next) =
        words.number(place).or_else(|| ordinal_hour(words, place)).or_else(|| one_oclock(words, place))?;
    (1..=24).contains(&hours).then_some((hours, next, false))
}

/// "ósmej" where hours are counted in order.
fn ordinal_hour(words: &Words<'_>, index: usize) -> Option<(i64, usize)> {
    let counted = words.lexicons.iter().any(|lexicon| lexicon.grammar.ordinal_hours);
    words.ordinal(index).filter(|(hour, _)| counted && (1..=24).contains(hour))
}

/// "ein Uhr", "une heure", "la una".
fn one_oclock(words: &Words<'_>, index: usize) -> Option<(i64, usize)> {
    let one = words.joint(index, Word::Article)?;
    let said = words.joint(one, Word::Oclock).is_some() || words.joint(one, Word::Plus).is_some();
    said.then_some((1, one))
}

/// A time that may have "o'clock" and the half of the day behind it.
fn clock(words: &Words<'_>, minutes: i64, next: usize, certain: bool) -> Clock {
    let next = words.past(next, &[Word::Oclock]);
    let minutes = minutes.rem_euclid(24 * 60);
    if let Some((half, next)) = half_behind(words, next).filter(|_| !certain) {
        return Clock { minutes: halved(minutes, half), next, certain: true };
    }
    Clock { minutes, next, certain: certain || minutes >= 13 * 60 }
}

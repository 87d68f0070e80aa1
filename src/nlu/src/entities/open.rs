//! Which stretches of time does a text name that are open at one end: "by friday", "after 5 pm", "since monday"?

use jiff::Zoned;

use super::{
    begun,
    calendar::{self, Days},
    duration,
    interval::{bare, edge, ends, later},
    sense::{Sense, Word},
    stretch::{Edge, Stretch},
    time,
    words::Words,
};

/// "until friday", "by 2pm", "after 5", "ab Montag", "since 2014", "before 11 am".
pub(super) fn find(words: &Words<'_>, index: usize, now: &Zoned) -> Option<Stretch> {
    if let Some(next) = words.joint(index, Word::Soon) {
        let minutes = i64::from(now.hour()) * 60 + i64::from(now.minute());
        let from = Edge::Time { minutes, certain: true, day: Some(now.date()) };
        return Some(Stretch { from: Some(from), to: None, next });
    }
    let to = words.one_of(index, &[Word::By, Word::Before]);
    let from = words.one_of(index, &[Word::After, Word::Since]);
    let Some(place) = to.or(from) else { return open_behind(words, index, now) };
    // "après-demain à 20h30" is of that day, not after tomorrow
    let named = |sense| matches!(sense, Sense::Day(_) | Sense::Holiday(_)).then_some(());
    if words.sense(index, named).is_some_and(|((), behind)| behind > place) {
        return None;
    }
    // "past" and "to" within a time of day are none of these
    if index > 0 && time::at(words, index - 1, now).is_some_and(|(clock, _)| clock.next > index) {
        return None;
    }
    if let Some(stretch) = after_a_while(words, index, now) {
        return Some(stretch);
    }
    let place = words.past(place, &[Word::The, Word::On, Word::At]);
    let named = edge(words, place, now);
    let since = words.joint(index, Word::Hitherto).is_some();
    let (edge, next) = if since { begun::edge(words, place, named, now)? } else { named? };
    if to.is_none() {
        // "later than 9:30 but before 11:00"
        return Some(match upper(words, next, edge, now) {
            Some((to, next)) => Stretch { from: Some(edge), to: Some(to), next },
            None => Stretch { from: Some(edge), to: None, next },
        });
    }
    Some(Stretch { from: None, to: Some(before(words, index, place, edge)), next })
}

/// "but before 11:00", "and before friday" behind the beginning of a stretch.
fn upper(words: &Words<'_>, index: usize, from: Edge, now: &Zoned) -> Option<(Edge, usize)> {
    let and = words.joint(index, Word::And)?;
    // "but before" is one phrase, "and before" are two
    let lead = if words.behind(and, &[Word::Before]) { and - 1 } else { and };
    let place = words.past(words.joint(lead, Word::Before)?, &[Word::The, Word::On, Word::At]);
    // "after 3pm but before 6"
    let hour = || {
        let timed = matches!(from, Edge::Time { .. });
        let of_day = |edge: &Edge| timed && matches!(edge, Edge::Bare(..=24));
        bare(words, place).filter(|(edge, next)| of_day(edge) && ends(words, *next))
    };
    let (to, next) = edge(words, place, now).or_else(hour)?;
    Some((before(words, lead, place, to), next))
}

/// What ends "before March" and "before next week": the day before. A single day is its own end, as in "by friday", and
/// "before the end of March" is as long as March. A word that is "for" as well ("voor") does not leave out what it leads to.
fn before(words: &Words<'_>, index: usize, place: usize, edge: Edge) -> Edge {
    let leaves_out = words.joint(index, Word::Before).is_some() && words.joint(index, Word::For).is_none();
    let of_end = words.one_of(place, &[Word::End, Word::MonthEnd, Word::YearEnd]).is_some();
    if leaves_out && !of_end { day_before(edge) } else { edge }
}

/// The day before several days; a single day is its own end.
fn day_before(edge: Edge) -> Edge {
    let Edge::Days(days) = edge else { return edge };
    if days.from == days.to {
        return edge;
    }
    days.from.yesterday().map_or(edge, |day| Edge::Days(Days { from: day, to: day }))
}

/// "after 5 days" as the whole answer; within a sentence it may tell of what was: "after 3 weeks it has not come".
/// What is "since" or "from" as well ("da 3 giorni") tells of what was always.
fn after_a_while(words: &Words<'_>, index: usize, now: &Zoned) -> Option<Stretch> {
    let since = words.one_of(index, &[Word::Since, Word::From]).is_some();
    let place = words.joint(index, Word::After).filter(|_| index == 0 && !since)?;
    let (length, next) = duration::read(words, place).filter(|(_, next)| *next == words.all.len())?;
    if is_of_day(words, (place, next), now) {
        return None;
    }
    let minutes = i64::from(now.hour()) * 60 + i64::from(now.minute());
    let (day, whole) = (now.date(), length.in_minutes().is_none());
    let from = if whole {
        let day = calendar::later(day, length.months, length.days)?;
        Edge::Days(Days { from: day, to: day })
    } else {
        later(Edge::Time { minutes, certain: true, day: Some(day) }, length)?
    };
    Some(Stretch { from: Some(from), to: None, next })
}

/// Whether what looks like a length is a time of day: "17h", "le 9h", and "9h" where one says "h" for "o'clock". "Nach 3h" is in
/// three hours.
fn is_of_day(words: &Words<'_>, (place, next): (usize, usize), now: &Zoned) -> bool {
    let Some((Edge::Time { certain, .. }, behind)) = edge(words, place, now) else { return false };
    let unit = words.folded(next - 1).trim_start_matches(|first: char| first.is_ascii_digit());
    let says_oclock = words.lexicons.first().is_some_and(|lexicon| lexicon.says_oclock(unit));
    behind == next && (certain || says_oclock || words.behind(place, &[Word::The]))
}

/// "cumaya kadar", "pazartesiden itibaren", "cumadan önce": the word stands behind.
fn open_behind(words: &Words<'_>, index: usize, now: &Zoned) -> Option<Stretch> {
    let (edge, next) = edge(words, index, now)?;
    if let Some(next) = words.joint(next, Word::UntilBehind) {
        return Some(Stretch { from: None, to: Some(edge), next });
    }
    if let Some(behind) =
        words.joint(next, Word::Hitherto).filter(|_| words.joint(next, Word::Since).is_none())
    {
        let (edge, _) = begun::edge(words, index, Some((edge, next)), now)?;
        return Some(Stretch { from: Some(edge), to: None, next: behind });
    }
    // "üç gün sonra" is how far away something is
    let last = words.all.get(next.checked_sub(1)?)?;
    let ending = &words.text()[last.start..last.end];
    let counted_from = words
        .lexicons
        .iter()
        .any(|lexicon| lexicon.grammar.from_endings.iter().any(|from| ending.ends_with(from.as_str())));
    if let Some(next) = words.joint(next, Word::EarlierBehind).filter(|_| counted_from) {
        return Some(Stretch { from: None, to: Some(day_before(edge)), next });
    }
    let later = || words.joint(next, Word::LaterBehind).filter(|_| counted_from);
    let next = words.joint(next, Word::AfterBehind).or_else(later)?;
    Some(Stretch { from: Some(edge), to: None, next })
}

//! How long does it take and how far is it away, where two numbers are said: "2-3 days", "in 2 to 3 weeks"?

use jiff::Zoned;

use super::{
    calendar::{self, Days},
    distance::{self, Way},
    duration::{self, Length},
    sense::{Unit, Word},
    stretch::{Edge, Stretch},
    words::Words,
};

/// Two lengths of one unit, the shorter first, and the place behind them.
pub(super) struct Spread {
    pub(super) low: Length,
    pub(super) high: Length,
    pub(super) next: usize,
}

/// "2-3 days", "2 to 3 hours", "2 or 3 hours", "ein bis zwei Wochen", and behind "between" "2 and 3 days".
pub(super) fn lengths(words: &Words<'_>, index: usize) -> Option<Spread> {
    let one = || words.joint(index, Word::Article).map(|next| (1.0, next));
    let (count, next) = words.decimal(index).or_else(one)?;
    let place = led_to(words, index, next)?;
    let counted =
        words.spelled(place).is_some() || words.at(place).starts_with(|it: char| it.is_ascii_digit());
    let (high, unit, next) = duration::one(words, place).filter(|_| counted)?;
    // "2-5'" may be feet as well
    let signed = next == place + 1 && words.at(place).bytes().all(|it| it.is_ascii_digit());
    if signed || are_of_a_clock(words, index, (place, next), unit, high) {
        return None;
    }
    let low = Length::default().add(count, unit)?;
    (low.in_seconds()? < high.in_seconds()?).then_some(Spread { low, high, next })
}

/// The place behind the dash, the "to" or the "or" between two numbers, or behind the "and" where "between" stands before them.
fn led_to(words: &Words<'_>, first: usize, next: usize) -> Option<usize> {
    let gap = words.between(next.checked_sub(1)?)?;
    if gap.len() <= 3 && gap.trim() == "-" {
        return Some(next);
    }
    if !words.joined(next - 1) {
        return None;
    }
    let and = || words.joint(next, Word::And).filter(|_| words.behind(first, &[Word::Between]));
    words.one_of(next, &[Word::Until, Word::Or]).or_else(and)
}

/// Whether hours are rather those of a clock, where the language calls both the same: "de 9 à 18 heures", "9-18h".
fn are_of_a_clock(
    words: &Words<'_>,
    index: usize,
    (place, next): (usize, usize),
    unit: Unit,
    high: Length,
) -> bool {
    let glued = next == place + 1;
    let said = glued || words.joint(next - 1, Word::Oclock).is_some();
    // "24 à 48 heures" are on no clock
    if unit != Unit::Hour || !said || high.seconds > 24 * 3_600 {
        return false;
    }
    let led = words.behind(index, &[Word::From, Word::Between])
        || (words.behind(index, &[Word::At]) && !words.behind(index, &[Word::About]));
    let two_digits = glued && words.at(place).bytes().filter(u8::is_ascii_digit).count() == 2;
    led || two_digits || high.seconds > 12 * 3_600
}

/// "in 2-3 days", "2 to 3 weeks ago", "vor 2 bis 3 Stunden": from the nearer to the farther, both included.
pub(super) fn away(words: &Words<'_>, index: usize, now: &Zoned) -> Option<Stretch> {
    let (introduced, place) = distance::way_before(words, index);
    let spread = lengths(words, place)?;
    let (way, next) = match introduced {
        Some(way) => (way, spread.next),
        None => distance::way_behind(words, spread.next)?,
    };
    let (near, far) = (edge(spread.low, way, now)?, edge(spread.high, way, now)?);
    let (from, to) = match way {
        Way::Ahead => (near, far),
        Way::Back => (far, near),
    };
    Some(Stretch { from: Some(from), to: Some(to), next })
}

/// The day or the time that is so far away.
pub(super) fn edge(length: Length, way: Way, now: &Zoned) -> Option<Edge> {
    let (today, sign) = (now.date(), way.sign());
    let Some(minutes) = length.in_minutes() else {
        let from = calendar::later(today, sign * length.months, sign * length.days)?;
        return Some(Edge::Days(Days { from, to: from }));
    };
    let here = i64::from(now.hour()) * 60 + i64::from(now.minute());
    (minutes > 0).then_some(Edge::Time { minutes: here + sign * minutes, certain: true, day: Some(today) })
}

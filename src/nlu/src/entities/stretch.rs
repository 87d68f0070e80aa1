//! What are the two ends of a stretch of time, once each is known?
//!
//! Either end may say what the other leaves open: the half of the day, the day, whether a bare number is an hour.

use jiff::{Zoned, civil::Date};
use serde_json::{Map, Value};

use super::{
    calendar::{self, Days},
    sense::Unit,
};

/// One end of a stretch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Edge {
    Days(Days),
    /// Minutes of a day; whether its half is certain; the day, where it is said.
    Time {
        minutes: i64,
        certain: bool,
        day: Option<Date>,
    },
    /// A bare number: an hour or a day of a month, as the other end says.
    Bare(i64),
}

/// What is found, before it is a value.
pub(super) struct Stretch {
    pub(super) from: Option<Edge>,
    pub(super) to: Option<Edge>,
    pub(super) next: usize,
}

pub(super) fn value(stretch: &Stretch, now: &Zoned) -> Option<Value> {
    let (from, to) = settled(stretch.from, stretch.to, now)?;
    let mut value = Map::new();
    if let Some(from) = from {
        value.insert("from".to_owned(), text(from, now, |days| days.from)?);
    }
    if let Some(to) = to {
        value.insert("to".to_owned(), text(to, now, |days| days.to)?);
    }
    (!value.is_empty()).then_some(Value::Object(value))
}

fn text(edge: Edge, now: &Zoned, day: impl Fn(Days) -> Date) -> Option<Value> {
    Some(Value::from(match edge {
        Edge::Days(days) => day(days).to_string(),
        Edge::Time { minutes, day, .. } => moment(day?, minutes, now)?,
        Edge::Bare(_) => return None,
    }))
}

/// RFC 3339 in the conversation's zone, to the minute.
fn moment(day: Date, minutes: i64, now: &Zoned) -> Option<String> {
    let day = calendar::later(day, 0, minutes.div_euclid(24 * 60))?;
    let (hour, minute) = (minutes.rem_euclid(24 * 60) / 60, minutes.rem_euclid(60));
    let at = day.at(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0);
    let zoned = at.to_zoned(now.time_zone().clone()).ok()?;
    Some(zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

/// Both ends with what only the other one says: the half of the day, the day, what a bare number is.
fn settled(from: Option<Edge>, to: Option<Edge>, now: &Zoned) -> Option<(Option<Edge>, Option<Edge>)> {
    let (mut from, mut to) = (from, to);
    if let (Some(Edge::Bare(hour)), Some(Edge::Time { .. })) = (from, to) {
        from = Some(Edge::Time { minutes: hour * 60, certain: hour > 12, day: None });
    }
    if let (Some(Edge::Time { .. }), Some(Edge::Bare(hour))) = (from, to) {
        to = Some(Edge::Time { minutes: hour * 60, certain: hour > 12, day: None });
    }
    if let (Some(Edge::Bare(day)), Some(Edge::Days(days))) = (from, to) {
        let first = calendar::date(days.to.year().into(), days.to.month().into(), day)?;
        from = (first < days.to).then_some(Edge::Days(Days { from: first, to: first }));
        from?;
    }
    if let (Some(Edge::Days(days)), Some(Edge::Bare(day))) = (from, to) {
        let last = calendar::date(days.from.year().into(), days.from.month().into(), day)?;
        to = (last > days.from).then_some(Edge::Days(Days { from: last, to: last }));
        to?;
    }
    match (from, to) {
        (
            Some(Edge::Time { minutes: first, certain, day }),
            Some(Edge::Time { minutes: last, certain: ends, day: until }),
        ) => {
            let half = 12 * 60;
            let (mut first, mut last) = (first, last);
            if !certain && ends && last > half && first + half < last {
                first += half;
            }
            if !ends && last <= first && last + half > first {
                last += half;
            }
            let same = until.or(day).unwrap_or_else(|| default_day(last, now));
            let start = day.unwrap_or(same);
            let last = if start == until.unwrap_or(start) && last <= first { last + 24 * 60 } else { last };
            let time = |minutes, day| Some(Edge::Time { minutes, certain: true, day: Some(day) });
            Some((time(first, start), time(last, until.unwrap_or(start))))
        }
        (Some(Edge::Days(first)), Some(Edge::Days(last))) => {
            let mut last = last;
            // "from monday to friday" on a wednesday, "from december 20 to january 5"
            if last.to < first.from {
                let week = (first.from - last.to).get_days() < 7;
                let unit = if week { Unit::Week } else { Unit::Year };
                last = Days { from: last.from, to: calendar::shifted(last.to, unit, 1)? };
            }
            Some((Some(Edge::Days(first)), Some(Edge::Days(last))))
        }
        (Some(one @ Edge::Time { .. }), None) => Some((Some(dated(one, now)), None)),
        (None, Some(one @ Edge::Time { .. })) => Some((None, Some(dated(one, now)))),
        (Some(Edge::Days(_)), None) | (None, Some(Edge::Days(_))) => Some((from, to)),
        (Some(Edge::Days(days)), Some(Edge::Time { minutes, certain, day: None })) => {
            let time = Edge::Time { minutes, certain, day: Some(days.to) };
            Some((Some(Edge::Days(days)), Some(time)))
        }
        (Some(Edge::Days(_)), Some(Edge::Time { .. })) | (Some(Edge::Time { .. }), Some(Edge::Days(_))) => {
            Some((from, to))
        }
        (Some(Edge::Bare(_)), _) | (_, Some(Edge::Bare(_))) | (None, None) => None,
    }
}

fn dated(edge: Edge, now: &Zoned) -> Edge {
    match edge {
        Edge::Time { minutes, certain, day } => {
            Edge::Time { minutes, certain, day: Some(day.unwrap_or_else(|| default_day(minutes, now))) }
        }
        Edge::Days(_) | Edge::Bare(_) => edge,
    }
}

/// Today, or tomorrow where that time of today is over.
fn default_day(minutes: i64, now: &Zoned) -> Date {
    let over = i64::from(now.hour()) * 60 + i64::from(now.minute()) > minutes;
    let today = now.date();
    if over { today.tomorrow().unwrap_or(today) } else { today }
}

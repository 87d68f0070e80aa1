//! Moments and spans of time in CEL: `timestamp(now) + duration('1d')`.
//!
//! They are added, subtracted and compared; of themselves they know no clock. A moment keeps the offset
//! from UTC in which it was written, so that its day is the visitor's after it was moved as well.

use std::{any::Any, cmp::Ordering};

use cel::{
    Env, ExecutionError, add_overload,
    common::{
        traits::{Adder, Comparer, Subtractor},
        types::{CelString, Type},
        value::{CowVal, StaticVal, Val},
    },
};
use jiff::{SignedDuration, Timestamp, fmt::temporal::Pieces, tz::Offset};

use crate::bot::parse_duration;

static MOMENT: Type = Type::new_unspecified_type("timestamp");
static SPAN: Type = Type::new_unspecified_type("duration");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moment {
    at: Timestamp,
    offset: Offset,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span(SignedDuration);

/// Makes the two functions known.
pub fn declare(env: &mut Env) {
    add_overload!(env, fn timestamp: (CelString) -> Result<Moment>, name = "timestamp", id = "timestamp_text")
        .expect("the library has no such function");
    add_overload!(env, fn duration: (CelString) -> Result<Span>, name = "duration", id = "duration_text")
        .expect("the library has no such function");
}

/// A moment in RFC 3339, a span in seconds: as the functions read them; nothing for any other value.
pub fn text(value: &dyn Val) -> Option<String> {
    if let Some(Moment { at, offset }) = value.downcast_ref::<Moment>() {
        return Some(at.display_with_offset(*offset).to_string());
    }
    value.downcast_ref::<Span>().map(|span| format!("{}s", span.0.as_secs()))
}

fn timestamp(written: &CelString<'_>) -> Result<Moment, ExecutionError> {
    read(written.inner().trim()).ok_or_else(|| failed("timestamp"))
}

fn read(text: &str) -> Option<Moment> {
    let pieces = Pieces::parse(text).ok()?;
    let offset = pieces.to_numeric_offset()?;
    let at = offset.to_timestamp(pieces.date().to_datetime(pieces.time()?)).ok()?;
    Some(Moment { at, offset })
}

fn duration(written: &CelString<'_>) -> Result<Span, ExecutionError> {
    parse_duration(written.inner()).map(Span).ok_or_else(|| failed("duration"))
}

fn failed(function: &str) -> ExecutionError {
    ExecutionError::function_error(function, "it does not read so, or is out of range")
}

impl Moment {
    fn moved(self, by: Option<SignedDuration>) -> Result<CowVal<'static, 'static>, ExecutionError> {
        let at = by.and_then(|by| self.at.checked_add(by).ok()).ok_or_else(|| failed("timestamp"))?;
        Ok(CowVal::owned(Self { at, ..self }))
    }
}

fn span(length: Option<SignedDuration>) -> Result<CowVal<'static, 'static>, ExecutionError> {
    length.map(|length| CowVal::owned(Span(length))).ok_or_else(|| failed("duration"))
}

impl Adder for Moment {
    fn add<'b, 'v>(&'b self, other: &(dyn Val + 'v)) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.moved(other.downcast_ref::<Span>().map(|span| span.0))
    }
}

impl Adder for Span {
    fn add<'b, 'v>(&'b self, other: &(dyn Val + 'v)) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        match other.downcast_ref::<Moment>() {
            Some(moment) => moment.moved(Some(self.0)),
            None => span(other.downcast_ref::<Self>().and_then(|other| self.0.checked_add(other.0))),
        }
    }
}

impl Subtractor for Moment {
    fn sub<'b, 'v>(&'b self, other: &(dyn Val + 'v)) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        match other.downcast_ref::<Self>() {
            Some(earlier) => span(Some(self.at.duration_since(earlier.at))),
            None => self.moved(other.downcast_ref::<Span>().and_then(|span| span.0.checked_neg())),
        }
    }
}

impl Subtractor for Span {
    fn sub<'b, 'v>(&'b self, other: &(dyn Val + 'v)) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        span(other.downcast_ref::<Self>().and_then(|other| self.0.checked_sub(other.0)))
    }
}

impl Comparer for Moment {
    fn compare(&self, other: &dyn Val) -> Result<Ordering, ExecutionError> {
        let other = other.downcast_ref::<Self>().ok_or_else(|| failed("timestamp"))?;
        Ok(self.at.cmp(&other.at))
    }
}

impl Comparer for Span {
    fn compare(&self, other: &dyn Val) -> Result<Ordering, ExecutionError> {
        let other = other.downcast_ref::<Self>().ok_or_else(|| failed("duration"))?;
        Ok(self.0.cmp(&other.0))
    }
}

/// What the interpreter asks of both kinds alike.
macro_rules! value {
    ($kind:ty, $named:ident, $same:expr) => {
        impl Val for $kind {
            fn get_type(&self) -> &Type {
                &$named
            }

            fn cel_type() -> &'static Type {
                &$named
            }

            fn as_adder<'b, 'v>(&'b self) -> Option<&'b (dyn Adder + 'v)>
            where
                Self: 'v,
            {
                Some(self)
            }

            fn as_subtractor<'b, 'v>(&'b self) -> Option<&'b (dyn Subtractor + 'v)>
            where
                Self: 'v,
            {
                Some(self)
            }

            fn as_comparer(&self) -> Option<&dyn Comparer> {
                Some(self)
            }

            fn equals(&self, other: &dyn Val) -> bool {
                let same: fn(&Self, &Self) -> bool = $same;
                other.downcast_ref::<Self>().is_some_and(|other| same(self, other))
            }

            fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
            where
                Self: 'v,
            {
                Box::new(*self)
            }

            fn as_any(&self) -> Option<&dyn Any> {
                Some(self)
            }
        }

        impl StaticVal for $kind {}
    };
}

value!(Moment, MOMENT, |one, other| one.at == other.at);
value!(Span, SPAN, |one, other| one.0 == other.0);

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::{Names, value};

    #[test]
    fn moments_are_moved_and_compared() {
        let names = Names::from([
            ("now", json!("2026-11-23T10:00:00+01:00")),
            ("slots", json!({ "due": "2026-11-23T09:00:00Z", "day": "2026-11-24", "none": null })),
        ]);
        let check =
            |source: &str, expected: Value| assert_eq!(value(source, &names), Ok(expected), "{source}");
        check("timestamp(now) + duration('1d')", json!("2026-11-24T10:00:00+01:00"));
        check("duration('1h 30m') + timestamp(now)", json!("2026-11-23T11:30:00+01:00"));
        check("timestamp(now) - duration('11h')", json!("2026-11-22T23:00:00+01:00"));
        check("timestamp(slots.due)", json!("2026-11-23T09:00:00+00:00"));
        check("timestamp(now) == timestamp(slots.due)", json!(true));
        check("timestamp(now) != timestamp(slots.due)", json!(false));
        check("timestamp(now) > timestamp(slots.due) - duration('1s')", json!(true));
        check("timestamp(now) - timestamp(slots.due) < duration('1d')", json!(true));
        check("duration('2h') - duration('90m') == duration('30m')", json!(true));
        check("duration('1h')", json!("3600s"));
        check("duration(string(slots.none == null ? '1d' : '2d')) > duration('1h')", json!(true));
        check(
            "[1, 2].exists(days, timestamp(now) + duration(string(days) + 'd') > timestamp('2026-11-25T00:00:00Z'))",
            json!(true),
        );
        for fails in [
            "timestamp(slots.day)",
            "timestamp(slots.none)",
            "timestamp(5)",
            "timestamp('soon')",
            "duration('soon')",
            "duration('9999999999d')",
            "timestamp(now) + 5",
            "timestamp(now) + timestamp(now)",
            "timestamp(now) > now",
            "timestamp('9999-12-30T00:00:00Z') + duration('30d')",
            "[timestamp(now)]",
        ] {
            assert!(value(fails, &names).is_err(), "{fails}");
        }
    }
}

//! `wait`: lets time pass.

use jiff::{SignedDuration, Timestamp, civil};
use serde_json::Value;

use super::Go;
use crate::{
    bot::Wait,
    dialogue::{
        Expecting, FaultReason, Happening, TimerKind,
        evaluate::{Fault, expression, names},
        flows,
        turn::{PAUSE, Turn},
    },
};

/// Longest wait: further off, a date is rather a slip of the pen.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 400);

pub fn run(turn: &mut Turn<'_>, wait: &Wait) -> Result<Go, Fault> {
    let until = match wait {
        Wait::For(duration) => turn
            .now
            .checked_add(*duration)
            .map_err(|error| Fault::of(FaultReason::TooLong, error.to_string()))?,
        Wait::Until(written) => match expression(written, &turn.names())? {
            Value::String(text) => parse(turn, &text)?,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                return Err(Fault::of(FaultReason::NoTime, "`wait` needs a date and time"));
            }
        },
    };
    if until <= turn.now {
        return Ok(Go::Next);
    }
    let wait = until.duration_since(turn.now);
    if wait > LONGEST {
        return Err(Fault::of(FaultReason::TooLong, format!("waiting until {until} is too long")));
    }
    turn.go_on_unattended(Some(wait))?;
    let timer = turn.remind(TimerKind::Wait, until);
    turn.record(Happening::Waiting { until });
    turn.state.expecting = Expecting::Timer { timer };
    let makes_way = wait >= PAUSE && flows::make_way(turn);
    Ok(if makes_way { Go::Again } else { Go::Wait })
}

/// RFC 3339, or a date with or without time in the bot's time zone.
fn parse(turn: &Turn<'_>, text: &str) -> Result<Timestamp, Fault> {
    let text = text.trim();
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Ok(timestamp);
    }
    text.parse::<civil::DateTime>()
        .and_then(|local| local.to_zoned(names::time_zone(turn.bot)))
        .map(|zoned| zoned.timestamp())
        .map_err(|_| Fault::of(FaultReason::NoTime, format!("`{text}` is not a date and time")))
}

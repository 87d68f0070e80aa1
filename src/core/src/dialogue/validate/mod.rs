//! Does an answer fit what was asked, and which value is it?

mod bare;
pub mod choice;
mod contact;
mod date;
mod file;
mod number;
pub mod pattern;
mod text;
pub mod time;
mod yes_no;

use jiff::civil;
use serde_json::Value;

#[cfg(test)]
pub use self::date::as_date;
pub use self::{bare::bare, number::plain};
use super::evaluate::Fault;
use crate::{
    bot::{Expects, MisfitKind, SlotKind},
    content::Content,
    digits::Plain,
    understanding::EntityMatch,
};

/// What a visitor answered, with all that helps to read it.
pub struct Answer<'a> {
    pub content: &'a Content,
    /// The words of it; empty for a file.
    pub text: &'a str,
    /// Bytes of the file of it as the platform tells them, 0 where it does not.
    pub size: u64,
    pub entities: &'a [EntityMatch],
    /// Whether the understanding has read it: what it does not find is not there. A pressed button is not read.
    pub understood: bool,
    /// Languages of the bot.
    pub languages: &'a [String],
    /// The day in the bot's time zone.
    pub today: civil::Date,
    /// Whether 3/4 is the 4th of March.
    pub month_first: bool,
}

/// How well an answer fits.
#[derive(Clone, Debug, PartialEq)]
pub enum Fit {
    /// The whole of it is the value.
    Whole(Value),
    /// It contains the value; `text` is where.
    Part {
        value: Value,
        text: String,
    },
    No(Misfit),
}

impl Fit {
    /// The value, if there is one.
    pub fn value(self) -> Option<Value> {
        match self {
            Self::Whole(value) | Self::Part { value, .. } => Some(value),
            Self::No(_) => None,
        }
    }

    fn part(value: impl Into<Value>, text: &str) -> Self {
        Self::Part { value: value.into(), text: text.to_owned() }
    }
}

/// Why an answer does not fit, with the arguments of the studio's text for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    pub kind: MisfitKind,
    pub arguments: Vec<(&'static str, String)>,
}

impl Misfit {
    pub fn of(kind: MisfitKind) -> Fit {
        Fit::No(Self { kind, arguments: Vec::new() })
    }

    /// Whether there is a value, which is beyond a bound.
    pub fn is_bound(&self) -> bool {
        match self.kind {
            MisfitKind::NotWhole
            | MisfitKind::TooSmall
            | MisfitKind::TooLarge
            | MisfitKind::TooEarly
            | MisfitKind::TooLate => true,
            MisfitKind::Empty
            | MisfitKind::TooShort
            | MisfitKind::TooLong
            | MisfitKind::NotANumber
            | MisfitKind::SeveralNumbers
            | MisfitKind::NotAnEmail
            | MisfitKind::NotAPhone
            | MisfitKind::NotADate
            | MisfitKind::NoSuchDay
            | MisfitKind::NotATime
            | MisfitKind::NotAnOption
            | MisfitKind::WrongPattern
            | MisfitKind::NotAFile
            | MisfitKind::WrongType
            | MisfitKind::TooBig
            | MisfitKind::NotYesNo => false,
        }
    }

    fn with(kind: MisfitKind, name: &'static str, argument: &impl ToString) -> Fit {
        Fit::No(Self { kind, arguments: vec![(name, argument.to_string())] })
    }
}

/// The key of the studio's text for an answer that was not what was expected.
pub fn key(kind: MisfitKind, expects: &Expects) -> &'static str {
    let is_time = matches!(expects, Expects::Time { .. });
    match kind {
        MisfitKind::Empty => "invalid-text",
        MisfitKind::TooShort => "invalid-text-short",
        MisfitKind::TooLong => "invalid-text-long",
        MisfitKind::NotANumber => "invalid-number",
        MisfitKind::SeveralNumbers => "invalid-number-several",
        MisfitKind::NotWhole => "invalid-number-whole",
        MisfitKind::TooSmall => "invalid-number-small",
        MisfitKind::TooLarge => "invalid-number-large",
        MisfitKind::NotAnEmail => "invalid-email",
        MisfitKind::NotAPhone => "invalid-phone",
        MisfitKind::NotADate => "invalid-date",
        MisfitKind::NoSuchDay => "invalid-date-none",
        MisfitKind::NotATime => "invalid-time",
        MisfitKind::TooEarly if is_time => "invalid-time-early",
        MisfitKind::TooEarly => "invalid-date-early",
        MisfitKind::TooLate if is_time => "invalid-time-late",
        MisfitKind::TooLate => "invalid-date-late",
        MisfitKind::NotAnOption => "invalid-choice",
        MisfitKind::WrongPattern => "invalid-regex",
        MisfitKind::NotAFile => "invalid-file",
        MisfitKind::WrongType => "invalid-file-type",
        MisfitKind::TooBig => "invalid-file-large",
        MisfitKind::NotYesNo => "invalid-yes-no",
    }
}

/// Reads an answer.
pub fn validate(expects: &Expects, answer: &Answer<'_>) -> Result<Fit, Fault> {
    Ok(match expects {
        Expects::Text { min, max } => text::fit(*min, *max, answer),
        Expects::Number { min, max, whole } => {
            in_plain_digits(answer, |answer| number::fit(*min, *max, *whole, answer))
        }
        Expects::Email => contact::email(answer),
        Expects::Phone => in_plain_digits(answer, contact::phone),
        Expects::Date { min, max } => {
            in_plain_digits(answer, |answer| date::fit(min.as_deref(), max.as_deref(), answer))
        }
        Expects::Time { min, max } => {
            in_plain_digits(answer, |answer| time::fit(min.as_deref(), max.as_deref(), answer))
        }
        Expects::Choice { options } => choice::fit(options, answer),
        Expects::Regex { pattern } => pattern::fit(pattern, answer)?,
        Expects::File { types, max_bytes } => file::fit(types, *max_bytes, answer),
        Expects::YesNo => yes_no::fit(answer),
    })
}

/// Reads an answer whose digits may be of any script; where the value stands is told in what was typed.
fn in_plain_digits(answer: &Answer<'_>, fit: impl FnOnce(&Answer<'_>) -> Fit) -> Fit {
    let plain = Plain::new(answer.text);
    match fit(&Answer { text: &plain.text, ..*answer }) {
        Fit::Part { value, text } => Fit::Part { value, text: plain.typed(&text) },
        whole @ (Fit::Whole(_) | Fit::No(_)) => whole,
    }
}

/// Whether the value of an entity can stand in a slot of this kind, and as what.
pub fn coerce(kind: SlotKind, found: &EntityMatch) -> Option<Value> {
    let text = || super::words::in_words(&found.value).unwrap_or_else(|| found.text.clone());
    match kind {
        SlotKind::Any => Some(found.value.clone()),
        SlotKind::Text | SlotKind::Choice | SlotKind::Email | SlotKind::Phone => Some(Value::String(text())),
        SlotKind::Number => match &found.value {
            Value::Number(_) => Some(found.value.clone()),
            _ => number::parse(&text()).map(number::json),
        },
        SlotKind::YesNo => match &found.value {
            Value::Bool(_) => Some(found.value.clone()),
            _ => None,
        },
        SlotKind::Date => text().parse::<civil::Date>().ok().map(|date| Value::String(date.to_string())),
        SlotKind::Time => time::read(&text()).map(|minutes| Value::String(time::written(minutes))),
        SlotKind::File => None,
    }
}

/// The first entity of a kind, and whether it is the whole text.
fn entity<'a>(answer: &Answer<'a>, kind: &str) -> Option<(&'a EntityMatch, bool)> {
    let found = answer.entities.iter().find(|found| found.entity == kind)?;
    let whole = super::words::normalise(&found.text) == super::words::normalise(answer.text);
    Some((found, whole))
}

fn fitting(value: impl Into<Value>, whole: bool, text: &str) -> Fit {
    if whole { Fit::Whole(value.into()) } else { Fit::part(value, text) }
}

#[cfg(test)]
mod tests;

//! Which single values can be read: truth values, numbers, durations, sizes.

use jiff::SignedDuration;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::{Kind, Node, Read, read::mistyped};
use crate::bot::{code::Code, problem::Problems};

impl Read for bool {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        if let Kind::Bool { value, .. } = node.kind {
            return Some(value);
        }
        mistyped(node, "`true` or `false`", "write `true` or `false` without quotes", problems);
        None
    }
}

impl Read for f64 {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let number = match &node.kind {
            Kind::Number { value, .. } => value.as_f64(),
            Kind::Null | Kind::Bool { .. } | Kind::Text(_) | Kind::List(_) | Kind::Map(_) | Kind::Broken => {
                None
            }
        };
        if number.is_none() {
            mistyped(node, "a number", "write a number without quotes, such as `0.5`", problems);
        }
        number
    }
}

impl Read for u32 {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let number = match &node.kind {
            Kind::Number { value, .. } => value.as_u64().and_then(|number| Self::try_from(number).ok()),
            Kind::Null | Kind::Bool { .. } | Kind::Text(_) | Kind::List(_) | Kind::Map(_) | Kind::Broken => {
                None
            }
        };
        if number.is_none() {
            mistyped(
                node,
                "a whole number from 0",
                "write a whole number without quotes, such as `2`",
                problems,
            );
        }
        number
    }
}

/// A span of time such as `1h 30m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duration(pub SignedDuration);

impl Read for Duration {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let duration = node.scalar().and_then(parse_duration);
        if duration.is_none() {
            problems.report(
                Code::InvalidDuration,
                node.place,
                format!("{} is not a duration", node.describe()),
                "write numbers with units, such as `30s`, `10m`, `2h`, `1d` or `1h 30m`",
            );
        }
        duration.map(Self)
    }
}

/// Longest duration: ten years.
const LONGEST_SECONDS: i64 = 10 * 366 * 86_400;

/// Seconds, minutes, hours and days, each a whole number with its letter.
pub fn parse_duration(text: &str) -> Option<SignedDuration> {
    let mut seconds: i64 = 0;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..digits].parse().ok()?;
        let unit = rest[digits..].chars().next()?;
        let factor = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            _ => return None,
        };
        seconds = seconds.checked_add(number.checked_mul(factor)?)?;
        rest = rest[digits + unit.len_utf8()..].trim_start();
    }
    (seconds <= LONGEST_SECONDS).then(|| SignedDuration::from_secs(seconds))
}

/// A number of bytes such as `5MB`; a megabyte is a million bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub u64);

impl Read for Size {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let size = node.scalar().and_then(parse_size);
        if size.is_none() {
            problems.report(
                Code::InvalidSize,
                node.place,
                format!("{} is not a size", node.describe()),
                "write a number with its unit, such as `500KB` or `5MB`",
            );
        }
        size.map(Self)
    }
}

fn parse_size(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..digits].parse().ok()?;
    let factor = match text[digits..].trim().to_ascii_uppercase().as_str() {
        "" | "B" => 1,
        "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        _ => return None,
    };
    number.checked_mul(factor)
}

impl JsonSchema for Duration {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^\\s*([0-9]+[smhd]\\s*)+$", "examples": ["30s", "10m", "2h", "1d", "1h 30m"] })
    }
}

impl JsonSchema for Size {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Size".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "integer"], "pattern": "^[0-9]+ *([KMGkmg]?[Bb])?$", "examples": ["500KB", "5MB"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, seconds) in [
            ("30s", Some(30)),
            ("10m", Some(600)),
            ("2h", Some(7_200)),
            ("1d", Some(86_400)),
            ("1h 30m", Some(5_400)),
            ("1h30m", Some(5_400)),
            ("", None),
            ("10", None),
            ("m", None),
            ("-1m", None),
            ("1.5h", None),
            ("1w", None),
            ("1é", None),
            ("99999999999999999999d", None),
            ("9223372036854775807d", None),
            ("4000d", None),
        ] {
            assert_eq!(parse_duration(text).map(|d| d.as_secs()), seconds, "{text}");
        }
    }

    #[test]
    fn sizes() {
        for (text, bytes) in [
            ("5MB", Some(5_000_000)),
            ("500 kb", Some(500_000)),
            ("12", Some(12)),
            ("MB", None),
            ("1TB", None),
            ("99999999999999GB", None),
        ] {
            assert_eq!(parse_size(text), bytes, "{text}");
        }
    }
}

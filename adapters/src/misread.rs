//! Why can something that came not be read? (pure) Which field it is, and what is expected of it.
//!
//! serde's own sentences quote what stands there, which may be what a person said: a PIN, the number of a card. Of them only
//! kinds are taken, from a closed list, and of what came only names that can be a platform's.

use std::fmt::Write as _;

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_path_to_error::{Error, Path, Segment};

/// Letters of a name.
const LONGEST_NAME: usize = 40;
/// Stands for what may be no name of a platform's.
const UNNAMED: &str = "…";

/// What becomes of what cannot be read, for the log.
pub(crate) const KEPT: &str = "it is kept as it came (`studio unread list`); once that is mended, such as by an update of the studio, \
                               `studio unread replay --all` reads it anew";

/// The JSON that a text holds.
pub(crate) fn json(text: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(text).map_err(|error| {
        if text.trim_ascii().is_empty() {
            "it is empty".to_owned()
        } else if error.to_string().starts_with("recursion limit exceeded") {
            "it is nested too deeply".to_owned()
        } else {
            format!("it is no JSON at line {}, column {}", error.line(), error.column())
        }
    })
}

/// What a value holds. The error is a sentence without a beginning: “the field text.body must be a text, and is a list”.
pub(crate) fn value<'de, T: Deserialize<'de>>(
    value: impl Deserializer<'de, Error = serde_json::Error>,
) -> Result<T, String> {
    serde_path_to_error::deserialize(value).map_err(|error| why("", &error))
}

/// What a field of an object holds; the error as of [`value`], seen from the object.
pub(crate) fn field<'de, T: Deserialize<'de>>(object: &'de Value, name: &str) -> Result<T, String> {
    let held = object.get(name).ok_or_else(|| format!("it lacks the field {}", named(name)))?;
    serde_path_to_error::deserialize(held).map_err(|error| why(name, &error))
}

/// A name as it came, where it can be one of a platform's.
pub(crate) fn named(name: &str) -> &str {
    let mut letters = name.chars();
    let begins = letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    let goes_on = letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if begins && goes_on && name.len() <= LONGEST_NAME { name } else { UNNAMED }
}

/// `within` is the field in which was read, empty for the whole.
fn why(within: &str, error: &Error<serde_json::Error>) -> String {
    let place = place(within, error.path());
    let said = error.inner().to_string();
    let lacking = said.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
    if let Some(name) = lacking {
        let whole = if place.is_empty() { "it" } else { place.as_str() };
        return format!("{whole} lacks the field {}", named(name));
    }
    let whole = if place.is_empty() { "it".to_owned() } else { format!("the field {place}") };
    match expected(&said) {
        Some((needed, Some(found))) => format!("{whole} must be {needed}, and is {found}"),
        Some((needed, None)) => format!("{whole} must be {needed}"),
        None => format!("{whole} is of another kind than expected"),
    }
}

fn place(within: &str, path: &Path) -> String {
    let mut place = if within.is_empty() { String::new() } else { named(within).to_owned() };
    for segment in path {
        let name = match segment {
            Segment::Seq { index } => {
                let _ = write!(place, "[{index}]");
                continue;
            }
            Segment::Map { key: name } | Segment::Enum { variant: name } => named(name),
            Segment::Unknown => UNNAMED,
        };
        if !place.is_empty() {
            place.push('.');
        }
        place.push_str(name);
    }
    place
}

/// What serde needs, and what it found.
fn expected(said: &str) -> Option<(&'static str, Option<&'static str>)> {
    let rest = |kind: &str| said.strip_prefix(kind)?.rsplit_once(", expected ");
    if let Some((found, needed)) = rest("invalid type: ") {
        return Some((needed_kind(needed)?, found_kind(found)));
    }
    let (_, needed) = rest("invalid value: ").or_else(|| rest("invalid length "))?;
    Some((needed_kind(needed)?, None))
}

/// In serde's words and serenity's.
fn needed_kind(needed: &str) -> Option<&'static str> {
    Some(match needed {
        "a string" | "string" | "a borrowed string" | "borrowed string" => "a text",
        "a boolean" => "true or false",
        "a sequence" | "sequence" | "a sequence of ActionRow elements" => "a list",
        "a map" | "map" => "an object",
        "f32" | "f64" => "a number",
        "i8" | "i16" | "i32" | "i64" | "isize" | "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number",
        "a string or integer" | "a string or integer snowflake that is not u64::MAX" => {
            "a text or a whole number"
        }
        other if other.starts_with("struct ") => "an object",
        _ => return None,
    })
}

fn found_kind(found: &str) -> Option<&'static str> {
    let kinds = [
        ("string", "a text"),
        ("integer", "a whole number"),
        ("floating point", "a number"),
        ("boolean", "true or false"),
        ("sequence", "a list"),
        ("map", "an object"),
        ("null", "null"),
        ("unit", "null"),
    ];
    kinds.into_iter().find(|(start, _)| found.starts_with(start)).map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Told {
        text: Option<Words>,
        marks: Vec<u8>,
        named: BTreeMap<String, bool>,
        kind: Option<Kind>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Words {
        body: String,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    enum Kind {
        Loud,
    }

    #[test]
    fn the_field_is_said_and_what_it_must_be_and_nothing_of_what_stands_there() {
        let check = |whole: Value, expected: &str| {
            let said = value::<Told>(&whole).expect_err(expected);
            assert_eq!(said, expected);
            assert!(!said.contains("4711"), "{said}");
        };
        let said = "my PIN is 4711, expected a map";
        check(json!(said), "it must be an object, and is a text");
        check(json!({ "text": said }), "the field text must be an object, and is a text");
        check(json!({ "text": {} }), "text lacks the field body");
        check(json!({ "text": { "body": [said] } }), "the field text.body must be a text, and is a list");
        check(json!({ "marks": [1, said] }), "the field marks[1] must be a whole number, and is a text");
        check(json!({ "marks": [4711] }), "the field marks[0] must be a whole number");
        check(
            json!({ "named": { said: 1 } }),
            "the field named.… must be true or false, and is a whole number",
        );
        check(json!({ "kind": said }), "the field kind is of another kind than expected");
        assert_eq!(value::<Told>(&json!({ "kind": "Loud" })).map(|told| told.text.is_none()), Ok(true));
        let field = |whole: Value| field::<Words>(&whole, "text").map(drop);
        assert_eq!(field(json!({})), Err("it lacks the field text".to_owned()));
        let list = json!({ "text": { "body": [said] } });
        assert_eq!(field(list), Err("the field text.body must be a text, and is a list".to_owned()));
        assert_eq!(field(json!({ "text": { "body": said } })), Ok(()));
    }

    #[test]
    fn what_is_no_json_says_where() {
        let check = |text: &str, expected: &str| assert_eq!(json(text.as_bytes()), Err(expected.to_owned()));
        check("{\"PIN 4711", "it is no JSON at line 1, column 10");
        check(" ", "it is empty");
        check(&"[".repeat(1_000), "it is nested too deeply");
        assert_eq!(json(b"{}"), Ok(json!({})));
    }
}

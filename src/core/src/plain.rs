//! What is a value told that does not fit? The words of whoever calls, not those of the reader's library.

use crate::bot::hint;

/// What is wrong with the value at `path` (empty or `.` for the whole), and what would be right.
pub fn wrong(message: &str, path: &str) -> String {
    let message = message.rsplit_once(" at line ").map_or(message, |(message, _)| message);
    let told = told(message);
    if path.is_empty() || path == "." { told } else { format!("`{path}`: {told}") }
}

fn told(message: &str) -> String {
    let named = |start: &str| message.strip_prefix(start).and_then(|rest| rest.split_once('`'));
    if let Some((name, rest)) = named("unknown field `") {
        return format!("there is no field `{name}` here; {}", hint(name, quoted(rest), "leave it out"));
    }
    if let Some((name, rest)) = named("unknown variant `") {
        return format!("`{name}` cannot be used; {}", hint(name, quoted(rest), "write another"));
    }
    if let Some((name, _)) = named("missing field `") {
        return format!("`{name}` is missing");
    }
    if let Some((name, _)) = named("duplicate field `") {
        return format!("`{name}` stands there twice");
    }
    let parts = |kind: &str| message.strip_prefix(kind).and_then(|rest| rest.rsplit_once(", expected "));
    if let Some((found, needed)) = parts("invalid type: ") {
        return format!("{} is needed, not {}", kind_of(needed), found_kind(found));
    }
    if let Some((_, needed)) = parts("invalid value: ").or_else(|| parts("invalid length ")) {
        return format!("{} is needed", kind_of(needed));
    }
    if message.contains("digit found in string") || message.contains("number too") {
        return "a whole number is needed, and one that is not too large".to_owned();
    }
    if is_of_time(message) {
        return "a day such as 2026-12-24, a moment such as 2026-12-24T18:30:00Z, or a length of time such as 30m is needed"
            .to_owned();
    }
    message.to_owned()
}

/// Whether jiff says it, which tells how far it came in what was to be a day, a moment or a length of time.
fn is_of_time(message: &str) -> bool {
    let starts = ["expected ", "failed to find ", "successfully parsed ", "cannot parse civil "];
    let units = ["digit year", "digit month", "digit day", "digit hour", "digit minute", "digit second"];
    let others = ["separator", "component", "date", "Zulu"];
    let parts = ["failed to parse", "parsing failed", "parsed date is not valid", "unparsed input"];
    parts.iter().any(|part| message.contains(part))
        || starts.iter().any(|start| message.starts_with(start))
            && units.iter().chain(&others).any(|word| message.contains(word))
}

/// What stands between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

fn kind_of(needed: &str) -> String {
    let kind = match needed {
        "a string" | "string" | "borrowed string" => "a text",
        "a boolean" => "`true` or `false`",
        "a sequence" => "a list",
        "a map" => "an object",
        "f32" | "f64" => "a number",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "u64" | "usize" => "a whole number that is not negative",
        "u8" | "u16" | "u32" => {
            let bits: u32 = needed[1..].parse().unwrap_or(32);
            return format!("a whole number from 0 to {}", (1_u64 << bits) - 1);
        }
        list if list.contains("Vec") => "a list",
        // The names of our types mean nothing to others.
        object if ["struct ", "enum ", "variant ", "map"].iter().any(|kind| object.contains(kind)) => {
            "an object"
        }
        other => other,
    };
    kind.to_owned()
}

fn found_kind(found: &str) -> &'static str {
    let kinds = [
        ("string", "a text"),
        ("integer", "a whole number"),
        ("floating point", "a number with a decimal point"),
        ("boolean", "`true` or `false`"),
        ("sequence", "a list"),
        ("map", "an object"),
        ("null", "null"),
        ("unit", "null"),
    ];
    kinds.into_iter().find(|(start, _)| found.starts_with(start)).map_or("that", |(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::api::{Login, NewReply};

    fn read<T: for<'de> Deserialize<'de>>(text: &str, path: &str) -> String {
        let Err(error) = serde_json::from_str::<T>(text) else { panic!("{text} fits") };
        wrong(&error.to_string(), path)
    }

    #[test]
    fn no_word_of_the_library_is_told() {
        let check = |told: &str, expected: &str| {
            assert_eq!(told, expected);
            assert!(!["struct ", "u16", " at line "].iter().any(|word| told.contains(word)), "{told}");
        };
        check(&read::<Login>("{}", "."), "`email` is missing");
        check(&read::<Login>("7", "."), "an object is needed, not a whole number");
        check(
            &read::<Login>(r#"{"email": 7, "password": "x"}"#, "email"),
            "`email`: a text is needed, not a whole number",
        );
        check(
            &wrong("invalid value: integer `70000`, expected u16 at line 1 column 9", "port"),
            "`port`: a whole number from 0 to 65535 is needed",
        );
        check(
            &wrong("invalid digit found in string", "limit"),
            "`limit`: a whole number is needed, and one that is not too large",
        );
        assert!(
            read::<NewReply>(r#"{"content": {"type": "txt"}}"#, "content").contains("did you mean `text`?")
        );
    }

    #[test]
    fn what_is_no_day_and_no_moment_is_told_what_would_be() {
        let no_day = |text: &str| text.parse::<jiff::civil::Date>().expect_err(text).to_string();
        let no_moment = |text: &str| text.parse::<jiff::Timestamp>().expect_err(text).to_string();
        let days = [
            "",
            "foo",
            "today",
            "2026",
            "2026-1",
            "2026-1-1",
            "2026-13-01",
            "2026-02-30",
            "2026-01-01x",
            "01.02.2026",
        ];
        let moments = ["foo", "2026-01-01", "2026-01-01T", "2026-01-01T10", "2026-01-01T10:00:00"];
        let messages = days.map(no_day).into_iter().chain(moments.map(no_moment));
        for message in messages {
            let told = wrong(&message, "from");
            assert!(told.starts_with("`from`: a day such as 2026-12-24"), "{message}: {told}");
        }
        assert_eq!(wrong("expected a bot's name", "bot"), "`bot`: expected a bot's name");
    }
}

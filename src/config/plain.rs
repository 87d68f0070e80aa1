//! What is a wrong setting told in? The words of whoever reads a file of settings, not those of the reader's library.

use serde::Deserialize as _;
use studio_core::bot::hint;
use toml::{Table, Value};

use super::ConnectionConfig;

/// What is wrong with the setting at `path`, and what to write.
pub(super) fn wrong(message: &str, path: &str, defaults: &Table) -> String {
    if let Some(rest) = message.strip_prefix("unknown field `") {
        let (name, rest) = rest.split_once('`').unwrap_or((rest, ""));
        return unknown(name, &quoted(rest), path, defaults);
    }
    if let Some(rest) = message.strip_prefix("unknown variant `") {
        let (name, rest) = rest.split_once('`').unwrap_or((rest, ""));
        return format!("`{name}` cannot be used; {}", hint(name, quoted(rest), "write another"));
    }
    if let Some(name) = message.strip_prefix("missing field `") {
        return format!("`{0}` is missing: write a line `{0} = …`", name.trim_end_matches('`'));
    }
    let parts = |kind: &str| message.strip_prefix(kind).and_then(|rest| rest.rsplit_once(", expected "));
    let such_as = example(default_of(path, defaults));
    if let Some((found, needed)) = parts("invalid type: ") {
        return format!("{} is needed{such_as}, not {}", kind_of(needed), found_kind(found));
    }
    if let Some((_, needed)) = parts("invalid value: ") {
        return format!("{} is needed{such_as}", range_of(needed));
    }
    match message {
        "invalid socket address syntax" => {
            "an address of this machine with a port is needed, such as \"127.0.0.1:8080\"".to_owned()
        }
        "invalid IP address syntax" => {
            "an address or a network is needed, such as \"192.168.1.7/32\" or \"10.0.0.0/8\"".to_owned()
        }
        other => other.to_owned(),
    }
}

/// What is wrong with a text that is no TOML.
pub(super) fn broken(message: &str) -> String {
    let (what, _) = message.split_once(", expected ").unwrap_or((message, ""));
    match what {
        // `info` begins as an infinite number does.
        "string values must be quoted" | "invalid float" => {
            "a text stands in quotes: key = \"value\"".to_owned()
        }
        "duplicate key" => "this stands here a second time: keep one of them".to_owned(),
        what => format!(
            "{what}: a section begins with `[name]`, a setting is `key = value`, and texts stand in quotes"
        ),
    }
}

/// The setting of a connection that a message is about whose path ends there: without that setting it would be another message.
pub(super) fn culprit(settings: &Table, path: &str, message: &str) -> Option<String> {
    let place: usize = path.strip_prefix("connection[")?.strip_suffix(']')?.parse().ok()?;
    let connection = settings.get("connection")?.as_array()?.get(place)?.as_table()?;
    if let Some((name, _)) = message.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`')) {
        return connection.contains_key(name).then(|| format!("{path}.{name}"));
    }
    if !["invalid ", "unknown variant "].iter().any(|start| message.starts_with(start)) {
        return None;
    }
    let is_it = |key: &&String| {
        let mut without = connection.clone();
        without.remove(*key);
        match ConnectionConfig::deserialize(Value::Table(without)) {
            Ok(_) => true,
            Err(error) => error.message() != message,
        }
    };
    // Without its channel nothing of a connection is looked at.
    let key = connection.keys().filter(|key| *key != "channel").find(is_it);
    Some(format!("{path}.{}", key.map_or("channel", String::as_str)))
}

fn unknown(name: &str, known: &[&str], path: &str, defaults: &Table) -> String {
    let section = path.rsplit_once('.').map(|(section, _)| section);
    let elsewhere = || {
        let has_it = |value: &Value| value.as_table().is_some_and(|table| table.contains_key(name));
        defaults.iter().find(|entry| has_it(entry.1)).map(|(section, _)| section.as_str())
    };
    match (section, elsewhere()) {
        (None, Some(section)) if !path.contains('[') => {
            format!("it stands outside of its section: write it below `[{section}]`")
        }
        (None, None) if !path.contains('[') => {
            format!("there is no section `[{name}]`; {}", hint(name, known.iter().copied(), "take it out"))
        }
        (Some(_), Some(section)) if !path.starts_with("connection[") => {
            format!("`{name}` is a setting of `[{section}]`: write it below that")
        }
        (Some(_) | None, _) => {
            format!("there is no setting `{name}` here; {}", hint(name, known.iter().copied(), "take it out"))
        }
    }
}

/// What stands between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

fn kind_of(needed: &str) -> &str {
    match needed {
        "a string" | "string" | "path string" => "a text in quotes",
        "a boolean" => "`true` or `false` without quotes",
        "a sequence" => "a list in brackets",
        "a map" => "a section of settings",
        "f32" | "f64" => "a number without quotes",
        "socket address" => "an address with a port, in quotes,",
        number if is_integer(number) => "a whole number without quotes",
        table if table.starts_with("struct ") || table.ends_with(" enum") => "a section of settings",
        other => other,
    }
}

fn range_of(needed: &str) -> String {
    match needed {
        "u8" | "u16" | "u32" => {
            let bits: u32 = needed[1..].parse().unwrap_or(32);
            format!("a whole number from 0 to {}", (1_u64 << bits) - 1)
        }
        "u64" | "usize" => "a whole number that is not negative".to_owned(),
        other => kind_of(other).to_owned(),
    }
}

fn is_integer(needed: &str) -> bool {
    let size = needed.strip_prefix(['u', 'i']);
    size.is_some_and(|size| matches!(size, "8" | "16" | "32" | "64" | "size"))
}

/// What was found, without itself: it may be a secret.
fn found_kind(found: &str) -> &'static str {
    let kinds = [
        ("string", "a text"),
        ("integer", "a number"),
        ("floating point", "a number with a decimal point"),
        ("boolean", "`true` or `false`"),
        ("sequence", "a list"),
        ("map", "a section of settings"),
    ];
    kinds.into_iter().find(|(start, _)| found.starts_with(start)).map_or("that", |(_, kind)| kind)
}

fn default_of<'a>(path: &str, defaults: &'a Table) -> Option<&'a Value> {
    let (section, key) = path.split_once('.')?;
    defaults.get(section)?.get(key)
}

/// The default, where it shows what is needed.
fn example(default: Option<&Value>) -> String {
    match default {
        Some(Value::String(text)) if text.is_empty() => String::new(),
        Some(Value::Array(items)) if items.is_empty() => String::new(),
        Some(Value::Table(_) | Value::Boolean(_)) | None => String::new(),
        Some(value) => format!(" (such as {value})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_no_toml_is_told_what_it_should_be() {
        let check = |text: &str, expected: &str| {
            let error = toml::from_str::<Table>(text).expect_err("broken");
            let said = broken(error.message());
            assert!(said.contains(expected), "{text}: {said}");
        };
        check("[server\n", "a section begins with `[name]`");
        check("[log]\nlevel = info\n", "a text stands in quotes: key");
        check("[log]\nlevel = warn\n", "a text stands in quotes: key");
        check("[log]\nlevel = 'info'\nlevel = 'warn'\n", "a second time");
        check("[log]\nlevel\n", "a setting is `key = value`");
    }
}

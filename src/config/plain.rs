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
            "an address or a network is needed, such as \"192.168.1.7\" or \"10.0.0.0/8\"".to_owned()
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

/// The setting of a connection that a message is about whose path ends there: alone it gives the same message, or without it there
/// is another.
pub(super) fn culprit(settings: &Table, path: &str, message: &str) -> Option<String> {
    let place: usize = path.strip_prefix("connection[")?.strip_suffix(']')?.parse().ok()?;
    let connection = settings.get("connection")?.as_array()?.get(place)?.as_table()?;
    if message.starts_with("missing field ") {
        return None;
    }
    let is_said_of = |connection: Table| {
        let error = ConnectionConfig::deserialize(Value::Table(connection)).err();
        error.is_some_and(|error| error.message() == message)
    };
    // Without its channel nothing of a connection is looked at.
    let channel =
        Table::from_iter(connection.get("channel").map(|channel| ("channel".to_owned(), channel.clone())));
    if is_said_of(channel.clone()) {
        return Some(format!("{path}.channel"));
    }
    let keys = keys(connection);
    let is_alone = |key: &&String| {
        let value = at(connection, key).cloned();
        value.is_some_and(|value| {
            let mut alone = channel.clone();
            put(&mut alone, key, value);
            is_said_of(alone)
        })
    };
    let is_left = |key: &&String| {
        let mut without = connection.clone();
        remove(&mut without, key) && !is_said_of(without)
    };
    let key = keys.iter().find(is_alone).or_else(|| keys.iter().find(is_left));
    match key {
        Some(key) => Some(format!("{path}.{key}")),
        None if message.starts_with("invalid ") || message.starts_with("unknown variant ") => {
            Some(format!("{path}.channel"))
        }
        None => None,
    }
}

/// The settings of a connection but its channel, those of a section before the section: `theme.accent`, `theme`.
fn keys(connection: &Table) -> Vec<String> {
    let mut keys = Vec::new();
    for (key, value) in connection.iter().filter(|(key, _)| *key != "channel") {
        let inner = value.as_table().into_iter().flat_map(Table::keys);
        keys.extend(inner.map(|inner| format!("{key}.{inner}")));
        keys.push(key.clone());
    }
    keys
}

fn at<'a>(table: &'a Table, key: &str) -> Option<&'a Value> {
    match key.split_once('.') {
        Some((section, key)) => at(table.get(section)?.as_table()?, key),
        None => table.get(key),
    }
}

fn put(table: &mut Table, key: &str, value: Value) {
    match key.split_once('.') {
        Some((section, key)) => {
            let mut inner = Table::new();
            put(&mut inner, key, value);
            table.insert(section.to_owned(), Value::Table(inner));
        }
        None => _ = table.insert(key.to_owned(), value),
    }
}

/// Takes `theme` or `theme.accent` out of a connection; `false` where it is not there.
pub(super) fn remove(table: &mut Table, key: &str) -> bool {
    match key.split_once('.') {
        Some((section, key)) => {
            table.get_mut(section).and_then(Value::as_table_mut).is_some_and(|inner| remove(inner, key))
        }
        None => table.remove(key).is_some(),
    }
}

/// Which of the list that is a connection's setting are wrong, as `[1]`, each with what the reader says of it alone.
pub(super) fn wrong_items(settings: &Table, connection: usize, key: &str) -> Vec<(String, String)> {
    let connection = settings.get("connection").and_then(|all| all.get(connection)?.as_table());
    let Some((connection, items)) = connection.and_then(|it| Some((it, it.get(key)?.as_array()?))) else {
        return Vec::new();
    };
    let wrong = |connection: Table| {
        let error = ConnectionConfig::deserialize(Value::Table(connection)).err();
        error.map(|error| error.message().to_owned())
    };
    let with = |items: Vec<Value>| {
        let mut with = connection.clone();
        with.insert(key.to_owned(), Value::Array(items));
        wrong(with)
    };
    // Where no list is taken, or something else is wrong as well.
    let of_none = with(Vec::new());
    let of_item = |(place, item): (usize, &Value)| {
        let message = with(vec![item.clone()]).filter(|message| of_none.as_ref() != Some(message))?;
        Some((format!("[{place}]"), message))
    };
    items.iter().enumerate().filter_map(of_item).collect()
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

//! Does a file that is not read hold settings of the studio?

use toml::{Table, Value};

use super::{DEFAULTS, file::parse};

/// Whether a text has settings of the studio that are not the default ones.
pub fn says_otherwise(text: &str) -> bool {
    let Ok(defaults) = parse("config.toml", DEFAULTS) else { return false };
    match text.parse::<Table>() {
        Ok(table) => {
            let is_ours = |section: &str, value: &Value| {
                defaults.get(section).filter(|default| default.type_str() == value.type_str())
            };
            let ours: Vec<_> =
                table.iter().filter_map(|(section, value)| Some((is_ours(section, value)?, value))).collect();
            // Programs of other kinds have a `[server]` too, beside much that the studio does not know.
            ours.len() > table.len() / 2 && ours.iter().any(|(default, value)| differs(default, value))
        }
        Err(_) => text.lines().any(|line| {
            let section = line.trim().trim_start_matches('[').trim_end_matches(']');
            line.trim_start().starts_with('[') && defaults.contains_key(section)
        }),
    }
}

/// Whether a section has anything but what stands in the default one.
fn differs(default: &Value, value: &Value) -> bool {
    match (default.as_table(), value.as_table()) {
        (Some(default), Some(table)) => table.iter().any(|(key, value)| default.get(key) != Some(value)),
        _ => default != value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_settings_are_told_from_the_defaults_and_from_other_programs() {
        for (text, otherwise) in [
            (DEFAULTS, false),
            ("[server]\nlisten = \"127.0.0.1:8080\"\n", false),
            ("baseURL = 'https://example.org'\n[params]\nlisten = 1\n", false),
            ("server = 'nginx'\n", false),
            ("[server]\nport = 80\n[theme]\ndark = true\n", false),
            ("", false),
            ("[server]\nlisten = \"127.0.0.1:9000\"\n", true),
            ("[server]\nlistn = 1\n", true),
            ("[[connection]]\nname = 'shop'\n", true),
            ("[server]\nlisten = broken\n", true),
            ("[package\n", false),
        ] {
            assert_eq!(says_otherwise(text), otherwise, "{text}");
        }
    }
}

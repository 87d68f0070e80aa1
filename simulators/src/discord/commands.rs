//! Which commands does Discord take? Limits of `interactions/application-commands.mdx` of 2026-08-06 and of its OpenAPI
//! description, errors in its words.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{check::Faults, components::unknown_kind};

/// Kinds of commands: those that are typed, and those of the menus of persons and messages.
const TYPED: u64 = 1;
const OF_PERSON: u64 = 2;
const OF_MESSAGE: u64 = 3;

/// Kinds of options: commands below a command, groups of them, and values.
const BELOW: u64 = 1;
const GROUP: u64 = 2;
const STRING: u64 = 3;
const INTEGER: u64 = 4;
const NUMBER: u64 = 10;
const ALL: [u64; 11] = [BELOW, GROUP, STRING, INTEGER, 5, 6, 7, 8, 9, NUMBER, 11];

/// Most options, and most choices of one.
const MOST_OPTIONS: usize = 25;

/// A list of commands. The error is the body of the answer.
pub fn commands(commands: &[Value]) -> Result<(), Value> {
    let mut faults = Faults::new();
    if commands.len() > 100 {
        let why = "Maximum number of application commands reached (100)";
        return Err(json!({ "message": why, "code": 30_032 }));
    }
    let mut names = BTreeSet::new();
    for (index, command) in commands.iter().enumerate() {
        let kind = command["type"].as_u64().unwrap_or(TYPED);
        if !names.insert((kind, command["name"].as_str().unwrap_or_default())) {
            let why = "Application command names must be unique";
            faults.add(&format!("{index}.name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", why);
        }
        name(command, matches!(kind, OF_PERSON | OF_MESSAGE), &index.to_string(), &mut faults);
        if matches!(kind, OF_PERSON | OF_MESSAGE) {
            if command["description"].as_str().is_some_and(|words| !words.is_empty()) {
                let why = "Context menu commands cannot have description";
                faults.add(&format!("{index}.description"), "APPLICATION_COMMAND_INVALID_DESCRIPTION", why);
            }
        } else {
            description(command, &index.to_string(), &mut faults);
        }
        options(&command["options"], &ALL, &format!("{index}.options"), &mut faults);
    }
    faults.refusal()
}

/// The name of a command or an option in all its languages; `is_free` where it may have blanks and capitals.
fn name(of: &Value, is_free: bool, path: &str, faults: &mut Faults) {
    let mut check = |name: &Value, path: &str| match name.as_str() {
        None => faults.add(path, "BASE_TYPE_REQUIRED", "This field is required"),
        Some(name) if is_free => faults.length(path, name, 1, 32),
        Some(name) if !is_name(name) => faults.add(path, "STRING_TYPE_REGEX", NO_NAME),
        Some(_) => {}
    };
    check(&of["name"], &format!("{path}.name"));
    for (locale, name) in of["name_localizations"].as_object().into_iter().flatten() {
        check(name, &format!("{path}.name_localizations.{locale}"));
    }
    locales(of, "name_localizations", path, faults);
}

/// What a command or an option is for, in all its languages.
fn description(of: &Value, path: &str, faults: &mut Faults) {
    let mut check = |words: &Value, path: &str| match words.as_str() {
        None => faults.add(path, "BASE_TYPE_REQUIRED", "This field is required"),
        Some(words) => faults.length(path, words, 1, 100),
    };
    check(&of["description"], &format!("{path}.description"));
    for (locale, words) in of["description_localizations"].as_object().into_iter().flatten() {
        check(words, &format!("{path}.description_localizations.{locale}"));
    }
    locales(of, "description_localizations", path, faults);
}

fn locales(of: &Value, field: &str, path: &str, faults: &mut Faults) {
    for locale in of[field].as_object().into_iter().flat_map(serde_json::Map::keys) {
        if !LOCALES.contains(&locale.as_str()) {
            faults.add(&format!("{path}.{field}.{locale}"), "BASE_TYPE_CHOICES", NO_LOCALE);
        }
    }
}

/// Options of these kinds. Those that are required come first, in commands below a command as well.
fn options(options: &Value, kinds: &[u64], path: &str, faults: &mut Faults) {
    let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
    most(options, path, faults);
    let mut optional = false;
    for (index, option) in options.iter().enumerate() {
        let path = format!("{path}.{index}");
        let Some(kind) = option["type"].as_u64().filter(|kind| kinds.contains(kind)) else {
            unknown_kind(kinds, &path, faults);
            continue;
        };
        name(option, false, &path, faults);
        description(option, &path, faults);
        choices(&option["choices"], kind, &format!("{path}.choices"), faults);
        let below = format!("{path}.options");
        match kind {
            BELOW => self::options(&option["options"], &ALL[2..], &below, faults),
            GROUP => self::options(&option["options"], &[BELOW], &below, faults),
            _ if option["required"] != true => optional = true,
            _ if optional => {
                let why = "Required options must be placed before non-required options";
                faults.add(&path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", why);
            }
            _ => {}
        }
    }
    let is_below = |option: &&Value| matches!(option["type"].as_u64(), Some(BELOW | GROUP));
    let below = options.iter().filter(is_below).count();
    if below > 0 && below < options.len() {
        let why = "Sub-command and sub-command group option types are mutually exclusive to all other types";
        faults.add(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", why);
    }
}

/// Values that a person chooses from: each has a name and a value of the option's kind.
fn choices(choices: &Value, kind: u64, path: &str, faults: &mut Faults) {
    let choices = choices.as_array().map(Vec::as_slice).unwrap_or_default();
    most(choices, path, faults);
    for (index, choice) in choices.iter().enumerate() {
        let path = |field: &str| format!("{path}.{index}.{field}");
        match choice["name"].as_str() {
            None => faults.add(&path("name"), "BASE_TYPE_REQUIRED", "This field is required"),
            Some(name) => faults.length(&path("name"), name, 1, 100),
        }
        let value = &choice["value"];
        match kind {
            _ if value.is_null() => {
                faults.add(&path("value"), "BASE_TYPE_REQUIRED", "This field is required");
            }
            STRING if !value.is_string() => {
                faults.add(
                    &path("value"),
                    "STRING_TYPE_CONVERT",
                    format!("Could not interpret \"{value}\" as string."),
                );
            }
            INTEGER if !value.is_i64() && !value.is_u64() => {
                faults.add(&path("value"), "NUMBER_TYPE_COERCE", format!("Value \"{value}\" is not int."));
            }
            NUMBER if !value.is_number() => {
                faults.add(&path("value"), "NUMBER_TYPE_COERCE", format!("Value \"{value}\" is not float."));
            }
            _ => {}
        }
    }
}

fn most(list: &[Value], path: &str, faults: &mut Faults) {
    if list.len() > MOST_OPTIONS {
        faults.add(path, "BASE_TYPE_MAX_LENGTH", format!("Must be {MOST_OPTIONS} or fewer in length."));
    }
}

fn is_name(name: &str) -> bool {
    let fits = |letter: char| {
        matches!(letter, '-' | '_' | '\'') || letter.is_alphanumeric() && !letter.is_uppercase()
    };
    (1..=32).contains(&name.chars().count()) && name.chars().all(fits)
}

const NO_NAME: &str = "String value did not match validation regex.";
const NO_LOCALE: &str = "This is not a locale of Discord.";
/// `AvailableLocalesEnum` of Discord's OpenAPI description.
const LOCALES: [&str; 34] = [
    "ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "he", "hi", "hr",
    "hu", "id", "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE", "th", "tr", "uk",
    "vi", "zh-CN", "zh-TW",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// What Discord says of one command; nothing where it takes it.
    fn said(command: Value) -> String {
        commands(&[command]).err().map_or_else(String::new, |refused| refused.to_string())
    }

    #[test]
    fn texts_are_in_locales_of_discord() {
        let command = |locale: &str| json!({"name": "order", "description": "Orders", "description_localizations": {locale: "Orders"}});
        for locale in ["he", "ar", "pt-BR", "no"] {
            assert_eq!(said(command(locale)), "", "{locale}");
        }
        for locale in ["iw", "pt", "nb", "zh-Hant"] {
            let error = said(command(locale));
            assert!(error.contains(NO_LOCALE), "{error}");
        }
    }

    #[test]
    fn options_are_as_discord_takes_them() {
        let check = |options: Value, expected: &str| {
            let error = said(json!({"name": "order", "description": "Orders", "options": options}));
            assert_eq!(error.is_empty(), expected.is_empty(), "{options}: {error}");
            assert!(error.contains(expected), "{options}: {error}");
        };
        let option = |kind: u64, name: &str| json!({"type": kind, "name": name, "description": "An option"});
        let with = |kind: u64, field: &str, value: Value| {
            let mut option = option(kind, "a");
            option[field] = value;
            json!([option])
        };
        let many =
            |count: usize| (0..count).map(|number| option(3, &format!("a{number}"))).collect::<Value>();
        for kind in ALL {
            check(json!([option(kind, "a")]), "");
        }
        check(json!([option(99, "a")]), "must be one of (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)");
        check(json!([{"name": "a", "description": "b"}]), "UNION_TYPE_CHOICES");
        check(json!([{"type": 3, "description": "b"}]), r#""name":{"_errors":[{"code":"BASE_TYPE_REQUIRED""#);
        check(json!([{"type": 3, "name": "a"}]), r#""description":{"_errors":[{"code":"BASE_TYPE_REQUIRED""#);
        check(json!([option(3, "Two Words")]), NO_NAME);
        check(with(3, "description", json!("x".repeat(101))), "Must be 100 or fewer in length.");
        check(many(25), "");
        check(many(26), "Must be 25 or fewer in length.");
        check(with(3, "choices", json!([{"name": "One", "value": "1"}])), "");
        check(with(3, "choices", json!([{"name": "One", "value": 1}])), "STRING_TYPE_CONVERT");
        check(with(4, "choices", json!([{"name": "One", "value": "1"}])), "is not int.");
        check(with(4, "choices", json!([{"value": 1}])), "BASE_TYPE_REQUIRED");
        check(with(1, "options", json!([option(3, "a")])), "");
        check(with(1, "options", json!([option(1, "a")])), "UNION_TYPE_CHOICES");
        check(with(2, "options", json!([option(1, "a")])), "");
        check(with(2, "options", json!([option(3, "a")])), "UNION_TYPE_CHOICES");
        check(json!([option(1, "a"), option(3, "b")]), "mutually exclusive");
    }

    #[test]
    fn required_options_come_first() {
        let command = |required: [bool; 2]| {
            let option = |name: &str, required: bool| json!({"type": 3, "name": name, "description": "An option", "required": required});
            let options = json!([option("a", required[0]), option("b", required[1])]);
            json!({"name": "order", "description": "Orders", "options": options})
        };
        assert_eq!(said(command([true, false])), "");
        let error = said(command([false, true]));
        assert!(error.contains("Required options must be placed before"), "{error}");
    }

    #[test]
    fn commands_of_menus_have_a_name_and_no_description() {
        let command = |kind: u64, more: Value| {
            let mut command = json!({"type": kind, "name": "Show Orders"});
            super::super::world::merge(&mut command, more);
            said(command)
        };
        assert_eq!(command(2, json!({})), "");
        assert_eq!(command(3, json!({"description": ""})), "");
        assert!(command(2, json!({"description": "Orders"})).contains("cannot have description"));
        assert!(command(2, json!({"name": "x".repeat(33)})).contains("Must be 32 or fewer"));
        assert!(command(1, json!({"description": "Orders"})).contains(NO_NAME));
        assert!(command(1, json!({"name": "orders"})).contains("BASE_TYPE_REQUIRED"));
    }
}

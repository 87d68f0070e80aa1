//! Which variables of the environment are settings, and which ones look like it?

use std::{collections::BTreeMap, fs, path::Path};

use studio_core::bot::hint;
use toml::{Table, Value};

use super::{
    DEFAULTS,
    file::{merge, parse, read},
    origin::Origins,
};

/// Variables that are no settings: of the command line, of tests and of the studio's own tools.
const OTHERS: [&str; 16] = [
    "STUDIO_KEY",
    "STUDIO_CONFIG",
    "STUDIO_URL",
    "STUDIO_TOKEN",
    "STUDIO_SHARED_DATA",
    "STUDIO_SKIPPED",
    "STUDIO_HANG",
    "STUDIO_BREAKPOINT",
    "STUDIO_PANIC",
    "STUDIO_MODEL_PANIC",
    "STUDIO_BUSY",
    "STUDIO_POISON",
    "STUDIO_POISON_BEHIND",
    "STUDIO_ABORT",
    "STUDIO_FAULTS",
    "STUDIO_PICTURES",
];
/// How those begin that others set: the console's tests, and Kubernetes of a service that is called `studio`.
const FOREIGN: [&str; 3] = ["STUDIO_CONSOLE_TEST_", "STUDIO_SERVICE_", "STUDIO_PORT"];

/// How those of `[bots.settings]` begin.
const OF_BOTS: &str = "STUDIO_BOTS_SETTINGS_";

/// The variables of the environment that look like settings and are none, with what may be meant, a line each.
pub fn unknown_variables(file: Option<&Path>, environment: &BTreeMap<String, String>) -> Vec<String> {
    let Ok(mut settings) = parse("config.toml", DEFAULTS) else { return Vec::new() };
    if let Some(text) = file.and_then(|path| fs::read_to_string(path).ok()) {
        merge(&mut settings, read("", &text).table);
    }
    let connections = settings.get("connection").and_then(Value::as_array).into_iter().flatten();
    let prefixes: Vec<String> =
        connections.filter_map(|one| Some(prefix_of(one.get("name")?.as_str()?))).collect();
    let is_known = |variable: &str| {
        OTHERS.contains(&variable)
            || variable.starts_with(OF_BOTS)
            || FOREIGN.iter().any(|start| variable.starts_with(start))
            || prefixes.iter().any(|prefix| variable.starts_with(prefix))
            || setting_of(variable, &settings).is_some()
    };
    let unknown = environment.keys().filter(|name| name.starts_with("STUDIO_") && !is_known(name));
    unknown
        .map(|name| format!("the variable {name} is not read: {}", meant(name, &settings, &prefixes)))
        .collect()
}

/// Which variable may be meant by one that is none.
fn meant(variable: &str, settings: &Table, prefixes: &[String]) -> String {
    let sections = settings.iter().filter_map(|(section, value)| Some((section, value.as_table()?)));
    let mut known: Vec<String> = sections
        .flat_map(|(section, table)| {
            table.keys().map(move |key| format!("STUDIO_{section}_{key}").to_uppercase())
        })
        .collect();
    known.extend(OTHERS.map(str::to_owned));
    // Of a connection any key is a setting, or told to be none where it is read.
    let key = variable.strip_prefix("STUDIO_CONNECTION_").map(|rest| rest.rsplit('_').next().unwrap_or(rest));
    known.extend(key.into_iter().flat_map(|key| prefixes.iter().map(move |prefix| format!("{prefix}{key}"))));
    let otherwise = "settings are STUDIO_<SECTION>_<KEY>, and STUDIO_CONNECTION_<NAME>_<KEY> of a connection that there is";
    hint(variable, known.iter().map(String::as_str), otherwise)
}

fn prefix_of(connection: &str) -> String {
    format!("STUDIO_CONNECTION_{}_", connection.to_uppercase().replace('-', "_"))
}

/// `STUDIO_CONNECTION_SHOP_TOKEN` is `token` of the connection `shop`, and `STUDIO_KEY` is `server.key`.
pub(super) fn over_connections(
    settings: &mut Table,
    environment: &BTreeMap<String, String>,
    origins: &mut Origins,
) {
    if let (Some(key), Some(Value::Table(server))) =
        (environment.get("STUDIO_KEY"), settings.get_mut("server"))
    {
        server.insert("key".to_owned(), Value::String(key.clone()));
        origins.environment.insert("server.key".to_owned(), "STUDIO_KEY".to_owned());
    }
    let Some(Value::Array(connections)) = settings.get_mut("connection") else { return };
    for (place, connection) in connections.iter_mut().enumerate() {
        let Some(table) = connection.as_table_mut() else { continue };
        let Some(name) = table.get("name").and_then(Value::as_str) else { continue };
        let prefix = prefix_of(name);
        for (variable, text) in environment {
            let Some(key) = variable.strip_prefix(&prefix).map(str::to_lowercase) else { continue };
            let value = match table.get(&key) {
                Some(before) => typed(Some(before), text),
                None => guessed(text),
            };
            // One given here takes the place of one in a file, and the other way round.
            match key.strip_suffix("_file") {
                Some(plain) => _ = table.remove(plain),
                None => _ = table.remove(&format!("{key}_file")),
            }
            table.insert(key.clone(), value);
            origins.environment.insert(format!("connection[{place}].{key}"), variable.clone());
        }
    }
}

/// `STUDIO_BOTS_SETTINGS_SHOP_SHOP_URL` is `shop_url` of `[bots.settings.shop]`: of a bot that the file names, or else of one
/// whose name is a single word.
pub(super) fn over_bots(settings: &mut Table, environment: &BTreeMap<String, String>, origins: &mut Origins) {
    let bots = settings.get_mut("bots").and_then(|bots| bots.get_mut("settings")?.as_table_mut());
    let Some(bots) = bots else { return };
    for (variable, text) in environment {
        let Some(rest) = variable.strip_prefix(OF_BOTS).map(str::to_lowercase) else { continue };
        let named = bots.keys().find_map(|bot| {
            let key = rest.strip_prefix(&bot.to_lowercase().replace('-', "_"))?.strip_prefix('_')?;
            Some((bot.clone(), key.to_owned()))
        });
        let split = || rest.split_once('_').map(|(bot, key)| (bot.to_owned(), key.to_owned()));
        let Some((bot, key)) = named.or_else(split) else { continue };
        let of_bot = bots.entry(bot.clone()).or_insert_with(|| Value::Table(Table::new()));
        let Some(of_bot) = of_bot.as_table_mut() else { continue };
        let value = of_bot.get(&key).map_or_else(|| guessed(text), |before| typed(Some(before), text));
        of_bot.insert(key.clone(), value);
        origins.environment.insert(format!("bots.settings.{bot}.{key}"), variable.clone());
    }
}

/// A setting that has no default to go by: lists and truths are read as TOML, all else (a number, which may be an id of a
/// platform, as well) is a text.
fn guessed(text: &str) -> Value {
    if matches!(text, "true" | "false") || text.starts_with(['[', '{']) {
        return typed(Some(&Value::Boolean(true)), text);
    }
    Value::String(text.to_owned())
}

/// `STUDIO_SERVER_LISTEN` names `server.listen`, if there is such a section.
pub(super) fn setting_of(variable: &str, settings: &Table) -> Option<(String, String)> {
    if variable.starts_with(OF_BOTS) {
        return None;
    }
    let (section, key) = variable.strip_prefix("STUDIO_")?.split_once('_')?;
    let section = section.to_lowercase();
    matches!(settings.get(&section), Some(Value::Table(_))).then(|| (section, key.to_lowercase()))
}

/// The environment knows only texts: a text setting takes it as it is, others are read as TOML.
pub(super) fn typed(default: Option<&Value>, text: &str) -> Value {
    let plain = || Value::String(text.to_owned());
    match default {
        Some(Value::String(_)) | None => plain(),
        Some(_) => format!("value = {text}")
            .parse::<Table>()
            .ok()
            .and_then(|mut table| table.remove("value"))
            .unwrap_or_else(plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_that_are_no_settings_are_told() {
        let told = |names: &[&str]| {
            let pairs = names.iter().map(|name| ((*name).to_owned(), "x".to_owned()));
            unknown_variables(None, &pairs.collect::<BTreeMap<_, _>>())
        };
        let names = [
            "STUDIO_KEY",
            "STUDIO_SHARED_DATA",
            "STUDIO_LOG_LEVEL",
            "STUDIO_SERVER_LISTEN",
            "STUDIO_CONNECTION_WEB_BOT",
            "STUDIO_BOTS_SETTINGS_SHOP_SHOP_URL",
            "STUDIO_SERVICE_HOST",
            "STUDIO_PORT_8080_TCP_ADDR",
            "STUDIO_CONSOLE_TEST_URL",
            "PATH",
        ];
        assert_eq!(told(&names), Vec::<String>::new());
        assert_eq!(
            told(&["STUDIO_SERVR_LISTEN", "STUDIO_CONNECTION_WEBB_ORIGINS"]),
            [
                "the variable STUDIO_CONNECTION_WEBB_ORIGINS is not read: did you mean `STUDIO_CONNECTION_WEB_ORIGINS`?",
                "the variable STUDIO_SERVR_LISTEN is not read: did you mean `STUDIO_SERVER_LISTEN`?",
            ]
        );
        let far = &told(&["STUDIO_QQQQQQQQQQQQQQQQQ"])[0];
        assert!(far.contains("settings are STUDIO_<SECTION>_<KEY>"), "{far}");
    }
}

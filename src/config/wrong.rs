//! Which settings are wrong? All of them, one after the other: what is wrong is put back until the rest holds.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use serde::Deserialize as _;
use studio_adapters::connection::{NAMES, is_name};
use toml::{Table, Value};

use super::{Config, ConfigError, ConfigErrors, ConnectionConfig, origin::Origins, plain};

const LIST_FOR_SECTION: &str = "a section of settings is needed, not a list";

/// What is wrong so far.
#[derive(Default)]
pub(super) struct Wrong {
    errors: Vec<ConfigError>,
    /// Places in the list of connections of those that gave way to another: no more can be said of them.
    connections: BTreeSet<usize>,
    /// What was taken out of a connection is no more wrong for being missing.
    taken: BTreeSet<String>,
    /// Files that connections name and that cannot be read: these alone do not run.
    unreadable: BTreeMap<usize, Vec<String>>,
}

impl Wrong {
    /// What is no TOML in the file.
    pub(super) fn of_file(errors: Vec<ConfigError>, lost: BTreeSet<(usize, String)>) -> Self {
        let taken = lost.into_iter().map(|(connection, key)| format!("connection[{connection}].{key}"));
        Self { errors, taken: taken.collect(), ..Self::default() }
    }

    /// Connections that are called like one before them.
    pub(super) fn name_twins(&mut self, settings: &Table, origins: &Origins) {
        let connections = settings.get("connection").and_then(Value::as_array).into_iter().flatten();
        let mut named = BTreeMap::new();
        for (place, connection) in connections.enumerate() {
            let Some(name) = connection.get("name").and_then(Value::as_str) else { continue };
            let path = format!("connection[{place}].name");
            match named.get(name) {
                None => _ = named.insert(name, path),
                Some(first) => {
                    let line = origins.line(first).map(|line| format!(" (line {line})")).unwrap_or_default();
                    let message =
                        format!("another connection is called `{name}`{line}: give one of them another name");
                    self.errors.push(origins.tell(&path, &message));
                }
            }
        }
    }

    /// Lists in the place of sections, which the reader would take for their settings in the order in which our code has them.
    pub(super) fn refuse_lists(&mut self, settings: &mut Table, defaults: &Table, origins: &Origins) {
        for (section, default) in defaults.iter().filter(|(_, default)| default.is_table()) {
            if let Some(value) = settings.get_mut(section).filter(|value| value.is_array()) {
                self.errors.push(origins.describe(section, LIST_FOR_SECTION));
                value.clone_from(default);
            }
        }
        let connections = settings.get_mut("connection").and_then(Value::as_array_mut);
        for (place, connection) in connections.into_iter().flatten().enumerate() {
            let Some(connection) = connection.as_table_mut() else { continue };
            for key in lists_for_sections(connection) {
                connection.remove(&key);
                let path = format!("connection[{place}].{key}");
                self.errors.push(origins.describe(&path, LIST_FOR_SECTION));
                self.taken.insert(path);
            }
        }
    }

    /// A wrong setting is put back to its default, or taken out of its connection, to find the next one.
    pub(super) fn read(
        mut self,
        mut settings: Table,
        defaults: &Table,
        origins: Origins,
    ) -> Result<Config, ConfigErrors> {
        loop {
            let error = match serde_path_to_error::deserialize(Value::Table(settings.clone())) {
                Ok(config) if self.errors.is_empty() => {
                    return Ok(self.without_files(Config { origins, ..config }));
                }
                Ok(rest) => return Err(self.with_rest(Config { origins, ..rest })),
                Err(error) => error,
            };
            let path = error.path().to_string();
            let message = error.inner().message();
            let place = plain::culprit(&settings, &path, message).unwrap_or_else(|| path.clone());
            let number: Option<usize> =
                path.strip_prefix("connection[").and_then(|rest| rest.split(']').next()?.parse().ok());
            let key = place.strip_prefix(&format!("{path}.")).filter(|_| number.is_some());
            let missing = message.strip_prefix("missing field `").map(|name| name.trim_end_matches('`'));
            if !missing.is_some_and(|name| self.taken.contains(&format!("{path}.{name}"))) {
                let items = number.zip(key).map(|(number, key)| plain::wrong_items(&settings, number, key));
                let mut told: Vec<_> = items.into_iter().flatten().collect();
                if told.is_empty() {
                    told.push((String::new(), message.to_owned()));
                }
                self.errors.extend(told.into_iter().map(|(item, message)| {
                    origins.describe(&format!("{place}{item}"), &plain::wrong(&message, &place, defaults))
                }));
            }
            let is_taken = key.is_some_and(|key| take_out(&mut settings, number, key));
            if is_taken {
                self.taken.insert(place);
            } else {
                self.check_name(&settings, number, &origins);
                self.connections.extend(number);
                if !put_back(&mut settings, defaults, &path) {
                    return Err(ConfigErrors { errors: self.errors, rest: None });
                }
            }
        }
    }

    /// Of a connection that gives way nothing more is read.
    fn check_name(&mut self, settings: &Table, connection: Option<usize>, origins: &Origins) {
        let Some(place) = connection else { return };
        let found = settings.get("connection").and_then(|all| all.get(place)?.get("name")?.as_str());
        if found.is_some_and(|name| !is_name(name)) {
            let message = format!("a name must be {NAMES}");
            self.errors.push(origins.tell(&format!("connection[{place}].name"), &message));
        }
    }

    fn without_files(self, mut config: Config) -> Config {
        let of = |(place, why): (usize, Vec<String>)| {
            Some((config.connection.get(place)?.name().to_owned(), why.join("; ")))
        };
        config.unreadable = self.unreadable.into_iter().filter_map(of).collect();
        config
    }

    fn with_rest(self, mut rest: Config) -> ConfigErrors {
        let left: Vec<usize> =
            (0..rest.connection.len()).filter(|place| !self.connections.contains(place)).collect();
        let mut place = 0..;
        rest.connection.retain(|_| place.next().is_none_or(|place| !self.connections.contains(&place)));
        rest.origins.left = Some(left);
        rest.origins.taken = self.taken;
        ConfigErrors { errors: self.errors, rest: Some(Box::new(rest)) }
    }

    /// Replaces keys ending in `_file` by what the files hold, in the table of this name.
    pub(super) fn read_files(&mut self, table: &mut Table, name: &str, origins: &Origins) {
        let inside = |key: &str| if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") };
        let files: Vec<String> = table.keys().filter(|key| key.ends_with("_file")).cloned().collect();
        for key in files {
            let Some(Value::String(path)) = table.remove(&key) else { continue };
            match fs::read_to_string(&path) {
                Ok(text) => {
                    let name = key.trim_end_matches("_file").to_owned();
                    table.insert(name, Value::String(text.trim_end_matches(['\r', '\n']).to_owned()));
                }
                Err(error) => {
                    let error = origins.tell(&inside(&key), &format!("cannot read {path}: {error}"));
                    if let Some(place) = place_of_connection(name) {
                        self.unreadable.entry(place).or_default().push(error.to_string());
                        table.insert(key, Value::String(path));
                    } else {
                        self.errors.push(error);
                    }
                }
            }
        }
        for (key, value) in table {
            match value {
                Value::Table(inner) => self.read_files(inner, &inside(key), origins),
                Value::Array(items) => {
                    for (place, item) in items.iter_mut().enumerate() {
                        if let Some(item) = item.as_table_mut() {
                            self.read_files(item, &format!("{}[{place}]", inside(key)), origins);
                        }
                    }
                }
                Value::String(_)
                | Value::Integer(_)
                | Value::Float(_)
                | Value::Boolean(_)
                | Value::Datetime(_) => {}
            }
        }
    }
}

/// The settings of a connection that are lists where its channel has sections: an empty section is taken there.
fn lists_for_sections(connection: &Table) -> Vec<String> {
    let Some(channel) = connection.get("channel") else { return Vec::new() };
    let takes_section = |key: &String| {
        let empty = (key.clone(), Value::Table(Table::new()));
        let alone = Table::from_iter([("channel".to_owned(), channel.clone()), empty]);
        let error = ConnectionConfig::deserialize(Value::Table(alone)).err();
        error.is_none_or(|error| error.message().starts_with("missing field `"))
    };
    let lists = connection.iter().filter(|(_, value)| value.is_array()).map(|(key, _)| key);
    lists.filter(|key| takes_section(key)).cloned().collect()
}

/// The place of a connection whose own table is called so.
fn place_of_connection(name: &str) -> Option<usize> {
    name.strip_prefix("connection[")?.strip_suffix(']')?.parse().ok()
}

/// Takes a setting out of a connection.
fn take_out(settings: &mut Table, connection: Option<usize>, key: &str) -> bool {
    let connections = settings.get_mut("connection").and_then(Value::as_array_mut);
    let connection = connections.zip(connection).and_then(|(all, place)| all.get_mut(place));
    // Without its channel nothing of a connection is looked at.
    key != "channel"
        && connection.and_then(Value::as_table_mut).is_some_and(|table| plain::remove(table, key))
}

/// Puts a setting back to its default, or takes it out where it has none; `false` if it is like that already.
fn put_back(settings: &mut Table, defaults: &Table, path: &str) -> bool {
    let (key, rest) = match path.split_once('.') {
        Some((key, rest)) => (key, Some(rest)),
        None => (path, None),
    };
    // One of a list, such as a connection, gives way to the default one; where there is none, the list to the default list.
    if let Some((list, place)) = key.split_once('[') {
        let place = place.trim_end_matches(']').parse::<usize>().ok();
        let item = settings.get_mut(list).and_then(Value::as_array_mut).zip(place);
        let default = defaults.get(list).and_then(Value::as_array).and_then(|items| items.first());
        return match item.and_then(|(items, place)| items.get_mut(place)).zip(default) {
            Some((item, default)) if item != default => {
                item.clone_from(default);
                true
            }
            Some(_) => false,
            None => put_back(settings, defaults, list),
        };
    }
    match (settings.get_mut(key), defaults.get(key), rest) {
        (Some(Value::Table(inner)), Some(Value::Table(default)), Some(rest)) => {
            put_back(inner, default, rest)
        }
        (Some(value), Some(default), _) if value != default => {
            value.clone_from(default);
            true
        }
        (Some(_), None, _) => settings.remove(key).is_some(),
        (Some(_) | None, ..) => false,
    }
}

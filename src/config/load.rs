//! How do the layers of settings become one, and what is said about a wrong one?

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    path::Path,
};

use studio_core::bot::hint;
use toml::{Table, Value};
use toml_edit::{Document, Item};

use super::{Config, DEFAULTS, plain};

/// What to do about any of them.
pub const EXPLAINED: &str = "`studio config --defaults` explains every setting";

/// A setting is wrong; the text says which, where, and what would be right.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read {path}: {error}")]
    Read { path: String, error: std::io::Error },
    #[error("{origin}: {message}")]
    Invalid { origin: String, message: String },
    /// Every setting by itself holds, and together they do not.
    #[error("{0}")]
    Unfit(String),
}

/// Everything that is wrong with the settings, a line each.
#[derive(Debug)]
pub struct ConfigErrors {
    pub errors: Vec<ConfigError>,
    /// The settings without what is wrong with them, to look on by; nothing is to run by them.
    pub rest: Option<Box<Config>>,
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, error) in self.errors.iter().enumerate() {
            write!(f, "{}{error}", if place == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

impl From<ConfigError> for ConfigErrors {
    fn from(error: ConfigError) -> Self {
        let rest = toml::from_str(DEFAULTS).ok().map(Box::new);
        Self { errors: vec![error], rest }
    }
}

/// Reads the settings: defaults, then the file, then `STUDIO_<SECTION>_<KEY>` of the environment.
///
/// Keys ending in `_file` are replaced by what the named file holds, without its last line break.
pub fn load(file: Option<&Path>, environment: &BTreeMap<String, String>) -> Result<Config, ConfigErrors> {
    let defaults = parse("config.toml", DEFAULTS)?;
    let mut settings = defaults.clone();
    let mut origins = Origins { file: None, environment: BTreeMap::new() };
    if let Some(path) = file {
        let name = path.display().to_string();
        let text =
            fs::read_to_string(path).map_err(|error| ConfigError::Read { path: name.clone(), error })?;
        let table = parse(&name, &text)?;
        merge(&mut settings, table);
        origins.file = Some((name, text));
    }
    for (variable, text) in environment {
        if let Some((section, key)) = setting_of(variable, &settings) {
            if let Some(Value::Table(table)) = settings.get_mut(&section) {
                table.insert(key.clone(), typed(table.get(&key), text));
            }
            origins.environment.insert(format!("{section}.{key}"), variable.clone());
        }
    }
    over_connections(&mut settings, environment, &mut origins);
    let mut wrong = Wrong::default();
    wrong.read_files(&mut settings, None);
    wrong.read(settings, &defaults, &origins)
}

/// What is wrong so far.
#[derive(Default)]
struct Wrong {
    errors: Vec<ConfigError>,
    /// Places in the list of connections of those of which something is wrong: no more can be said of them.
    connections: BTreeSet<usize>,
}

impl Wrong {
    /// A wrong setting is put back to its default, or taken out of its connection, to find the next one.
    fn read(
        mut self,
        mut settings: Table,
        defaults: &Table,
        origins: &Origins,
    ) -> Result<Config, ConfigErrors> {
        // What was taken out of a connection is no more wrong for being missing.
        let mut taken = BTreeSet::new();
        loop {
            let error = match serde_path_to_error::deserialize(Value::Table(settings.clone())) {
                Ok(config) if self.errors.is_empty() => return Ok(config),
                Ok(rest) => return Err(self.with_rest(rest)),
                Err(error) => error,
            };
            let path = error.path().to_string();
            let message = error.inner().message();
            let place = plain::culprit(&settings, &path, message).unwrap_or_else(|| path.clone());
            let missing = message.strip_prefix("missing field `").map(|name| name.trim_end_matches('`'));
            if !missing.is_some_and(|name| taken.contains(&format!("{path}.{name}"))) {
                self.errors.push(origins.describe(&place, &plain::wrong(message, &place, defaults)));
            }
            let number: Option<usize> =
                path.strip_prefix("connection[").and_then(|rest| rest.split(']').next()?.parse().ok());
            self.connections.extend(number);
            let key = place.strip_prefix(&format!("{path}.")).filter(|_| number.is_some());
            let is_taken = key.is_some_and(|key| take_out(&mut settings, number, key));
            if is_taken {
                taken.insert(place);
            } else if !put_back(&mut settings, defaults, &path) {
                return Err(ConfigErrors { errors: self.errors, rest: None });
            }
        }
    }

    fn with_rest(self, mut rest: Config) -> ConfigErrors {
        let mut place = 0..;
        rest.connection.retain(|_| place.next().is_none_or(|place| !self.connections.contains(&place)));
        ConfigErrors { errors: self.errors, rest: Some(Box::new(rest)) }
    }

    /// Replaces keys ending in `_file` by what the files hold, in a table of this connection.
    fn read_files(&mut self, table: &mut Table, connection: Option<usize>) {
        let files: Vec<String> = table.keys().filter(|key| key.ends_with("_file")).cloned().collect();
        for key in files {
            let Some(Value::String(path)) = table.remove(&key) else { continue };
            match fs::read_to_string(&path) {
                Ok(text) => {
                    let name = key.trim_end_matches("_file").to_owned();
                    table.insert(name, Value::String(text.trim_end_matches(['\r', '\n']).to_owned()));
                }
                Err(error) => {
                    self.errors.push(ConfigError::Read { path, error });
                    self.connections.extend(connection);
                }
            }
        }
        for value in table.iter_mut().map(|(_, value)| value) {
            match value {
                Value::Table(inner) => self.read_files(inner, connection),
                Value::Array(items) => {
                    for (place, item) in items.iter_mut().enumerate() {
                        if let Some(item) = item.as_table_mut() {
                            self.read_files(item, connection.or(Some(place)));
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

/// Takes a setting out of a connection.
fn take_out(settings: &mut Table, connection: Option<usize>, key: &str) -> bool {
    let connections = settings.get_mut("connection").and_then(Value::as_array_mut);
    let connection = connections.zip(connection).and_then(|(all, place)| all.get_mut(place));
    // Without its channel nothing of a connection is looked at.
    key != "channel"
        && connection.and_then(Value::as_table_mut).is_some_and(|table| table.remove(key).is_some())
}

/// Variables that are no settings: of the command line, of tests and of the studio's own tools.
const OTHERS: [&str; 12] = [
    "STUDIO_KEY",
    "STUDIO_CONFIG",
    "STUDIO_URL",
    "STUDIO_TOKEN",
    "STUDIO_SHARED_DATA",
    "STUDIO_SKIPPED",
    "STUDIO_HANG",
    "STUDIO_BREAKPOINT",
    "STUDIO_POISON",
    "STUDIO_ABORT",
    "STUDIO_FAULTS",
    "STUDIO_PICTURES",
];
/// How those begin that others set: the console's tests, and Kubernetes of a service that is called `studio`.
const FOREIGN: [&str; 3] = ["STUDIO_CONSOLE_TEST_", "STUDIO_SERVICE_", "STUDIO_PORT"];

/// The variables of the environment that look like settings and are none, with what may be meant, a line each.
pub fn unknown_variables(file: Option<&Path>, environment: &BTreeMap<String, String>) -> Vec<String> {
    let Ok(mut settings) = parse("config.toml", DEFAULTS) else { return Vec::new() };
    let text = file.and_then(|path| fs::read_to_string(path).ok());
    if let Some(table) = text.and_then(|text| text.parse().ok()) {
        merge(&mut settings, table);
    }
    let connections = settings.get("connection").and_then(Value::as_array).into_iter().flatten();
    let prefixes: Vec<String> =
        connections.filter_map(|one| Some(prefix_of(one.get("name")?.as_str()?))).collect();
    let is_known = |variable: &str| {
        OTHERS.contains(&variable)
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

/// `STUDIO_CONNECTION_SHOP_TOKEN` is `token` of the connection `shop`, and `STUDIO_KEY` is `server.key`.
fn over_connections(settings: &mut Table, environment: &BTreeMap<String, String>, origins: &mut Origins) {
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

/// A setting that has no default to go by: lists and truths are read as TOML, all else (a number, which may be an id of a
/// platform, as well) is a text.
fn guessed(text: &str) -> Value {
    if matches!(text, "true" | "false") || text.starts_with(['[', '{']) {
        return typed(Some(&Value::Boolean(true)), text);
    }
    Value::String(text.to_owned())
}

/// Puts a setting back to its default, or takes it out where it has none; `false` if it is like that already.
fn put_back(settings: &mut Table, defaults: &Table, path: &str) -> bool {
    let (key, rest) = match path.split_once('.') {
        Some((key, rest)) => (key, Some(rest)),
        None => (path, None),
    };
    // One of a list, such as a connection, gives way to the default one.
    if let Some((list, place)) = key.split_once('[') {
        let place = place.trim_end_matches(']').parse::<usize>().ok();
        let item = settings.get_mut(list).and_then(Value::as_array_mut).zip(place);
        let default = defaults.get(list).and_then(Value::as_array).and_then(|items| items.first());
        return match item.and_then(|(items, place)| items.get_mut(place)).zip(default) {
            Some((item, default)) if item != default => {
                item.clone_from(default);
                true
            }
            _ => false,
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

fn parse(name: &str, text: &str) -> Result<Table, ConfigError> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        ConfigError::Invalid { origin: format!("{name}:{line}"), message: plain::broken(error.message()) }
    })
}

fn merge(below: &mut Table, above: Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Value::Table(old)), Value::Table(new)) => merge(old, new),
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}

/// `STUDIO_SERVER_LISTEN` names `server.listen`, if there is such a section.
fn setting_of(variable: &str, settings: &Table) -> Option<(String, String)> {
    let (section, key) = variable.strip_prefix("STUDIO_")?.split_once('_')?;
    let section = section.to_lowercase();
    matches!(settings.get(&section), Some(Value::Table(_))).then(|| (section, key.to_lowercase()))
}

/// The environment knows only texts: a text setting takes it as it is, others are read as TOML.
fn typed(default: Option<&Value>, text: &str) -> Value {
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

/// Where the settings came from, to say where a wrong one stands.
struct Origins {
    file: Option<(String, String)>,
    environment: BTreeMap<String, String>,
}

impl Origins {
    /// The variable that a setting, or what it is a part of, came from; where there is no file, one beside it.
    fn variable(&self, path: &str) -> Option<&String> {
        let is_part = |part: &str, whole: &str| {
            part.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let of_whole = self.environment.iter().find(|(key, _)| is_part(path, key));
        // The defaults alone are right: what is wrong beside a variable is its doing.
        let around = path.split('.').next().unwrap_or(path);
        let beside = || self.environment.iter().find(|(key, _)| self.file.is_none() && is_part(key, around));
        of_whole.or_else(beside).map(|(_, variable)| variable)
    }

    fn describe(&self, path: &str, message: &str) -> ConfigError {
        let origin = match (self.variable(path), &self.file) {
            (Some(variable), _) => format!("environment variable {variable}"),
            (None, Some((name, text))) => {
                line_of_path(text, path).map_or_else(|| name.clone(), |line| format!("{name}:{line}"))
            }
            (None, None) => "the defaults".to_owned(),
        };
        let stop = if message.ends_with('?') { "" } else { ";" };
        let message = format!("{path}: {message}{stop} {EXPLAINED}");
        ConfigError::Invalid { origin, message }
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// The line of `server.listen` or `connection[1].name` in a TOML text.
fn line_of_path(text: &str, path: &str) -> Option<usize> {
    let document = Document::parse(text).ok()?;
    let mut item: &Item = document.as_item();
    let mut offset = None;
    for part in path.split('.') {
        let (key, index) = match part.split_once('[') {
            Some((key, rest)) => (key, rest.trim_end_matches(']').parse::<usize>().ok()),
            None => (part, None),
        };
        let table = item.as_table_like()?;
        let Some((found, next)) = table.get_key_value(key) else { break };
        offset = found.span().or_else(|| next.span()).or(offset);
        item = next;
        if let Some(index) = index {
            item = item.get(index)?;
            offset = item.span().or(offset);
        }
    }
    offset.map(|span| line_of(text, span.start))
}

/// The settings as they hold, with secrets as `***`, in TOML.
impl Config {
    pub fn printed(&self) -> String {
        toml::to_string_pretty(self).unwrap_or_else(|error| format!("# cannot be printed: {error}\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(text: &str) -> Result<Config, String> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("studio.toml");
        fs::write(&path, text).expect("writable");
        load(Some(&path), &BTreeMap::new())
            .map_err(|error| error.to_string().replace(&format!("{}/", folder.path().display()), ""))
    }

    #[test]
    fn the_defaults_are_complete() {
        let config = load(None, &BTreeMap::new()).expect("config.toml is valid");
        assert!(config.server.listen.ip().is_loopback());
        assert_eq!(config.connection.len(), 1);
    }

    #[test]
    fn a_wrong_setting_is_named_with_its_line() {
        for (text, expected) in [
            (
                "[server]\nlistn = \"x\"\n",
                "studio.toml:2: server.listn: there is no setting `listn` here; did you mean `listen`? `studio config --defaults`",
            ),
            (
                "[log]\nlevel = \"info\"\nformat = \"xml\"\n",
                "studio.toml:3: log.format: `xml` cannot be used; write another; known: `json`, `text`; ",
            ),
            (
                "[sever]\nx = 1\n",
                "studio.toml:1: sever: there is no section `[sever]`; did you mean `server`?",
            ),
            (
                "inbox = 1\n",
                "studio.toml:1: inbox: it stands outside of its section: write it below `[limits]`;",
            ),
            (
                "[server]\ninbox = 1\n",
                "studio.toml:2: server.inbox: `inbox` is a setting of `[limits]`: write it below that;",
            ),
            ("[server\n", "studio.toml:1: "),
            (
                "[limits]\n\ninbox = \"many\"\n",
                "studio.toml:3: limits.inbox: a whole number without quotes is needed (such as 20000), not a text;",
            ),
            (
                "[limits]\ninbox = -1\n",
                "studio.toml:2: limits.inbox: a whole number that is not negative is needed",
            ),
            (
                "[egress]\nallow_ports = [80, 70000]\n",
                "studio.toml:2: egress.allow_ports[1]: a whole number from 0 to 65535 is needed;",
            ),
            (
                "[egress]\nallow_private = ['here']\n",
                "studio.toml:2: egress.allow_private[0]: an address or a network",
            ),
            (
                "[server]\nlisten = 8080\n",
                "studio.toml:2: server.listen: an address with a port, in quotes, is needed (such as \"127.0.0.1:8080\"), not a number;",
            ),
            (
                "[server]\nlisten = 'here'\n",
                "studio.toml:2: server.listen: an address of this machine with a port",
            ),
            (
                "[demo]\nenabled = 'no'\n",
                "studio.toml:2: demo.enabled: `true` or `false` without quotes is needed, not a text;",
            ),
            ("limits = 3\n", "studio.toml:1: limits: a section of settings is needed, not a number;"),
            (
                "[server]\nkey = 1234567\n",
                "studio.toml:2: server.key: a text in quotes is needed, not a number;",
            ),
            (
                "[[connection]]\nname = 'a'\nchannel = 'web'\nbot = 7\n",
                "studio.toml:4: connection[0].bot: a text in quotes is needed, not a number;",
            ),
            (
                "[[connection]]\nname = 'a'\nchannel = 'wep'\nbot = 'b'\n",
                "studio.toml:3: connection[0].channel: `wep` cannot be used; did you mean `web`?",
            ),
            (
                "[[connection]]\nname = 'a'\nchannel = 'web'\n",
                "studio.toml:1: connection[0]: `bot` is missing: write a line `bot = …`;",
            ),
            (
                "[[connection]]\nname = 'a'\nchannel = 'web'\nbot = 'b'\norigin = []\n",
                "studio.toml:5: connection[0].origin: there is no setting `origin` here; did you mean `origins`?",
            ),
            (
                "[limits]\nturn = \"soon\"\n",
                "studio.toml:2: limits.turn: `soon` is no length of time; one is `500ms`",
            ),
            (
                "[translation]\ntimeout = \"0s\"\n",
                "studio.toml:2: translation.timeout: a time longer than 0 s",
            ),
        ] {
            let error = with(text).expect_err("wrong");
            assert!(error.starts_with(expected), "{text}\n{error}");
        }
    }

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

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let text = "[server]\nlistn = 1\n[limits]\ninbox = \"many\"\nbatch = \"few\"\n[[connection]]\nname = \"a\"\n\
                    channel = \"telegram\"\n[[connection]]\nname = \"b\"\nchannel = \"web\"\nbot = 7\norigin = 1\n[sever]\n\
                    x = 1\n[store]\npassword_file = \"/nowhere\"\n";
        let error = with(text).expect_err("wrong");
        let places: Vec<_> = error.lines().filter_map(|line| line.split(": ").nth(1)).collect();
        let expected = [
            "server.listn",
            "limits.inbox",
            "limits.batch",
            "connection[0]",
            "connection[1].bot",
            "connection[1].origin",
            "sever",
        ];
        let is_told = |expected: &&str| places.iter().any(|place| place.starts_with(expected));
        assert!(expected.iter().all(is_told) && error.contains("cannot read /nowhere"), "{error}");
        assert_eq!(error.lines().count(), expected.len() + 1, "{error}");
    }

    #[test]
    fn the_environment_sets_connections_too() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("studio.toml");
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let text = "[[connection]]\nname = 'shop-crm'\nchannel = 'http'\nbot = 'shop'\nsecret_file = '/nowhere'\n\
                    [[connection]]\nname = 'web'\nchannel = 'web'\nbot = 'shop'\n";
        fs::write(&file, text).expect("writable");
        let environment = |more: &[(&str, &str)]| {
            let pairs = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            pairs.collect::<BTreeMap<_, _>>()
        };
        let set = environment(&[
            ("STUDIO_CONNECTION_SHOP_CRM_SECRET", secret),
            ("STUDIO_CONNECTION_WEB_ORIGINS", "['https://a.example']"),
            ("STUDIO_CONNECTION_WEB_BOT", "tents"),
            ("STUDIO_KEY", "a key"),
        ]);
        let config = load(Some(&file), &set).expect("valid");
        assert_eq!(config.server.key.reveal(), "a key");
        assert!(!config.printed().contains("a key"));
        assert!(config.connection.iter().all(|connection| connection.problems().is_empty()));
        assert_eq!(config.connection[1].bot(), "tents");
        let wrong = environment(&[
            ("STUDIO_CONNECTION_SHOP_CRM_SECRET", secret),
            ("STUDIO_CONNECTION_WEB_COLOUR", "red"),
        ]);
        let error = load(Some(&file), &wrong).expect_err("wrong").to_string();
        assert!(error.contains("there is no setting `colour` here"), "{error}");
        assert!(error.starts_with("environment variable STUDIO_CONNECTION_WEB_COLOUR: "), "{error}");
    }

    #[test]
    fn a_wrong_variable_is_named_also_where_there_is_no_file() {
        for (variable, value) in [
            ("STUDIO_CONNECTION_WEB_BOGUS", "x"),
            ("STUDIO_CONNECTION_WEB_CHANNEL", "telegram"),
            ("STUDIO_CONNECTION_WEB_THEME", "{ accent = 3 }"),
            ("STUDIO_EGRESS_ALLOW_PORTS", "[80, 70000]"),
            ("STUDIO_LIMITS_INBX", "3"),
        ] {
            let environment = BTreeMap::from([(variable.to_owned(), value.to_owned())]);
            let error = load(None, &environment).expect_err("wrong").to_string();
            assert!(error.starts_with(&format!("environment variable {variable}: ")), "{error}");
        }
    }

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

    #[test]
    fn the_environment_is_above_the_file_and_files_hold_secrets() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let secret = folder.path().join("password");
        fs::write(&secret, "correct horse\n").expect("writable");
        let file = folder.path().join("studio.toml");
        fs::write(&file, format!("[store]\npassword_file = {secret:?}\n[limits]\ninbox = 3\n"))
            .expect("writable");
        let environment = BTreeMap::from([
            ("STUDIO_LIMITS_INBOX".to_owned(), "4".to_owned()),
            ("STUDIO_SERVER_LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
            ("STUDIO_OTHER".to_owned(), "x".to_owned()),
        ]);
        let config = load(Some(&file), &environment).expect("valid");
        assert_eq!(config.limits.inbox, 4);
        assert_eq!(config.server.listen.port(), 0);
        assert_eq!(config.store.password.reveal(), "correct horse");
        assert!(!config.printed().contains("correct horse"));
        assert!(!format!("{config:?}").contains("correct horse"));
    }
}

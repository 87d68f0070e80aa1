//! Where does a setting stand?

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use toml_edit::{Document, Item};

use super::{ConfigError, DEFAULTS, error::explained, file::line_of};

/// Where the settings came from, to say where a wrong one stands.
#[derive(Clone, Default)]
pub struct Origins {
    /// Its name, and the text, in which secrets may stand.
    pub(super) file: Option<(String, String)>,
    pub(super) environment: BTreeMap<String, String>,
    /// Which of the list of connections were left, where others cannot be read.
    pub(super) left: Option<Vec<usize>>,
    /// Settings of connections that were taken out because they are wrong.
    pub(super) taken: BTreeSet<String>,
}

impl fmt::Debug for Origins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.file.as_ref().map(|(name, _)| name);
        f.debug_struct("Origins").field("file", &name).finish_non_exhaustive()
    }
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

    fn origin(&self, path: &str) -> Option<String> {
        if let Some(variable) = self.variable(path) {
            return Some(format!("environment variable {variable}"));
        }
        let (name, text) = self.file.as_ref()?;
        Some(line_of_path(text, path).map_or_else(|| name.clone(), |line| format!("{name}:{line}")))
    }

    /// The line of a setting in the file.
    pub(super) fn line(&self, path: &str) -> Option<usize> {
        self.file.as_ref().and_then(|(_, text)| line_of_path(text, path))
    }

    /// Where a mistake of a connection stands, the first in the list being 0, as `file:line: `; empty where nobody knows: the line
    /// of the first setting that is there and that the mistake names, or the connection's own.
    pub fn of_connection(&self, place: usize, mistake: &str) -> String {
        let origin = self.place(place).and_then(|place| {
            let mut paths = words(mistake).map(|word| format!("connection[{place}].{word}"));
            let setting = paths.find(|path| self.stands(place, path));
            self.origin(&setting.unwrap_or_else(|| format!("connection[{place}]")))
        });
        origin.map(|origin| format!("{origin}: ")).unwrap_or_default()
    }

    /// Where the name of a connection's bot stands, as `file:line: `; empty where nobody knows.
    pub fn of_bot(&self, place: usize) -> String {
        let origin = self.place(place).and_then(|place| self.origin(&format!("connection[{place}].bot")));
        origin.map(|origin| format!("{origin}: ")).unwrap_or_default()
    }

    /// Whether a mistake of a connection comes from a setting that was taken out, and that is told already.
    pub fn is_told(&self, place: usize, mistake: &str) -> bool {
        let Some(place) = self.place(place) else { return false };
        words(mistake).any(|word| {
            let section = word.split('.').next().unwrap_or(word);
            [section, word].iter().any(|taken| self.taken.contains(&format!("connection[{place}].{taken}")))
        })
    }

    /// Where a connection stands in the file's list.
    fn place(&self, place: usize) -> Option<usize> {
        self.left.as_ref().map_or(Some(place), |left| left.get(place).copied())
    }

    /// Whether a connection has a setting. Texts speak of bots and channels without meaning the settings of these names.
    fn stands(&self, place: usize, path: &str) -> bool {
        let Some((_, setting)) = path.split_once("].") else { return false };
        let key = setting.split('.').next().unwrap_or(setting);
        if matches!(key, "bot" | "channel") {
            return false;
        }
        let in_file = |(_, text): &(String, String)| of_connection(text, place, key, |_| ()).is_some();
        self.environment.contains_key(path) || self.file.as_ref().is_some_and(in_file)
    }

    /// What a setting is called: `server.listen`, or that of a connection by the connection's name.
    fn called(&self, path: &str) -> String {
        let parts = path.strip_prefix("connection[").and_then(|rest| rest.split_once(']'));
        let Some((Ok(place), setting)) = parts.map(|(place, rest)| (place.parse::<usize>(), rest)) else {
            return path.to_owned();
        };
        let name_in = |text: &str| {
            of_connection(text, place, "name", |name| name.as_str().map(str::to_owned)).flatten()
        };
        let in_file = self.file.as_ref().and_then(|(_, text)| name_in(text));
        let name = in_file.or_else(|| name_in(DEFAULTS));
        let which = name.map_or_else(|| format!("number {}", place + 1), |name| format!("`{name}`"));
        match setting.trim_start_matches('.') {
            "" => format!("connection {which}"),
            setting => format!("connection {which}, `{setting}`"),
        }
    }

    /// Where a setting stands, as `file:line: `; empty where nobody knows.
    pub fn of_setting(&self, path: &str) -> String {
        self.origin(path).map(|origin| format!("{origin}: ")).unwrap_or_default()
    }

    /// What is wrong with a setting, and where it is explained.
    pub(super) fn describe(&self, path: &str, message: &str) -> ConfigError {
        let stop = if message.ends_with('?') { "" } else { ";" };
        let hint = explained(self.channel(path).as_deref());
        self.tell(path, &format!("{message}{stop} {hint}"))
    }

    /// The channel of the connection to which a setting belongs, as the file says it.
    fn channel(&self, path: &str) -> Option<String> {
        let (place, _) = path.strip_prefix("connection[")?.split_once(']')?;
        let (_, text) = self.file.as_ref()?;
        of_connection(text, place.parse().ok()?, "channel", |channel| channel.as_str().map(str::to_owned))?
    }

    /// As [`Self::describe`], where an explanation of the setting is no help.
    pub(super) fn tell(&self, path: &str, message: &str) -> ConfigError {
        let origin = self.origin(path).unwrap_or_else(|| "the defaults".to_owned());
        ConfigError::Invalid { origin, message: format!("{}: {message}", self.called(path)) }
    }
}

/// The words of a text that may name settings, such as `theme.accent`.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.');
    let words = text.split(move |letter: char| !is_part(letter));
    words.map(|word| word.trim_matches('.')).filter(|word| !word.is_empty())
}

/// What is read of a setting of a connection, where it stands in a TOML text.
fn of_connection<T>(text: &str, place: usize, key: &str, read: impl FnOnce(&Item) -> T) -> Option<T> {
    let document = Document::parse(text).ok()?;
    let connection = document.as_item().get("connection")?.get(place)?;
    connection.get(key).map(read)
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

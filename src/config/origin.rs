//! Where does a setting stand?

use std::{collections::BTreeMap, fmt};

use toml_edit::{Document, Item};

use super::{ConfigError, EXPLAINED, file::line_of};

/// Where the settings came from, to say where a wrong one stands.
#[derive(Clone, Default)]
pub struct Origins {
    /// Its name, and the text, in which secrets may stand.
    pub(super) file: Option<(String, String)>,
    pub(super) environment: BTreeMap<String, String>,
    /// Which of the list of connections were left, where others cannot be read.
    pub(super) left: Option<Vec<usize>>,
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

    /// Where a mistake of a connection stands, the first in the list being 0, as `file:line: `; empty where nobody knows. The
    /// mistake may begin with the setting's name.
    pub fn of_connection(&self, place: usize, mistake: &str) -> String {
        let place = self.left.as_ref().map_or(Some(place), |left| left.get(place).copied());
        let setting = mistake.split_whitespace().next().unwrap_or_default();
        let origin = place.and_then(|place| self.origin(&format!("connection[{place}].{setting}")));
        origin.map(|origin| format!("{origin}: ")).unwrap_or_default()
    }

    /// Where a setting stands, as `file:line: `; empty where nobody knows.
    pub fn of_setting(&self, path: &str) -> String {
        self.origin(path).map(|origin| format!("{origin}: ")).unwrap_or_default()
    }

    pub(super) fn describe(&self, path: &str, message: &str) -> ConfigError {
        let origin = self.origin(path).unwrap_or_else(|| "the defaults".to_owned());
        let stop = if message.ends_with('?') { "" } else { ";" };
        let message = format!("{path}: {message}{stop} {EXPLAINED}");
        ConfigError::Invalid { origin, message }
    }
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

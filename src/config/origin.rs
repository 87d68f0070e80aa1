//! Where does a setting stand?

use std::collections::BTreeMap;

use toml_edit::{Document, Item};

use super::{ConfigError, EXPLAINED, file::line_of};

/// Where the settings came from, to say where a wrong one stands.
pub(super) struct Origins {
    pub file: Option<(String, String)>,
    pub environment: BTreeMap<String, String>,
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

    pub(super) fn describe(&self, path: &str, message: &str) -> ConfigError {
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

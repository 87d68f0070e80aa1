//! What does a text of settings say?

use std::collections::BTreeSet;

use toml::{Table, Value, de::Error};

use super::{ConfigError, plain};

/// What stands in a file, and what of it is no TOML.
#[derive(Default)]
pub(super) struct Said {
    pub table: Table,
    /// The text that was read: lines that are no TOML are mended, or empty.
    pub text: String,
    pub errors: Vec<ConfigError>,
    /// What stands on such lines of a connection: its place in the list, and the setting.
    pub lost: BTreeSet<(usize, String)>,
}

/// Reads around what is no TOML, so that it hides nothing else. Of a text in which that cannot be done only the mistakes are told.
pub(super) fn read(name: &str, text: &str) -> Said {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut said = Said::default();
    loop {
        said.text = lines.join("\n");
        let error = match toml::from_str(&said.text) {
            Ok(table) => {
                said.table = table;
                return said;
            }
            Err(error) => error,
        };
        let line = line_of_error(&said.text, &error);
        said.errors.push(broken(name, line, &error));
        let place = line - 1;
        said.lost.extend(of_connection(&lines, place));
        if !mend(&mut lines, place, &error) {
            return said;
        }
    }
}

/// Takes the mistake out of a line; `false` where it lies elsewhere, as in a list that is not closed further up.
fn mend(lines: &mut [String], place: usize, error: &Error) -> bool {
    let Some(line) = lines.get_mut(place) else { return false };
    if toml::from_str::<Table>(line).is_ok() && !error.message().starts_with("duplicate key") {
        return false;
    }
    if let Some(header) = header(line) {
        *line = header;
        return true;
    }
    let begins_section = is_header(line);
    line.clear();
    if begins_section {
        // What stands below would be taken for a part of the section above.
        for line in lines.iter_mut().skip(place + 1).take_while(|line| !is_header(line)) {
            line.clear();
        }
    }
    true
}

/// What the head of a section should be, where it differs.
fn header(line: &str) -> Option<String> {
    let name = line.trim().trim_matches(['[', ']']).trim();
    let (open, close) = if line.trim_start().starts_with("[[") { ("[[", "]]") } else { ("[", "]") };
    let header = format!("{open}{name}{close}");
    let is_mended = is_header(line) && header != line.trim() && toml::from_str::<Table>(&header).is_ok();
    is_mended.then_some(header)
}

fn is_header(line: &str) -> bool {
    line.trim_start().starts_with('[')
}

/// The connection that a line is of, and the setting that it means.
fn of_connection(lines: &[String], place: usize) -> Option<(usize, String)> {
    let (above, line) = (lines.get(..place)?, lines.get(place)?);
    let is_connection = |line: &String| line.trim_start().starts_with("[[connection]]");
    let section = above.iter().rfind(|line| is_header(line))?;
    if is_header(line) || !is_connection(section) {
        return None;
    }
    let number = above.iter().filter(|line| is_connection(line)).count() - 1;
    let key = line.split('=').next()?.trim();
    Some((number, key.to_owned()))
}

pub(super) fn parse(name: &str, text: &str) -> Result<Table, ConfigError> {
    toml::from_str(text).map_err(|error| broken(name, line_of_error(text, &error), &error))
}

fn broken(name: &str, line: usize, error: &Error) -> ConfigError {
    ConfigError::Invalid { origin: format!("{name}:{line}"), message: plain::broken(error.message()) }
}

fn line_of_error(text: &str, error: &Error) -> usize {
    error.span().map_or(1, |span| line_of(text, span.start))
}

pub(super) fn merge(below: &mut Table, above: Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Value::Table(old)), Value::Table(new)) => merge(old, new),
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}

pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

//! What does a YAML file say, and where?

mod explain;
mod mend;
mod parse;
#[macro_use]
mod read;
mod scalar;
mod scan;

#[cfg(test)]
pub use self::parse::bomb;
pub use self::{
    explain::spaced,
    parse::parse,
    read::{At, Entries, Entry, Fields, OneOrMany, Read, Text, entries, mistyped, slip, words},
    scalar::{Duration, Size, parse_duration},
};
use super::problem::{Place, Problems};

/// A piece of YAML with its place.
#[derive(Clone, Debug)]
pub struct Node {
    pub place: Place,
    pub kind: Kind,
}

/// What a piece of YAML is. `raw` is how a number or truth value was written.
#[derive(Clone, Debug)]
pub enum Kind {
    Null,
    Bool {
        value: bool,
        raw: String,
    },
    Number {
        value: serde_json::Number,
        raw: String,
    },
    Text(String),
    List(Vec<Node>),
    /// In the order of the file; keys may repeat.
    Map(Vec<(Text, Node)>),
    /// What stands here is no YAML, which is reported.
    Broken,
}

impl Node {
    /// What it is, in words.
    pub fn describe(&self) -> String {
        match &self.kind {
            Kind::Null => "nothing".to_owned(),
            Kind::Bool { raw, .. } | Kind::Number { raw, .. } => format!("`{raw}`"),
            Kind::Text(text) => format!("`{}`", shorten(text)),
            Kind::List(_) => "a list".to_owned(),
            Kind::Map(_) => "keys with values".to_owned(),
            Kind::Broken => "what is no YAML".to_owned(),
        }
    }

    /// The text of a scalar as it was written; `None` for lists, maps and nothing.
    pub fn scalar(&self) -> Option<&str> {
        match &self.kind {
            Kind::Bool { raw: text, .. } | Kind::Number { raw: text, .. } | Kind::Text(text) => Some(text),
            Kind::Null | Kind::List(_) | Kind::Map(_) | Kind::Broken => None,
        }
    }

    /// Keeps what something unreadable may define or use, see [`Problems::may_define`].
    pub fn salvage(&self, problems: &mut Problems) {
        match &self.kind {
            Kind::Null | Kind::Broken => {}
            Kind::Bool { raw: text, .. } | Kind::Number { raw: text, .. } | Kind::Text(text) => {
                salvage_value(text, self.place.file, problems);
            }
            Kind::List(items) => items.iter().for_each(|item| item.salvage(problems)),
            Kind::Map(entries) => {
                for (key, value) in entries {
                    problems.salvage_key(key.place.file, &key.value);
                    value.salvage(problems);
                }
            }
        }
    }
}

/// Keeps a value, and the texts in quotes that it has where it is an expression.
fn salvage_value(text: &str, file: usize, problems: &mut Problems) {
    problems.salvage_value(file, text.trim());
    for quote in ['"', '\''] {
        for inner in text.split(quote).skip(1).step_by(2) {
            problems.salvage_value(file, inner);
        }
    }
}

/// The same for a text that is no YAML: what stands before a colon is a key, what stands between other signs a value.
fn salvage_text(text: &str, file: usize, problems: &mut Problems) {
    for line in text.lines() {
        let line = line.split(" #").next().unwrap_or_default().trim().trim_start_matches("- ");
        let mut pieces = line.split_inclusive(['{', '}', '[', ']', ',', ':']).peekable();
        let is_alone = !line.contains(':');
        while let Some(piece) = pieces.next() {
            let word = piece.trim_end_matches(['{', '}', '[', ']', ',', ':']).trim().trim_start_matches("- ");
            if piece.ends_with(':') || is_alone {
                problems.salvage_key(file, word.trim_matches(['"', '\'']));
            }
            if !piece.ends_with(':') || pieces.peek().is_none() {
                salvage_value(word, file, problems);
            }
        }
    }
}

/// What of a plain text stands on the line on which it begins, where it goes on below: YAML joins a line to it that is further in.
pub fn before_continuation(text: &str, place: Place) -> Option<&str> {
    let (line, column) = (usize::try_from(place.line).ok()?, usize::try_from(place.column).ok()?);
    let mut lines = text.lines().skip(line.checked_sub(1)?);
    let (first, next) = (lines.next()?, lines.next()?);
    let (start, sign) = first.char_indices().nth(column.checked_sub(1)?)?;
    let depth = |line: &str| line.len() - line.trim_start().len();
    let goes_on =
        !next.trim().is_empty() && !next.trim_start().starts_with('#') && depth(next) > depth(first);
    (goes_on && sign.is_alphanumeric()).then(|| first[start..].trim())
}

/// At most 40 characters of a text, on one line.
pub fn shorten(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(41).collect();
    if line.chars().count() > 40 { format!("{}…", line.chars().take(39).collect::<String>()) } else { line }
}

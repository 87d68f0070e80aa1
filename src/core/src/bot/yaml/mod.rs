//! What does a YAML file say, and where?

mod parse;
#[macro_use]
mod read;
mod scalar;

#[cfg(test)]
pub use self::parse::bomb;
pub use self::{
    parse::parse,
    read::{At, Entries, Entry, Fields, OneOrMany, Read, Text, entries, mistyped, words},
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
        }
    }

    /// The text of a scalar as it was written; `None` for lists, maps and nothing.
    pub fn scalar(&self) -> Option<&str> {
        match &self.kind {
            Kind::Bool { raw: text, .. } | Kind::Number { raw: text, .. } | Kind::Text(text) => Some(text),
            Kind::Null | Kind::List(_) | Kind::Map(_) => None,
        }
    }

    /// Keeps all words of something unreadable, see [`Problems::salvage`].
    pub fn salvage(&self, problems: &mut Problems) {
        match &self.kind {
            Kind::Null => {}
            Kind::Bool { raw: text, .. } | Kind::Number { raw: text, .. } | Kind::Text(text) => {
                salvage_words(text, problems);
            }
            Kind::List(items) => items.iter().for_each(|item| item.salvage(problems)),
            Kind::Map(entries) => {
                for (key, value) in entries {
                    salvage_words(&key.value, problems);
                    value.salvage(problems);
                }
            }
        }
    }
}

/// Keeps the words of a text that could be names.
pub fn salvage_words(text: &str, problems: &mut Problems) {
    problems.salvage(text.trim());
    for word in text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')) {
        if !word.is_empty() {
            problems.salvage(word);
        }
    }
}

/// At most 40 characters of a text, on one line.
pub fn shorten(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(41).collect();
    if line.chars().count() > 40 { format!("{}…", line.chars().take(39).collect::<String>()) } else { line }
}

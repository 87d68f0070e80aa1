//! Which words does the author choose for the machine?

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::texts;

/// What stands for every language where languages are named.
pub const ANY: &str = "any";

/// How a bot is translated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Translating {
    /// Languages that a machine speaks for it, besides its own.
    #[serde(default)]
    pub into: Reach,
    /// Words that are the same in every language, such as names of products.
    #[serde(default)]
    pub keep: Vec<String>,
    /// Words by the language that they stand in, the language that is wanted, and themselves.
    #[serde(default)]
    pub glossary: BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>>,
}

/// Languages that are spoken by machine alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Every one that a visitor speaks.
    Any,
    These(Vec<String>),
}

impl Reach {
    /// The languages that are named one by one.
    pub fn named(&self) -> &[String] {
        match self {
            Self::Any => &[],
            Self::These(languages) => languages,
        }
    }
}

impl Default for Reach {
    fn default() -> Self {
        Self::These(Vec::new())
    }
}

impl Translating {
    pub fn is_absent(&self) -> bool {
        *self == Self::default()
    }

    /// The machine's language that a tag such as `pt-PT` means.
    pub fn speaks(&self, tag: &str) -> Option<String> {
        match &self.into {
            Reach::Any => Some(texts::canonical(tag)).filter(|tag| !tag.is_empty()),
            Reach::These(languages) => crate::dialogue::of_bot(languages, tag),
        }
    }

    /// What counts for a pair of languages. What is written for `pt` counts for `pt-BR` as well.
    pub fn glossary(&self, from: &str, to: &str) -> Glossary {
        let near = |tag: &str, other: &str| {
            let (tag, other) = (texts::canonical(tag), texts::canonical(other));
            tag == other || tag.split('-').next() == Some(&*other)
        };
        let pairs = self.glossary.iter().filter(|(language, _)| near(from, language));
        let mut words: Vec<(String, String)> = Vec::new();
        for (language, terms) in pairs.flat_map(|(_, to)| to) {
            if !near(to, language) {
                continue;
            }
            for (term, target) in terms {
                let known = words.iter().position(|(known, _)| known == term);
                match known {
                    // The nearer language counts.
                    Some(place) if texts::canonical(language) == texts::canonical(to) => {
                        words[place].1.clone_from(target);
                    }
                    Some(_) => {}
                    None => words.push((term.clone(), target.clone())),
                }
            }
        }
        Glossary { keep: self.keep.clone(), words }
    }
}

/// Words that are not the machine's to choose, for one pair of languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Glossary {
    /// As they stand, in upper and lower case.
    pub keep: Vec<String>,
    /// Found in upper and lower case alike.
    pub words: Vec<(String, String)>,
}

impl Glossary {
    /// The longest word that stands at the start of `text`, which `before` comes before: its length, and what is said for it.
    pub(super) fn find(&self, before: Option<char>, text: &str) -> Option<(usize, String)> {
        if before.is_some_and(char::is_alphanumeric) {
            return None;
        }
        let ends = |length: &usize| !text[*length..].chars().next().is_some_and(char::is_alphanumeric);
        let keep = self.keep.iter().filter(|word| !word.is_empty() && text.starts_with(word.as_str()));
        let keep = keep.map(|word| (word.len(), word.clone()));
        let words = self.words.iter().filter_map(|(word, target)| {
            let length = prefix(text, word)?;
            Some((length, cased(&text[..length], target)))
        });
        keep.chain(words).filter(|(length, _)| ends(length)).max_by_key(|(length, _)| *length)
    }
}

/// The length of `word` at the start of a text, whatever its case.
fn prefix(text: &str, word: &str) -> Option<usize> {
    let mut letters = text.char_indices();
    let mut wanted = word.chars().flat_map(char::to_lowercase).peekable();
    let mut end = 0;
    while wanted.peek().is_some() {
        let (place, letter) = letters.next()?;
        for lower in letter.to_lowercase() {
            if wanted.next() != Some(lower) {
                return None;
            }
        }
        end = place + letter.len_utf8();
    }
    (end > 0).then_some(end)
}

/// The target as the word stands there: capital where it begins a sentence.
fn cased(found: &str, target: &str) -> String {
    let mut letters = target.chars();
    match (found.chars().next(), letters.next()) {
        (Some(first), Some(letter)) if first.is_uppercase() && letter.is_lowercase() => {
            letter.to_uppercase().chain(letters).collect()
        }
        _ => target.to_owned(),
    }
}

//! Which texts does a bot say, and how in languages that its author did not write them in?
//!
//! Translators get the texts as a file ([`csv`], [`xliff`]) and their work comes back into `translations/<language>.yaml`.
//! A translation belongs to the text it was made of, in its place (`responses/welcome`, `flows/order`, `bot`). Where the
//! author writes a language himself, that counts. Where the source has changed since, the translation is stale: it is
//! kept for the translators, and not said.

pub mod csv;
mod walk;
pub mod xliff;

use std::collections::BTreeMap;

use self::walk::Walk;
use super::{
    code::Code,
    load::{Files, Kind, kind_of},
    problem::{Place, Problems},
    yaml::{self, Node, Read, Text},
};

/// Longest translation, in bytes.
const LONGEST: usize = 64 * 1024;

source! {
    /// What a text is in the language of this file.
    struct TranslationSource as "a translation" {
        /// Where the text stands: `bot`, `flows/<name>`, `responses/<name>`.
        "in" within: Text,
        /// The text in the bot's first language.
        "source" source: Text,
        "target" target: Text,
    }
}

/// Place and text in the bot's first language.
type Key = (String, String);

/// The translations of a bot, by language.
#[derive(Debug, Default)]
pub struct Translations {
    /// The bot's, the first first.
    languages: Vec<String>,
    targets: BTreeMap<String, BTreeMap<Key, String>>,
}

impl Translations {
    /// Reads the files below `translations`; what is wrong with them, [`Self::check`] says.
    pub(super) fn read(files: &Files) -> Self {
        let mut ignored = Problems::default();
        let mut read = Self { languages: languages(files), ..Self::default() };
        for (path, text) in files.0.iter().filter(|(path, _)| matches!(kind_of(path), Kind::Translations)) {
            let entries = Self::entries(text, usize::MAX, &mut ignored).unwrap_or_default();
            let entries = entries.into_iter();
            let by_key = entries.map(|it| ((it.within.value, it.source.value), it.target.value)).collect();
            read.targets.insert(language_of(path).to_owned(), by_key);
        }
        read
    }

    /// What is wrong with a file of translations.
    pub(super) fn check(&self, path: &str, text: &str, file: usize, problems: &mut Problems) {
        let entries = Self::entries(text, file, problems).unwrap_or_default();
        let language = language_of(path);
        if !self.languages.iter().skip(1).any(|known| known == language) {
            let message = format!("`{language}` is not a language into which this bot is translated");
            let hint = "name the file as one of `languages` in bot.yaml, but the first";
            problems.report(Code::UnknownLanguage, Place { file, ..Place::default() }, message, hint);
        }
        for entry in entries {
            if let Some(wrong) = wrong(&entry.source.value, &entry.target.value) {
                problems.report(
                    Code::BrokenTranslation,
                    entry.target.place,
                    wrong,
                    "translate the words around it",
                );
            }
        }
    }

    fn entries(text: &str, file: usize, problems: &mut Problems) -> Option<Vec<TranslationSource>> {
        Vec::<TranslationSource>::read(&yaml::parse(text, file, problems)?, problems)
    }

    /// Writes the translations into what was read from a file, as if the author had.
    pub(super) fn fill(&self, path: &str, node: &mut Node) {
        for (language, targets) in &self.targets {
            let walk = Walk { languages: &self.languages, language };
            walk.file(path, node, &mut |within, source| {
                let target = targets.get(&(within.to_owned(), source.to_owned()))?;
                wrong(source, target).is_none().then(|| target.clone())
            });
        }
    }
}

/// A text that is to be said in another language.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Translatable {
    /// `bot`, `flows/<name>` or `responses/<name>`.
    pub within: String,
    pub source: String,
    pub target: Option<String>,
}

/// What there is to translate into one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Each once for its place, in the order of the files.
    pub texts: Vec<Translatable>,
    /// Translations of texts that do not stand there any more.
    pub stale: Vec<Translatable>,
}

impl Listing {
    pub fn missing(&self) -> usize {
        self.texts.iter().filter(|text| text.target.is_none()).count()
    }
}

/// Why texts cannot be listed or taken in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TranslationError {
    #[error("the bot speaks no `{language}`: add it to `languages` in bot.yaml, which has {known}")]
    NotSpoken { language: String, known: String },
    #[error("`{0}` is the bot's first language: its texts are what is translated")]
    First(String),
    /// What is wrong with a translator's file, each with its line.
    #[error("{}", .0.join("\n"))]
    Broken(Vec<String>),
}

/// All texts that the author has not written in a language himself.
pub fn listing(files: &Files, language: &str) -> Result<Listing, TranslationError> {
    let translations = Translations::read(files);
    translations.spoken(language)?;
    let targets = translations.targets.get(language).cloned().unwrap_or_default();
    let mut listing = Listing::default();
    let mut problems = Problems::default();
    for (path, text) in files.0.iter().filter(|(path, _)| has_texts(path)) {
        let Some(mut node) = yaml::parse(text, usize::MAX, &mut problems) else { continue };
        let walk = Walk { languages: &translations.languages, language };
        walk.file(path, &mut node, &mut |within, source| {
            let target = targets.get(&(within.to_owned(), source.to_owned())).cloned();
            let text = Translatable { within: within.to_owned(), source: source.to_owned(), target };
            if !listing.texts.contains(&text) {
                listing.texts.push(text);
            }
            None
        });
    }
    let is_said = |key: &Key| listing.texts.iter().any(|text| text.within == key.0 && text.source == key.1);
    let gone = targets.into_iter().filter(|(key, _)| !is_said(key));
    listing.stale = gone
        .map(|((within, source), target)| Translatable { within, source, target: Some(target) })
        .collect();
    Ok(listing)
}

/// A translation as it came back, with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    pub line: usize,
    pub within: String,
    pub source: String,
    /// Empty: not translated yet.
    pub target: String,
    /// The file says itself that the target is no translation yet.
    pub unfinished: bool,
}

/// What came of a translator's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenIn {
    /// What `translations/<language>.yaml` is to hold now.
    pub file: String,
    /// Translations that are new or changed.
    pub changed: usize,
    /// Lines whose source is not what the bot says today; they are not taken.
    pub stale: Vec<String>,
    /// Texts that are still without translation.
    pub missing: usize,
    /// Targets that were left out, as the file says itself that they are no translations yet.
    pub unfinished: usize,
}

/// Takes in a translator's work; nothing of it where anything is broken.
pub fn take_in(files: &Files, language: &str, returned: &[Returned]) -> Result<TakenIn, TranslationError> {
    let mut listing = listing(files, language)?;
    let (mut broken, mut stale, mut changed) = (Vec::new(), Vec::new(), 0);
    let mut lines: BTreeMap<(&str, &str), &Returned> = BTreeMap::new();
    let translated = returned.iter().filter(|it| !it.target.trim().is_empty());
    let (unfinished, finished): (Vec<&Returned>, Vec<&Returned>) = translated.partition(|it| it.unfinished);
    for it in finished {
        let key = (it.within.as_str(), it.source.as_str());
        if let Some(first) = lines.insert(key, it)
            && first.target != it.target
        {
            broken.push(format!("{}: line {} translates the same text otherwise", it.line, first.line));
        }
        if let Some(wrong) = wrong(&it.source, &it.target) {
            broken.push(format!("{}: {wrong}", it.line));
        }
        match listing.texts.iter_mut().find(|text| (text.within.as_str(), text.source.as_str()) == key) {
            Some(text) => {
                changed += usize::from(text.target.as_ref() != Some(&it.target));
                text.target = Some(it.target.clone());
            }
            None => stale.push(format!(
                "{}: {} does not say this any more: {}",
                it.line,
                it.within,
                yaml::shorten(&it.source)
            )),
        }
    }
    if !broken.is_empty() {
        return Err(TranslationError::Broken(broken));
    }
    let missing = listing.missing();
    let all = listing.texts.iter().chain(&listing.stale);
    Ok(TakenIn { file: written(all), changed, stale, missing, unfinished: unfinished.len() })
}

/// What is wrong with a translation: a placeholder or a piece of markup that is lost or made up, or its length.
fn wrong(source: &str, target: &str) -> Option<String> {
    if target.len() > LONGEST {
        return Some(format!("the translation has {} bytes; at most {LONGEST} are said", target.len()));
    }
    let (before, after) = (placeholders(source), placeholders(target));
    let lost = before.iter().find(|part| count(&before, part) > count(&after, part));
    let made = after.iter().find(|part| count(&after, part) > count(&before, part));
    match (lost, made) {
        (Some(lost), _) => Some(format!("the translation has lost `{lost}`")),
        (None, Some(made)) => Some(format!("the translation has `{made}`, and the text has not")),
        (None, None) => None,
    }
}

fn count(parts: &[String], part: &str) -> usize {
    parts.iter().filter(|other| *other == part).count()
}

/// `{{ … }}` and `{% … %}` of a text, without the spaces in them, and addresses of links.
fn placeholders(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (open, close) in [("{{", "}}"), ("{%", "%}"), ("](", ")")] {
        let mut rest = text;
        while let Some(start) = rest.find(open) {
            let Some(length) = rest[start..].find(close) else { break };
            let end = start + length + close.len();
            found.push(rest[start..end].split_whitespace().collect::<String>());
            rest = &rest[end..];
        }
    }
    found
}

fn written<'t>(texts: impl Iterator<Item = &'t Translatable>) -> String {
    let mut file = "# Written by `studio texts import`. A translation belongs to its source: where that changes, it is not said.\n".to_owned();
    let before = file.len();
    for text in texts {
        let Some(target) = &text.target else { continue };
        // A string of JSON is one of YAML.
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let (within, source, target) = (quoted(&text.within), quoted(&text.source), quoted(target));
        file.extend(["- in: ", &within, "\n  source: ", &source, "\n  target: ", &target, "\n"]);
    }
    if file.len() == before {
        file += "[]\n";
    }
    file
}

impl Translations {
    fn spoken(&self, language: &str) -> Result<(), TranslationError> {
        match self.languages.iter().position(|known| known == language) {
            Some(0) => Err(TranslationError::First(language.to_owned())),
            Some(_) => Ok(()),
            None => {
                let known = self.languages.join(", ");
                Err(TranslationError::NotSpoken { language: language.to_owned(), known })
            }
        }
    }
}

/// The bot's languages, the first first.
pub fn languages(files: &Files) -> Vec<String> {
    let text = files.0.get("bot.yaml").or_else(|| files.0.get("bot.yml"));
    let node = text.and_then(|text| yaml::parse(text, usize::MAX, &mut Problems::default()));
    let Some(yaml::Kind::Map(entries)) = node.map(|node| node.kind) else { return Vec::new() };
    let named = entries.into_iter().find(|(key, _)| key.value == "languages");
    let Some(yaml::Kind::List(items)) = named.map(|(_, node)| node.kind) else { return Vec::new() };
    items.iter().filter_map(Node::scalar).map(str::to_owned).collect()
}

fn language_of(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name)
}

fn has_texts(path: &str) -> bool {
    matches!(kind_of(path), Kind::Bot | Kind::Flows | Kind::Responses)
}

#[cfg(test)]
mod tests;

//! What does the studio itself say, in which words is it told to stop, repeat or correct, and in which languages?
//!
//! Texts stand in `locales/<language>/dialogue.ftl` (Fluent: what bots leave to the studio) and
//! `locales/<language>/widget.json` (what the widget says). An operator may replace any of them
//! ([`install`]). A language without a text asks the next one of its chain: `pt-BR`, `pt`, `en`.
//!
//! | file | the question it answers |
//! |---|---|
//! | `chain` | which languages are asked, in which order? |
//! | `locale` | what does one language say? |
//! | `formats` | how does it write dates and numbers? |
//! | `prose` | what does a language look like? |
//! | `plural` | how many forms does it have for counted things? |
//! | `overrides` | what did the operator write in place of ours? |
//! | `check`, `check_widget` | is a file of texts whole and right? |

mod chain;
mod check;
mod check_widget;
mod formats;
mod locale;
mod overrides;
mod plural;
mod prose;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use include_dir::{Dir, include_dir};
use serde_json::{Map, Value};

use self::locale::Locale;
pub use self::{
    chain::{canonical, chain},
    overrides::{Overrides, TextProblem, TextsInUse},
    prose::prose,
};

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../locales");

/// The language of whatever has no text in another one.
pub const FALLBACK: &str = "en";
const DIALOGUE: &str = "dialogue.ftl";
const WIDGET: &str = "widget.json";

static TEXTS: OnceLock<Texts> = OnceLock::new();

/// The texts of the studio with those of the operator over them. To be called once, before any text is asked for.
pub fn install(overrides: Overrides) -> Result<(), TextsInUse> {
    TEXTS.set(Texts::new(overrides)).map_err(|_| TextsInUse)
}

/// A text of the studio. An unknown key is answered with the apology: a visitor never reads a key.
pub fn text(language: &str, key: &str, arguments: &[(&str, String)]) -> String {
    texts().text(language, key, arguments)
}

/// Lists of words of the studio, normalised, in all of `languages` that it has texts in.
pub fn words<'a>(
    languages: impl IntoIterator<Item = &'a str>,
    key: &'static str,
) -> impl Iterator<Item = &'static str> {
    let own = languages.into_iter().filter_map(|language| texts().own(language));
    own.flat_map(move |locale| locale.words(key)).map(String::as_str)
}

/// Whether the studio has texts in a language, or in one that is near enough to it.
pub fn speaks(language: &str) -> bool {
    texts().own(language).is_some()
}

/// All languages that it has texts in, as they are written in tags: `en`, `pt-BR`, `zh-Hans`.
pub fn languages() -> impl Iterator<Item = &'static str> {
    texts().locales.keys().map(String::as_str)
}

/// What the widget says, and the language of it: the first of the chain that there is.
pub fn widget(language: &str) -> (&'static str, Map<String, Value>) {
    texts().widget(language)
}

fn texts() -> &'static Texts {
    TEXTS.get_or_init(|| Texts::new(Overrides::default()))
}

struct Texts {
    locales: BTreeMap<String, Locale>,
}

impl Texts {
    fn new(mut overrides: Overrides) -> Self {
        let compiled = FILES.dirs().filter_map(|folder| folder.path().to_str());
        let others = overrides.languages().map(str::to_owned).collect::<Vec<_>>();
        let languages = compiled.map(str::to_owned).chain(others).collect::<BTreeSet<_>>().into_iter();
        let locales = languages.map(|language| {
            let own = overrides.take(&language);
            (language.clone(), Locale::new(&language, own))
        });
        Self { locales: locales.collect() }
    }

    fn text(&self, language: &str, key: &str, arguments: &[(&str, String)]) -> String {
        let chain = chain(language);
        let asked = || chain.iter().filter_map(|language| self.locales.get(language));
        asked()
            .find_map(|locale| locale.text(key, arguments))
            .or_else(|| asked().find_map(|locale| locale.text("apology", arguments)))
            .unwrap_or_default()
    }

    /// The nearest language that it has; English only for whoever asks for English.
    fn own(&self, language: &str) -> Option<&Locale> {
        let mut chain = chain(language);
        if chain.len() > 1 && canonical(language).split('-').next() != Some(FALLBACK) {
            chain.pop();
        }
        chain.iter().find_map(|language| self.locales.get(language))
    }

    fn widget(&self, language: &str) -> (&str, Map<String, Value>) {
        let chain = chain(language);
        let found = chain.iter().filter_map(|language| self.locales.get_key_value(language));
        let found = found.collect::<Vec<_>>();
        let speaks = |(_, locale): &&(&String, &Locale)| !locale.widget().is_empty();
        let name = found.iter().find(speaks).map_or(FALLBACK, |(name, _)| name.as_str());
        let mut words = Map::new();
        for (_, locale) in found.iter().rev() {
            words.extend(locale.widget().iter().map(|(key, text)| (key.clone(), text.clone())));
        }
        (name, words)
    }
}

/// A file of texts that is compiled in.
fn compiled(language: &str, file: &str) -> Option<&'static str> {
    FILES.get_file(format!("{language}/{file}"))?.contents_utf8()
}

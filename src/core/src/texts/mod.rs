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
//! | `names` | what is each language called in another one? |
//! | `prose` | what does a language look like? |
//! | `plural` | how many forms does it have for counted things? |
//! | `overrides` | what did the operator write in place of ours? |
//! | `own` | which single texts did operators change while the studio runs? |
//! | `check`, `check_widget` | is a file of texts whole and right? |

mod chain;
mod check;
mod check_widget;
mod formats;
mod locale;
mod messages;
mod names;
mod overrides;
mod own;
mod plural;
mod prose;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, OnceLock, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use include_dir::{Dir, include_dir};
use jiff::civil::Date;
use serde_json::{Map, Value};

pub use self::{
    chain::{TAG, canonical, chain, is_tag, primary},
    names::names,
    overrides::{Overrides, TextProblem, TextsInUse},
    own::{OwnText, StandingText, TextPart, Wording, problems, standing},
    prose::prose,
};
use self::{locale::Locale, overrides::OwnTexts};

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../locales");

/// The language of whatever has no text in another one.
pub const FALLBACK: &str = "en";
/// A list that every language has which the studio understands.
const SPOKEN: &str = "yes-words";
const DIALOGUE: &str = "dialogue.ftl";
const WIDGET: &str = "widget.json";

static TEXTS: OnceLock<RwLock<Arc<Texts>>> = OnceLock::new();
/// Grows with every change while the studio runs.
static EDITION: AtomicU64 = AtomicU64::new(0);

/// The texts of the studio with those of the operator over them. To be called once, before any text is asked for.
pub fn install(overrides: Overrides) -> Result<(), TextsInUse> {
    TEXTS.set(RwLock::new(Arc::new(Texts::new(overrides)))).map_err(|_| TextsInUse)
}

/// Lays texts over all others, in place of those that were laid over them before.
pub fn lay(own: &[OwnText]) {
    let mut texts = place().write().unwrap_or_else(PoisonError::into_inner);
    *texts = Arc::new(texts.under(own));
    EDITION.fetch_add(1, Ordering::Release);
}

/// Another one after every [`lay`].
pub fn edition() -> u64 {
    EDITION.load(Ordering::Acquire)
}

/// A text of the studio. An unknown key is answered with the apology: a visitor never reads a key.
pub fn text(language: &str, key: &str, arguments: &[(&str, String)]) -> String {
    texts().text(language, key, arguments)
}

/// A date as it is told to people who speak a language.
pub fn date(language: &str, date: Date) -> String {
    texts().date(language, date)
}

/// Lists of words of the studio, normalised, in all of `languages` that it has texts in.
pub fn lists<'a>(languages: impl IntoIterator<Item = &'a str>, key: &str) -> Vec<Arc<[String]>> {
    let texts = texts();
    languages
        .into_iter()
        .filter_map(|language| texts.near(language).find_map(|locale| locale.words(key)))
        .collect()
}

/// The words of [`lists`].
pub fn words<'a>(languages: impl IntoIterator<Item = &'a str>, key: &str) -> impl Iterator<Item = String> {
    lists(languages, key).into_iter().flat_map(|list| list.to_vec())
}

/// Whether the studio has texts in a language, or in one that is near enough to it.
pub fn speaks(language: &str) -> bool {
    texts().near(language).any(|locale| locale.words(SPOKEN).is_some())
}

/// What a language calls itself: `Deutsch`. One that the studio does not know is named by its tag.
pub fn name(language: &str) -> String {
    let texts = texts();
    let name = texts.near(language).find_map(|locale| locale.text("language-name", &[]));
    name.unwrap_or_else(|| language.to_owned())
}

/// All languages that it has texts in, as they are written in tags: `en`, `pt-BR`, `zh-Hans`.
pub fn languages() -> impl Iterator<Item = &'static str> {
    texts().locales.keys().copied().collect::<Vec<_>>().into_iter()
}

/// What the widget says, and the language of it: the first of the chain that there is.
pub fn widget(language: &str) -> (&'static str, Map<String, Value>) {
    texts().widget(language)
}

fn place() -> &'static RwLock<Arc<Texts>> {
    TEXTS.get_or_init(|| RwLock::new(Arc::new(Texts::new(Overrides::default()))))
}

fn texts() -> Arc<Texts> {
    Arc::clone(&place().read().unwrap_or_else(PoisonError::into_inner))
}

/// A language's tag that lasts as long as the program: there are not many.
fn lasting(language: &str) -> &'static str {
    static KNOWN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.get(language).copied().unwrap_or_else(|| {
        let lasting: &'static str = Box::leak(language.into());
        known.insert(lasting);
        lasting
    })
}

struct Texts {
    /// The operator's files.
    overrides: Arc<Overrides>,
    locales: BTreeMap<&'static str, Arc<Locale>>,
}

impl Texts {
    fn new(overrides: Overrides) -> Self {
        Self { overrides: Arc::new(overrides), locales: BTreeMap::new() }.under(&[])
    }

    /// The same below other texts. A language in which nothing changes is not read anew.
    fn under(&self, own: &[OwnText]) -> Self {
        let compiled = FILES.dirs().filter_map(|folder| folder.path().to_str());
        let others = self.overrides.languages().chain(own.iter().map(|own| own.language.as_str()));
        let languages = compiled.chain(others).map(lasting).collect::<BTreeSet<_>>().into_iter();
        let locales = languages.map(|language| {
            let of = |part| {
                let texts = own.iter().filter(|own| own.language == language && own.part == part);
                let texts: Vec<&OwnText> = texts.collect();
                (!texts.is_empty()).then(|| own::file(part, texts))
            };
            let laid = OwnTexts { dialogue: of(TextPart::Dialogue), widget: of(TextPart::Widget) };
            let over = vec![self.overrides.of(language), laid];
            let before = self.locales.get(language).filter(|locale| locale.own() == over);
            let locale = before.map_or_else(|| Arc::new(Locale::new(language, over)), Arc::clone);
            (language, locale)
        });
        Self { overrides: Arc::clone(&self.overrides), locales: locales.collect() }
    }

    /// A file of the operator.
    fn file(&self, language: &str, part: TextPart) -> Option<&str> {
        let own = self.locales.get(language)?.own().first()?;
        match part {
            TextPart::Dialogue => own.dialogue.as_deref(),
            TextPart::Widget => own.widget.as_deref(),
        }
    }

    fn text(&self, language: &str, key: &str, arguments: &[(&str, String)]) -> String {
        let chain = chain(language);
        let asked = || chain.iter().filter_map(|language| self.locales.get(language.as_str()));
        asked()
            .find_map(|locale| locale.text(key, arguments))
            .or_else(|| asked().find_map(|locale| locale.text("apology", arguments)))
            .unwrap_or_default()
    }

    fn date(&self, language: &str, date: Date) -> String {
        let chain = chain(language);
        let mut asked = chain.iter().filter_map(|language| self.locales.get(language.as_str()));
        asked.find_map(|locale| locale.date(date)).unwrap_or_else(|| date.to_string())
    }

    /// A language and those that are near enough to it, the nearest first; English only for whoever asks for English.
    fn near(&self, language: &str) -> impl Iterator<Item = &Arc<Locale>> {
        let mut chain = chain(language);
        if chain.len() > 1 && primary(language) != FALLBACK {
            chain.pop();
        }
        chain.into_iter().filter_map(|language| self.locales.get(language.as_str()))
    }

    fn widget(&self, language: &str) -> (&'static str, Map<String, Value>) {
        let chain = chain(language);
        let found = chain.iter().filter_map(|language| self.locales.get_key_value(language.as_str()));
        let found = found.collect::<Vec<_>>();
        let speaks = |(_, locale): &&(&&'static str, &Arc<Locale>)| !locale.widget().is_empty();
        let name = found.iter().find(speaks).map_or(FALLBACK, |(name, _)| **name);
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

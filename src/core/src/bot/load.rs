//! How does a folder of files become a bot, its tests and its documents?

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Bot, TestCase, check,
    code::Code,
    compile, learned,
    problem::{Place, Problem, Problems, Severity},
    source::{Source, TestFile},
    suggest,
    translation::Translations,
    yaml::{self, Entries, Entry, Read},
};

/// Most files of a bot.
const MOST_FILES: usize = 5_000;
/// Largest document, in bytes.
const LARGEST_DOCUMENT: usize = 4 << 20;

/// Text files of a bot folder by relative path with `/` separators, documents included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Files(pub BTreeMap<String, String>);

impl Files {
    /// All but the conversation tests, whose mistakes need keep nobody from talking to the bot.
    #[must_use]
    pub fn without_tests(mut self) -> Self {
        self.0.retain(|path, _| kind_of(path) != Kind::Tests);
        self
    }
}

/// What loading found.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The bot, if there is no error; warnings do not matter.
    pub bot: Option<Bot>,
    /// Tests that could be read.
    pub tests: Vec<TestCase>,
    /// What the bot knows, by path.
    pub documents: Vec<Document>,
    /// All problems, by file and line.
    pub problems: Vec<Problem>,
}

impl Loaded {
    /// Each error as it is told, line by line.
    pub fn errors(&self) -> String {
        let errors = self.problems.iter().filter(|problem| problem.severity == Severity::Error);
        errors.map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }
}

/// A text that the bot answers from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Path below the folder `knowledge`.
    pub path: String,
    /// ISO 639-1.
    pub language: String,
    /// Markdown or plain text.
    pub text: String,
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Bot,
    Intents,
    Learned,
    Entities,
    Flows,
    Responses,
    Tests,
    Translations,
    Document,
    /// Not for the bot: a README, a hidden file.
    Other,
    Unknown,
}

impl Kind {
    /// All that define or use something.
    pub const ALL: [Self; 8] = [
        Self::Bot,
        Self::Intents,
        Self::Learned,
        Self::Entities,
        Self::Flows,
        Self::Responses,
        Self::Tests,
        Self::Translations,
    ];
}

const FOLDERS: [&str; 9] = [
    "intents",
    "learned",
    "entities",
    "flows",
    "responses",
    "translations",
    "tests",
    "knowledge",
    "bot.yaml",
];

/// Loads a bot. Total: whatever the files hold, the problems are said and nothing fails.
pub fn load(files: &Files) -> Loaded {
    loaded(files, &[], true)
}

/// As [`load`], of a folder in which some files are that cannot be read: what these may define is not said to be
/// undefined.
pub fn load_beside(files: &Files, unread: &[String]) -> Loaded {
    loaded(files, unread, true)
}

/// Loads a version that was published: it was checked by the studio of its time, and what later ones object to must not
/// keep it from running.
pub fn load_published(files: &Files) -> Loaded {
    loaded(files, &[], false)
}

fn loaded(files: &Files, unread: &[String], checked: bool) -> Loaded {
    let mut problems = Problems::default();
    for path in unread {
        problems.add_unread(path);
    }
    let mut source = Source::default();
    let mut documents = Vec::new();
    let translations = Translations::read(files);
    if files.0.len() > MOST_FILES {
        let message = format!("the bot has {} files; at most {MOST_FILES} are read", files.0.len());
        let whole = Place { file: usize::MAX, ..Place::default() };
        problems.report(Code::TooManyFiles, whole, message, "join small files");
    }
    for (path, text) in files.0.iter().take(MOST_FILES) {
        let file = problems.add_file(path);
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let file = File { path, text, number: file, translations: &translations };
        read_file(&file, &mut source, &mut documents, &mut problems);
    }
    let has_bot = files.0.contains_key("bot.yaml") || files.0.contains_key("bot.yml");
    if !has_bot && !problems.is_unread(Kind::Bot) {
        let whole = Place { file: usize::MAX, ..Place::default() };
        let hint = "add a file bot.yaml with `name: …` and `languages: [en]` at the top of the folder";
        problems.report(Code::MissingBotFile, whole, "there is no file bot.yaml", hint);
    }
    defined_once(&mut source, &mut problems);
    let taught = std::mem::take(&mut source.learned);
    learned::join(&mut source, taught);

    let compiled = compile::compile(&source, &mut problems);
    let default = compiled.bot.languages.first().cloned().unwrap_or_default();
    for document in &mut documents {
        document.language =
            language_of(&document.path, &compiled.bot.languages).unwrap_or(&default).to_owned();
    }
    let tests = source.tests.iter().map(|it| compile::test_case(it, &default, &mut problems)).collect();
    if checked {
        check::check(&source, &compiled, &mut problems);
    }

    let problems = problems.into_sorted();
    let sound = problems.iter().all(|problem| problem.severity == Severity::Warning);
    Loaded { bot: sound.then_some(compiled.bot), tests, documents, problems }
}

pub(super) fn kind_of(path: &str) -> Kind {
    let (stem, extension) = path.rsplit_once('.').unwrap_or((path, ""));
    let folder = path.split('/').next().unwrap_or_default();
    let hidden = path.split('/').any(|part| part.starts_with('.'));
    let is_yaml = matches!(extension, "yaml" | "yml");
    if hidden {
        return Kind::Other;
    }
    if folder == "knowledge" && path.contains('/') {
        return if matches!(extension, "md" | "txt") { Kind::Document } else { Kind::Unknown };
    }
    if !is_yaml {
        return if path.contains('/') && FOLDERS.contains(&folder) || matches!(extension, "md" | "txt" | "") {
            Kind::Other
        } else {
            Kind::Unknown
        };
    }
    match if path.contains('/') { folder } else { stem } {
        "bot" if !path.contains('/') => Kind::Bot,
        "intents" => Kind::Intents,
        "learned" => Kind::Learned,
        "entities" => Kind::Entities,
        "flows" => Kind::Flows,
        "responses" => Kind::Responses,
        "tests" => Kind::Tests,
        "translations" if path.contains('/') => Kind::Translations,
        _ => Kind::Unknown,
    }
}

/// A file to be read.
struct File<'a> {
    path: &'a str,
    text: &'a str,
    number: usize,
    translations: &'a Translations,
}

fn read_file(file: &File<'_>, source: &mut Source, documents: &mut Vec<Document>, problems: &mut Problems) {
    let File { path, text, number, translations } = *file;
    if is_empty(file) {
        let hint = format!("write what belongs into {path}, or remove it");
        problems.report(
            Code::NoEffect,
            Place { file: number, ..Place::default() },
            "this file is empty",
            hint,
        );
        return;
    }
    match kind_of(path) {
        Kind::Bot => {
            let bot = read_yaml(file, problems);
            if bot.is_none() && problems.count() == 0 {
                let place = Place { file: number, ..Place::default() };
                problems.report(
                    Code::MissingField,
                    place,
                    "the file is empty",
                    "add `name: …` and `languages: [en]`",
                );
            }
            source.bot = bot;
        }
        Kind::Intents => append(&mut source.intents, file, problems),
        Kind::Learned => append(&mut source.learned, file, problems),
        Kind::Entities => append(&mut source.entities, file, problems),
        Kind::Flows => append(&mut source.flows, file, problems),
        Kind::Responses => append(&mut source.responses, file, problems),
        Kind::Tests => {
            source.tests.extend(read_yaml::<TestFile>(file, problems).unwrap_or_default().0);
        }
        Kind::Translations => translations.check(path, text, number, problems),
        Kind::Document => {
            if text.len() > LARGEST_DOCUMENT {
                let message =
                    format!("the document has {} bytes; at most {LARGEST_DOCUMENT} are read", text.len());
                let place = Place { file: number, ..Place::default() };
                problems.report(Code::FileTooLarge, place, message, "split it by its headings");
                return;
            }
            let path = path.strip_prefix("knowledge/").unwrap_or(path).to_owned();
            documents.push(Document { path, language: String::new(), text: text.to_owned() });
        }
        Kind::Other => {}
        Kind::Unknown => {
            let folder = path.split('/').next().unwrap_or_default();
            let hint = suggest::hint(folder, FOLDERS, "files of a bot stand in these places");
            let hint =
                if path.starts_with("knowledge/") { "documents are .md or .txt".to_owned() } else { hint };
            let place = Place { file: number, ..Place::default() };
            problems.report(Code::UnknownFile, place, "this file is not read", hint);
        }
    }
}

/// Whether something belongs into a file in which nothing stands, not even that this is meant.
fn is_empty(file: &File<'_>) -> bool {
    let defines = match kind_of(file.path) {
        Kind::Intents
        | Kind::Learned
        | Kind::Entities
        | Kind::Flows
        | Kind::Responses
        | Kind::Tests
        | Kind::Translations => true,
        Kind::Bot | Kind::Document | Kind::Other | Kind::Unknown => false,
    };
    defines && file.text.trim().is_empty()
}

fn read_yaml<T: Read>(file: &File<'_>, problems: &mut Problems) -> Option<T> {
    let mut node = yaml::parse(file.text, file.number, problems)?;
    if kind_of(file.path) == Kind::Bot {
        end_name(file.text, &mut node, problems);
    }
    if matches!(kind_of(file.path), Kind::Bot | Kind::Flows | Kind::Responses) {
        file.translations.fill(file.path, &mut node);
    }
    let read = T::read(&node, problems);
    if read.is_none() {
        node.salvage(problems);
    }
    read
}

/// The name of a bot stands on one line: what is joined to it from the next one is told, and taken off.
fn end_name(text: &str, node: &mut yaml::Node, problems: &mut Problems) {
    let yaml::Kind::Map(entries) = &mut node.kind else { return };
    let Some((_, name)) = entries.iter_mut().find(|(key, _)| key.value == "name") else { return };
    let yaml::Kind::Text(joined) = &name.kind else { return };
    let Some(first) = yaml::before_continuation(text, name.place) else { return };
    let message = format!("this line goes on with the `name` above it: `{}`", yaml::shorten(joined));
    let place = Place { line: name.place.line + 1, column: 1, ..name.place };
    let hint = "begin the line at its start, with a key such as `title: …`, or remove it";
    problems.report(Code::InvalidName, place, message, hint);
    name.kind = yaml::Kind::Text(first.to_owned());
}

fn append<T: Read>(all: &mut Entries<T>, file: &File<'_>, problems: &mut Problems) {
    let more: Option<Entries<T>> = read_yaml(file, problems);
    all.0.extend(more.unwrap_or_default().0);
}

/// Reports what is defined in two files. The first is kept; of flows all are, since the others name
/// things as well.
fn defined_once(source: &mut Source, problems: &mut Problems) {
    first_of_each("intent", &mut source.intents, false, problems);
    first_of_each("entity", &mut source.entities, false, problems);
    first_of_each("flow", &mut source.flows, true, problems);
    first_of_each("response", &mut source.responses, false, problems);
}

fn first_of_each<T>(what: &str, all: &mut Entries<T>, keep: bool, problems: &mut Problems) {
    let mut first: BTreeMap<String, Place> = BTreeMap::new();
    all.0.retain(|Entry { name, .. }| {
        if let Some(place) = first.get(&name.value) {
            let message =
                format!("the {what} `{}` is defined at {} already", name.value, problems.describe(*place));
            problems.report(Code::DefinedTwice, name.place, message, "join the two, or rename one");
            return keep;
        }
        first.insert(name.value.clone(), name.place);
        true
    });
}

/// The language of a document by its folder.
fn language_of<'a>(path: &str, languages: &'a [String]) -> Option<&'a str> {
    let (folder, _) = path.split_once('/')?;
    languages.iter().find(|language| *language == folder).map(String::as_str)
}

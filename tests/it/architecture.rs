//! What the architecture promises is guarded by tests that exist.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use studio_load::{platforms, visitor};

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A chapter of the architecture.
fn chapter(heading: &str) -> String {
    let text = read("ARCHITECTURE.md");
    let (_, after) = text.split_once(&format!("## {heading}\n")).expect("the chapter");
    after.split("\n## ").next().expect("the chapter").to_owned()
}

/// The rows of the table of invariants: number, sentence, tests.
fn invariants() -> Vec<(String, Vec<(String, String)>)> {
    let chapter = chapter("What must always be true");
    let rows = chapter.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| #"));
    rows.map(|row| {
        let number = row.split('|').nth(1).expect("a number").trim().to_owned();
        let spans = row.split('`').skip(1).step_by(2);
        let tests = spans.filter_map(|span| span.split_once("::"));
        (number, tests.map(|(file, test)| (file.to_owned(), test.to_owned())).collect())
    })
    .collect()
}

#[test]
fn every_invariant_names_tests_that_exist() {
    let invariants = invariants();
    let numbers: Vec<String> = (1..=15).map(|number| number.to_string()).collect();
    assert_eq!(invariants.iter().map(|(number, _)| number.clone()).collect::<Vec<_>>(), numbers);
    for (number, tests) in invariants {
        assert!(!tests.is_empty(), "invariant {number} names no test as `file::function`");
        for (file, test) in tests {
            let source = read(&file);
            let place = source.find(&format!("fn {test}(")).unwrap_or_else(|| panic!("{file} has no {test}"));
            let before: String = source[..place].lines().rev().take(4).collect();
            assert!(before.contains("#[test]") || before.contains("test]"), "{file}: {test} is no test");
        }
    }
}

/// The calls on the store in a source, without its tests.
fn calls(source: &str) -> BTreeSet<String> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let called = source.split("store").skip(1).filter_map(|behind| {
        let call = behind.trim_start().strip_prefix('.')?.trim_start();
        let (name, _) = call.split_once('(')?;
        let is_name = name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
        // A clone of it is the same store.
        (is_name && name != "clone").then(|| name.to_owned())
    });
    called.collect()
}

#[test]
fn what_each_stage_asks_of_the_store_stands_in_the_table() {
    let chapter = chapter("What each stage asks of the store");
    let rows = chapter.lines().filter_map(|line| line.strip_prefix("| `"));
    let told: BTreeMap<String, BTreeSet<String>> = rows
        .map(|row| {
            let mut spans = row.split('`').step_by(2).map(str::to_owned);
            (spans.next().expect("a file"), spans.collect())
        })
        .collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pipeline");
    let asked = sources(&folder).into_iter().filter_map(|path| {
        let calls = calls(&fs::read_to_string(&path).expect("readable"));
        let file = path.strip_prefix(&folder).expect("below it").to_string_lossy().into_owned();
        (!calls.is_empty()).then_some((file, calls))
    });
    assert_eq!(asked.collect::<BTreeMap<_, _>>(), told, "the pipeline on the left, the table on the right");
}

#[test]
fn the_console_is_built_without_the_server() {
    let manifest = read("tui/Cargo.toml");
    let ours = manifest.lines().filter(|line| line.starts_with("studio"));
    assert_eq!(ours.collect::<Vec<_>>(), ["studio-core.workspace = true"], "the console knows only the API");
}

/// All files of Rust below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("readable").path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let files = files.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "rs"));
    files.chain(folders.iter().flat_map(|folder| sources(folder))).collect()
}

#[test]
fn errors_have_types_but_where_they_are_only_told() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (commands, main) = (root.join("src/cli"), root.join("src/main.rs"));
    let mut count = 0;
    for folder in ["src", "adapters", "knowledge", "tui"] {
        for path in sources(&root.join(folder)) {
            if path.starts_with(&commands) || path == main {
                continue;
            }
            count += 1;
            let source = fs::read_to_string(&path).expect("readable");
            assert!(!source.contains("anyhow"), "{} gives errors without types", path.display());
        }
    }
    assert!(count > 100, "{count} files");
}

#[derive(Deserialize)]
struct Lock {
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    /// None of what lies in a folder.
    source: Option<String>,
}

/// What a lock file has of the database, by its name.
fn database(lock: &str) -> BTreeMap<String, Package> {
    let Lock { package } = toml::from_str(&read(lock)).expect("a lock file");
    let of_it = package.into_iter().filter(|it| it.name.starts_with("surreal") || it.name == "reblessive");
    of_it.map(|it| (it.name.clone(), it)).collect()
}

fn check_server(folder: &str, mended: &[&str]) {
    let (studio, server) = (database("Cargo.lock"), database(&format!("{folder}/Cargo.lock")));
    for (name, package) in &server {
        if let Some(ours) = studio.get(name) {
            assert_eq!(package.version, ours.version, "{folder}: {name}");
        }
    }
    let copies = server.values().filter(|it| it.source.is_none()).map(|it| it.name.as_str());
    assert_eq!(copies.collect::<Vec<_>>(), mended, "{folder}");
}

#[test]
fn the_database_servers_are_of_the_studios_version_and_one_has_its_mended_engine() {
    check_server("tests/load/server", &["reblessive", "surrealdb-datastore", "surrealkv"]);
    check_server("tests/load/server/published", &[]);
}

#[test]
fn one_crate_alone_knows_what_runs_the_models() {
    let mut names = dependents(&read("Cargo.lock"), &["rust-bert", "tch"]);
    names.retain(|name| name != "rust-bert");
    assert_eq!(names, ["studio-bert"]);
}

/// The packages that need one of these crates.
fn dependents(lock: &str, crates: &[&str]) -> Vec<String> {
    let needed: Vec<String> = crates.iter().map(|name| format!("\"{name}\",")).collect();
    let needs =
        |package: &&str| package.lines().any(|line| needed.iter().any(|needed| line.trim() == needed));
    let packages = lock.split("[[package]]").filter(needs);
    packages.filter_map(|package| package.split('"').nth(1).map(str::to_owned)).collect()
}

/// The channels, each with a folder in `adapters/src`.
const CHANNELS: [&str; 6] = ["discord", "http", "slack", "telegram", "web", "whatsapp"];
/// What each of these folders has (the head of `adapters/src/lib.rs`), beside a folder of fixtures.
const FILES: [&str; 6] = ["mod.rs", "life.rs", "config.rs", "inbound.rs", "outbound.rs", "tests.rs"];

#[test]
fn every_channel_has_the_same_files() {
    let adapters = Path::new(env!("CARGO_MANIFEST_DIR")).join("adapters/src");
    let entries = fs::read_dir(&adapters).expect("a folder").map(|entry| entry.expect("readable").path());
    // What means or writes messages is a channel's folder.
    let of_channels =
        entries.filter(|path| path.join("inbound.rs").exists() || path.join("outbound.rs").exists());
    let found: BTreeSet<PathBuf> = of_channels.collect();
    let expected: BTreeSet<PathBuf> = CHANNELS.iter().map(|channel| adapters.join(channel)).collect();
    assert_eq!(found, expected);
    for folder in found {
        let missing: Vec<&str> = FILES.into_iter().filter(|file| !folder.join(file).is_file()).collect();
        assert!(missing.is_empty(), "{} lacks {missing:?}", folder.display());
        let fixtures = folder.join("fixtures");
        let count = fs::read_dir(&fixtures).map_or(0, Iterator::count);
        assert!(count > 0, "{} has no fixtures", fixtures.display());
    }
}

/// A channel of which nobody speaks there is proved by nothing while the studio is killed. A new one gets a `Way`: of people on a platform, or of
/// visitors.
#[test]
fn every_channel_is_spoken_by_in_the_campaigns_of_kills() {
    let people = platforms::Way::ALL.map(platforms::Way::channel);
    let visitors = visitor::Way::ALL.map(visitor::Way::channel);
    let spoken: BTreeSet<&str> = people.into_iter().chain(visitors).collect();
    assert_eq!(spoken, BTreeSet::from(CHANNELS));
}

/// What is decided of one event or one message needs none of these words: nothing is waited for, asked or read, and what time it is
/// is an argument.
const IMPURE: [&str; 12] = [
    "async",
    "await",
    "spawn",
    "tokio",
    "reqwest",
    "fs",
    "Host",
    "Clock",
    "clock",
    "Instant",
    "SystemTime",
    "rand",
];

/// What else decides what something means or looks like, beside `inbound` and `outbound` of its channel. The vendor's types that some of
/// these fill choose nothing either: the name of a file's part in a form is drawn where the request is written (`telegram/call.rs`).
const DECIDES: [(&str, &[&str]); 4] = [
    ("slack", &["message", "interaction", "form", "blocks", "text", "payload"]),
    ("discord", &["interaction", "modal", "markdown"]),
    ("whatsapp", &["said", "people", "template", "markup", "shape", "payload"]),
    ("telegram", &["markup", "request", "album"]),
];

/// The impure words of a source, without its comments and its tests.
fn impure(source: &str) -> BTreeSet<&str> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let mut lines = code.lines().filter_map(|line| line.split("//").next());
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let words = lines.clone().flat_map(|line| line.split(move |letter| !is_word(letter)));
    let mut found: BTreeSet<&str> = words.filter(|word| IMPURE.contains(word)).collect();
    if lines.any(|line| line.contains("::now(")) {
        found.insert("::now(");
    }
    found
}

#[test]
fn what_comes_in_and_what_leaves_is_decided_without_waiting_asking_or_a_clock() {
    assert_eq!(
        impure("use tokio::fs;\nasync fn a() { Timestamp::now() } // Host"),
        BTreeSet::from(["::now(", "async", "fs", "tokio"])
    );
    assert_eq!(impure("use crate::host::Incoming;\n#[cfg(test)]\nasync fn a() {}"), BTreeSet::new());
    let adapters = Path::new(env!("CARGO_MANIFEST_DIR")).join("adapters/src");
    let stages = CHANNELS.iter().flat_map(|channel| ["inbound", "outbound"].map(|stage| (*channel, stage)));
    let others =
        DECIDES.iter().flat_map(|(channel, stages)| stages.iter().map(move |stage| (*channel, *stage)));
    for (channel, stage) in stages.chain(others) {
        let stage = adapters.join(channel).join(stage);
        let mut files = vec![stage.with_extension("rs")];
        if stage.is_dir() {
            files.extend(sources(&stage));
        }
        for file in files {
            let source =
                fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            assert_eq!(impure(&source), BTreeSet::new(), "{}", file.display());
        }
    }
}

/// Where an event is read from types, or a message written in them, and what names these types there: a vendor's crate, or our own where
/// none is used. Why: docs/decisions/0018-vendor-types.md.
const TYPES: [(&str, &str); 11] = [
    ("telegram/inbound/read.rs", "use teloxide_core::types::"),
    ("telegram/inbound.rs", "use teloxide_core::types::"),
    ("telegram/request.rs", "use teloxide_core::"),
    ("discord/inbound.rs", "use serenity::model::"),
    ("discord/interaction.rs", "use serenity::model::"),
    ("discord/outbound.rs", "use serenity::builder::"),
    ("slack/inbound.rs", " payload::{"),
    ("slack/blocks.rs", "use slack_morphism::"),
    ("slack/outbound.rs", "use slack_morphism::"),
    ("slack/form.rs", "use slack_morphism::"),
    ("whatsapp/inbound.rs", " payload::{"),
];

#[test]
fn each_platform_is_spoken_in_the_types_that_the_decision_names_and_only_the_adapters_know_them() {
    let decision = read("docs/decisions/0018-vendor-types.md");
    for (file, types) in TYPES {
        assert!(read(&format!("adapters/src/{file}")).contains(types), "{file} has no “{types}”");
        assert!(decision.contains(&format!("`{file}`")), "the decision does not name {file}");
    }
    let lock = read("Cargo.lock");
    for vendor in ["serenity", "slack-morphism", "teloxide-core"] {
        assert_eq!(dependents(&lock, &[vendor]), ["studio-adapters"], "{vendor}");
    }
}

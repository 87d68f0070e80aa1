//! What the architecture promises is guarded by tests that exist.

use std::{collections::BTreeMap, fs, path::Path};

use serde::Deserialize;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The rows of the table of invariants: number, sentence, tests.
fn invariants() -> Vec<(String, Vec<(String, String)>)> {
    let text = read("ARCHITECTURE.md");
    let (_, after) = text.split_once("## What must always be true").expect("the chapter");
    let chapter = after.split("\n## ").next().expect("the chapter");
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

#[test]
fn the_console_is_built_without_the_server() {
    let manifest = read("tui/Cargo.toml");
    let ours = manifest.lines().filter(|line| line.starts_with("studio"));
    assert_eq!(ours.collect::<Vec<_>>(), ["studio-core.workspace = true"], "the console knows only the API");
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

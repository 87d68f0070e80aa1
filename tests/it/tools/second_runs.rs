//! What was set up is not set up again.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
    time::SystemTime,
};

use sha2::{Digest as _, Sha256};

use super::{Machine, fetched::Fetched, text};
use crate::support::browser::{program, skipped};

fn written(path: &Path) -> SystemTime {
    let facts = fs::metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    facts.modified().expect("this system knows it")
}

#[track_caller]
fn did_nothing(output: &Output) {
    assert!(output.status.success() && text(output).is_empty(), "{output:?}");
}

#[test]
fn libtorch_and_the_models_are_not_fetched_again() {
    let Some(python) = program("python3") else {
        return skipped("libtorch_and_the_models_are_not_fetched_again", "python3 (apt-get install python3)");
    };
    let fetched = Fetched::new();
    // Models of one small file.
    let digest = hex::encode(Sha256::digest("hello\n"));
    let files = format!("MODEL_FILES = NAMES_FILES = {{'vocab.txt': '{digest}'}}");
    let script = include_str!("../../../tools/setup-models");
    let small = script.replace("\n\nmain()\n", &format!("\n\n{files}\nmain()\n"));
    assert_ne!(small, script);
    fetched.put("tools/setup-models", &small);
    let cache = "cache/neural-marketing-studio";
    let names = [
        "models/all-MiniLM-L6-v2/vocab.txt",
        "models/tinybert-ner/vocab.txt",
        "libtorch-2.4.0/lib/libtorch_cpu.so",
    ];
    for name in names {
        fetched.put(&format!("{cache}/{name}"), "hello\n");
    }
    let run = || fetched.command(&python).output().expect("it can be run");
    // The first run writes down what libtorch is to be, the others find that it is so.
    did_nothing(&run());
    let torch = ["libtorch-2.4.0/sizes.json", "libtorch-2.4.0/SHA256SUMS"];
    let times = || -> Vec<SystemTime> {
        let names = [&names[..], &torch[..]].concat();
        names.iter().map(|name| written(&fetched.path(&format!("{cache}/{name}")))).collect()
    };
    let before = times();
    for _ in 0..2 {
        did_nothing(&run());
    }
    assert_eq!(times(), before);
    assert!(!fetched.path(&format!("{cache}/downloads")).exists(), "something was fetched");
    let linked = fs::read_link(fetched.path(".libtorch")).expect("cargo finds it there");
    assert_eq!(linked, fetched.path(&format!("{cache}/libtorch-2.4.0")));
}

/// Those with which this test was built.
#[test]
fn the_copies_of_crates_are_not_made_again() {
    let Some(python) = program("python3") else {
        return skipped("the_copies_of_crates_are_not_made_again", "python3 (apt-get install python3)");
    };
    // What the path has may be a script that looks for the interpreter there.
    let told = Command::new(python)
        .args(["-c", "import sys; print(sys.executable)"])
        .output()
        .expect("it can be run");
    let python = String::from_utf8(told.stdout).expect("a path");
    // Without cargo and rustc there is nothing that copies could be made of.
    let machine = Machine::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let marks = || {
        let copies = fs::read_dir(root.join(".engine")).expect("the copies are there");
        let mut marks: Vec<_> = copies.map(|copy| copy.expect("an entry").path().join(".edits")).collect();
        marks.sort();
        marks.into_iter().map(|mark| (written(&mark), mark)).collect::<Vec<_>>()
    };
    let before = marks();
    assert!(!before.is_empty());
    let output = Command::new(python.trim())
        .arg(root.join("tools/setup-engine"))
        .env("PATH", machine.programs())
        .env_remove("CARGO")
        .output()
        .expect("it can be run");
    did_nothing(&output);
    assert_eq!(marks(), before);
}

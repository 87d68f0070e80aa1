//! Every part of `make proof` is run and told of, whatever becomes of the others.

use std::fs;

use super::{Machine, text};

/// Of the table of `tools/proof`: name, status and last line.
type Row = (String, String, String);

/// `tools/proof` with a make that says what it is told, and fails in some parts; the status, what it said, and the rows of its table.
fn proof(parts: &str) -> (Option<i32>, String, Vec<Row>) {
    let machine = Machine::new();
    machine.put(
        "make",
        "echo \"told $*\"\n\
         case $1 in\n\
         crash) echo 'data and log are kept in /tmp/it'; echo 'make: *** [Makefile:50: crash] Error 1' ;;\n\
         soak) echo 'too short to be judged'; echo 'make: *** [Makefile:123: soak] Error 3' ;;\n\
         bench) kill -9 $$ ;;\n\
         trials) echo '24 of 25 trials, 1 skipped: model-hangs; 0 failed'; exit 0 ;;\n\
         *) exit 0 ;;\n\
         esac\n\
         exit 2",
    );
    let path = std::env::var("PATH").unwrap_or_default();
    let folder = machine.folder.path().join("proof");
    let output = machine
        .command("tools/proof")
        .env("PATH", format!("{}:{path}", machine.programs().display()))
        .envs([("PARTS", parts), ("KILLS", "700"), ("CAMPAIGN", "70")])
        .env("PROOF_FOLDER", &folder)
        .env_remove("LARGE")
        .env_remove("PROFILE")
        .output()
        .expect("it can be run");
    let table = fs::read_to_string(folder.join("table")).unwrap_or_default();
    let rows = table.lines().skip(2).map(|line| {
        let mut fields = line.split_whitespace();
        let mut next = || fields.next().unwrap_or_default().to_owned();
        let (name, status, _seconds) = (next(), next(), next());
        (name, status, fields.collect::<Vec<_>>().join(" "))
    });
    let rows: Vec<_> = rows.collect();
    let said = text(&output);
    assert!(said.contains(&table), "the table is not told: {said}");
    for (name, ..) in &rows {
        let log = fs::read_to_string(folder.join(format!("{name}.log"))).unwrap_or_default();
        assert!(log.starts_with("Last run: commit "), "{name}: {log}");
    }
    (output.status.code(), said, rows)
}

#[test]
fn a_part_of_the_proof_that_fails_keeps_no_other_from_being_run() {
    let (status, said, rows) = proof("crash soak bench trials crash-server");
    let rows: Vec<_> =
        rows.iter().map(|(name, status, last)| (name.as_str(), status.as_str(), last.as_str())).collect();
    let expected = [
        ("build", "0", "told -k database-server load measured"),
        ("crash", "1", "data and log are kept in /tmp/it"),
        ("soak", "3", "too short to be judged"),
        ("bench", "137", "told bench LARGE=1 PARTS="),
        ("trials", "0", "24 of 25 trials, 1 skipped: model-hangs; 0 failed"),
        ("crash-server", "0", "told crash-server KILLS=70 -o handover"),
    ];
    assert_eq!((status, &rows[..]), (Some(1), &expected[..]), "{said}");
    // What is deployed is built for the soak and the bench, and killed.
    assert!(said.contains("make crash KILLS=700 PROFILE=release,"), "{said}");
}

#[test]
fn a_proof_whose_parts_do_well_ends_well_and_one_that_is_unknown_begins_none() {
    let (status, said, rows) = proof("handover pressure");
    assert_eq!((status, rows.len()), (Some(0), 3), "{said}");
    let (status, said, rows) = proof("handover crashes");
    assert_eq!((status, rows.len()), (Some(2), 0), "{said}");
    assert!(said.contains("there is no part crashes: choose from simulate crash"), "{said}");
}

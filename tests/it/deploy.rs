//! The unit of systemd fits the program, and whoever passes the program on is told what others' licences ask.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use clap::Parser as _;
use studio::{cli::Arguments, config};

use crate::support::browser::{program, skipped};

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("it is there")
}

/// The value of a setting of the unit.
fn of_the_unit(name: &str) -> String {
    let unit = read("deploy/studio.service");
    let mut values = unit.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    values.next().unwrap_or_else(|| panic!("the unit has no {name}")).to_owned()
}

#[test]
fn the_unit_gives_a_stop_the_time_that_it_may_take() {
    let config = config::load(None, &BTreeMap::new()).expect("the defaults hold");
    let given: i64 = of_the_unit("TimeoutStopSec").trim_end_matches('s').parse().expect("seconds");
    // Closing the store has 3 seconds in any case.
    assert!(given > config.server.drain.as_secs() + 3, "{given} s for a stop");
}

#[test]
fn the_unit_starts_the_program_by_arguments_that_it_knows() {
    let command = of_the_unit("ExecStart");
    let arguments = command.split(' ').collect::<Vec<_>>();
    assert!(arguments.contains(&"serve"), "{command}");
    let parsed = Arguments::try_parse_from(&arguments);
    assert!(parsed.is_ok(), "{command}: {:?}", parsed.err());
    let folder = of_the_unit("Environment");
    let (name, value) = folder.split_once('=').expect("a setting");
    let environment = BTreeMap::from([(name.to_owned(), value.to_owned())]);
    assert_eq!(config::unknown_variables(None, &environment), Vec::<String>::new());
    let config = config::load(None, &environment).expect("it holds");
    assert_eq!(config.models.folder, Path::new(value));
}

#[test]
fn the_commands_of_the_document_have_what_the_unit_gives() {
    let document = read("docs/deploy.md");
    let (_, behind) = document.split_once("\nstudio() {\n").expect("the command");
    let command = behind.split("\n}\n").next().expect("it comes to an end").replace("\\\n", " ");
    let words = command.split_whitespace().collect::<Vec<_>>();
    for (option, name) in [
        ("--uid=", "User"),
        ("--working-directory=", "WorkingDirectory"),
        ("--property=UMask=", "UMask"),
        ("--property=EnvironmentFile=", "EnvironmentFile"),
        ("--setenv=", "Environment"),
    ] {
        let wanted = format!("{option}{}", of_the_unit(name));
        assert!(words.contains(&wanted.as_str()), "{wanted} is not in {words:?}");
    }
    let called = of_the_unit("ExecStart").replace(" serve", " \"$@\"");
    assert!(command.trim_end().ends_with(&called), "{called} is not the end of {command}");
}

#[test]
fn the_unit_is_one_that_systemd_takes() {
    let test = "the_unit_is_one_that_systemd_takes";
    let Some(systemd) = program("systemd-analyze") else {
        return skipped(test, "systemd-analyze (apt-get install systemd)");
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let unit = folder.path().join("studio.service");
    // Whether the program is installed where the unit says is not asked here.
    let written = read("deploy/studio.service").replace("/opt/studio/studio", env!("CARGO_BIN_EXE_studio"));
    fs::write(&unit, written).expect("writable");
    let output = Command::new(systemd).arg("verify").arg(&unit).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    let ours = said.lines().filter(|line| line.contains("studio.service")).collect::<Vec<_>>();
    assert_eq!(ours, [] as [&str; 0], "{said}");
}

#[test]
fn the_settings_of_the_document_hold() {
    let document = read("docs/deploy.md");
    let (_, behind) = document.split_once("```toml\n").expect("there are some");
    let settings = behind.split("```").next().expect("they come to an end");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("studio.toml");
    fs::write(&path, settings).expect("writable");
    let config = config::load(Some(&path), &BTreeMap::new()).expect("they hold");
    assert_eq!(config.server.public_url, "https://chat.example.com");
    assert_eq!(config.server.trusted_proxies.len(), 1);
}

#[test]
fn the_notice_names_what_goes_with_the_program() {
    let notice = read("NOTICE");
    let models = read("docs/models.md");
    let (_, known) = models.split_once("## Known models").expect("the chapter");
    let known = known.split("\n## ").next().expect("the chapter");
    let rows = known.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let names = rows.collect::<Vec<_>>();
    assert!(names.contains(&"all-MiniLM-L6-v2"), "{names:?}");
    let others = [
        "SurrealDB",
        "Business Source License 1.1",
        "libtorch",
        "SurrealKV",
        "The Apache Software Foundation",
    ];
    for name in names.into_iter().chain(others) {
        assert!(notice.contains(name), "the notice does not name {name}");
    }
    // What is built with lines of our own says so.
    let notice = notice.to_lowercase();
    for made in read("Cargo.toml").lines().filter(|line| line.contains(".engine/")) {
        let name = made.split(' ').next().expect("a name");
        assert!(notice.contains(name), "the notice does not say that {name} was changed");
    }
}

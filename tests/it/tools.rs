//! What a machine lacks is told with how to get it, and the tests that need it count as skipped.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

use crate::support::browser::program;

mod bar;
mod bench;
mod fetched;
mod libclang;
mod names;
mod proof;
mod second_runs;

/// A machine that has only what is put there.
struct Machine {
    folder: TempDir,
}

impl Machine {
    /// With the programs of every Debian.
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let machine = Self { folder };
        fs::create_dir(machine.programs()).expect("writable");
        for program in
            ["bash", "cat", "cp", "dirname", "env", "mkdir", "rm", "sha256sum", "sort", "sed", "wc"]
        {
            let path = ["/usr/bin", "/bin"].map(|folder| Path::new(folder).join(program));
            let path = path.into_iter().find(|path| path.exists()).unwrap_or_else(|| panic!("no {program}"));
            symlink(path, machine.programs().join(program)).expect("linked");
        }
        machine
    }

    fn programs(&self) -> PathBuf {
        self.folder.path().join("bin")
    }

    fn put(&self, program: &str, script: &str) {
        let path = self.programs().join(program);
        fs::write(&path, format!("#!/bin/bash\n{script}\n")).expect("writable");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("ours to change");
    }

    fn setup_peers(&self) -> String {
        self.run("tools/setup-peers")
    }

    /// What a tool says, which must go well.
    fn run(&self, tool: &str) -> String {
        let output = self.command(tool).output().expect("it can be run");
        assert!(output.status.success(), "{output:?}");
        text(&output)
    }

    fn command(&self, tool: &str) -> Command {
        let mut command = Command::new(tool);
        command.current_dir(env!("CARGO_MANIFEST_DIR")).env("PATH", self.programs());
        command.env("CARGO_TARGET_DIR", self.folder.path());
        command
    }

    fn installed(&self) -> [bool; 2] {
        ["python", "node"].map(|name| self.folder.path().join(format!("peers/{name}.installed")).exists())
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &*String::from_utf8_lossy(&output.stderr)
}

#[test]
fn clients_that_cannot_be_installed_are_told_of_and_installed_once_they_can() {
    let machine = Machine::new();
    let told = machine.setup_peers();
    assert!(told.contains("apt-get install python3 python3-venv"), "{told}");
    assert!(told.contains("apt-get install nodejs npm"), "{told}");
    assert_eq!(machine.installed(), [false, false]);

    // As Debian's Python without its package for environments, which leaves half of one.
    machine.put("python3", HALF);
    let told = machine.setup_peers();
    assert!(told.contains("apt-get install python3 python3-venv"), "{told}");
    assert_eq!(machine.installed(), [false, false]);

    machine.put("npm", "exit 0");
    machine.put("python3", WHOLE);
    assert_eq!(machine.setup_peers(), "");
    assert_eq!(machine.installed(), [true, true]);
    // A second run asks nobody.
    machine.put("npm", "echo asked; exit 1");
    assert_eq!(machine.setup_peers(), "");
}

/// A connection that is there makes a package that is not there a failure, for those who need it.
#[test]
fn clients_that_could_be_had_may_not_be_missing_where_they_are_needed() {
    let needed = |npm: &str| {
        let machine = Machine::new();
        machine.put("python3", WHOLE);
        machine.put("npm", npm);
        let output = machine.command("tools/setup-peers").arg("--needed").output().expect("it can be run");
        (output.status.success(), text(&output))
    };
    assert_eq!(needed("exit 0"), (true, String::new()));
    let (well, told) = needed("exit 1");
    assert!(well && told.contains("is there a connection?") && told.contains("will be skipped"), "{told}");
    let (well, told) = needed("[ \"$1\" = view ]");
    assert!(!well && told.contains("The registry answers"), "{told}");
}

/// A Python whose environments lack pip, and one whose environments are whole.
const HALF: &str = "mkdir -p \"$3/bin\"; cp \"$0\" \"$3/bin/python\"; exit 1";
const WHOLE: &str = "[ \"$2\" = venv ] && mkdir -p \"$3/bin\" && cp \"$0\" \"$3/bin/python\"; exit 0";

#[test]
fn what_the_tests_need_is_installed_by_apt_where_it_may() {
    let machine = Machine::new();
    machine.put("id", "echo 0");
    machine.put("python3", HALF);
    let programs = machine.programs();
    let bin = programs.display();
    // Puts into place what it is asked for.
    machine.put(
        "apt-get",
        &format!(
            "[ \"$1\" = install ] || exit 0\n\
             for name in \"$@\"; do case $name in\n\
             npm|jq|curl|openssl|chromium) cp {bin}/true {bin}/$name ;;\n\
             nodejs) cp {bin}/true {bin}/node ;;\n\
             chromium-driver) cp {bin}/true {bin}/chromedriver ;;\n\
             python3-venv) cp {bin}/whole {bin}/python3 ;;\n\
             esac; done"
        ),
    );
    machine.put("true", "exit 0");
    machine.put("whole", WHOLE);
    let told = machine.run("tools/setup-test");
    assert!(told.contains("Installing chromium chromium-driver for the browser tests."), "{told}");
    assert!(told.contains("Installing nodejs npm jq curl openssl for"), "{told}");
    let told = machine.run("tools/setup-peers");
    assert_eq!(told, "Installing python3 python3-venv for the Python clients of the platforms.\n");
    assert_eq!(machine.installed(), [true, true]);
    assert!(!machine.run("tools/setup-test").contains("Installing"));
}

#[test]
fn what_apt_may_not_install_is_named() {
    let machine = Machine::new();
    machine.put("id", "echo 1000");
    machine.put("apt-get", "echo asked; exit 1");
    let told = machine.run("tools/setup-test");
    for named in [
        "apt-get install chromium chromium-driver",
        "apt-get install nodejs npm jq curl openssl",
        "will be skipped",
    ] {
        assert!(told.contains(named), "no {named:?} in {told}");
    }
    assert!(!told.contains("asked"), "{told}");
}

/// `make test` with a cargo and a studio that do this, without what installs things.
fn make_test(cargo: &str, studio: &str, models: &str) -> (bool, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let built = folder.path().join("debug/studio");
    fs::create_dir_all(built.parent().expect("it has one")).expect("writable");
    symlink(studio, built).expect("linked");
    let output = Command::new("make")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["-s", "-o", "setup-models", "-o", "setup-test", "-o", "setup-engine", "test"])
        .args([format!("CARGO={cargo}"), format!("WITHOUT_MODELS={models}")])
        .env("CARGO_TARGET_DIR", folder.path())
        .env("XDG_CACHE_HOME", folder.path())
        .env_remove("MAKEFLAGS")
        .output()
        .expect("make can be run");
    (output.status.success(), text(&output))
}

#[test]
fn what_was_skipped_is_told_also_where_a_test_fails() {
    assert_eq!(make_test("true", "/bin/true", ""), (true, "No test was skipped.\n".to_owned()));
    let (well, told) = make_test("false", "/bin/true", "");
    assert!(!well && told.contains("No test was skipped."), "{told}");
}

#[test]
fn models_are_fetched_by_what_was_built_before_the_tests_are_run() {
    let order = |models: &str| {
        let (_, told) = make_test("echo", "/bin/false", models);
        let step = |line: &str| {
            let model = line.strip_prefix("The model ").and_then(|rest| rest.split(' ').next());
            let tests = || {
                line.starts_with("test ").then_some(if line.contains("--no-run") { "build" } else { "run" })
            };
            model.or_else(tests).map(str::to_owned)
        };
        told.lines().filter_map(step).collect::<Vec<_>>()
    };
    assert_eq!(order(""), ["build", "tinybert-ner", "opus-mt-zh-en", "run"]);
    assert_eq!(order("--no-default-features"), ["build", "run"]);
}

/// `make` on this machine, with a cargo that says what it is told.
fn make(machine: &Machine, arguments: &[&str]) -> String {
    let make = program("make").expect("make is installed");
    let output = Command::new(make)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["-s", "-o", "setup-engine", "CARGO=cargo"])
        .args(arguments)
        .env("PATH", machine.programs())
        .env("XDG_CACHE_HOME", machine.folder.path())
        .env_remove("MAKEFLAGS")
        .env_remove("CXX")
        .output()
        .expect("make can be run");
    assert!(output.status.success(), "{output:?}");
    text(&output)
}

#[test]
fn without_a_compiler_of_cpp_it_goes_on_without_models() {
    let machine = Machine::new();
    machine.put("cc", "exit 0");
    machine.put("cargo", "echo \"$@\"");
    let told = make(&machine, &["setup-models"]);
    assert!(told.contains("Install with: sudo apt-get install g++"), "{told}");
    assert!(told.contains("Going on without models"), "{told}");
    let told = make(&machine, &["-o", "setup-models", "run"]);
    assert!(told.lines().any(|line| line == "build --bin studio --no-default-features"), "{told}");
    let told = make(&machine, &["-o", "setup-models", "release"]);
    let features = "--no-default-features --features jemalloc";
    assert!(told.lines().any(|line| line == format!("build --release --bin studio {features}")), "{told}");
    let told = make(&machine, &["-o", "setup-models", "WITHOUT_MODELS=", "run"]);
    let features = "--no-default-features --features models";
    assert!(told.lines().any(|line| line == format!("build --bin studio {features}")), "{told}");
}

#[test]
fn a_campaign_kills_the_build_that_it_is_told() {
    let machine = Machine::new();
    let told = |more: &[&str]| make(&machine, &[&["-n", "-o", "setup-models"][..], more].concat());
    for campaign in ["crash", "crash-channels", "power-loss", "trials", "handover", "crash-server"] {
        let debug = told(&[campaign]);
        assert!(debug.contains("/debug/studio-load ") && !debug.contains("/release/"), "{debug}");
        let release = told(&[campaign, "PROFILE=release"]);
        assert!(release.contains("/release/studio-load ") && !release.contains("/debug/"), "{release}");
        assert!(release.contains("cargo build --release --workspace --bin studio "), "{release}");
    }
    assert!(told(&["crash-server", "PROFILE=release"]).contains("/release/studio-load-server"));
}

#[test]
fn what_is_done_beside_a_task_is_stopped_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/beside"))
        .current_dir(folder.path())
        .args(["sh", "-c", "touch begun; sleep 600; touch ended", "--"])
        .args(["sh", "-c", "until [ -e begun ]; do sleep 0.01; done; echo done; exit 3"])
        .output()
        .expect("it can be run");
    assert_eq!((output.status.code(), text(&output).as_str()), (Some(3), "done\n"));
    assert!(!folder.path().join("ended").exists());
}

/// Every file of Rust of the workspace.
fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders =
        ["src", "adapters", "knowledge", "simulators", "tui", "tests"].map(|name| root.join(name)).to_vec();
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "rs") {
                files.push(entry);
            }
        }
    }
    files
}

#[test]
fn what_is_skipped_is_told_by_one_function_that_counts() {
    let told = concat!("\"skipped", ": ");
    // Benchmarks are no tests.
    let tests = sources().into_iter().filter(|file| !file.to_string_lossy().contains("tests/load/"));
    let found = tests.filter(|file| fs::read_to_string(file).expect("UTF-8").contains(told));
    let found: Vec<_> = found.map(|file| file.to_string_lossy().into_owned()).collect();
    assert!(matches!(&found[..], [one] if one.ends_with("tests/skipped/src/lib.rs")), "{found:?}");
}

#[test]
fn tests_that_a_build_without_libtorch_leaves_out_count_as_skipped() {
    let (well, told) = make_test("true", "/bin/true", "--no-default-features");
    assert!(well, "{told}");
    let count = told.lines().find_map(|line| line.strip_prefix("Skipped tests: ")?.parse().ok());
    let named = told.lines().filter(|line| line.contains("needs libtorch")).count();
    assert!(named > 30 && count == Some(named), "{told}");
    for left_out in ["src/bert/src/verify/tests.rs", "tests/it/models.rs", "tests/it/local_translation.rs"] {
        assert!(told.contains(left_out), "no {left_out} in {told}");
    }
    assert!(!told.contains("tests/it/tools.rs"), "{told}");
}

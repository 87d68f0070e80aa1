//! What a machine lacks is told with how to get it, and the tests that need it count as skipped.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

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
        let output = Command::new("tools/setup-peers")
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("PATH", self.programs())
            .env("CARGO_TARGET_DIR", self.folder.path())
            .output()
            .expect("it can be run");
        assert!(output.status.success(), "{output:?}");
        text(&output)
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
    assert!(told.contains("apt-get install npm"), "{told}");
    assert_eq!(machine.installed(), [false, false]);

    // As Debian's Python without its package for environments, which leaves half of one.
    machine.put("python3", "mkdir -p \"$3/bin\"; cp \"$0\" \"$3/bin/python\"; exit 1");
    let told = machine.setup_peers();
    assert!(told.contains("apt-get install python3-venv"), "{told}");
    assert_eq!(machine.installed(), [false, false]);

    machine.put("npm", "exit 0");
    machine.put("python3", "[ \"$2\" = venv ] && mkdir -p \"$3/bin\" && cp \"$0\" \"$3/bin/python\"; exit 0");
    assert_eq!(machine.setup_peers(), "");
    assert_eq!(machine.installed(), [true, true]);
    // A second run asks nobody.
    machine.put("npm", "echo asked; exit 1");
    assert_eq!(machine.setup_peers(), "");
}

/// `make test` with a cargo that does this, without what installs things.
fn make_test(cargo: &str, models: &str) -> (bool, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let built = folder.path().join("debug/studio");
    fs::create_dir_all(built.parent().expect("it has one")).expect("writable");
    symlink("/bin/true", built).expect("linked");
    let output = Command::new("make")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["-s", "-o", "setup-models", "-o", "setup-test", "-o", "setup-engine", "test"])
        .args([format!("CARGO={cargo}"), format!("WITHOUT_MODELS={models}")])
        .env("CARGO_TARGET_DIR", folder.path())
        .env_remove("MAKEFLAGS")
        .output()
        .expect("make can be run");
    (output.status.success(), text(&output))
}

#[test]
fn what_was_skipped_is_told_also_where_a_test_fails() {
    assert_eq!(make_test("true", ""), (true, "No test was skipped.\n".to_owned()));
    let (well, told) = make_test("false", "");
    assert!(!well && told.contains("No test was skipped."), "{told}");
}

#[test]
fn tests_that_a_build_without_libtorch_leaves_out_count_as_skipped() {
    let (well, told) = make_test("true", "--no-default-features");
    assert!(well, "{told}");
    let count = told.lines().find_map(|line| line.strip_prefix("Skipped tests: ")?.parse().ok());
    let named = told.lines().filter(|line| line.contains("needs libtorch")).count();
    assert!(named > 30 && count == Some(named), "{told}");
    for left_out in ["src/bert/src/verify/tests.rs", "tests/it/models.rs", "tests/it/local_translation.rs"] {
        assert!(told.contains(left_out), "no {left_out} in {told}");
    }
    assert!(!told.contains("tests/it/tools.rs"), "{told}");
}

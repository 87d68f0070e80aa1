//! Which tests do not take place on this machine, and why? Each is told and counted, so that none is missed in silence.

use std::{
    fs::OpenOptions,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// Names the file in which `make test` counts the skipped tests.
const COUNTED: &str = "STUDIO_SKIPPED";

/// Says that a test does not take place, and what it needs; also in the file that `STUDIO_SKIPPED` names.
///
/// # Panics
///
/// If that file cannot be written.
pub fn skipped(test: &str, needed: &str) {
    let line = format!("skipped: {test} needs {needed}");
    eprintln!("{line}");
    if let Some(path) = std::env::var_os(COUNTED) {
        count(Path::new(&path), &line).expect("the file of STUDIO_SKIPPED can be written");
    }
}

/// A file or folder of the public data, in the folder that `STUDIO_SHARED_DATA` names, else beside the workspace. Where it
/// is not, the test is skipped.
///
/// # Panics
///
/// If the file of the skipped tests cannot be written.
#[must_use]
pub fn shared_data(test: &str, part: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("STUDIO_SHARED_DATA").map_or_else(beside, PathBuf::from);
    let path = folder.join(part);
    if path.exists() {
        return Some(path);
    }
    skipped(test, &format!("the public data {part} (STUDIO_SHARED_DATA names their folder)"));
    None
}

fn count(file: &Path, line: &str) -> io::Result<()> {
    // In one write, as other tests write at the same time.
    OpenOptions::new().create(true).append(true).open(file)?.write_all(format!("{line}\n").as_bytes())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// Skipped, where a machine lacks what nobody has: the other test runs it on such a machine.
    #[test]
    fn on_a_bare_machine() {
        if std::env::var_os("STUDIO_BARE").is_some() {
            skipped("one", "a thing");
            assert_eq!(shared_data("two", "nlu"), None);
        }
    }

    #[test]
    fn what_is_skipped_is_counted() {
        let file = std::env::temp_dir().join(format!("studio-skipped-{}", std::process::id()));
        let output = Command::new(std::env::current_exe().expect("a test's binary"))
            .args(["--exact", "tests::on_a_bare_machine"])
            .env("STUDIO_BARE", "1")
            .env("STUDIO_SHARED_DATA", "/nowhere")
            .env(COUNTED, &file)
            .output()
            .expect("it can be run");
        assert!(output.status.success(), "{output:?}");
        let counted = std::fs::read_to_string(&file).expect("written");
        std::fs::remove_file(&file).expect("ours");
        assert_eq!(
            counted,
            "skipped: one needs a thing\n\
             skipped: two needs the public data nlu (STUDIO_SHARED_DATA names their folder)\n"
        );
    }
}

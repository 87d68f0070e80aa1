//! Where are the clients that others wrote, for tests? `tools/setup-peers` installs them.

use std::{io::Write as _, path::PathBuf, process::Command};

/// A Python with the packages of `peers/requirements.txt`.
pub fn python() -> Option<Command> {
    let python = folder("python")?.join("python/bin/python");
    python.exists().then(|| Command::new(python))
}

/// Node, started where the packages of `peers/package.json` are found.
pub fn node() -> Option<Command> {
    let modules = folder("node")?.join("node_modules");
    let mut node = Command::new("node");
    node.env("NODE_PATH", &modules);
    modules.exists().then_some(node)
}

/// Says that a test did not take place; `STUDIO_SKIPPED` names the file in which the skipped ones are counted.
///
/// # Panics
///
/// If that file cannot be written.
pub fn skip(test: &str) {
    println!("skipped: {test}: needs the platforms' own clients (tools/setup-peers)");
    if let Some(path) = std::env::var_os("STUDIO_SKIPPED") {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
        let written = file.and_then(|mut file| {
            writeln!(file, "{test}: needs the platforms' own clients (tools/setup-peers)")
        });
        written.expect("the file of STUDIO_SKIPPED can be written");
    }
}

/// Where all clients of a language are installed: beside what cargo builds, in which the test's own binary lies.
fn folder(language: &str) -> Option<PathBuf> {
    let binary = std::env::current_exe().ok()?;
    let peers = binary.ancestors().map(|folder| folder.join("peers"));
    peers.into_iter().find(|peers| peers.join(format!("{language}.installed")).exists())
}

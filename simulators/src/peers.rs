//! Where are the clients that others wrote, for tests? `tools/setup-peers` installs them.

use std::{path::PathBuf, process::Command};

/// What ends a client with the test that started it, also where that is killed.
const LEASH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/leash");

/// A Python with the packages of `peers/requirements.txt`.
pub fn python() -> Option<Command> {
    let path = folder("python")?.join("python/bin/python");
    let mut python = Command::new(&path);
    // Python reads what is called `sitecustomize` at its start.
    python.env("PYTHONPATH", LEASH).env("PYTHONDONTWRITEBYTECODE", "1");
    path.exists().then_some(python)
}

/// Node, started where the packages of `peers/package.json` are found.
pub fn node() -> Option<Command> {
    let modules = folder("node")?.join("node_modules");
    let mut node = Command::new("node");
    node.env("NODE_PATH", &modules).env("NODE_OPTIONS", format!("--require \"{LEASH}/leash.js\""));
    modules.exists().then_some(node)
}

/// Says that a test did not take place, as the clients are not here.
///
/// # Panics
///
/// If the file of the skipped tests cannot be written.
pub fn skip(test: &str) {
    studio_skipped::skipped(test, "the platforms' own clients (tools/setup-peers)");
}

/// Where all clients of a language are installed: beside what cargo builds, in which the test's own binary lies.
fn folder(language: &str) -> Option<PathBuf> {
    let binary = std::env::current_exe().ok()?;
    let peers = binary.ancestors().map(|folder| folder.join("peers"));
    peers.into_iter().find(|peers| peers.join(format!("{language}.installed")).exists())
}

//! Does loading hold what it promises?

mod broken;
mod codes;
mod documented;
mod total;

use std::collections::BTreeMap;

use super::{Files, Loaded, load};

/// A small bot without a single problem: the ground on which tests change one thing.
pub fn sound() -> BTreeMap<String, String> {
    let files = [
        ("bot.yaml", include_str!("sound/bot.yaml")),
        ("entities/all.yaml", include_str!("sound/entities.yaml")),
        ("flows/all.yaml", include_str!("sound/flows.yaml")),
        ("intents/all.yaml", include_str!("sound/intents.yaml")),
        ("responses/all.yaml", include_str!("sound/responses.yaml")),
        ("tests/all.yaml", include_str!("sound/tests.yaml")),
        ("knowledge/returns.md", "# Returns\n\nWithin 30 days.\n"),
        ("knowledge/de/rueckgabe.md", "# Rückgabe\n\nBinnen 30 Tagen.\n"),
    ];
    files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

pub fn load_files(files: BTreeMap<String, String>) -> Loaded {
    load(&Files(files))
}

/// Problems as `code file:line`.
pub fn found(loaded: &Loaded) -> Vec<String> {
    loaded
        .problems
        .iter()
        .map(|problem| format!("{} {}:{}", problem.code, problem.file, problem.line))
        .collect()
}

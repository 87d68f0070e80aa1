//! Which texts has a file of text and label? Understanding is measured on such files, alone and as a whole studio.

use std::{collections::BTreeMap, path::Path};

use anyhow::Context as _;

/// The texts of a file (CSV, with a head) by their labels, as they stand there.
pub fn phrases(file: &Path) -> anyhow::Result<BTreeMap<String, Vec<String>>> {
    let unread = || format!("{} cannot be read", file.display());
    let mut phrases: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in csv::Reader::from_path(file).with_context(unread)?.deserialize::<(String, String)>() {
        let (text, label) = row.with_context(unread)?;
        phrases.entry(label.trim().to_owned()).or_default().push(text);
    }
    Ok(phrases)
}

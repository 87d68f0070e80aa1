//! Which texts did the operator write in place of the studio's own?

use std::{fs, path::Path};

use anyhow::{Context as _, bail, ensure};
use studio_core::texts::{self, Overrides};

/// A file of texts has some kilobytes.
const MAX_FILE: u64 = 1 << 20;
/// Languages times files, and room.
const MAX_FILES: usize = 1_000;

/// Puts the texts of the folder over the studio's own, for as long as the program runs. An empty path names none.
pub fn install(folder: &Path) -> anyhow::Result<()> {
    if folder.as_os_str().is_empty() {
        return Ok(());
    }
    Ok(texts::install(read(folder)?)?)
}

/// Reads the texts of the folder. An error names every line that is wrong.
pub fn read(folder: &Path) -> anyhow::Result<Overrides> {
    if folder.as_os_str().is_empty() {
        return Ok(Overrides::default());
    }
    let mut files = Vec::new();
    let name = folder.display();
    for language in entries(folder).with_context(|| format!("cannot read `texts.folder`, {name}"))? {
        let below = folder.join(&language);
        if !below.is_dir() {
            files.push((language.clone(), text(&below)?));
            continue;
        }
        for file in entries(&below).with_context(|| format!("cannot read {}", below.display()))? {
            files.push((format!("{language}/{file}"), text(&below.join(&file))?));
            ensure!(files.len() <= MAX_FILES, "`texts.folder`, {name}, holds more than {MAX_FILES} files");
        }
    }
    Overrides::read(files).map_err(|problems| {
        anyhow::anyhow!("the texts in `texts.folder`, {name}, are wrong:\n{}", problems.join("\n"))
    })
}

/// Names in a folder, in order; hidden files, which editors leave behind, are no texts.
fn entries(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let Some(name) = name.to_str() else { bail!("{} is no name in UTF-8", name.display()) };
        if !name.starts_with('.') && !name.ends_with('~') {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn text(path: &Path) -> anyhow::Result<String> {
    let name = path.display();
    let about = fs::metadata(path).with_context(|| format!("cannot read {name}"))?;
    ensure!(about.is_file(), "{name} is no file; texts stand in <language>/dialogue.ftl and widget.json");
    ensure!(about.len() <= MAX_FILE, "{name} has more than {MAX_FILE} bytes");
    fs::read_to_string(path).with_context(|| format!("cannot read {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(files: &[(&str, &str)]) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
            fs::write(path, text).expect("writable");
        }
        let read = read(folder.path()).map_err(|error| format!("{error:#}"));
        read.map(|overrides| overrides.languages().map(str::to_owned).collect())
    }

    #[test]
    fn a_folder_of_texts_is_read_and_what_is_wrong_is_named() {
        let right = said(&[
            ("de/dialogue.ftl", "apology = Hoppla.\n"),
            ("pt-BR/widget.json", "{ \"send\": \"Mandar\" }"),
            (".git/config", ""),
        ]);
        assert_eq!(right, Ok(vec!["de".to_owned(), "pt-BR".to_owned()]));
        let wrong = said(&[("de/dialogue.ftl", "apolgy = x\n"), ("readme.md", "")]).expect_err("wrong");
        assert!(wrong.contains("de/dialogue.ftl:1: `apolgy` is no text of the studio"), "{wrong}");
        assert!(wrong.contains("readme.md:1: write it into the folder of its language"), "{wrong}");
        let none = read(Path::new("/no/such/folder")).map_err(|error| format!("{error:#}"));
        assert!(
            none.expect_err("nothing there").contains("cannot read `texts.folder`"),
            "it names the setting"
        );
        assert!(read(Path::new("")).is_ok());
    }
}

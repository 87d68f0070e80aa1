//! Which texts did the operator write in place of the studio's own?

use std::{ffi::OsString, fs, io, path::Path};

use studio_core::texts::{self, Overrides, TextsInUse};

/// A file of texts has some kilobytes.
const MAX_FILE: u64 = 1 << 20;
/// Languages times files, and room.
const MAX_FILES: usize = 1_000;

/// Why the operator's texts cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum TextsError {
    #[error("cannot read `texts.folder`, {folder}: {error}")]
    Folder { folder: String, error: io::Error },
    #[error("cannot read {path}: {error}")]
    Read { path: String, error: io::Error },
    #[error("{} is no name in UTF-8: rename what is called so in `texts.folder`", .0.display())]
    Name(OsString),
    #[error("{path} is no file; texts stand in <language>/dialogue.ftl and widget.json")]
    NoFile { path: String },
    #[error("{path} has more than {MAX_FILE} bytes")]
    TooLarge { path: String },
    #[error("`texts.folder`, {folder}, holds more than {MAX_FILES} files")]
    TooMany { folder: String },
    #[error("the texts in `texts.folder`, {folder}, are wrong:\n{problems}")]
    Wrong { folder: String, problems: String },
    #[error(transparent)]
    InUse(#[from] TextsInUse),
}

/// Puts the texts of the folder over the studio's own, for as long as the program runs. An empty path names none.
pub fn install(folder: &Path) -> Result<(), TextsError> {
    if folder.as_os_str().is_empty() {
        return Ok(());
    }
    Ok(texts::install(read(folder)?)?)
}

/// Reads the texts of the folder. An error names every line that is wrong.
pub fn read(folder: &Path) -> Result<Overrides, TextsError> {
    if folder.as_os_str().is_empty() {
        return Ok(Overrides::default());
    }
    let name = || folder.display().to_string();
    let mut files = Vec::new();
    for language in entries(folder, |error| TextsError::Folder { folder: name(), error })? {
        let below = folder.join(&language);
        if !below.is_dir() {
            files.push((language.clone(), text(&below)?));
            continue;
        }
        let unread = |error| TextsError::Read { path: below.display().to_string(), error };
        for file in entries(&below, unread)? {
            files.push((format!("{language}/{file}"), text(&below.join(&file))?));
            if files.len() > MAX_FILES {
                return Err(TextsError::TooMany { folder: name() });
            }
        }
    }
    Overrides::read(files)
        .map_err(|problems| TextsError::Wrong { folder: name(), problems: problems.join("\n") })
}

/// Names in a folder, in order; hidden files, which editors leave behind, are no texts.
fn entries(folder: &Path, unread: impl Fn(io::Error) -> TextsError) -> Result<Vec<String>, TextsError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(&unread)? {
        let name = entry.map_err(&unread)?.file_name();
        let name = name.into_string().map_err(TextsError::Name)?;
        if !name.starts_with('.') && !name.ends_with('~') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn text(path: &Path) -> Result<String, TextsError> {
    let name = || path.display().to_string();
    let unread = |error| TextsError::Read { path: name(), error };
    let about = fs::metadata(path).map_err(unread)?;
    if !about.is_file() {
        return Err(TextsError::NoFile { path: name() });
    }
    if about.len() > MAX_FILE {
        return Err(TextsError::TooLarge { path: name() });
    }
    fs::read_to_string(path).map_err(unread)
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
        let read = read(folder.path()).map_err(|error| error.to_string());
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
        let none = read(Path::new("/no/such/folder")).map_err(|error| error.to_string());
        assert!(
            none.expect_err("nothing there").contains("cannot read `texts.folder`"),
            "it names the setting"
        );
        assert!(read(Path::new("")).is_ok());
    }
}

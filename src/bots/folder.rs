//! How does a bot's folder get into memory, without following it out of itself?

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use include_dir::{Dir, include_dir};
use studio_core::bot::Files;

/// The bots that ship in the binary.
static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src/templates");

/// Largest file of a bot, in bytes.
const MAX_FILE: u64 = 4 << 20;
/// Most files of a bot.
const MAX_FILES: usize = 5_000;

/// A bot's files and where they came from.
#[derive(Clone, Debug)]
pub struct BotFolder {
    /// Name of the folder.
    pub name: String,
    /// `None` for a sample of the binary.
    pub path: Option<PathBuf>,
    pub files: Files,
}

#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error("cannot read {path}: {error}")]
    Read { path: String, error: io::Error },
    #[error("{path} has no bot.yaml: is it the folder of a bot?")]
    NotABot { path: String },
    #[error("{path} is larger than 4 MiB: split it")]
    TooLarge { path: String },
    #[error("{path} is not UTF-8 text")]
    NotText { path: String },
    #[error("{path} holds more than 5000 files: is it the folder of a bot?")]
    TooMany { path: String },
}

/// The sample bot `name`, if the binary has it.
pub fn sample(name: &str) -> Option<BotFolder> {
    let dir = TEMPLATES.get_dir(name)?;
    let mut files = BTreeMap::new();
    collect(dir, dir.path(), &mut files);
    Some(BotFolder { name: name.to_owned(), path: None, files: Files(files) })
}

fn collect(dir: &Dir<'_>, root: &Path, files: &mut BTreeMap<String, String>) {
    for file in dir.files() {
        let path = file.path().strip_prefix(root).unwrap_or(file.path());
        if let Some(text) = file.contents_utf8() {
            files.insert(path.to_string_lossy().replace('\\', "/"), text.to_owned());
        }
    }
    for inner in dir.dirs() {
        collect(inner, root, files);
    }
}

/// A drawing of the sample shop.
pub fn sample_picture(name: &str) -> Option<&'static [u8]> {
    TEMPLATES.get_file(format!("shop/responses/pictures/{name}")).map(include_dir::File::contents)
}

/// Every bot below `folder`; the sample `shop` where the folder does not exist.
///
/// A folder that cannot be read is an error beside its name, never an end of the list.
pub fn folders(folder: &Path) -> Vec<(String, Result<BotFolder, FolderError>)> {
    let Ok(entries) = fs::read_dir(folder) else {
        return sample("shop").map(|bot| (bot.name.clone(), Ok(bot))).into_iter().collect();
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
        .into_iter()
        .filter(|path| path.is_dir())
        .map(|path| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            (name, read_folder(&path))
        })
        .collect()
}

/// Reads the YAML files and documents of one bot. Hidden files and links are passed over.
pub fn read_folder(folder: &Path) -> Result<BotFolder, FolderError> {
    let shown = folder.display().to_string();
    if !folder.join("bot.yaml").is_file() && !folder.join("bot.yml").is_file() {
        return Err(FolderError::NotABot { path: shown });
    }
    let mut files = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(dir) = waiting.pop() {
        let read = |error| FolderError::Read { path: dir.display().to_string(), error };
        for entry in fs::read_dir(&dir).map_err(read)? {
            let entry = entry.map_err(read)?;
            let kind = entry.file_type().map_err(read)?;
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') || kind.is_symlink() {
                continue;
            }
            if kind.is_dir() {
                waiting.push(path);
            } else if is_bot_file(&path) {
                let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                files.insert(name, read_text(&path)?);
                if files.len() > MAX_FILES {
                    return Err(FolderError::TooMany { path: shown });
                }
            }
        }
    }
    let name = folder
        .canonicalize()
        .ok()
        .and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .unwrap_or_else(|| shown.clone());
    Ok(BotFolder { name, path: Some(folder.to_owned()), files: Files(files) })
}

fn is_bot_file(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ["yaml", "yml", "md", "txt"].iter().any(|known| ending == *known))
}

fn read_text(path: &Path) -> Result<String, FolderError> {
    let shown = || path.display().to_string();
    let size = fs::metadata(path).map_err(|error| FolderError::Read { path: shown(), error })?.len();
    if size > MAX_FILE {
        return Err(FolderError::TooLarge { path: shown() });
    }
    let bytes = fs::read(path).map_err(|error| FolderError::Read { path: shown(), error })?;
    String::from_utf8(bytes).map_err(|_| FolderError::NotText { path: shown() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_in_the_binary() {
        let shop = sample("shop").expect("the shop ships");
        assert!(shop.files.0.contains_key("bot.yaml"));
        assert!(shop.files.0.keys().any(|path| path.starts_with("knowledge/de/")));
    }

    #[test]
    fn a_folder_of_bots_survives_what_is_not_one() {
        let root = tempfile::tempdir().expect("a temporary folder");
        for (path, text) in
            [("good/bot.yaml", "name: good"), ("good/.git/config.yaml", "x"), ("empty/readme.md", "# no bot")]
        {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("has a parent")).expect("writable");
            fs::write(path, text).expect("writable");
        }
        fs::write(root.path().join("good/binary.txt"), [0xff, 0xfe]).expect("writable");
        let found = folders(root.path());
        let names: Vec<_> = found.iter().map(|(name, bot)| (name.as_str(), bot.is_ok())).collect();
        assert_eq!(names, [("empty", false), ("good", false)]);
        fs::remove_file(root.path().join("good/binary.txt")).expect("removable");
        let good = read_folder(&root.path().join("good")).expect("a bot");
        assert_eq!(good.files.0.keys().collect::<Vec<_>>(), ["bot.yaml"]);
    }
}

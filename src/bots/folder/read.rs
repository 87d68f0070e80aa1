//! Which files does one bot have?

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use studio_core::bot::{Files, Severity};

use super::{BotFolder, FolderError, MAX_FILES, Readable, name_in};

/// Largest file of a bot, in bytes.
const MAX_FILE: u64 = 4 << 20;

/// Reads the YAML files and documents of one bot. Hidden files, and links that lead out of the folder, are passed over.
pub fn read_folder(folder: &Path) -> Result<BotFolder, FolderError> {
    let (bot, errors) = read_what_can_be(folder)?;
    errors.into_iter().find(|error| error.severity() == Severity::Error).map_or(Ok(bot), Err)
}

/// As [`read_folder`], with a finding for everything that cannot be read, by path.
pub fn read_to_check(folder: &Path) -> Result<Readable, FolderError> {
    let (bot, errors) = read_what_can_be(folder)?;
    let mut problems: Vec<_> = errors.iter().map(|error| error.problem(folder)).collect();
    problems.sort_by(|one, other| one.file.cmp(&other.file));
    Ok((bot, problems))
}

/// Fails only where there is no sign of a bot.
fn read_what_can_be(folder: &Path) -> Result<(BotFolder, Vec<FolderError>), FolderError> {
    let shown = folder.display().to_string();
    let is_there = |name| folder.join(name).symlink_metadata().is_ok();
    if !is_there("bot.yaml") && !is_there("bot.yml") {
        return Err(FolderError::NotABot { path: shown });
    }
    let root = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let mut walk = Walk {
        folder,
        root,
        files: BTreeMap::new(),
        errors: Vec::new(),
        waiting: vec![folder.to_owned()],
        linked: BTreeSet::new(),
    };
    while let Some(dir) = walk.waiting.pop() {
        let unreadable = |error| FolderError::Read { path: dir.display().to_string(), error };
        let entries = match fs::read_dir(&dir) {
            Ok(entries) => entries,
            Err(error) => {
                walk.errors.push(unreadable(error));
                continue;
            }
        };
        for entry in entries {
            match entry.and_then(|entry| Ok((entry.path(), entry.file_name(), entry.file_type()?))) {
                Ok((_, name, _)) if name.to_string_lossy().starts_with('.') => {}
                Ok((path, _, kind)) => {
                    if !walk.take(path, kind) {
                        walk.errors.push(FolderError::TooMany { path: shown });
                        return Ok((bot(folder, walk.files), walk.errors));
                    }
                }
                Err(error) => walk.errors.push(unreadable(error)),
            }
        }
    }
    Ok((bot(folder, walk.files), walk.errors))
}

/// A folder on the way through it.
struct Walk<'f> {
    folder: &'f Path,
    /// The folder, where its own links lead.
    root: PathBuf,
    files: BTreeMap<String, String>,
    errors: Vec<FolderError>,
    /// Folders that are not looked at yet.
    waiting: Vec<PathBuf>,
    /// Folders that links led to.
    linked: BTreeSet<PathBuf>,
}

impl Walk<'_> {
    /// Takes what stands at a path; `false` where that is one file too many.
    fn take(&mut self, path: PathBuf, kind: fs::FileType) -> bool {
        let Some(kind) = self.followed(&path, kind) else { return true };
        if !is_bot_file(&path) {
            if kind.is_dir() {
                self.waiting.push(path);
            }
            return true;
        }
        if self.files.len() == MAX_FILES {
            return false;
        }
        // A pipe would keep its reader waiting for ever.
        let text = if kind.is_file() {
            read_text(&path)
        } else {
            Err(FolderError::NotAFile { path: path.display().to_string() })
        };
        match text {
            Ok(text) => drop(self.files.insert(name_in(self.folder, &path), text)),
            Err(error) => self.errors.push(error),
        }
        true
    }

    /// Of what kind it is, where a link leads within the folder; `None` where it is passed over.
    fn followed(&mut self, path: &Path, kind: fs::FileType) -> Option<fs::FileType> {
        if !kind.is_symlink() {
            return Some(kind);
        }
        let Some((target, kind)) = target_within(&self.root, path) else {
            if is_bot_file(path) || path.is_dir() {
                self.errors.push(FolderError::Link { path: path.display().to_string() });
            }
            return None;
        };
        // A folder may be linked within itself.
        (!kind.is_dir() || self.linked.insert(target)).then_some(kind)
    }
}

/// What a link leads to, if that lies in the folder.
fn target_within(root: &Path, link: &Path) -> Option<(PathBuf, fs::FileType)> {
    let target = link.canonicalize().ok().filter(|target| target.starts_with(root) && target != root)?;
    let kind = fs::metadata(&target).ok()?.file_type();
    Some((target, kind))
}

fn bot(folder: &Path, files: BTreeMap<String, String>) -> BotFolder {
    let name = folder
        .canonicalize()
        .ok()
        .and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .unwrap_or_else(|| folder.display().to_string());
    BotFolder { name, path: Some(folder.to_owned()), files: Files(files) }
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

    #[cfg(unix)]
    #[test]
    fn links_are_followed_within_the_folder_and_told_where_they_lead_out_of_it() {
        use std::os::unix::fs::symlink;

        let root = tempfile::tempdir().expect("a temporary folder");
        let folder = root.path().join("cafe");
        fs::create_dir_all(folder.join("..data/flows")).expect("writable");
        fs::write(folder.join("..data/bot.yaml"), "name: cafe").expect("writable");
        fs::write(folder.join("..data/flows/a.yaml"), "a: {}").expect("writable");
        fs::write(root.path().join("secret.yaml"), "a: b").expect("writable");
        for (target, link) in [
            ("..data/bot.yaml", "bot.yaml"),
            ("..data/flows", "flows"),
            ("..", "..data/flows/again"),
            ("../secret.yaml", "secret.yaml"),
            ("/nowhere", "lost.yaml"),
            ("..", "up"),
            ("../picture.png", "picture.png"),
        ] {
            symlink(target, folder.join(link)).expect("linked");
        }
        let (bot, problems) = read_to_check(&folder).expect("a bot");
        let read = ["bot.yaml", "flows/a.yaml", "flows/again/bot.yaml"];
        assert!(read.iter().all(|path| bot.files.0.contains_key(*path)), "{:?}", bot.files.0.keys());
        assert!(bot.files.0.keys().all(|path| !path.contains("secret")), "{:?}", bot.files.0.keys());
        let told: Vec<_> =
            problems.iter().map(|problem| (problem.file.as_str(), problem.code.as_str())).collect();
        assert_eq!(
            told,
            [("lost.yaml", "skipped-link"), ("secret.yaml", "skipped-link"), ("up", "skipped-link")]
        );
        assert!(problems.iter().all(|problem| problem.severity == Severity::Warning));
        read_folder(&folder).expect("it runs without them");

        fs::remove_file(folder.join("bot.yaml")).expect("removable");
        symlink("../secret.yaml", folder.join("bot.yaml")).expect("linked");
        let (_, problems) = read_to_check(&folder).expect("a bot");
        assert_eq!((problems[0].file.as_str(), problems[0].severity), ("bot.yaml", Severity::Error));
        read_folder(&folder).expect_err("such a bot does not run");
    }

    #[cfg(unix)]
    #[test]
    fn what_cannot_be_read_is_a_finding_each_and_nothing_hangs() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let folder = root.path();
        fs::create_dir_all(folder.join("flows/folder.yaml")).expect("writable");
        fs::write(folder.join("bot.yaml"), "name: a").expect("writable");
        fs::write(folder.join("flows/latin.yaml"), [b'a', 0xe4]).expect("writable");
        fs::File::create(folder.join("huge.yaml")).and_then(|file| file.set_len(9 << 30)).expect("sparse");
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        rustix::fs::mkfifoat(rustix::fs::CWD, folder.join("pipe.yaml"), mode).expect("a pipe");

        let (bot, problems) = read_to_check(folder).expect("a bot");
        assert_eq!(bot.files.0.keys().collect::<Vec<_>>(), ["bot.yaml"], "what can be read is checked");
        let found: Vec<_> =
            problems.iter().map(|problem| (problem.file.as_str(), problem.code.as_str())).collect();
        assert_eq!(
            found,
            [
                ("flows/folder.yaml", "unreadable-file"),
                ("flows/latin.yaml", "unreadable-file"),
                ("huge.yaml", "file-too-large"),
                ("pipe.yaml", "unreadable-file"),
            ]
        );
        read_folder(folder).expect_err("such a bot does not run");
    }
}

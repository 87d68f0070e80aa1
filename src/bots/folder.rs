//! How does a bot's folder get into memory, without following it out of itself?

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use include_dir::{Dir, include_dir};
use studio_core::bot::{Files, Problem, Severity};

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

impl BotFolder {
    /// The name in `bot.yaml`, found without understanding the rest of it; the folder's where there is none.
    pub fn bot(&self) -> String {
        let text = self.files.0.get("bot.yaml").or_else(|| self.files.0.get("bot.yml"));
        let line = text.and_then(|text| text.lines().find_map(|line| line.strip_prefix("name:")));
        let name = line.map(|line| line.split('#').next().unwrap_or(line).trim().trim_matches(['"', '\'']));
        name.filter(|name| !name.is_empty()).unwrap_or(&self.name).to_owned()
    }

    /// The bot without its conversation tests.
    #[must_use]
    pub fn without_tests(self) -> Self {
        Self { files: self.files.without_tests(), ..self }
    }
}

/// What of a bot can be read, and a finding for everything that cannot.
pub type Readable = (BotFolder, Vec<Problem>);

#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error("cannot read {path}: {error}")]
    Read { path: String, error: io::Error },
    #[error("{path} has no bot.yaml: is it the folder of a bot?")]
    NotABot { path: String },
    #[error("{path} is not a file, though its name ends as one of a bot's")]
    NotAFile { path: String },
    #[error("{path} is a link that leads out of the bot's folder, or nowhere: put there what it leads to")]
    Link { path: String },
    #[error("{path} is larger than 4 MiB: split it")]
    TooLarge { path: String },
    #[error("{path} is not UTF-8 text")]
    NotText { path: String },
    #[error("{path} holds more than 5000 files: is it the folder of a bot?")]
    TooMany { path: String },
    #[error(
        "the bot in {path} is called {bot}, as the one in the folder {first} is, which runs: rename one of the two"
    )]
    SameName { path: String, bot: String, first: String },
}

impl FolderError {
    /// A bot runs without what a link leads to, unless that is the bot itself.
    fn severity(&self) -> Severity {
        let is_bot = |path: &str| matches!(Path::new(path).file_name(), Some(name) if name == "bot.yaml" || name == "bot.yml");
        match self {
            Self::Link { path } if !is_bot(path) => Severity::Warning,
            Self::Link { .. }
            | Self::Read { .. }
            | Self::NotABot { .. }
            | Self::NotAFile { .. }
            | Self::TooLarge { .. }
            | Self::NotText { .. }
            | Self::TooMany { .. }
            | Self::SameName { .. } => Severity::Error,
        }
    }

    /// As a finding about a bot's files, beside those of what stands in them.
    pub fn problem(&self, folder: &Path) -> Problem {
        let (code, path, message, hint) = match self {
            Self::Read { path, error } => {
                ("unreadable-file", path, format!("this cannot be read: {error}"), "see to its permissions")
            }
            Self::NotABot { path } => (
                "missing-bot-file",
                path,
                "there is no file bot.yaml".to_owned(),
                "is it the folder of a bot?",
            ),
            Self::NotAFile { path } => (
                "unreadable-file",
                path,
                "this is not a file".to_owned(),
                "a name that ends in .yaml, .yml, .md or .txt is for files: rename it, or remove it",
            ),
            Self::Link { path } => (
                "skipped-link",
                path,
                "this link leads out of the bot's folder, or nowhere, and is not followed".to_owned(),
                "put what it leads to here; links within the folder are followed",
            ),
            Self::TooLarge { path } => {
                ("file-too-large", path, "the file is larger than 4 MiB".to_owned(), "split it")
            }
            Self::NotText { path } => {
                ("unreadable-file", path, "this is not UTF-8 text".to_owned(), "save it as UTF-8")
            }
            Self::SameName { path, bot, first } => (
                "same-bot-name",
                path,
                format!("the bot in the folder {first} is called `{bot}` as well"),
                "write another `name:` here, or remove one of the two folders; until then that other one runs",
            ),
            Self::TooMany { path } => (
                "too-many-files",
                path,
                format!("the folder holds more than {MAX_FILES} files"),
                "is it the folder of a bot?",
            ),
        };
        Problem {
            severity: self.severity(),
            code: code.to_owned(),
            file: name_in(folder, Path::new(path)),
            line: 0,
            column: 0,
            message,
            hint: hint.to_owned(),
        }
    }
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
/// A folder that cannot be read is an error beside its name, never an end of the list; so is the second of two bots
/// of one name.
pub fn folders(folder: &Path) -> Vec<(String, Result<BotFolder, FolderError>)> {
    let mut found = folders_by(folder, read_folder, |bot| bot);
    let named = named(found.iter().filter_map(|(name, bot)| Some((name, bot.as_ref().ok()?))));
    for (name, folder) in &mut found {
        if let Ok(bot) = folder
            && let Some(error) = same_name(&named, name, bot)
        {
            *folder = Err(error);
        }
    }
    found
}

/// As [`folders`], by [`read_to_check`]: what is wrong is a finding where it can be.
pub fn folders_to_check(folder: &Path) -> Vec<(String, Result<Readable, FolderError>)> {
    let mut found = folders_by(folder, read_to_check, |bot| (bot, Vec::new()));
    let named = named(found.iter().filter_map(|(name, bot)| Some((name, &bot.as_ref().ok()?.0))));
    for (name, readable) in &mut found {
        if let Ok((bot, problems)) = readable
            && let Some(error) = same_name(&named, name, bot)
        {
            problems.push(error.problem(Path::new("")));
        }
    }
    found
}

/// Which folder's the name of a bot is, where several have it: of the folder that is called so, or else of the first.
fn named<'f>(folders: impl Iterator<Item = (&'f String, &'f BotFolder)>) -> BTreeMap<String, String> {
    let mut named = BTreeMap::new();
    for (folder, bot) in folders {
        let name = bot.bot();
        if *folder == name {
            named.insert(name, folder.clone());
        } else {
            named.entry(name).or_insert_with(|| folder.clone());
        }
    }
    named
}

fn same_name(named: &BTreeMap<String, String>, folder: &str, bot: &BotFolder) -> Option<FolderError> {
    let name = bot.bot();
    let first = named.get(&name).filter(|first| *first != folder)?.clone();
    Some(FolderError::SameName { path: folder.to_owned(), bot: name, first })
}

fn folders_by<T>(
    folder: &Path,
    read: impl Fn(&Path) -> Result<T, FolderError>,
    whole: impl Fn(BotFolder) -> T,
) -> Vec<(String, Result<T, FolderError>)> {
    let Ok(entries) = fs::read_dir(folder) else {
        return sample("shop").map(|bot| (bot.name.clone(), Ok(whole(bot)))).into_iter().collect();
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
        .into_iter()
        .filter(|path| path.is_dir())
        .map(|path| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            (name, path)
        })
        .filter(|(name, _)| !name.starts_with('.'))
        .map(|(name, path)| (name, read(&path)))
        .collect()
}

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

/// A path as it is named within the bot's folder.
fn name_in(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/")
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
        for (path, text) in [
            ("good/bot.yaml", "name: good"),
            ("good/.git/config.yaml", "x"),
            ("empty/readme.md", "# no bot"),
            (".git/config.yaml", "x"),
        ] {
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

    #[test]
    fn the_second_bot_of_a_name_does_not_run() {
        let root = tempfile::tempdir().expect("a temporary folder");
        for (folder, text) in
            [("cafe", "name: cafe"), ("cafe2", "name: 'cafe' # copied"), ("inn", "name: inn")]
        {
            fs::create_dir_all(root.path().join(folder)).expect("writable");
            fs::write(root.path().join(folder).join("bot.yaml"), text).expect("writable");
        }
        let found = folders(root.path());
        let told: Vec<_> = found.iter().map(|(_, bot)| bot.as_ref().err().map(ToString::to_string)).collect();
        let expected = "the bot in cafe2 is called cafe, as the one in the folder cafe is, which runs: rename one of the two";
        assert_eq!(told, [None, Some(expected.to_owned()), None]);
        let codes: Vec<Vec<String>> = folders_to_check(root.path())
            .into_iter()
            .map(|(_, bot)| bot.expect("a bot").1.into_iter().map(|problem| problem.code).collect())
            .collect();
        assert_eq!(codes, [vec![], vec!["same-bot-name".to_owned()], vec![]]);
        // A copy is the one that is wrong, whatever it is called.
        fs::rename(root.path().join("cafe2"), root.path().join("a")).expect("movable");
        let told: Vec<_> = folders(root.path()).into_iter().map(|(name, bot)| (name, bot.is_ok())).collect();
        let expected = [("a", false), ("cafe", true), ("inn", true)];
        assert_eq!(told, expected.map(|(name, is_it)| (name.to_owned(), is_it)));
        let problems: Vec<usize> =
            folders_to_check(root.path()).into_iter().map(|(_, bot)| bot.expect("a bot").1.len()).collect();
        assert_eq!(problems, [1, 0, 0]);
    }

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

//! How does a bot's folder get into memory, without following it out of itself?

mod error;
mod read;
mod sample;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use studio_core::bot::{Files, Problem};

pub use self::{
    error::FolderError,
    read::{read_folder, read_to_check},
    sample::{sample, sample_picture},
};

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

/// A path as it is named within the bot's folder.
fn name_in(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

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
}

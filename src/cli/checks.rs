//! What can be looked at before anything runs? `studio check` tells all of it, `studio doctor` in short.

use studio_core::bot::{Problem, Severity, load};

use crate::{
    bots::{BotFolder, FolderError, folders, sample},
    config::Config,
    studio::connections,
};

/// A bot and what is wrong with its files.
pub struct CheckedBot {
    pub name: String,
    pub problems: Vec<Problem>,
}

impl CheckedBot {
    pub fn new(folder: &BotFolder) -> Self {
        Self { name: folder.name.clone(), problems: load(&folder.files).problems }
    }

    pub fn errors(&self) -> usize {
        self.problems.iter().filter(|problem| problem.severity == Severity::Error).count()
    }

    pub fn warnings(&self) -> usize {
        self.problems.len() - self.errors()
    }
}

/// The bots of the settings, in the order of their names.
pub fn bots(config: &Config) -> Vec<Result<CheckedBot, (String, FolderError)>> {
    let checked = |(name, folder): (String, Result<BotFolder, FolderError>)| match folder {
        Ok(folder) => Ok(CheckedBot::new(&folder)),
        Err(error) => Err((name, error)),
    };
    folders(&config.bots.folder).into_iter().map(checked).collect()
}

/// Why nobody would answer on a connection, for each where it is so.
pub fn silent_connections(
    config: &Config,
    bots: &[Result<CheckedBot, (String, FolderError)>],
) -> anyhow::Result<Vec<String>> {
    let folder = config.bots.folder.display();
    let runs = |name: &str| bots.iter().flatten().any(|bot| bot.name == name && bot.errors() == 0);
    let is_there = |name: &str| {
        bots.iter().any(|bot| name == bot.as_ref().map_or_else(|(name, _)| name, |bot| &bot.name))
    };
    let silent = connections(config)?.into_iter().filter(|(_, connection)| !runs(connection.bot()));
    Ok(silent
        .map(|(name, connection)| {
            let bot = connection.bot();
            let why = if is_there(bot) {
                "has errors".to_owned()
            } else if sample(bot).is_some() {
                format!(
                    "is not in {folder}: the sample of that name is used only where that folder does not exist. \
                     Name one of your bots in the connection, or put {bot} there"
                )
            } else {
                format!("is not in {folder}: put it there, publish it, or name another in the connection")
            };
            format!("nobody answers on the connection {name}: its bot {bot} {why}")
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fs};

    use super::*;

    /// What is told of the default settings where the folder of the bots holds these files.
    fn silent(files: Option<&[(&str, &str)]>) -> Vec<String> {
        let root = tempfile::tempdir().expect("a folder");
        let folder = root.path().join("bots");
        if let Some(files) = files {
            fs::create_dir(&folder).expect("writable");
            for (path, text) in files {
                let path = folder.join(path);
                fs::create_dir_all(path.parent().expect("has one")).expect("writable");
                fs::write(path, text).expect("writable");
            }
        }
        let mut config = crate::config::load(None, &BTreeMap::new()).expect("the defaults hold");
        config.bots.folder = folder;
        let bots = bots(&config);
        silent_connections(&config, &bots).expect("the defaults hold")
    }

    #[test]
    fn a_folder_of_bots_that_hides_the_sample_is_told() {
        let none: Vec<String> = Vec::new();
        assert_eq!(silent(None), none, "the sample answers");
        let hidden = silent(Some(&[("tents/bot.yaml", "name: tents\n")]));
        assert_eq!(hidden.len(), 1);
        assert!(
            hidden[0].starts_with("nobody answers on the connection web: its bot shop is not in "),
            "{hidden:?}"
        );
        assert!(hidden[0].contains("the sample of that name is used only where"), "{hidden:?}");
        for broken in [("shop/bot.yaml", "nonsense: ["), ("shop/readme.md", "no bot")] {
            let told = silent(Some(&[broken]));
            assert!(told[0].ends_with("its bot shop has errors"), "{told:?}");
        }
    }
}

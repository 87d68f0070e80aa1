//! What can be looked at before anything runs? `studio check` tells all of it, `studio doctor` in short.

use std::path::Path;

use studio_core::bot::{Bot, Loaded, Problem, Severity, hint, load_beside};

use crate::{
    bots::{BotFolder, FolderError, commands, folders_to_check, not_documents, sample},
    config::Config,
    studio::{doubts, overrides, policy, refused_calls, sound_connections, twins, unoffered},
};

/// A bot and what is wrong with its files.
pub struct CheckedBot {
    /// The folder's.
    pub name: String,
    /// What connections call it.
    pub bot: String,
    pub problems: Vec<Problem>,
    /// Itself, where it has no errors.
    pub loaded: Option<Bot>,
}

impl CheckedBot {
    /// `unread` is what of the folder could not be read.
    pub fn new(folder: &BotFolder, unread: Vec<Problem>) -> Self {
        // A bot runs without what is only warned of.
        let errors = unread.iter().filter(|problem| problem.severity == Severity::Error);
        let paths: Vec<String> = errors.map(|problem| problem.file.clone()).collect();
        let Loaded { bot, problems, .. } = load_beside(&folder.files, &paths);
        let besides = folder.path.as_deref().map(not_documents).unwrap_or_default();
        Self {
            name: folder.name.clone(),
            bot: folder.bot(),
            problems: [unread, problems, besides].concat(),
            loaded: bot,
        }
    }

    /// A folder of which nothing could be read.
    pub fn unread(name: &str, error: &FolderError, folder: &Path) -> Self {
        Self {
            name: name.to_owned(),
            bot: name.to_owned(),
            problems: vec![error.problem(folder)],
            loaded: None,
        }
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
    folders_to_check(&config.bots.folder)
        .into_iter()
        .map(|(name, bot)| match bot {
            Ok((folder, unread)) => Ok(CheckedBot::new(&folder, unread)),
            Err(error) => Err((name, error)),
        })
        .collect()
}

/// What will not work of the connections, or should not stay as it is.
pub fn of_connections(config: &Config, bots: &[Result<CheckedBot, (String, FolderError)>]) -> Vec<String> {
    let connections = sound_connections(config);
    let unoffered = unoffered(&connections, |name| {
        let bot = bots.iter().flatten().find(|bot| bot.bot == name);
        bot.and_then(|bot| bot.loaded.as_ref()).map(commands).unwrap_or_default()
    });
    [silent_connections(config, bots), doubts(config, &connections), unoffered].concat()
}

/// Which connections do not run, because another is the same account.
pub fn of_accounts(config: &Config) -> Vec<String> {
    twins(&sound_connections(config))
}

/// What of the bots will not work with these settings.
pub fn of_bots(config: &Config, bots: &[Result<CheckedBot, (String, FolderError)>]) -> Vec<String> {
    let (overrides, networks) = (overrides(config), policy(config).networks);
    let loaded = bots.iter().flatten().filter_map(|bot| bot.loaded.clone());
    let settled = loaded.map(|mut bot| {
        bot.settings.extend(overrides.get(&bot.name).cloned().unwrap_or_default());
        bot
    });
    settled.flat_map(|bot| refused_calls(&networks, &bot)).collect()
}

/// What `[bots.settings]` says that no bot reads. A bot of which nothing stands in the folder may have been published before.
pub fn idle_settings(config: &Config, bots: &[Result<CheckedBot, (String, FolderError)>]) -> Vec<String> {
    let mut idle = Vec::new();
    for (name, settings) in &config.bots.settings {
        let path = format!("bots.settings.{name}");
        let own = bots.iter().flatten().find(|bot| bot.bot == *name);
        let sample = sample(name).filter(|_| own.is_none()).map(|bot| CheckedBot::new(&bot, Vec::new()));
        let Some(bot) = own.or(sample.as_ref()) else {
            let known = bots.iter().flatten().map(|bot| bot.bot.as_str());
            let hint = hint(name, known, "");
            let said =
                format!("{path}: there is no bot `{name}` in {}; {hint}", config.bots.folder.display());
            idle.push(format!("{}{}", config.origins.of_setting(&path), said.trim_end_matches("; ")));
            continue;
        };
        // Of one with errors nobody knows what it has.
        let Some(loaded) = &bot.loaded else { continue };
        for key in settings.keys().filter(|key| !loaded.settings.contains_key(*key)) {
            let known = loaded.settings.keys().map(String::as_str);
            let hint = hint(key, known, "the `settings` of its bot.yaml are what it reads");
            let path = format!("{path}.{key}");
            let origin = config.origins.of_setting(&path);
            idle.push(format!("{origin}{path}: the bot `{name}` has no setting `{key}`; {hint}"));
        }
    }
    idle
}

/// Why nobody would answer on a connection, for each where it is so.
fn silent_connections(config: &Config, bots: &[Result<CheckedBot, (String, FolderError)>]) -> Vec<String> {
    let folder = config.bots.folder.display();
    let runs = |name: &str| bots.iter().flatten().any(|bot| bot.bot == name && bot.errors() == 0);
    let is_there = |name: &str| {
        bots.iter().any(|bot| name == bot.as_ref().map_or_else(|(name, _)| name, |bot| &bot.bot))
    };
    let silent = config.connection.iter().enumerate().filter(|(_, connection)| !runs(connection.bot()));
    silent
        .map(|(place, connection)| {
            let (name, bot) = (connection.name(), connection.bot());
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
            let origin = config.origins.of_bot(place);
            format!("{origin}nobody answers on the connection {name}: its bot {bot} {why}")
        })
        .collect()
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
        silent_connections(&config, &bots)
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

    #[test]
    fn a_bot_that_is_not_there_is_told_with_its_line() {
        let root = tempfile::tempdir().expect("a folder");
        let file = root.path().join("studio.toml");
        let text =
            "[[connection]]\nname = 'a'\nchannel = 'web'\nbot = 'nobody'\norigins = ['https://a.example']\n";
        fs::write(&file, text).expect("writable");
        let mut config = crate::config::load(Some(&file), &BTreeMap::new()).expect("right by itself");
        config.bots.folder = root.path().join("bots");
        let told = silent_connections(&config, &bots(&config));
        let expected = format!("{}:4: nobody answers on the connection a: its bot nobody ", file.display());
        assert!(told.len() == 1 && told[0].starts_with(&expected), "{told:?}");
    }

    #[test]
    fn settings_that_no_bot_reads_are_told_with_their_line() {
        let root = tempfile::tempdir().expect("a folder");
        let tents = root.path().join("bots/tents");
        fs::create_dir_all(&tents).expect("writable");
        let bot = "name: tents\nlanguages: [en]\nsettings: { shop_url: 'https://a.example' }\n";
        fs::write(tents.join("bot.yaml"), bot).expect("writable");
        let file = root.path().join("studio.toml");
        let text = format!(
            "[bots]\nfolder = {:?}\n[bots.settings.tents]\nshop_url = 'https://b.example'\nshop_urll = 'x'\n\
             [bots.settings.tent]\nx = 1\n",
            root.path().join("bots")
        );
        fs::write(&file, text).expect("writable");
        let config = crate::config::load(Some(&file), &BTreeMap::new()).expect("right by itself");
        let told = idle_settings(&config, &bots(&config));
        let expected = [
            (":6: ", "bots.settings.tent: there is no bot `tent` in ", "did you mean `tents`?"),
            (
                ":5: ",
                "bots.settings.tents.shop_urll: the bot `tents` has no setting `shop_urll`",
                "`shop_url`?",
            ),
        ];
        assert_eq!(told.len(), expected.len(), "{told:#?}");
        for (told, (line, what, hint)) in told.iter().zip(expected) {
            assert!(told.contains(line) && told.contains(what) && told.ends_with(hint), "{told}");
        }
    }

    /// A bot of which these files say the rest.
    fn told(files: &[(&str, &[u8])]) -> (CheckedBot, Vec<String>) {
        let root = tempfile::tempdir().expect("a folder");
        let files =
            [("bot.yaml", &b"name: tents\nlanguages: [en]\n"[..])].into_iter().chain(files.iter().copied());
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("has one")).expect("writable");
            fs::write(path, text).expect("writable");
        }
        let (folder, unread) = crate::bots::read_to_check(root.path()).expect("a bot");
        let bot = CheckedBot::new(&folder, unread);
        let told = bot.problems.iter().map(ToString::to_string).collect();
        (bot, told)
    }

    #[test]
    fn a_file_that_cannot_be_read_is_the_only_problem() {
        let (bot, told) = told(&[
            ("flows/a.yaml", b"hello: { when: [ first contact ], steps: [ say: greet ] }\n"),
            ("responses/a.yaml", b"greet: { en: Gr\xfc\xdfe }\n"),
        ]);
        assert_eq!(
            told,
            ["responses/a.yaml: error: this is not UTF-8 text\n  hint: save it as UTF-8"],
            "`greet` may stand in it"
        );
        assert_eq!((bot.errors(), bot.warnings()), (1, 0));
    }

    #[test]
    fn files_that_cannot_be_read_hide_only_what_their_folder_may_define() {
        let (_, told) = told(&[
            ("flows/a.yaml", b"hello: { when: [ intent: rude ], steps: [ say: greet ] }\n"),
            ("intents/a.yaml", b"rude: \xfc\n"),
            ("intents/b.yaml", b"kind: \xfc\n"),
        ]);
        let lines: Vec<_> = told.iter().filter_map(|problem| problem.lines().next()).collect();
        assert_eq!(
            lines,
            [
                "intents/a.yaml: error: this is not UTF-8 text",
                "intents/b.yaml: error: this is not UTF-8 text",
                "flows/a.yaml:1:48: error: no response is called `greet`",
            ]
        );
    }
}

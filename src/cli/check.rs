//! Are a bot's files, and the settings, in order?

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use studio_core::{
    bot::{Problem, Severity, json_schema},
    counted::counted,
};

use super::{
    Settings,
    checks::{self, CheckedBot},
    plain, say,
};
use crate::{
    bots::{BotFolder, FolderError, read_folder, read_to_check, sample},
    config::{ConfigError, ConfigErrors, apart, placed},
};

/// Lists every problem of a bot's files with file, line and a hint; without a folder, of the settings and of all bots.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  studio check                       the settings, every bot, every connection
  studio check bots/mine --strict    one bot; warnings count as errors
  studio check bots/mine --json      for an editor or a pipeline
  studio check --schema flows        the JSON Schema of flows/*.yaml, for an editor

Exits with 1 if there are errors.")]
pub struct Arguments {
    /// The bot's folder, its name in the folder of the bots, or the name of a sample bot
    #[arg(value_name = "BOT")]
    bots: Vec<PathBuf>,
    /// Print the problems as JSON
    #[arg(long)]
    json: bool,
    /// Count warnings as errors
    #[arg(long)]
    strict: bool,
    /// Print the JSON Schema of a kind of file, and check nothing
    #[arg(long, value_name = "KIND", value_parser = SCHEMAS, conflicts_with_all = ["bots", "json", "strict"])]
    schema: Option<String>,
}

/// The kinds of files that a bot has.
const SCHEMAS: [&str; 7] = ["bot", "intents", "entities", "flows", "responses", "tests", "translations"];

pub fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if let Some(kind) = &arguments.schema {
        say!("{}", serde_json::to_string_pretty(&json_schema()[kind])?);
        return Ok(ExitCode::SUCCESS);
    }
    let Checked { mistakes, bots, warnings } = if arguments.bots.is_empty() {
        of_settings(settings, arguments)?
    } else {
        let bots = arguments.bots.iter().map(|path| check(settings, path));
        Checked { bots: bots.collect::<anyhow::Result<_>>()?, ..Checked::default() }
    };
    if arguments.json {
        let all: Vec<_> = mistakes.iter().chain(bots.iter().flat_map(|bot| &bot.problems)).collect();
        say!("{}", serde_json::to_string_pretty(&all)?);
    } else {
        for mistake in &mistakes {
            say!("{}", plain(&mistake.to_string()));
        }
        bots.iter().for_each(print);
        for warning in &warnings {
            say!("warning: {}", plain(warning));
        }
    }
    let errors = !mistakes.is_empty() || bots.iter().any(|bot| bot.errors() > 0);
    let any = !warnings.is_empty() || bots.iter().any(|bot| !bot.problems.is_empty());
    Ok(if errors || (arguments.strict && any) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What there is to say.
#[derive(Default)]
struct Checked {
    /// Of the settings.
    mistakes: Vec<Problem>,
    bots: Vec<CheckedBot>,
    warnings: Vec<String>,
}

fn of_settings(settings: &Settings, arguments: &Arguments) -> anyhow::Result<Checked> {
    let (config, mistakes): (_, Vec<_>) = match settings.read() {
        Ok(config) => {
            let mistakes = crate::studio::mistakes(&config);
            (config, mistakes.iter().map(|message| mistake(message)).collect())
        }
        // The bots are where what is right says, or else where they are by default.
        Err(ConfigErrors { errors, rest: Some(rest) }) => (*rest, errors.iter().map(of_error).collect()),
        Err(error) => return Err(error).context("the settings are wrong"),
    };
    let found = checks::bots(&config);
    let mut warnings = settings.ignored();
    warnings.extend(crate::studio::missing_models(&config));
    warnings.extend(crate::studio::lost_folder(&config));
    warnings.extend(checks::of_accounts(&config));
    warnings.extend(checks::of_connections(&config, &found));
    warnings.extend(checks::of_bots(&config, &found));
    warnings.extend(checks::idle_settings(&config, &found));
    if !arguments.json && mistakes.is_empty() && warnings.is_empty() {
        say!("The settings are in order.");
    }
    let unread = |(name, error): (String, FolderError)| {
        CheckedBot::unread(&name, &error, &config.bots.folder.join(&name))
    };
    let bots = found.into_iter().map(|bot| bot.unwrap_or_else(unread)).collect();
    Ok(Checked { mistakes, bots, warnings })
}

fn of_error(error: &ConfigError) -> Problem {
    match error {
        ConfigError::NotText { path } => Problem {
            file: path.clone(),
            message: "this is not UTF-8 text".to_owned(),
            hint: "save it as UTF-8".to_owned(),
            ..mistake("")
        },
        ConfigError::Read { .. } | ConfigError::Invalid { .. } | ConfigError::Unfit(_) => {
            mistake(&error.to_string())
        }
    }
}

/// A mistake of the settings in the form of those of bots.
fn mistake(message: &str) -> Problem {
    let (message, hint) = apart(message);
    let (file, line, message) = placed(message).unwrap_or(("", 0, message));
    Problem {
        severity: Severity::Error,
        code: "wrong-setting".to_owned(),
        file: file.to_owned(),
        line,
        column: 0,
        message: message.to_owned(),
        hint: hint.to_owned(),
    }
}

fn check(settings: &Settings, path: &Path) -> anyhow::Result<CheckedBot> {
    Ok(match locate(settings, path)? {
        Located::Folder(folder) => match read_to_check(&folder) {
            Ok((bot, unread)) => CheckedBot::new(&bot, unread),
            Err(error) => CheckedBot::unread(&path.display().to_string(), &error, &folder),
        },
        Located::Sample(bot) => CheckedBot::new(&bot, Vec::new()),
    })
}

fn print(bot: &CheckedBot) {
    for problem in &bot.problems {
        say!("{}", plain(&problem.to_string()));
    }
    match (bot.errors(), bot.warnings()) {
        (0, 0) => say!("{}: no problems.", bot.name),
        (errors, warnings) => {
            say!("{}: {}, {}.", plain(&bot.name), counted(errors, "error"), counted(warnings, "warning"));
        }
    }
}

/// The bot of a folder, of that name among the bots of the settings, or the sample of that name.
pub fn find(settings: &Settings, path: &Path) -> anyhow::Result<BotFolder> {
    match locate(settings, path)? {
        Located::Folder(folder) => Ok(read_folder(&folder)?),
        Located::Sample(bot) => Ok(bot),
    }
}

enum Located {
    Folder(PathBuf),
    Sample(BotFolder),
}

fn locate(settings: &Settings, path: &Path) -> anyhow::Result<Located> {
    if path.is_dir() {
        return Ok(Located::Folder(path.to_owned()));
    }
    let bots = settings.load()?.bots.folder;
    let among_bots = bots.join(path);
    if among_bots.is_dir() {
        return Ok(Located::Folder(among_bots));
    }
    match path.to_str().and_then(sample) {
        Some(bot) => Ok(Located::Sample(bot)),
        None => bail!(
            "there is no folder {}, no bot of that name in {}, and no sample bot of that name (there is: shop)",
            path.display(),
            bots.display()
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::config::EXPLAINED;

    #[test]
    fn settings_that_cannot_work_are_told_with_their_line() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("studio.toml");
        let text = "[server]\nkey = 'short'\n[store]\nurl = 'mysql'\n[texts]\nfolder = '/nowhere/texts'\n\
                    [translation]\nservice = 'babel'\n";
        std::fs::write(&file, text).expect("writable");
        let config = crate::config::load(Some(&file), &BTreeMap::new()).expect("each is a text");
        let told = crate::studio::mistakes(&config);
        for (line, words) in [(2, "server.key"), (4, "store.url"), (6, "texts.folder"), (8, "babel")] {
            let place = format!("{}:{line}: ", file.display());
            let is_told = |told: &String| told.starts_with(&place) && told.contains(words);
            assert!(told.iter().any(is_told), "{place}{words}: {told:#?}");
        }
        let first = mistake(
            "studio.toml:3: limits.inbox: a number is needed; `studio config --defaults` explains every setting",
        );
        assert_eq!((first.file.as_str(), first.line), ("studio.toml", 3));
        assert_eq!(first.message, "limits.inbox: a number is needed");
        let unplaced = mistake("environment variable STUDIO_LIMITS_INBX: there is no such setting");
        assert_eq!((unplaced.file.as_str(), unplaced.line), ("", 0));
        assert_eq!((first.hint.as_str(), unplaced.hint.as_str()), (EXPLAINED, ""), "where it helps");
        let of_platform = mistake(
            "studio.toml:4: connection `a`, `receive`: `x` cannot be used; \
             docs/telegram.md explains every setting of such a connection",
        );
        assert_eq!(of_platform.message, "connection `a`, `receive`: `x` cannot be used");
        assert!(of_platform.hint.starts_with("docs/telegram.md "), "{}", of_platform.hint);
        let binary = of_error(&ConfigError::NotText { path: "studio.toml".to_owned() });
        let expected = "studio.toml: error: this is not UTF-8 text\n  hint: save it as UTF-8";
        assert_eq!(binary.to_string(), expected);
    }

    #[test]
    fn every_kind_of_file_has_its_schema() {
        let schemas = json_schema();
        let kinds = schemas.as_object().expect("schemas by kind");
        assert_eq!(kinds.len(), SCHEMAS.len());
        for kind in SCHEMAS {
            assert!(kinds[kind]["title"].as_str().is_some_and(|title| title.starts_with(kind)), "{kind}");
        }
    }
}

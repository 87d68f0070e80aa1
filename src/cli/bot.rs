//! What does a studio that runs know of a bot that its files do not?

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context as _, bail};
use studio_core::{
    api::{LearnedPhrase, Page},
    bot::{Learned, learned_file},
    counted::counted,
};

use super::{Settings, check::find, plain, running, say};
use crate::bots::PULLED_FILE;

/// Brings what a bot learned from its visitors into its files. The studio must be running: its socket is asked, where file
/// permissions are the login.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  studio bot pull bots/mine          writes bots/mine/learned/review.yaml")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Write the phrases that its draft learned to learned/review.yaml in the bot's folder
    Pull {
        /// The bot's folder, or its name in the folder of the bots
        #[arg(value_name = "BOT")]
        bot: PathBuf,
    },
}

pub async fn run(settings: &Settings, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let Command::Pull { bot } = arguments.command;
    let folder = find(settings, &bot)?;
    let name = folder.bot();
    let Some(path) = folder.path else {
        bail!("{name} is a sample in the binary: copy it to a folder of your own to keep what it learned")
    };
    let api = running(settings.load()?.server.socket()).await?;
    let learned: Page<LearnedPhrase> = api.get(&["bots", &name, "learned"], &[]).await?;
    if learned.items.is_empty() {
        say!("{} has learned nothing yet.", plain(&name));
        return Ok(ExitCode::SUCCESS);
    }
    let phrases: Vec<Learned> = (learned.items.into_iter())
        .map(|item| Learned { intent: item.intent, language: item.language, phrase: item.phrase })
        .collect();
    let file = path.join(PULLED_FILE);
    let beside = file.with_extension("new");
    let written = fs::create_dir_all(path.join("learned"))
        .and_then(|()| fs::write(&beside, learned_file(&phrases)))
        .and_then(|()| fs::rename(&beside, &file));
    written.with_context(|| format!("cannot write {}", file.display()))?;
    say!("{}: {}", file.display(), counted(phrases.len(), "phrase"));
    Ok(ExitCode::SUCCESS)
}

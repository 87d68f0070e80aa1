//! Do a bot's conversations go as its tests say?

use std::{path::PathBuf, process::ExitCode};

use anyhow::bail;

use super::{Settings, check::find, say, warn};
use crate::rehearse::{Report, Stage, play};

/// Runs the conversation tests of a bot.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  studio test                            the sample shop
  studio test bots/mine --filter return

Exits with 1 if a test fails.")]
pub struct Arguments {
    /// The bot's folder, its name in the folder of the bots, or the name of a sample bot
    #[arg(value_name = "BOT", default_value = "shop")]
    bot: PathBuf,
    /// Only tests whose name has these words
    #[arg(long)]
    filter: Option<String>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

pub fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let folder = find(settings, &arguments.bot)?;
    let models = settings.models()?;
    let stage = tokio::task::block_in_place(|| Stage::build(&folder, &models, None))?;
    warn(&models.problems());
    let tests: Vec<_> = stage
        .tests
        .iter()
        .filter(|test| arguments.filter.as_ref().is_none_or(|words| test.name.contains(words.as_str())))
        .collect();
    if tests.is_empty() {
        bail!("the bot {} has no such tests: write conversations below its folder `tests`", folder.name);
    }
    let mut report = Report { passed: 0, failures: Vec::new() };
    for test in tests {
        match play(&stage.mind, test) {
            Ok(()) => report.passed += 1,
            Err(failure) => report.failures.push(failure),
        }
    }
    if arguments.json {
        say!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        say!("{}", super::plain(&report.to_string()));
    }
    Ok(if report.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

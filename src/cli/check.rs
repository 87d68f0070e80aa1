//! Are a bot's files, and the settings, in order?

use std::{path::PathBuf, process::ExitCode};

use anyhow::bail;
use studio_core::bot::{Problem, Severity, load};

use super::Settings;
use crate::bots::{BotFolder, read_folder, sample};

/// Lists every problem of a bot's files with file, line and a hint; without a folder, of the settings and of all bots.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The bot's folder, or the name of a sample bot
    #[arg(value_name = "BOT")]
    bots: Vec<PathBuf>,
    /// Print the problems as JSON
    #[arg(long)]
    json: bool,
    /// Count warnings as errors
    #[arg(long)]
    strict: bool,
}

pub fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut bots = Vec::new();
    if arguments.bots.is_empty() {
        let config = settings.load()?;
        crate::studio::check(&config)?;
        if !arguments.json {
            println!("The settings are in order.");
        }
        for (name, folder) in crate::bots::folders(&config.bots.folder) {
            match folder {
                Ok(folder) => bots.push(folder),
                Err(error) => bail!("bot {name}: {error}"),
            }
        }
    }
    for path in &arguments.bots {
        bots.push(find(path)?);
    }
    let mut all = Vec::new();
    let mut bad = false;
    for bot in &bots {
        let problems = load(&bot.files).problems;
        let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
        bad |= errors > 0 || (arguments.strict && !problems.is_empty());
        if !arguments.json {
            print(&bot.name, &problems, errors);
        }
        all.extend(problems);
    }
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&all)?);
    }
    Ok(if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn print(name: &str, problems: &[Problem], errors: usize) {
    for problem in problems {
        println!("{}", super::plain(&problem.to_string()));
    }
    match (errors, problems.len() - errors) {
        (0, 0) => println!("{name}: no problems."),
        (errors, warnings) => println!("{name}: {errors} errors, {warnings} warnings."),
    }
}

/// The bot of a folder, or the sample of that name.
pub fn find(path: &std::path::Path) -> anyhow::Result<BotFolder> {
    if path.is_dir() {
        return Ok(read_folder(path)?);
    }
    match path.to_str().and_then(sample) {
        Some(bot) => Ok(bot),
        None => {
            bail!("there is no folder {} and no sample bot of that name (there is: shop)", path.display())
        }
    }
}

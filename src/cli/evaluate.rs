//! How good is the understanding? `studio evaluate` on files of anybody's.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use studio_core::embedding::Embedder;
use studio_nlu::evaluate::{Options, Shots, evaluate};

use super::{Settings, say};

/// Trains on one file and scores on another. A file is CSV (text, label; header optional) or
/// JSON lines with `text` and `label`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  studio evaluate --train train.csv --test test.csv --json")]
pub struct Arguments {
    /// What to learn from
    #[arg(long, value_name = "FILE")]
    train: PathBuf,
    /// What to score on
    #[arg(long, value_name = "FILE")]
    test: PathBuf,
    /// Texts that belong to no label
    #[arg(long, value_name = "FILE")]
    out_of_scope: Option<PathBuf>,
    /// Learn from so few phrases of each label only
    #[arg(long, value_name = "N")]
    shots: Option<usize>,
    /// Which ones: the same seed chooses the same
    #[arg(long, value_name = "S", default_value_t = 1, requires = "shots")]
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
    let options = Options {
        train: arguments.train.clone(),
        test: arguments.test.clone(),
        out_of_scope: arguments.out_of_scope.clone(),
        shots: arguments.shots.map(|phrases| Shots { phrases, seed: arguments.seed }),
    };
    let embedder: Option<Arc<dyn Embedder>> =
        if arguments.lexical { None } else { settings.models()?.embedder() };
    let report = evaluate(&options, embedder, &|| start.elapsed())?;
    if arguments.json {
        say!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        say!("{report}");
    }
    Ok(ExitCode::SUCCESS)
}

//! How good is the understanding? `studio evaluate` on files of anybody's.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use studio_core::embedding::Embedder;
use studio_nlu::evaluate::{Options, Shots, evaluate, sentiment};

use super::{Settings, say};

/// Trains on one file and scores on another. A file is CSV (text, label; header optional) or
/// JSON lines with `text` and `label`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  studio evaluate --train train.csv --test test.csv --json
  studio evaluate --sentiment reviews.csv --language de")]
pub struct Arguments {
    /// What to learn from
    #[arg(long, value_name = "FILE", required_unless_present = "sentiment")]
    train: Option<PathBuf>,
    /// What to score on
    #[arg(long, value_name = "FILE", required_unless_present = "sentiment")]
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
    if let Some(file) = &arguments.sentiment {
        let report = sentiment(file, &arguments.language, &|| start.elapsed())?;
        if arguments.json {
            say!("{}", serde_json::to_string_pretty(&report)?);
        } else {
            say!("{report}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let options = Options {
        train: arguments.train.clone().unwrap_or_default(),
        test: arguments.test.clone().unwrap_or_default(),
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

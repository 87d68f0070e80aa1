//! What does a text say in fewer words?

use std::{path::Path, time::Duration};

use rust_bert::{
    RustBertError,
    pipelines::summarization::{SummarizationConfig, SummarizationModel},
};
use studio_core::{embedding::EmbedError, models::Summariser};

use super::{Model, checked, head, local, model_type, plain, weights};
use crate::{
    service::{Engine, Settings},
    stats::Stats,
    verify::{CONFIG, Checked, ModelError, Task},
};

/// Only so much of a text is read, in bytes; the network itself reads about a thousand tokens.
const MOST_BYTES: usize = 10_000;
/// Fewest and most tokens of a summary.
const TOKENS: (i64, i64) = (10, 142);
/// How long a summary may take.
const PATIENCE: Duration = Duration::from_secs(30);

struct Network(SummarizationModel);

fn load(checked: &Checked) -> Result<Network, RustBertError> {
    let mut config = SummarizationConfig::new(
        model_type(checked.kind),
        weights(checked),
        local(checked.folder.join(CONFIG)),
        local(checked.folder.join("vocab.json")),
        Some(local(checked.folder.join("merges.txt"))),
    );
    config.device = tch::Device::Cpu;
    config.min_length = TOKENS.0;
    config.max_length = Some(TOKENS.1.min(i64::try_from(checked.positions).unwrap_or(TOKENS.1)));
    SummarizationModel::new(config).map(Network)
}

impl Engine for Network {
    type Question = String;
    type Answer = String;
    const BATCH: usize = 1;

    fn run(&self, texts: &[String]) -> Result<Vec<String>, String> {
        let summaries = self.0.summarize(texts).map_err(|error| error.to_string())?;
        Ok(summaries.into_iter().map(|summary| summary.trim().to_owned()).collect())
    }
}

/// A model that says texts in fewer words, in its own thread.
#[derive(Debug)]
pub struct Summaries(Model<String, String>);

impl Summaries {
    /// Looks at the files of a folder and loads them.
    pub fn open(folder: &Path, settings: Settings) -> Result<Self, ModelError> {
        let checked = checked(folder, Task::Summary)?;
        let settings = Settings { patience: settings.patience.max(PATIENCE), ..settings };
        Model::open(checked, &[], settings, load, "hello".to_owned()).map(Self)
    }

    pub fn stats(&self) -> Stats {
        self.0.stats()
    }
}

impl Summariser for Summaries {
    fn identity(&self) -> &str {
        &self.0.identity
    }

    fn summarise(&self, text: &str) -> Result<String, EmbedError> {
        let text = plain(head(text, MOST_BYTES));
        if text.trim().is_empty() {
            return Ok(String::new());
        }
        self.0.service.ask_now(&text.clone(), text)
    }
}

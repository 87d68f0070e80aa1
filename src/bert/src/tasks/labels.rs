//! Which of some labels fits a text, without any training?

use std::{path::Path, sync::Arc};

use rust_bert::{
    RustBertError,
    pipelines::zero_shot_classification::{ZeroShotClassificationConfig, ZeroShotClassificationModel},
};
use studio_core::{embedding::EmbedError, models::ZeroShot};

use super::{Model, checked, head, local, model_type, nothing_came, plain, weights};
use crate::{
    service::{Engine, Settings},
    stats::Stats,
    verify::{CONFIG, Checked, ModelError, Task},
};

/// Only so much of a text and of a label is read, in bytes.
const MOST_BYTES: usize = 2_000;
const MOST_OF_LABEL: usize = 200;
/// Text and label together, in tokens.
const MOST_TOKENS: usize = 256;
/// Labels that go through the network together.
const TOGETHER: usize = 16;

struct Network {
    model: ZeroShotClassificationModel,
    most_tokens: usize,
}

fn load(checked: &Checked) -> Result<Network, RustBertError> {
    let mut config = ZeroShotClassificationConfig::new(
        model_type(checked.kind),
        weights(checked),
        local(checked.folder.join(CONFIG)),
        local(checked.folder.join("vocab.json")),
        Some(local(checked.folder.join("merges.txt"))),
        false,
        None,
        None,
    );
    config.device = tch::Device::Cpu;
    let model = ZeroShotClassificationModel::new(config)?;
    Ok(Network { model, most_tokens: MOST_TOKENS.min(checked.positions) })
}

type Question = (String, Vec<String>);

impl Engine for Network {
    type Question = Question;
    type Answer = Arc<[f64]>;
    const BATCH: usize = 4;

    fn run(&self, questions: &[Question]) -> Result<Vec<Arc<[f64]>>, String> {
        questions.iter().map(|(text, labels)| self.weigh(text, labels)).collect()
    }
}

impl Network {
    fn weigh(&self, text: &str, labels: &[String]) -> Result<Arc<[f64]>, String> {
        let mut weights = Vec::with_capacity(labels.len());
        for some in labels.chunks(TOGETHER) {
            let some: Vec<&str> = some.iter().map(String::as_str).collect();
            let found = self
                .model
                .predict_multilabel([text], some, None, self.most_tokens)
                .map_err(|error| error.to_string())?;
            weights.extend(found.into_iter().flatten().map(|label| label.score));
        }
        if weights.iter().any(|weight: &f64| !weight.is_finite()) {
            return Err("the network's numbers are not finite: its weights are damaged".to_owned());
        }
        Ok(weights.into())
    }
}

/// A model that weighs labels, in its own thread.
#[derive(Debug)]
pub struct Labels(Model<Question, Arc<[f64]>>);

impl Labels {
    /// Looks at the files of a folder and loads them.
    pub fn open(folder: &Path, settings: Settings) -> Result<Self, ModelError> {
        let checked = checked(folder, Task::Labels)?;
        let first = ("hello".to_owned(), vec!["greeting".to_owned()]);
        Model::open(checked, &[], settings, load, first).map(Self)
    }

    pub fn stats(&self) -> Stats {
        self.0.stats()
    }
}

impl ZeroShot for Labels {
    fn identity(&self) -> &str {
        &self.0.identity
    }

    fn weigh_now(&self, text: &str, labels: &[&str]) -> Result<Vec<f64>, EmbedError> {
        if labels.is_empty() {
            return Ok(Vec::new());
        }
        let text = plain(head(text, MOST_BYTES));
        let labels: Vec<String> = labels.iter().map(|label| plain(head(label, MOST_OF_LABEL))).collect();
        let key = format!("{text}\n{}", labels.join("\n"));
        let weights = self.0.service.ask_now(&key, (text, labels.clone()))?;
        if weights.len() == labels.len() { Ok(weights.to_vec()) } else { Err(nothing_came()) }
    }
}

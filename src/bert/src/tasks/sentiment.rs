//! How does a text feel?

use std::path::Path;

use rust_bert::{
    RustBertError,
    pipelines::{
        common::TokenizerOption,
        sequence_classification::{SequenceClassificationConfig, SequenceClassificationOption},
    },
};
use rust_tokenizers::tokenizer::TruncationStrategy;
use studio_core::{embedding::EmbedError, feeling::SentimentModel};
use tch::{Kind, Tensor};

use super::{Model, checked, head, local, model_type, of_torch, plain, weights};
use crate::{
    cache,
    service::{Engine, Settings},
    stats::Stats,
    verify::{CONFIG, Checked, ModelError, Task, VOCABULARY},
};

/// Only so much of a text is read, in bytes and in tokens: how somebody feels is soon said.
const MOST_BYTES: usize = 2_000;
const MOST_TOKENS: usize = 256;
/// A network of two labels knows nothing between: what is less sure than this is neutral.
const SURE: f64 = 0.6;

pub(super) struct Network {
    model: SequenceClassificationOption,
    tokenizer: TokenizerOption,
    most_tokens: usize,
    padding: i64,
}

pub(super) fn load(checked: &Checked) -> Result<Network, RustBertError> {
    let kind = model_type(checked.kind);
    let vocabulary = checked.folder.join(VOCABULARY);
    let path = vocabulary.to_string_lossy();
    let tokenizer = TokenizerOption::from_file(kind, &path, None, checked.lower_case, None, None)?;
    let mut config = SequenceClassificationConfig::new(
        kind,
        weights(checked),
        local(checked.folder.join(CONFIG)),
        local(vocabulary.clone()),
        None,
        checked.lower_case,
        None,
        None,
    );
    config.device = tch::Device::Cpu;
    Ok(Network {
        model: SequenceClassificationOption::new(&config)?,
        padding: tokenizer.get_pad_id().unwrap_or(0),
        tokenizer,
        most_tokens: MOST_TOKENS.min(checked.positions),
    })
}

impl Engine for Network {
    type Question = String;
    type Answer = f64;
    const BATCH: usize = 16;

    /// The pipeline of rust-bert does not tell the network where a shorter text ends, so that its neighbours in a batch
    /// would change how it feels.
    fn run(&self, texts: &[String]) -> Result<Vec<f64>, String> {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let tokens =
            self.tokenizer.encode_list(&texts, self.most_tokens, &TruncationStrategy::LongestFirst, 0);
        let longest = tokens.iter().map(|text| text.token_ids.len()).max().unwrap_or(0);
        let (mut ids, mut mask) = (Vec::new(), Vec::new());
        for text in &tokens {
            let length = text.token_ids.len();
            ids.extend_from_slice(&text.token_ids);
            ids.resize(ids.len() + longest - length, self.padding);
            mask.resize(mask.len() + length, 1_i64);
            mask.resize(mask.len() + longest - length, 0);
        }
        let size = |count: usize| i64::try_from(count).map_err(|error| error.to_string());
        let shape = [size(texts.len())?, size(longest)?];
        tch::no_grad(|| {
            let ids = Tensor::from_slice(&ids).f_view(shape).map_err(of_torch)?;
            let mask = Tensor::from_slice(&mask).f_view(shape).map_err(of_torch)?;
            let output = self.model.forward_t(Some(&ids), Some(&mask), None, None, None, false);
            let good =
                output.f_softmax(-1, Kind::Double).and_then(|all| all.f_select(1, 1)).map_err(of_torch)?;
            let good = Vec::<f64>::try_from(good.contiguous()).map_err(of_torch)?;
            if good.iter().any(|part| !part.is_finite()) {
                return Err("the network's numbers are not finite: its weights are damaged".to_owned());
            }
            Ok(good.into_iter().map(|part| 2.0 * part - 1.0).collect())
        })
    }
}

/// A sentiment model in its own thread.
#[derive(Debug)]
pub struct Sentiments(Model<String, f64>);

impl Sentiments {
    /// Looks at the files of a folder and loads them. `languages` are those that it was trained on; none are all.
    pub fn open(folder: &Path, languages: &[&str], settings: Settings) -> Result<Self, ModelError> {
        let checked = checked(folder, Task::Sentiment)?;
        Model::open(checked, languages, settings, load, "hello".to_owned()).map(Self)
    }

    pub fn stats(&self) -> Stats {
        self.0.stats()
    }

    /// Keeps nothing of what visitors said.
    pub fn forget(&self) {
        self.0.forget();
    }

    /// What the network says, from -1 to 1.
    pub fn score(&self, text: &str) -> Result<f64, EmbedError> {
        let text = cache::key(&plain(head(text, MOST_BYTES)), false);
        self.0.service.ask_now(&text.clone(), text)
    }
}

impl SentimentModel for Sentiments {
    fn identity(&self) -> &str {
        &self.0.identity
    }

    fn judge_now(&self, text: &str, language: Option<&str>) -> Result<Option<f64>, EmbedError> {
        if !self.0.knows(language) {
            return Ok(None);
        }
        let score = self.score(text)?;
        Ok(Some(if score.abs() < SURE { 0.0 } else { score }))
    }
}

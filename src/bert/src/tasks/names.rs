//! Which people, places and organisations are named?

use std::{path::Path, sync::Arc};

use rust_bert::{
    RustBertError,
    pipelines::{
        ner::NERModel,
        token_classification::{LabelAggregationOption, TokenClassificationConfig},
    },
};
use studio_core::{
    embedding::EmbedError,
    models::{Name, NameKind, Tagger},
};

use super::{Model, byte_of, checked, head, local, model_type, plain, weights};
use crate::{
    service::{Engine, Settings},
    stats::Stats,
    verify::{CONFIG, Checked, ModelError, Task, VOCABULARY},
};

/// Only so much of a text is read.
const MOST_BYTES: usize = 4_000;

pub(super) struct Network(NERModel);

pub(super) fn load(checked: &Checked) -> Result<Network, RustBertError> {
    let mut config = TokenClassificationConfig::new(
        model_type(checked.kind),
        weights(checked),
        local(checked.folder.join(CONFIG)),
        local(checked.folder.join(VOCABULARY)),
        None,
        checked.lower_case,
        None,
        None,
        LabelAggregationOption::First,
    );
    config.device = tch::Device::Cpu;
    // From its second batch on the pipeline would take the texts of the first for those of the second.
    config.batch_size = usize::MAX;
    NERModel::new(config).map(Network)
}

impl Engine for Network {
    type Question = String;
    type Answer = Arc<[Name]>;
    const BATCH: usize = 16;

    fn run(&self, texts: &[String]) -> Result<Vec<Arc<[Name]>>, String> {
        let found = self.0.predict_full_entities(texts);
        let names = texts.iter().zip(found).map(|(text, found)| {
            let names = found.into_iter().filter_map(|entity| {
                let kind = match entity.label.as_str() {
                    "PER" => NameKind::Person,
                    "LOC" => NameKind::Place,
                    "ORG" => NameKind::Organisation,
                    "MISC" => NameKind::Other,
                    _ => return None,
                };
                let start = byte_of(text, entity.offset.begin as usize);
                let end = byte_of(text, entity.offset.end as usize);
                let score = entity.score;
                (start < end && score.is_finite()).then_some(Name { kind, start, end, score })
            });
            names.collect()
        });
        Ok(names.collect())
    }
}

/// A model that finds names, in its own thread.
#[derive(Debug)]
pub struct Names(Model<String, Arc<[Name]>>);

impl Names {
    /// Looks at the files of a folder and loads them. `languages` are those that it was trained on; none are all.
    pub fn open(folder: &Path, languages: &[&str], settings: Settings) -> Result<Self, ModelError> {
        let checked = checked(folder, Task::Names)?;
        Model::open(checked, languages, settings, load, "hello".to_owned()).map(Self)
    }

    pub fn stats(&self) -> Stats {
        self.0.stats()
    }

    /// Keeps nothing of what visitors said.
    pub fn forget(&self) {
        self.0.forget();
    }
}

impl Tagger for Names {
    fn identity(&self) -> &str {
        &self.0.identity
    }

    fn names_now(&self, text: &str, language: Option<&str>) -> Result<Option<Vec<Name>>, EmbedError> {
        if !self.0.knows(language) {
            return Ok(None);
        }
        let text = plain(head(text, MOST_BYTES));
        let names = self.0.service.ask_now(&text.clone(), text)?;
        Ok(Some(names.to_vec()))
    }
}

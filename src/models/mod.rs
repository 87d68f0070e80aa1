//! Which large models does the studio run?
//!
//! A model is opened when a bot first needs it: bots without phrases need no vectors, and then that memory is never taken. Feelings and names
//! are asked for of every bot's messages. A build without the feature `models` has none; bots are understood by words and characters there.

#[cfg(feature = "models")]
#[path = "engine.rs"]
mod engine;
#[cfg(not(feature = "models"))]
#[path = "without.rs"]
mod engine;
#[cfg(feature = "models")]
mod local;
mod silence;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use studio_core::{
    api::{Model, ModelRun},
    embedding::Embedder,
    feeling::SentimentModel,
    models::Tagger,
};

pub use self::{
    engine::{Translators, calm, default_folder, libtorch},
    silence::{AGAIN, Silence},
};
use crate::config;

/// What is written in place of a model's name where none is wanted.
const NONE: &str = "none";
/// What is written there where the first of those in the folder is wanted.
const AUTO: &str = "auto";
/// What happens without a model that translates.
const AUTHORED: &str = "visitors are told the authors' own texts";

/// A model that is opened when it is first needed; nothing where it is not wanted, or not there.
type Opened<T> = OnceLock<Option<Arc<T>>>;

/// What a setting that is `auto` took, where there were several models for it.
#[derive(Debug)]
struct Choice {
    setting: &'static str,
    taken: String,
    others: Vec<String>,
}

/// The models that the settings choose.
#[derive(Debug)]
pub struct Models {
    settings: config::Models,
    /// What of `auto` there was to choose from.
    choices: Vec<Choice>,
    embedding: Opened<engine::Runtime>,
    sentiment: Opened<engine::Sentiments>,
    names: Opened<engine::Names>,
    translating: OnceLock<Arc<engine::Translators>>,
    /// Of those that could not be opened.
    problems: Mutex<Vec<String>>,
    /// How the model for names is heard where they are masked before anything is stored.
    pub silence: Silence,
}

impl Models {
    /// Which models `auto` means is settled here, by what is in the folder now: one that comes later is for the next start.
    pub fn new(mut settings: config::Models) -> Self {
        let folder = folder(&settings);
        let feelings = choose("sentiment", &mut settings.sentiment, || engine::of_feelings(&folder));
        let names = choose("ner", &mut settings.ner, || engine::of_names(&folder));
        Self {
            settings,
            choices: feelings.into_iter().chain(names).collect(),
            embedding: OnceLock::new(),
            sentiment: OnceLock::new(),
            names: OnceLock::new(),
            translating: OnceLock::new(),
            problems: Mutex::default(),
            silence: Silence::default(),
        }
    }

    /// Without any model.
    pub fn none() -> Self {
        Self::new(config::Models::default())
    }

    /// The model that makes sentence vectors, if it is wanted, there and in order; otherwise the log says why not, once.
    /// The first call opens it, which takes about a second.
    pub fn embedder(&self) -> Option<Arc<dyn Embedder>> {
        let open = || self.open(&self.settings.embedding, engine::open, "understood by words alone");
        self.embedding.get_or_init(open).clone().map(|model| model as Arc<dyn Embedder>)
    }

    /// The model that says how visitors feel, likewise.
    pub fn sentiments(&self) -> Option<Arc<dyn SentimentModel>> {
        let open = || {
            self.log_choice("sentiment");
            self.open(&self.settings.sentiment, engine::open_sentiments, "feelings by lists of words")
        };
        self.sentiment.get_or_init(open).clone().map(|model| model as Arc<dyn SentimentModel>)
    }

    /// The model that finds names, likewise.
    pub fn tagger(&self) -> Option<Arc<dyn Tagger>> {
        let open = || {
            self.log_choice("ner");
            self.open(&self.settings.ner, engine::open_names, "only introduced people are found")
        };
        self.names.get_or_init(open).clone().map(|model| model as Arc<dyn Tagger>)
    }

    /// The models that translate, of which each is opened when it is first needed; `limit` is the longest time of one call.
    pub fn translators(&self, limit: Duration) -> Arc<Translators> {
        let find = || Arc::new(engine::translators(&self.folder(), &self.settings, limit));
        Arc::clone(self.translating.get_or_init(find))
    }

    /// Gives an understanding the models that it asks besides the one that it was trained with.
    pub fn equip(&self, model: studio_nlu::Model) -> studio_nlu::Model {
        model.with_sentiments(self.sentiments()).with_tagger(self.tagger())
    }

    fn log_choice(&self, setting: &str) {
        if let Some(Choice { taken, others, .. }) =
            self.choices.iter().find(|choice| choice.setting == setting)
        {
            tracing::info!(model = %taken, others = %others.join(", "), "model.chosen");
        }
    }

    /// `instead` is what happens without it.
    fn open<T>(
        &self,
        name: &str,
        open: fn(&str, &Path, &config::Models) -> Result<T, String>,
        instead: &str,
    ) -> Option<Arc<T>> {
        if !is_wanted(name) {
            return None;
        }
        match open(name, &self.folder(), &self.settings) {
            Ok(model) => {
                tracing::info!(model = name, "model.opened");
                Some(Arc::new(model))
            }
            Err(problem) => {
                tracing::warn!(model = name, problem, instead, "model.absent");
                let told = format!("{name}: {problem} ({instead})");
                self.problems.lock().unwrap_or_else(PoisonError::into_inner).push(told);
                None
            }
        }
    }

    /// Why models that were needed so far are not there, each with what happens without it.
    pub fn problems(&self) -> Vec<String> {
        let opened = self.problems.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let translating = self.translating.get().into_iter().flat_map(|all| &all.problems);
        opened.into_iter().chain(translating.map(|problem| format!("{problem} ({AUTHORED})"))).collect()
    }

    /// Somebody was forgotten: what the models still know of what they were asked is let go. Whose it was nobody can tell.
    pub fn forget(&self) {
        if let Some(Some(model)) = self.embedding.get() {
            model.forget();
        }
        if let Some(Some(model)) = self.sentiment.get() {
            model.forget();
        }
        if let Some(Some(model)) = self.names.get() {
            model.forget();
        }
        if let Some(models) = self.translating.get() {
            models.forget();
        }
    }

    /// The models that the settings name, each with the setting and what happens without it.
    pub fn wanted(&self) -> Vec<(&'static str, &str, &'static str)> {
        let translating =
            self.settings.translation.iter().map(|name| ("translation", name.as_str(), AUTHORED));
        [
            ("embedding", self.settings.embedding.as_str(), "understood by words alone"),
            ("sentiment", self.settings.sentiment.as_str(), "feelings by lists of words"),
            ("ner", self.settings.ner.as_str(), "only introduced people are found"),
        ]
        .into_iter()
        .filter(|(_, name, _)| is_wanted(name))
        .chain(translating)
        .collect()
    }

    /// Which models were taken of several that are there, where nobody named one.
    pub fn taken_of_several(&self) -> impl Iterator<Item = String> {
        self.choices.iter().map(|Choice { setting, taken, others }| {
            let does = if *setting == "ner" { "finds names" } else { "says how visitors feel" };
            let others = others.join(", ");
            format!("{taken} {does}, the first by name; {others} could as well: `models.{setting}` names one")
        })
    }

    /// Why a model that a setting names ([`Self::wanted`]) cannot be used for it: it is one for something else.
    pub fn misplaced(&self, setting: &str, name: &str) -> Option<String> {
        engine::misplaced(setting, name, &self.folder())
    }

    /// Where the models lie.
    pub fn folder(&self) -> PathBuf {
        folder(&self.settings)
    }

    /// All models that the studio knows, and how they stand. `thorough` compares the hashes, which reads every file.
    pub fn list(&self, thorough: bool) -> Vec<Model> {
        let mut all = engine::known(&self.folder(), thorough);
        let wanted = self.wanted();
        for model in &mut all {
            let translates = |all: &Arc<Translators>| all.names().any(|name| name == model.name);
            model.chosen = wanted.iter().any(|(_, name, _)| *name == model.name)
                || self.translating.get().is_some_and(translates);
            model.run = self.run(&model.name);
            if model.name == self.settings.ner {
                model.problem = model.problem.take().or_else(|| self.silence.problem());
            }
        }
        all
    }

    /// What each open model has done so far.
    pub fn runs(&self) -> Vec<(String, ModelRun)> {
        let config::Models { embedding, sentiment, ner, .. } = &self.settings;
        let translating = self.translating.get().into_iter().flat_map(|all| all.names());
        let names: BTreeSet<&str> =
            [embedding, sentiment, ner].into_iter().map(String::as_str).chain(translating).collect();
        names.into_iter().filter_map(|name| Some((name.to_owned(), self.run(name)?))).collect()
    }

    /// What a model has done so far, if it is open.
    fn run(&self, name: &str) -> Option<ModelRun> {
        let settings = &self.settings;
        let stats = if name == settings.embedding {
            self.embedding.get()?.as_ref().map(|model| model.stats())
        } else if name == settings.sentiment {
            self.sentiment.get()?.as_ref().map(|model| model.stats())
        } else if name == settings.ner {
            self.names.get()?.as_ref().map(|model| model.stats())
        } else {
            self.translating.get()?.stats(name)
        };
        stats.map(|stats| engine::run(&stats))
    }
}

/// Settles which model a setting that is `auto` means: the first of these. Tells what there was to choose from, if there was anything.
fn choose(setting: &'static str, name: &mut String, all: impl FnOnce() -> Vec<String>) -> Option<Choice> {
    if name.as_str() != AUTO {
        return None;
    }
    let mut all = all().into_iter();
    *name = all.next().unwrap_or_else(|| NONE.to_owned());
    let others: Vec<String> = all.collect();
    (!others.is_empty()).then(|| Choice { setting, taken: name.clone(), others })
}

fn is_wanted(name: &str) -> bool {
    !name.is_empty() && name != NONE
}

/// Where the models lie by these settings.
pub fn folder(settings: &config::Models) -> PathBuf {
    if settings.folder.as_os_str().is_empty() { default_folder() } else { settings.folder.clone() }
}

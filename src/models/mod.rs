//! Which large models does the studio run?
//!
//! A model is opened when a bot first needs it: bots without phrases need none, and then its memory is never taken. A build
//! without the feature `models` has none; bots are understood by words and characters there.

#[cfg(feature = "models")]
#[path = "engine.rs"]
mod engine;
#[cfg(not(feature = "models"))]
#[path = "without.rs"]
mod engine;
#[cfg(feature = "models")]
pub mod pull;

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use studio_core::{
    api::{Model, ModelRun},
    embedding::Embedder,
};

pub use self::engine::{calm, default_folder};
use crate::config;

/// What is written in place of a model's name where none is wanted.
const NONE: &str = "none";

/// The models that the settings choose.
#[derive(Debug)]
pub struct Models {
    settings: config::Models,
    embedding: OnceLock<Option<Arc<engine::Runtime>>>,
}

impl Models {
    pub fn new(settings: config::Models) -> Self {
        Self { settings, embedding: OnceLock::new() }
    }

    /// Without any model.
    pub fn none() -> Self {
        Self::new(config::Models { embedding: NONE.to_owned(), ..config::Models::default() })
    }

    /// The model that makes sentence vectors, if it is wanted, there and in order; otherwise the log says why not, once.
    /// The first call opens it, which takes about a second.
    pub fn embedder(&self) -> Option<Arc<dyn Embedder>> {
        self.embedding.get_or_init(|| self.open()).clone().map(|runtime| runtime as Arc<dyn Embedder>)
    }

    fn open(&self) -> Option<Arc<engine::Runtime>> {
        let name = &self.settings.embedding;
        if name == NONE {
            return None;
        }
        match engine::open(name, &self.folder(), &self.settings) {
            Ok(runtime) => {
                tracing::info!(model = name, "model.opened");
                Some(Arc::new(runtime))
            }
            Err(problem) => {
                tracing::warn!(model = name, problem, "model.absent: understood by words alone");
                None
            }
        }
    }

    /// Where the models lie.
    pub fn folder(&self) -> PathBuf {
        folder(&self.settings)
    }

    /// All models that the studio knows, and how they stand. `thorough` compares the hashes, which reads every file.
    pub fn list(&self, thorough: bool) -> Vec<Model> {
        let mut all = engine::known(&self.folder(), thorough);
        for model in &mut all {
            model.chosen = model.name == self.settings.embedding;
            if model.chosen {
                model.run = self.run();
            }
        }
        all
    }

    /// What the opened model has done so far.
    fn run(&self) -> Option<ModelRun> {
        self.embedding.get()?.as_ref().map(|runtime| engine::run(runtime))
    }
}

/// Where the models lie by these settings.
pub fn folder(settings: &config::Models) -> PathBuf {
    if settings.folder.as_os_str().is_empty() { default_folder() } else { settings.folder.clone() }
}

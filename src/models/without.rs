//! In place of the engine, in a build without models.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use studio_core::{
    api::{Model, ModelRun},
    embedding::{EmbedError, Embedder, Vector},
    feeling::SentimentModel,
    models::{Name, Tagger},
    translation::{Marking, TranslateError, Translator},
};

use crate::config;

/// There is none.
pub fn libtorch() -> Option<Result<String, String>> {
    None
}

/// No model is there that could be for something else.
pub fn misplaced(_: &str, _: &str, _: &Path) -> Option<String> {
    None
}

/// Never made.
#[derive(Debug)]
pub enum Runtime {}

impl Embedder for Runtime {
    fn identity(&self) -> &str {
        match *self {}
    }

    fn dimensions(&self) -> usize {
        match *self {}
    }

    fn embed(&self, _: &[&str]) -> Result<Vec<Vector>, EmbedError> {
        match *self {}
    }

    fn embed_now(&self, _: &str) -> Result<Vector, EmbedError> {
        match *self {}
    }
}

/// Never made.
#[derive(Debug)]
pub enum Sentiments {}

impl SentimentModel for Sentiments {
    fn identity(&self) -> &str {
        match *self {}
    }

    fn judge_now(&self, _: &str, _: Option<&str>) -> Result<Option<f64>, EmbedError> {
        match *self {}
    }
}

/// Never made.
#[derive(Debug)]
pub enum Names {}

impl Tagger for Names {
    fn identity(&self) -> &str {
        match *self {}
    }

    fn names_now(&self, _: &str, _: Option<&str>) -> Result<Option<Vec<Name>>, EmbedError> {
        match *self {}
    }
}

/// None.
#[derive(Debug)]
pub struct Translators {
    pub problems: Vec<String>,
}

impl Translators {
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::empty()
    }

    pub fn stats(&self, _: &str) -> Option<Stats> {
        None
    }

    pub fn forget(&self) {}
}

impl Translator for Translators {
    fn engine(&self, _: &str, _: &str) -> &'static str {
        "local"
    }

    fn marking(&self) -> Marking {
        Marking::Plain
    }

    fn translates(&self, _: &str, _: &str) -> bool {
        false
    }

    fn translate(&self, _: &str, _: &str, _: &[String]) -> Result<Vec<String>, TranslateError> {
        Err(TranslateError::Failed(WITHOUT.to_owned()))
    }
}

/// Never made.
#[derive(Debug)]
pub enum Stats {}

impl Runtime {
    pub fn stats(&self) -> Stats {
        match *self {}
    }

    pub fn forget(&self) {
        match *self {}
    }
}

impl Sentiments {
    pub fn stats(&self) -> Stats {
        match *self {}
    }

    pub fn forget(&self) {
        match *self {}
    }
}

impl Names {
    pub fn stats(&self) -> Stats {
        match *self {}
    }

    pub fn forget(&self) {
        match *self {}
    }
}

pub fn calm() {}

const WITHOUT: &str = "this studio was built without models (docs/models.md)";

pub fn open(_: &str, _: &Path, _: &config::Models) -> Result<Runtime, String> {
    Err(WITHOUT.to_owned())
}

pub fn open_sentiments(_: &str, _: &Path, _: &config::Models) -> Result<Sentiments, String> {
    Err(WITHOUT.to_owned())
}

pub fn open_names(_: &str, _: &Path, _: &config::Models) -> Result<Names, String> {
    Err(WITHOUT.to_owned())
}

pub fn of_feelings(_: &Path) -> Vec<String> {
    Vec::new()
}

pub fn of_names(_: &Path) -> Vec<String> {
    Vec::new()
}

pub fn translators(_: &Path, _: &config::Models, _: Duration) -> Translators {
    Translators { problems: vec![WITHOUT.to_owned()] }
}

pub fn known(_: &Path, _: bool) -> Vec<Model> {
    Vec::new()
}

pub fn run(stats: &Stats) -> ModelRun {
    match *stats {}
}

pub fn default_folder() -> PathBuf {
    PathBuf::new()
}

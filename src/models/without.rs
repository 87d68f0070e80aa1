//! In place of the engine, in a build without models.

use std::path::{Path, PathBuf};

use studio_core::{
    api::{Model, ModelRun},
    embedding::{EmbedError, Embedder, Vector},
};

use crate::config;

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

pub fn calm() {}

pub fn open(_: &str, _: &Path, _: &config::Models) -> Result<Runtime, String> {
    Err("this studio was built without models (docs/models.md)".to_owned())
}

pub fn known(_: &Path, _: bool) -> Vec<Model> {
    Vec::new()
}

pub fn run(runtime: &Runtime) -> ModelRun {
    match *runtime {}
}

pub fn default_folder() -> PathBuf {
    PathBuf::new()
}

//! Large models.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whether a model's files are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelState {
    Whole,
    Absent,
    /// There, and not to be used; `problem` says why.
    Bad,
}

/// A model that the studio knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Model {
    pub name: String,
    pub task: String,
    /// As the publisher says it (SPDX).
    pub licence: String,
    /// Where it is published: a repository of Hugging Face, or a Python package; empty for one that was brought along in a folder.
    pub repository: String,
    pub revision: String,
    /// Size of all its files.
    pub bytes: u64,
    pub state: ModelState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Whether the settings want it.
    pub chosen: bool,
    /// What it has done, if it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<ModelRun>,
}

/// What a model has done since it was opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ModelRun {
    /// Size of the weights' file.
    pub bytes: u64,
    /// By how much the resident memory of the studio grew while the model was loaded and ran for the first time; absent where
    /// the system does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resident_bytes: Option<u64>,
    /// Askers that wait for their turn.
    pub waiting: u64,
    /// Texts that went through the network, and in how many runs.
    pub texts: u64,
    pub batches: u64,
    pub busy_seconds: f64,
    pub cache_hits: u64,
    /// Vectors that are kept.
    pub cached: u64,
    /// Askers that were refused because too many waited, that waited too long, that got an error.
    pub refused: u64,
    pub late: u64,
    pub failures: u64,
    /// How often it broke and was loaded anew.
    pub restarts: u64,
    /// Time that askers waited for answers that were not kept.
    pub waited_seconds: f64,
    /// How long these waited.
    pub latencies: Vec<Latency>,
    /// Half, and 99 of 100, of them waited at most so long. Absent without answers, and above ten seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p50_ms: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p99_ms: Option<f64>,
}

/// Answers that took about the same time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Latency {
    /// They took at most so long, and longer than those before; absent where they took longer than all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most_ms: Option<f64>,
    pub answers: u64,
}

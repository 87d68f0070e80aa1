//! The border to rust-bert.

use std::{os::unix::process::CommandExt as _, path::Path, process::Command};

use studio_bert::{KNOWN, LATENCIES, Settings, State, Stats, find, state};
use studio_core::api::{Model, ModelRun, ModelState};

pub use studio_bert::{Runtime, default_folder};

use crate::config;

/// How the threads of libtorch wait for each other. By default they spin, which costs a busy machine three quarters of its
/// time; they read it when the process starts.
const WAITING: (&str, &str) = ("OMP_WAIT_POLICY", "passive");

/// Starts the process anew with threads that sleep while they wait, unless somebody chose already.
pub fn calm() {
    if std::env::var_os(WAITING.0).is_some() || std::env::var_os("GOMP_SPINCOUNT").is_some() {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut arguments = std::env::args_os();
    let mut command = Command::new(program);
    if let Some(name) = arguments.next() {
        command.arg0(name);
    }
    // Where it cannot be, they spin.
    let error = command.args(arguments).env(WAITING.0, WAITING.1).exec();
    tracing::debug!(%error, "model.calm.failed");
}

/// Opens a known model. The error says what is missing, in a sentence.
pub fn open(name: &str, folder: &Path, settings: &config::Models) -> Result<Runtime, String> {
    let Some(entry) = find(name) else {
        let names: Vec<&str> = KNOWN.iter().map(|entry| entry.name).collect();
        return Err(format!(
            "there is no model {name}; `models.embedding` may be {}, or none",
            names.join(", ")
        ));
    };
    if let State::Absent = state(entry, folder, false) {
        return Err(format!("{} is not there; `studio models pull` fetches it", folder.join(name).display()));
    }
    let settings = Settings { threads: settings.threads, cache: settings.cache, ..Settings::default() };
    Runtime::open(&folder.join(name), settings).map_err(|error| error.to_string())
}

pub fn known(folder: &Path, thorough: bool) -> Vec<Model> {
    let of = |entry: &studio_bert::Entry| {
        let (state, problem) = match state(entry, folder, thorough) {
            State::Whole => (ModelState::Whole, None),
            State::Absent => (ModelState::Absent, None),
            State::Bad(error) => (ModelState::Bad, Some(error.to_string())),
        };
        Model {
            name: entry.name.to_owned(),
            task: entry.task.to_owned(),
            licence: entry.licence.to_owned(),
            repository: entry.repository.to_owned(),
            revision: entry.revision.to_owned(),
            bytes: entry.files.iter().map(|file| file.size).sum(),
            state,
            problem,
            chosen: false,
            run: None,
        }
    };
    KNOWN.iter().map(of).collect()
}

pub fn run(runtime: &Runtime) -> ModelRun {
    let Stats {
        bytes,
        texts,
        batches,
        busy,
        hits,
        cached,
        refused,
        late,
        failures,
        restarts,
        waited,
        latencies,
    } = runtime.stats();
    let asked: u64 = latencies.iter().sum();
    ModelRun {
        bytes,
        texts,
        batches,
        busy_seconds: busy.as_secs_f64(),
        cache_hits: hits,
        cached,
        refused,
        late,
        failures,
        restarts,
        waited_seconds: waited.as_secs_f64(),
        p50_ms: quantile(&latencies, asked, 0.5),
        p99_ms: quantile(&latencies, asked, 0.99),
    }
}

/// The upper bound, in milliseconds, of the bucket in which this part of the answers is reached; `None` without answers and
/// where it is above all bounds.
fn quantile(latencies: &[u64], asked: u64, part: f64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
    let wanted = asked as f64 * part;
    let mut seen = 0;
    let place = latencies.iter().position(|count| {
        seen += count;
        #[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
        let seen = seen as f64;
        asked > 0 && seen >= wanted
    })?;
    #[expect(clippy::cast_precision_loss, reason = "at most a million")]
    LATENCIES.get(place).map(|micros| *micros as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_the_bounds_that_hold_them() {
        let mut latencies = [0; LATENCIES.len() + 1];
        assert_eq!(quantile(&latencies, 0, 0.5), None);
        latencies[1] = 98;
        latencies[4] = 1;
        latencies[LATENCIES.len()] = 1;
        assert_eq!(quantile(&latencies, 100, 0.5), Some(2.5));
        assert_eq!(quantile(&latencies, 100, 0.99), Some(25.0));
        assert_eq!(quantile(&latencies, 100, 1.0), None);
    }
}

//! The border to rust-bert.

use std::{
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use studio_bert::{
    Across, Entry, KNOWN, LATENCIES, Libraries, Libtorch, Settings, State, Stats, Task, Told, find, own,
    own_of, state, told,
};
use studio_core::{
    api::{Latency, Model, ModelRun, ModelState},
    counted::counted,
    embedding::Embedder as _,
    feeling::SentimentModel as _,
    models::Tagger as _,
};

pub use super::local::Translators;
pub use studio_bert::{Names, Runtime, Sentiments, default_folder};

use super::local::{DIGITS, hash_of, hash_of_known};
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

/// Opens a model that makes vectors. The error says what is missing, in a sentence.
pub fn open(name: &str, folder: &Path, settings: &config::Models) -> Result<Runtime, String> {
    let place = located(name, folder, Task::Vectors, "embedding")?;
    let model =
        Runtime::open(&place.folder, place.across, limits(settings)).map_err(|error| told(name, &error))?;
    same(model.identity(), &place.hash)?;
    Ok(model)
}

/// Opens a model that says how somebody feels.
pub fn open_sentiments(name: &str, folder: &Path, settings: &config::Models) -> Result<Sentiments, String> {
    let place = located(name, folder, Task::Sentiment, "sentiment")?;
    let model = Sentiments::open(&place.folder, &borrowed(&place.languages), limits(settings))
        .map_err(|error| told(name, &error))?;
    same(model.identity(), &place.hash)?;
    Ok(model)
}

/// Opens a model that finds names.
pub fn open_names(name: &str, folder: &Path, settings: &config::Models) -> Result<Names, String> {
    let place = located(name, folder, Task::Names, "ner")?;
    let model = Names::open(&place.folder, &borrowed(&place.languages), limits(settings))
        .map_err(|error| told(name, &error))?;
    same(model.identity(), &place.hash)?;
    Ok(model)
}

/// The models that say how somebody feels of which there is anything in the folder, by name.
pub fn of_feelings(models: &Path) -> Vec<String> {
    there(models, Task::Sentiment)
}

/// The models that find names, likewise; where there is none the known one, so that whoever lacks it is told.
pub fn of_names(models: &Path) -> Vec<String> {
    let mut names = there(models, Task::Names);
    if names.is_empty() {
        let known = KNOWN.iter().find(|entry| entry.does == Task::Names);
        names.extend(known.map(|entry| entry.name.to_owned()));
    }
    names
}

/// The models for a task of which there is anything in the folder, by name.
fn there(models: &Path, task: Task) -> Vec<String> {
    let known = KNOWN.iter().filter(|entry| entry.does == task && models.join(entry.name).exists());
    let own = own(models).into_iter().filter(|own| own.told.does == task);
    let mut names: Vec<String> =
        known.map(|entry| entry.name.to_owned()).chain(own.map(|own| own.name)).collect();
    names.sort_unstable();
    names
}

/// The models that translate, of these names or all that there are.
pub fn translators(folder: &Path, settings: &config::Models, limit: Duration) -> Translators {
    Translators::find(&settings.translation, folder, limits(settings), limit)
}

fn limits(settings: &config::Models) -> Settings {
    Settings { threads: settings.threads, cache: settings.cache, ..Settings::default() }
}

fn borrowed(languages: &[String]) -> Vec<&str> {
    languages.iter().map(String::as_str).collect()
}

fn unknown(name: &str, models: &Path, task: Task, setting: &str) -> String {
    let known = KNOWN.iter().filter(|entry| entry.does == task).map(|entry| entry.name.to_owned());
    let own = own(models).into_iter().filter(|own| own.told.does == task).map(|own| own.name);
    let mut names: Vec<String> = known.chain(own).collect();
    names.extend(matches!(task, Task::Sentiment | Task::Names).then(|| "auto".to_owned()));
    names.push("none".to_owned());
    let names = names.join(", ");
    format!("there is no model {name}; `models.{setting}` may be {names}, or one of yours that was imported")
}

/// Where a model is, and what is known of it.
struct Place {
    folder: PathBuf,
    languages: Vec<String>,
    across: Across,
    /// SHA-256 of its weights.
    hash: String,
}

/// Fails unless a model (`name@hash`, or `name@hash.of the rest`) was read from weights of this hash.
pub(super) fn same(identity: &str, expected: &str) -> Result<(), String> {
    let expected = &expected[..expected.floor_char_boundary(DIGITS)];
    let found = identity.rsplit_once('@').map(|(name, hash)| (name, hash.split('.').next().unwrap_or(hash)));
    match found {
        Some((_, found)) if found.eq_ignore_ascii_case(expected) => Ok(()),
        found => Err(format!(
            "its weights have the hash {}…, expected is {expected}…: they are another file or were damaged; fetch it again",
            found.map_or("", |(_, hash)| hash)
        )),
    }
}

/// Where a model for a task is. `setting` is the one that names it.
fn located(name: &str, models: &Path, task: Task, setting: &str) -> Result<Place, String> {
    let (claims, hash) = if let Some(entry) = find(name) {
        (told_of_known(entry), hash_of_known(entry))
    } else {
        let own = own_of(models, name).ok_or_else(|| unknown(name, models, task, setting))?;
        let hash = hash_of(&own);
        (own.told, hash)
    };
    if let Some(why) = for_another(setting, name, (claims.does, task)) {
        return Err(why);
    }
    let folder = models.join(name);
    if !folder.exists() {
        return Err(format!("{} is not there; `studio models pull {name}` fetches it", folder.display()));
    }
    Ok(Place { folder, across: claims.across(), languages: claims.languages, hash })
}

/// Why a model cannot be what a setting names, where it is one for something else.
pub fn misplaced(setting: &str, name: &str, models: &Path) -> Option<String> {
    let wanted = match setting {
        "embedding" => Task::Vectors,
        "sentiment" => Task::Sentiment,
        "ner" => Task::Names,
        _ => Task::Translation,
    };
    let known = find(name).map(|entry| entry.does);
    let does = known.or_else(|| own_of(models, name).map(|own| own.told.does))?;
    for_another(setting, name, (does, wanted))
}

fn for_another(setting: &str, name: &str, (does, wanted): (Task, Task)) -> Option<String> {
    (does != wanted).then(|| {
        format!(
            "`models.{setting}` is {name}, which is for {}; one for {} is wanted",
            does.as_str(),
            wanted.as_str()
        )
    })
}

/// Which libtorch runs here, in words, or what is wrong with it.
pub fn libtorch() -> Option<Result<String, String>> {
    let Libtorch { folder, version, libraries } = studio_bert::libtorch()?;
    let which = format!("{} in {}", version.as_deref().unwrap_or("of an unknown version"), folder.display());
    Some(match libraries {
        Libraries::Whole(count) => {
            Ok(format!("{which}: {}, all as they were set up", counted(count, "file")))
        }
        Libraries::Unknown => Ok(format!("{which}; no hashes of it were written down, so none are compared")),
        Libraries::Other(why) => Err(format!("{which}: {why}: `make setup-models` fetches it anew")),
    })
}

fn told_of_known(entry: &Entry) -> Told {
    Told {
        does: entry.does,
        licence: entry.licence.to_owned(),
        languages: entry.languages.iter().map(|language| (*language).to_owned()).collect(),
        multilingual: false,
    }
}

/// Those that the studio knows, and those that the operator brought along.
pub fn known(folder: &Path, thorough: bool) -> Vec<Model> {
    let of = |entry: &Entry| Model {
        name: entry.name.to_owned(),
        task: entry.task.to_owned(),
        licence: entry.licence.to_owned(),
        repository: entry.repository.to_owned(),
        revision: entry.revision.to_owned(),
        bytes: entry.files.iter().map(|file| file.size).sum(),
        ..found(entry.name, state(entry, folder, thorough))
    };
    let of_own = |own: &studio_bert::Own| Model {
        name: own.name.clone(),
        task: task(&own.told),
        licence: own.told.licence.clone(),
        repository: own.source.as_ref().map(|source| source.repository.clone()).unwrap_or_default(),
        revision: own.source.as_ref().map(|source| source.revision.clone()).unwrap_or_default(),
        bytes: own.size(folder),
        ..found(&own.name, own.state(folder, thorough))
    };
    KNOWN.iter().map(of).chain(own(folder).iter().map(of_own)).collect()
}

fn task(told: &Told) -> String {
    let multilingual = told.multilingual.then(|| "multilingual".to_owned());
    let languages = Some(told.languages.join(" ")).filter(|languages| !languages.is_empty());
    let parts = [Some(told.does.as_str().to_owned()), multilingual, languages];
    parts.into_iter().flatten().collect::<Vec<String>>().join(", ")
}

/// A model of which only this is known.
fn found(name: &str, state: State) -> Model {
    let (state, problem) = match state {
        State::Whole => (ModelState::Whole, None),
        State::Absent => (ModelState::Absent, None),
        State::Bad(error) => (ModelState::Bad, Some(told(name, &error))),
    };
    Model {
        name: String::new(),
        task: String::new(),
        licence: String::new(),
        repository: String::new(),
        revision: String::new(),
        bytes: 0,
        state,
        problem,
        chosen: false,
        run: None,
    }
}

pub fn run(stats: &Stats) -> ModelRun {
    let Stats {
        bytes,
        resident,
        waiting,
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
    } = *stats;
    let asked: u64 = latencies.iter().sum();
    ModelRun {
        bytes,
        resident_bytes: resident,
        waiting,
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
        latencies: (0..)
            .zip(latencies)
            .map(|(place, answers)| Latency { at_most_ms: bound(place), answers })
            .collect(),
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
    bound(place)
}

/// The upper bound of a bucket, in milliseconds.
fn bound(place: usize) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "at most ten million")]
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

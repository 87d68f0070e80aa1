//! How good is the understanding on texts that it has not seen?

mod cross;
mod held_out;
mod measure;
mod patient;
mod read;
mod report;
mod sentiment;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use studio_core::{
    embedding::Embedder,
    understanding::{Lessons, Understander},
};

pub use self::{
    held_out::{HeldOut, Message, messages},
    report::{Confusion, LabelReport, OutOfScope, Report},
    sentiment::{SentimentReport, sentiment},
};
use self::{
    measure::{Judged, measure},
    patient::Patient,
    read::{Example, read},
};
use crate::{
    model::{TrainError, train},
    text::Reading,
};

/// The files of an evaluation: CSV (text, label; a header is recognised) or JSON lines (`{"text", "label"}`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    pub train: PathBuf,
    pub test: PathBuf,
    /// Texts that belong to no intent; labels in it are ignored.
    pub out_of_scope: Option<PathBuf>,
    /// Learn from so few phrases of each label only.
    pub shots: Option<Shots>,
}

/// A choice of few phrases: the same seed chooses the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shots {
    pub phrases: usize,
    pub seed: u64,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluateError {
    #[error("cannot read {file}", file = file.display())]
    File { file: PathBuf, source: std::io::Error },
    #[error("{file}, line {line}: {problem}", file = file.display())]
    Line { file: PathBuf, line: u64, problem: String },
    #[error("{file} has no texts", file = file.display())]
    Empty { file: PathBuf },
    #[error("{file}: the label `{label}` is none of positive, neutral, negative", file = file.display())]
    Sentiment { file: PathBuf, label: String },
    #[error("cannot train on {file}", file = file.display())]
    Train { file: PathBuf, source: TrainError },
}

/// Trains on one file, looks at the others.
///
/// With an embedder the model knows meaning; without, words and characters alone.
///
/// `clock` gives the time since any fixed moment; it is asked before and after what is timed.
pub fn evaluate(
    options: &Options,
    embedder: Option<Arc<dyn Embedder>>,
    clock: &dyn Fn() -> Duration,
) -> Result<Report, EvaluateError> {
    let mut lessons = lessons(read(&options.train, true)?);
    if let Some(shots) = options.shots {
        few(&mut lessons, shots);
    }
    let test = read(&options.test, true)?;
    let foreign = options.out_of_scope.as_deref().map(|file: &Path| read(file, false)).transpose()?;

    let start = clock();
    let model = train(&lessons, embedder.map(Patient::with))
        .map_err(|source| EvaluateError::Train { file: options.train.clone(), source })?;
    let trained = clock();
    let epoch = jiff::Timestamp::UNIX_EPOCH.to_zoned(jiff::tz::TimeZone::UTC);
    let mut judged = Vec::with_capacity(test.len());
    for example in &test {
        let understanding = model.understand(&example.text, "en", &epoch);
        let confident = understanding.is_clear();
        let linear = model.linear(&Reading::new(&example.text));
        let best = understanding.intents.into_iter().next();
        judged.push(Judged {
            label: example.label.clone(),
            linear_right: linear == Some(example.label.as_str()),
            semantic: best.as_ref().is_some_and(|best| best.by == Understander::Semantic),
            exact: best.as_ref().is_some_and(|best| best.by == Understander::Exact),
            confidence: best.as_ref().map_or(0.0, |best| best.confidence),
            predicted: best.map(|best| best.intent),
            confident,
        });
    }
    let refused = foreign.map(|foreign| {
        let refused = |example: &&Example| !model.understand(&example.text, "en", &epoch).is_clear();
        (foreign.len(), foreign.iter().filter(refused).count())
    });
    let understanding = clock();
    for example in &test {
        std::hint::black_box(model.understand(&example.text, "en", &epoch));
    }
    let done = clock();
    let mut report = measure(&judged, refused);
    report.trained_on = lessons.phrases.values().map(Vec::len).sum();
    report.intents = lessons.phrases.len();
    report.threshold = model.threshold();
    report.training_seconds = trained.saturating_sub(start).as_secs_f64();
    report.texts_a_second =
        measure::ratio(test.len(), 1) / done.saturating_sub(understanding).as_secs_f64().max(1e-9);
    report.model_bytes = model.to_bytes().len();
    Ok(report)
}

/// Keeps few phrases of each label: those that come first in the order of a hash of seed and phrase.
fn few(lessons: &mut Lessons, shots: Shots) {
    for phrases in lessons.phrases.values_mut() {
        phrases.sort_by_cached_key(|phrase| {
            let start = 0xcbf2_9ce4_8422_2325 ^ shots.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mixed = phrase
                .bytes()
                .fold(start, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
            (mixed ^ (mixed >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb)
        });
        phrases.truncate(shots.phrases.max(1));
    }
}

fn lessons(examples: Vec<Example>) -> Lessons {
    let mut phrases: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for example in examples {
        phrases.entry(example.label).or_default().push(example.text);
    }
    Lessons { phrases, languages: vec!["en".to_owned()], ..Lessons::default() }
}

#[cfg(test)]
mod tests;

//! The figures of understanding, with the default model: full, few-shot, and out of scope.
//!
//! `understanding MODEL_FOLDER TRAIN TEST [--out-of-scope FILE] [--shots N] [--seeds K] [--lexical] [--memory FILE]`
//!
//! With `--memory` the vectors are kept in a file between runs, so that settings can be tried quickly.

use std::{
    collections::HashMap,
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use studio_bert::{Runtime, Settings};
use studio_core::embedding::{EmbedError, Embedder, Vector};
use studio_nlu::evaluate::{Options, Shots, evaluate};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

type Failure = Box<dyn std::error::Error>;

fn run() -> Result<(), Failure> {
    let mut paths = Vec::new();
    let mut flags: HashMap<String, String> = HashMap::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.strip_prefix("--") {
            Some("lexical") => drop(flags.insert("lexical".to_owned(), String::new())),
            Some(flag) => drop(flags.insert(flag.to_owned(), arguments.next().unwrap_or_default())),
            None => paths.push(PathBuf::from(argument)),
        }
    }
    let [folder, train, test] = &paths[..] else {
        return Err(
            "usage: understanding MODEL_FOLDER TRAIN TEST [--out-of-scope FILE] [--shots N] [--seeds K]"
                .into(),
        );
    };
    let embedder: Option<Arc<dyn Embedder>> = if flags.contains_key("lexical") {
        None
    } else {
        let runtime = Runtime::open(folder, Settings::default())?;
        Some(match flags.get("memory") {
            Some(file) => Arc::new(Memory::open(runtime, PathBuf::from(file))),
            None => Arc::new(runtime),
        })
    };
    let number = |flag: &str| flags.get(flag).map(|value| value.parse::<u64>()).transpose();
    let seeds = number("seeds")?.unwrap_or(1);
    let shots = number("shots")?;
    let start = Instant::now();
    let mut accuracies = Vec::new();
    for seed in 1..=seeds {
        let options = Options {
            train: train.clone(),
            test: test.clone(),
            out_of_scope: flags.get("out-of-scope").map(PathBuf::from),
            shots: shots.map(|phrases| Shots { phrases: usize::try_from(phrases).unwrap_or(1), seed }),
        };
        let report = evaluate(&options, embedder.clone(), &|| start.elapsed())?;
        accuracies.push(report.accuracy);
        for line in report.to_string().lines().take_while(|line| !line.starts_with("worst")) {
            println!("{line}");
        }
    }
    let all = f64::from(u32::try_from(accuracies.len())?);
    println!("mean accuracy of {all} runs: {:.2} %", 100.0 * accuracies.iter().sum::<f64>() / all);
    Ok(())
}

/// A model that remembers everything, over runs as well.
#[derive(Debug)]
struct Memory {
    model: Runtime,
    file: PathBuf,
    known: Mutex<HashMap<String, Vector>>,
    kept: usize,
}

impl Memory {
    fn open(model: Runtime, file: PathBuf) -> Self {
        let mut known = HashMap::new();
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        for line in text.lines() {
            if let Some((text, numbers)) = line.split_once('\t') {
                let vector: Vec<f32> = numbers.split(' ').filter_map(|number| number.parse().ok()).collect();
                known.insert(text.to_owned(), vector.into());
            }
        }
        let kept = known.len();
        Self { model, file, known: Mutex::new(known), kept }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() == self.kept {
            return;
        }
        let lines: Vec<String> = known
            .iter()
            .map(|(text, vector)| {
                let numbers: Vec<String> = vector.iter().map(ToString::to_string).collect();
                format!("{text}\t{}\n", numbers.join(" "))
            })
            .collect();
        if let Err(error) = std::fs::write(&self.file, lines.concat()) {
            eprintln!("the vectors could not be kept: {error}");
        }
    }
}

impl Embedder for Memory {
    fn identity(&self) -> &str {
        self.model.identity()
    }

    fn dimensions(&self) -> usize {
        self.model.dimensions()
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<Vector>, EmbedError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let missing: Vec<&str> = texts.iter().copied().filter(|text| !known.contains_key(*text)).collect();
        for (text, vector) in missing.iter().zip(self.model.embed(&missing)?) {
            known.insert((*text).to_owned(), vector);
        }
        Ok(texts.iter().map(|text| known[*text].clone()).collect())
    }

    fn embed_now(&self, text: &str) -> Result<Vector, EmbedError> {
        self.embed(&[text])?.pop().ok_or(EmbedError::Late)
    }
}

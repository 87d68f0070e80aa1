//! Are the vectors of the default model those of an independent implementation?
//!
//! `tools/embeddings.py` made the tables: another tokeniser, another network, other libraries.

use std::{path::PathBuf, time::Duration};

use studio_core::embedding::{Embedder as _, Part};

use crate::{
    catalogue::{default_folder, find},
    network::Network,
    own::Across,
    runtime::Runtime,
    service::Settings,
    verify::verify,
};

/// Numbers of a vector of the default model.
const SIZE: usize = 384;

/// The folder of the default model, where it is.
fn fetched(test: &str) -> Option<PathBuf> {
    let folder = default_folder().join(find("all-MiniLM-L6-v2").unwrap().name);
    if !folder.exists() {
        studio_skipped::skipped(test, "the default model (tools/setup-models)");
        return None;
    }
    Some(folder)
}

/// Sentences with their vectors.
fn read(table: &str) -> Vec<(String, Vec<f32>)> {
    let row = |line: &str| {
        let (sentence, numbers) = line.split_once('\t').unwrap();
        let numbers = numbers.split(' ').map(|number| number.parse::<f32>().unwrap() / 1e6);
        (serde_json::from_str(sentence).unwrap(), numbers.collect())
    };
    table.lines().map(row).collect()
}

/// Fails where a number of a vector is another than that of the table.
fn compare<'v>(what: &str, table: &[(String, Vec<f32>)], found: impl ExactSizeIterator<Item = &'v [f32]>) {
    assert_eq!(found.len(), table.len(), "{what}");
    let mut far = Vec::new();
    for ((text, expected), found) in table.iter().zip(found) {
        assert_eq!(found.len(), expected.len(), "{what}: {text}");
        // A number that is none is near to nothing.
        let near = |(one, other): (&f32, &f32)| (one - other).abs() <= 5e-6;
        let others: Vec<_> = found.iter().zip(expected).filter(|pair| !near(*pair)).collect();
        if !others.is_empty() {
            far.push(format!("{text:?}: {others:?}"));
        }
    }
    assert!(far.is_empty(), "{what}: {} sentences differ: {far:#?}", far.len());
}

#[test]
fn vectors_are_those_of_an_independent_implementation() {
    let Some(folder) = fetched("vectors_are_those_of_an_independent_implementation") else { return };
    let table = read(include_str!("../vectors.tsv"));
    assert_eq!(table.len(), 200);
    assert!(table.iter().all(|(_, vector)| vector.len() == SIZE));
    let texts: Vec<&str> = table.iter().map(|(text, _)| text.as_str()).collect();
    let network = Network::load(&verify(&folder).unwrap()).unwrap();
    let vectors = network.vectors(&texts).unwrap();
    compare("vectors", &table, vectors.iter().map(Vec::as_slice));
}

/// What bots are trained with and visitors understood by: words without marks, and two layers beneath.
#[test]
fn deep_vectors_are_those_of_an_independent_implementation() {
    let Some(folder) = fetched("deep_vectors_are_those_of_an_independent_implementation") else { return };
    let table = read(include_str!("../deep.tsv"));
    assert_eq!(table.len(), 20);
    assert!(table.iter().all(|(_, vector)| vector.len() == 3 * SIZE));
    let texts: Vec<&str> = table.iter().map(|(text, _)| text.as_str()).collect();
    // Nobody waits here.
    let settings = Settings { patience: Duration::from_mins(1), ..Settings::default() };
    let model = Runtime::open(&folder, Across::None, settings).unwrap();
    let deep = model.deep(&texts).unwrap();
    compare("deep", &table, deep.iter().map(AsRef::as_ref));
    let none: &[Part] = &[];
    let asked: Vec<(&str, &[Part])> = texts.iter().map(|text| (*text, none)).collect();
    let now = model.deep_now(&asked).unwrap();
    compare("deep_now", &table, now.iter().map(|of_text| of_text[0].as_ref()));

    let outer: Vec<(String, Vec<f32>)> =
        table.iter().map(|(text, deep)| (text.clone(), deep[..SIZE].to_vec())).collect();
    let embedded = model.embed(&texts).unwrap();
    compare("embed", &outer, embedded.iter().map(AsRef::as_ref));
    let embedded: Vec<_> = texts.iter().map(|text| model.embed_now(text).unwrap()).collect();
    compare("embed_now", &outer, embedded.iter().map(AsRef::as_ref));
}

//! A model that has the same labels for all that it reads.

use std::fs;

use serde_json::Value;

use super::{
    Home,
    tiny_marian::{Tensor, safetensors, table},
    tiny_sentences::{PIECES, SIZE, config, weights},
};

const SPECIAL: [&str; 5] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/// A word that the model knows; what else it is told is unknown to it.
pub const WORD: &str = "madrid";

/// As the configuration numbers them, and how likely each is from the start: nothing that was read reaches them, so that decides,
/// beyond doubt.
pub struct Labels {
    pub names: Value,
    pub born: Vec<f32>,
}

/// Brings the model along under this name, for this task; what the studio said to it. `beneath` stands between what reads and the labels.
pub fn import(home: &Home, name: &str, task: &str, labels: Labels, beneath: Vec<(String, Tensor)>) -> String {
    let from = home.path().join(task);
    fs::create_dir_all(&from).expect("writable");
    let put = |file: &str, bytes: &[u8]| fs::write(from.join(file), bytes).expect("writable");
    let mut config = config();
    config["id2label"] = labels.names;
    put("config.json", config.to_string().as_bytes());
    let others = (SPECIAL.len() + 1..PIECES).map(|place| format!("word{place}"));
    let known = SPECIAL.iter().copied().chain([WORD]).map(str::to_owned);
    let vocabulary: Vec<String> = known.chain(others).collect();
    put("vocab.txt", (vocabulary.join("\n") + "\n").as_bytes());
    put("tokenizer_config.json", br#"{"do_lower_case": true}"#);
    let count = labels.born.len();
    let mut all = weights("bert.");
    all.extend(beneath);
    all.push(("classifier.weight".to_owned(), table(count, SIZE, &[])));
    all.push(("classifier.bias".to_owned(), (vec![count], labels.born)));
    put("model.safetensors", &safetensors(&all));
    let from = from.display().to_string();
    let (well, told) = home.asked(&["models", "import", name, &from, "--licence", "MIT", "--task", task]);
    assert!(well, "{told}");
    told
}

//! A model that feels the same of every message, whatever it says: so one knows whose word it is. Written as such models are published,
//! read by the same engine.

use std::fs;

use serde_json::json;

use super::{
    Home,
    tiny_marian::{safetensors, table},
    tiny_sentences::{PIECES, SIZE, config, weights},
};

const SPECIAL: [&str; 5] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/// How the model feels.
#[derive(Clone, Copy)]
pub enum Feels {
    Good,
    Bad,
}

/// Brings the model along under this name; what the studio said to it.
pub fn import(home: &Home, name: &str, feels: Feels) -> String {
    let from = home.path().join("feelings");
    fs::create_dir_all(&from).expect("writable");
    let put = |file: &str, bytes: &[u8]| fs::write(from.join(file), bytes).expect("writable");
    let mut config = config();
    config["id2label"] = json!({ "0": "NEGATIVE", "1": "POSITIVE" });
    put("config.json", config.to_string().as_bytes());
    let words = (SPECIAL.len()..PIECES).map(|place| format!("word{place}"));
    let vocabulary: Vec<String> = SPECIAL.iter().map(|word| (*word).to_owned()).chain(words).collect();
    put("vocab.txt", (vocabulary.join("\n") + "\n").as_bytes());
    put("tokenizer_config.json", br#"{"do_lower_case": true}"#);
    // Nothing that was read reaches the labels: what they are born with decides, beyond doubt.
    let good = match feels {
        Feels::Good => 3.0,
        Feels::Bad => -3.0,
    };
    let mut all = weights("bert.");
    all.push(("bert.pooler.dense.weight".to_owned(), table(SIZE, SIZE, &[])));
    all.push(("bert.pooler.dense.bias".to_owned(), (vec![SIZE], vec![0.0; SIZE])));
    all.push(("classifier.weight".to_owned(), table(2, SIZE, &[])));
    all.push(("classifier.bias".to_owned(), (vec![2], vec![-good, good])));
    put("model.safetensors", &safetensors(&all));
    let from = from.display().to_string();
    let (well, told) =
        home.asked(&["models", "import", name, &from, "--licence", "MIT", "--task", "sentiment"]);
    assert!(well, "{told}");
    told
}

//! A model of sentences of a few numbers, to which an English word and the Polish one for it are the same: written as such models
//! are published, read by the same engine.
//!
//! Each meaning is a place of its own in the vectors, and no token looks at another; so the vector of a text is the mean of what
//! its words mean.

use std::{fs, path::Path};

use serde_json::{Value, json};

use super::{
    Home,
    tiny_marian::{Tensor, cutter, safetensors, table},
};

/// Words with their meanings. What stands before them has none.
const WORDS: [(&str, usize); 8] = [
    ("▁open", 0),
    ("▁otwarte", 0),
    ("▁shop", 1),
    ("▁sklep", 1),
    ("▁return", 2),
    ("▁zwrot", 2),
    ("▁money", 3),
    ("▁pieniądze", 3),
];
/// `<s>`, `<pad>`, `</s>`, `<unk>`.
const BEFORE: usize = 4;
const UNKNOWN: usize = 3;
/// Numbers of a vector.
pub const SIZE: usize = 8;
const INNER: usize = 16;
const POSITIONS: usize = 64;
/// With `<mask>` behind all.
pub const PIECES: usize = BEFORE + WORDS.len() + 1;

/// Brings the model along under this name, as one that joins all languages.
pub fn import(home: &Home, name: &str) {
    import_for(home, name, &["--multilingual"]);
}

/// The same with other options: without any it joins none.
pub fn import_for(home: &Home, name: &str, options: &[&str]) {
    let from = home.path().join("sentences");
    write(&from);
    let from = from.display().to_string();
    let import = ["models", "import", name, &from, "--licence", "MIT", "--task", "vectors"];
    let (good, told) = home.asked(&[&import[..], options].concat());
    assert!(good, "{told}");
}

/// Writes the model's files into a folder, which is made.
pub fn write(folder: &Path) {
    fs::create_dir_all(folder.join("1_Pooling")).expect("writable");
    let put = |file: &str, bytes: &[u8]| fs::write(folder.join(file), bytes).expect("writable");
    put("config.json", config().to_string().as_bytes());
    put("1_Pooling/config.json", br#"{"pooling_mode_mean_tokens": true}"#);
    put("sentence_bert_config.json", br#"{"max_seq_length": 64}"#);
    let words = WORDS.map(|(word, _)| word);
    put("sentencepiece.bpe.model", &cutter(&[&["<unk>", "<s>", "</s>"][..], &words[..]].concat()));
    put("model.safetensors", &safetensors(&weights("")));
}

pub fn config() -> Value {
    json!({
        "model_type": "bert", "hidden_act": "gelu", "hidden_size": SIZE, "intermediate_size": INNER,
        "max_position_embeddings": POSITIONS, "num_attention_heads": 2, "num_hidden_layers": 1, "type_vocab_size": 2,
        "vocab_size": PIECES, "layer_norm_eps": 1e-12, "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1, "initializer_range": 0.02,
    })
}

/// Those of the encoder, each under `prefix`.
pub fn weights(prefix: &str) -> Vec<(String, Tensor)> {
    let meanings = WORDS.iter().zip(BEFORE..).map(|((_, meaning), piece)| (piece, *meaning, 1.0));
    let unknown = [(UNKNOWN, SIZE - 1, 1.0)];
    let places: Vec<(usize, usize, f32)> = meanings.chain(unknown).collect();
    let mut all = vec![
        ("embeddings.word_embeddings.weight".to_owned(), table(PIECES, SIZE, &places)),
        ("embeddings.position_embeddings.weight".to_owned(), table(POSITIONS, SIZE, &[])),
        ("embeddings.token_type_embeddings.weight".to_owned(), table(2, SIZE, &[])),
    ];
    let layer = "encoder.layer.0";
    let mut dense = |name: &str, to: usize, from: usize| {
        all.push((format!("{layer}.{name}.weight"), table(to, from, &[])));
        all.push((format!("{layer}.{name}.bias"), (vec![to], vec![0.0; to])));
    };
    for part in ["query", "key", "value"] {
        dense(&format!("attention.self.{part}"), SIZE, SIZE);
    }
    dense("attention.output.dense", SIZE, SIZE);
    dense("intermediate.dense", INNER, SIZE);
    dense("output.dense", SIZE, INNER);
    for norm in ["embeddings".to_owned(), format!("{layer}.attention.output"), format!("{layer}.output")] {
        all.push((format!("{norm}.LayerNorm.weight"), (vec![SIZE], vec![1.0; SIZE])));
        all.push((format!("{norm}.LayerNorm.bias"), (vec![SIZE], vec![0.0; SIZE])));
    }
    all.into_iter().map(|(name, tensor)| (format!("{prefix}{name}"), tensor)).collect()
}

//! Are these files a model that can be loaded?
//!
//! The engine panics on a missing tensor or an odd configuration, and loads half a file without a word; so everything is
//! looked at here first: the sizes and hashes where they are known, the configuration's keys, the header of the weights with
//! the name, type, shape and place of every tensor, the vocabulary. Nothing of the weights is read for it but the header,
//! unless the hash is asked for.

mod numbers;
mod sentences;
mod task;
mod tensors;
mod weights;
mod words;

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use serde::Deserialize;
use sha2::{Digest, Sha256};

pub(crate) use self::{
    numbers::check as check_numbers,
    sentences::{DENSE, DENSE_WEIGHTS, DISTILBERT, MODULES, POOLING, SENTENCES},
    weights::place as weights_of,
};
pub use self::{
    sentences::{Dense, Encoder, Reading, Verified, verify},
    task::{Checked, Kind, Task, verify_task},
    weights::TORCH_WEIGHTS,
};

/// The weights' file.
pub const WEIGHTS: &str = "model.safetensors";
/// The network's measures.
pub const CONFIG: &str = "config.json";
/// The pieces of words, one a line.
pub const VOCABULARY: &str = "vocab.txt";
/// How a text is cut into pieces, step by step, in the form of the library `tokenizers`.
pub const DESCRIPTION: &str = "tokenizer.json";
/// The pieces of any text, in the form of SentencePiece.
pub const PIECES: &str = "sentencepiece.bpe.model";
/// Whether capitals count, and whatever else a tokeniser is told.
pub(crate) const TOKENS: &str = "tokenizer_config.json";

/// Why files are not a model.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    #[error("{} {}", file.display(), unread(why))]
    Missing { file: PathBuf, why: io::Error },
    #[error("{} is damaged: {problem}; fetch it again", file.display())]
    Damaged { file: PathBuf, problem: String },
    #[error("{} does not suit: {problem}", file.display())]
    Unsuitable { file: PathBuf, problem: String },
    #[error("{} has the hash {found}, expected is {expected}: it is another file or was damaged; fetch it again", file.display())]
    Hash { file: PathBuf, expected: String, found: String },
    #[error(
        "it needs more than {} MB of memory, and {} MB are left: make room, or choose a smaller one or none (`[models]`)",
        weights / 1_000_000, left / 1_000_000
    )]
    Memory { weights: u64, left: u64 },
    #[error("{} is there already: take another name, or `--replace` what is there, which deletes it", place.display())]
    Taken { place: PathBuf },
    #[error("the model cannot be loaded: {0}")]
    Engine(String),
}

fn unread(why: &io::Error) -> String {
    match why.kind() {
        io::ErrorKind::NotFound => "is not there".to_owned(),
        _ => format!("cannot be read: {why}"),
    }
}

/// What of a BERT's configuration decides about its shape.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Shape {
    pub model_type: String,
    pub hidden_act: String,
    pub hidden_size: u64,
    pub intermediate_size: u64,
    pub max_position_embeddings: u64,
    pub num_attention_heads: u64,
    pub num_hidden_layers: u64,
    pub type_vocab_size: u64,
    pub vocab_size: u64,
    #[serde(default = "usual_epsilon")]
    pub layer_norm_eps: f64,
    #[serde(default = "usual_positions")]
    pub position_embedding_type: String,
}

fn usual_epsilon() -> f64 {
    1e-12
}

fn usual_positions() -> String {
    "absolute".to_owned()
}

/// The SHA-256 of a file, in hexadecimal.
pub fn hash(file: &Path) -> Result<String, ModelError> {
    let missing = |why| ModelError::Missing { file: file.to_owned(), why };
    let mut reader = File::open(file).map_err(missing)?;
    let mut sum = Sha256::new();
    let mut block = vec![0; 1 << 20];
    loop {
        match reader.read(&mut block).map_err(missing)? {
            0 => return Ok(hex::encode(sum.finalize())),
            read => sum.update(&block[..read]),
        }
    }
}

/// Name and hash of a model's weights, and their bytes.
pub(crate) fn identity(folder: &Path, weights: &Path) -> Result<(String, u64), ModelError> {
    let hash = hash(weights)?;
    let name = folder.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let bytes = fs::metadata(weights).map_or(0, |data| data.len());
    Ok((format!("{name}@{}", &hash[..16]), bytes))
}

/// Fails unless a file has this SHA-256.
pub fn check_hash(file: &Path, expected: &str) -> Result<(), ModelError> {
    let found = hash(file)?;
    if found.eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    Err(ModelError::Hash { file: file.to_owned(), expected: expected.to_owned(), found })
}

fn json<T: for<'de> Deserialize<'de>>(file: &Path) -> Result<T, ModelError> {
    let text = fs::read(file).map_err(|why| ModelError::Missing { file: file.to_owned(), why })?;
    serde_json::from_slice(&text)
        .map_err(|error| ModelError::Damaged { file: file.to_owned(), problem: error.to_string() })
}

fn shape(file: &Path) -> Result<Shape, ModelError> {
    let shape: Shape = json(file)?;
    let unsuitable = |problem: String| Err(ModelError::Unsuitable { file: file.to_owned(), problem });
    if shape.model_type != "bert" {
        return unsuitable(format!("it is of the kind `{}`, wanted is `bert`", shape.model_type));
    }
    if !["gelu", "relu", "gelu_new", "tanh"].contains(&shape.hidden_act.as_str()) {
        return unsuitable(format!("the activation `{}` is not known", shape.hidden_act));
    }
    if shape.position_embedding_type != "absolute" {
        return unsuitable(format!(
            "positions of the kind `{}` are not known",
            shape.position_embedding_type
        ));
    }
    // The engine has this number built in.
    if (shape.layer_norm_eps - 1e-12).abs() > 1e-15 {
        return unsuitable(format!("layer_norm_eps is {}, wanted is 1e-12", shape.layer_norm_eps));
    }
    let heads = shape.num_attention_heads;
    if heads == 0 || shape.hidden_size == 0 || !shape.hidden_size.is_multiple_of(heads) {
        return unsuitable(format!("hidden_size {} is not divisible among {heads} heads", shape.hidden_size));
    }
    for (key, value, most) in [
        ("hidden_size", shape.hidden_size, 8192),
        ("intermediate_size", shape.intermediate_size, 65_536),
        ("max_position_embeddings", shape.max_position_embeddings, 65_536),
        ("num_hidden_layers", shape.num_hidden_layers, 96),
        ("type_vocab_size", shape.type_vocab_size, 64),
        ("vocab_size", shape.vocab_size, 2_000_000),
    ] {
        if value == 0 || value > most {
            return unsuitable(format!("{key} is {value}, wanted is 1 to {most}"));
        }
    }
    Ok(shape)
}

/// As many lines as there are word vectors, each once, and among them the special ones.
fn vocabulary(file: &Path, size: u64) -> Result<(), ModelError> {
    let text = fs::read_to_string(file).map_err(|why| ModelError::Missing { file: file.to_owned(), why })?;
    let damaged = |problem: String| Err(ModelError::Damaged { file: file.to_owned(), problem });
    let lines = text.lines().count() as u64;
    if lines != size {
        return damaged(format!("it has {lines} lines, the configuration says {size}"));
    }
    for special in ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] {
        if !text.lines().any(|line| line == special) {
            return damaged(format!("`{special}` is missing"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;

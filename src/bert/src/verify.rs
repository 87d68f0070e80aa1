//! Are these files a model that can be loaded?
//!
//! The engine panics on a missing tensor or an odd configuration, and loads half a file without a word; so everything is
//! looked at here first: the sizes and hashes where they are known, the configuration's keys, the header of the weights with
//! the name, type, shape and place of every tensor, the vocabulary. Nothing of the weights is read for it but the header,
//! unless the hash is asked for.

mod task;
mod tensors;
mod weights;
mod words;

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use sha2::{Digest, Sha256};

pub(crate) use self::weights::place as weights_of;
pub use self::{
    task::{Checked, Kind, Task, verify_task},
    weights::TORCH_WEIGHTS,
};

/// The weights' file.
pub const WEIGHTS: &str = "model.safetensors";
/// The network's measures.
pub const CONFIG: &str = "config.json";
/// The pieces of words, one a line.
pub const VOCABULARY: &str = "vocab.txt";

/// Why files are not a model.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    #[error("{} is not there: {source}; `studio models pull` fetches it", file.display())]
    Missing { file: PathBuf, source: std::io::Error },
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
    #[serde(default)]
    pub id2label: BTreeMap<String, String>,
}

fn usual_epsilon() -> f64 {
    1e-12
}

fn usual_positions() -> String {
    "absolute".to_owned()
}

/// How a text is cut and its tokens are made one vector.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Most tokens of a text.
    pub most_tokens: usize,
    pub lower_case: bool,
}

/// A sentence embedding model whose files were looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    pub folder: PathBuf,
    pub shape: Shape,
    pub reading: Reading,
}

/// Looks at a folder with a sentence embedding model of BERT's kind.
pub fn verify(folder: &Path) -> Result<Verified, ModelError> {
    let shape = shape(&folder.join(CONFIG))?;
    vocabulary(&folder.join(VOCABULARY), shape.vocab_size)?;
    weights::check(&folder.join(WEIGHTS), &tensors::bert(&shape))?;
    let reading = reading(folder, &shape)?;
    Ok(Verified { folder: folder.to_owned(), shape, reading })
}

/// The SHA-256 of a file, in hexadecimal.
pub fn hash(file: &Path) -> Result<String, ModelError> {
    let missing = |source| ModelError::Missing { file: file.to_owned(), source };
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
    let text = fs::read(file).map_err(|source| ModelError::Missing { file: file.to_owned(), source })?;
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
    let text =
        fs::read_to_string(file).map_err(|source| ModelError::Missing { file: file.to_owned(), source })?;
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

fn reading(folder: &Path, shape: &Shape) -> Result<Reading, ModelError> {
    #[derive(Deserialize)]
    struct Sentences {
        max_seq_length: usize,
    }
    #[derive(Deserialize)]
    struct Tokens {
        #[serde(default)]
        do_lower_case: bool,
    }
    #[derive(Deserialize)]
    #[expect(clippy::struct_excessive_bools, reason = "the file has them")]
    struct Pooling {
        #[serde(default, rename = "pooling_mode_mean_tokens")]
        mean: bool,
        #[serde(default, rename = "pooling_mode_cls_token")]
        cls: bool,
        #[serde(default, rename = "pooling_mode_max_tokens")]
        max: bool,
        #[serde(default, rename = "pooling_mode_mean_sqrt_len_tokens")]
        root: bool,
    }
    let file = folder.join("1_Pooling/config.json");
    let pooling: Pooling = json(&file)?;
    let others = pooling.cls || pooling.max || pooling.root;
    if !pooling.mean || others {
        let problem =
            "its vectors are not the mean of the tokens' vectors, which is all that is known here".to_owned();
        return Err(ModelError::Unsuitable { file, problem });
    }
    let sentences: Sentences = json(&folder.join("sentence_bert_config.json"))?;
    let tokens: Tokens = json(&folder.join("tokenizer_config.json"))?;
    let positions = usize::try_from(shape.max_position_embeddings).unwrap_or(usize::MAX);
    Ok(Reading {
        most_tokens: sentences.max_seq_length.min(positions).max(2),
        lower_case: tokens.do_lower_case,
    })
}

#[cfg(test)]
mod tests;

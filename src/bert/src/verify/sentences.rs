//! Are these files a model of sentences: an encoder, the mean of its tokens' vectors, and a dense layer behind it where there is one?

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use rust_bert::bert::BertConfig;
use serde::Deserialize;

use super::{
    CONFIG, ModelError, TOKENS, WEIGHTS, json, shape,
    task::{Kind, Look, Task, kind_of},
    tensors, vocabulary, weights,
};
use crate::{
    cutter::{Cut, Cutter},
    network::said,
};

/// What the engine calls the encoder of a DistilBERT.
pub(crate) const DISTILBERT: &str = "distilbert.";
/// The parts of a model, in the order in which a text goes through them. Models without have an encoder and a mean.
pub(crate) const MODULES: &str = "modules.json";
pub(crate) const POOLING: &str = "1_Pooling/config.json";
pub(crate) const SENTENCES: &str = "sentence_bert_config.json";
pub(crate) const DENSE: &str = "2_Dense/config.json";
pub(crate) const DENSE_WEIGHTS: &str = "2_Dense/model.safetensors";
/// Largest vector of a text.
const MOST_DIMENSIONS: usize = 8192;

/// How a text is cut and its tokens are made one vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Most tokens of a text.
    pub most_tokens: usize,
    pub lower_case: bool,
    pub cut: Cut,
}

/// The kind of network that reads a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoder {
    Bert,
    DistilBert,
}

/// A layer that makes the vector of a text of the mean of its tokens' vectors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dense {
    /// Numbers of what it makes.
    pub out: usize,
    pub bias: bool,
    /// Whether each number goes through the hyperbolic tangent.
    pub tanh: bool,
}

/// A sentence embedding model whose files were looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    pub folder: PathBuf,
    pub encoder: Encoder,
    /// Numbers of a token's vector.
    pub hidden: usize,
    pub layers: usize,
    pub dense: Option<Dense>,
    pub reading: Reading,
    /// Whether the inner layers are listened to as well: not of a model of many languages, of which they know each by itself.
    pub deep: bool,
}

impl Verified {
    /// Numbers of a text's vector.
    pub fn dimensions(&self) -> usize {
        self.dense.as_ref().map_or(self.hidden, |dense| dense.out)
    }
}

/// What is known of an encoder.
struct Measures {
    encoder: Encoder,
    hidden: u64,
    layers: u64,
    positions: u64,
    pieces: u64,
    tensors: weights::Tensors,
}

/// Looks at a folder with a sentence embedding model of BERT's or DistilBERT's kind.
pub fn verify(folder: &Path) -> Result<Verified, ModelError> {
    let measures = measures(folder)?;
    let reading = reading(folder, measures.positions)?;
    cutter(folder, &reading, measures.pieces)?;
    weights::check(&folder.join(WEIGHTS), &measures.tensors)?;
    let count = |number: u64| usize::try_from(number).map_err(|error| ModelError::Engine(error.to_string()));
    let hidden = count(measures.hidden)?;
    Ok(Verified {
        folder: folder.to_owned(),
        encoder: measures.encoder,
        hidden,
        layers: count(measures.layers)?,
        dense: dense(folder, hidden)?,
        reading,
        deep: true,
    })
}

fn measures(folder: &Path) -> Result<Measures, ModelError> {
    let file = folder.join(CONFIG);
    match kind_of(&file, Task::Vectors)? {
        Kind::DistilBert => {
            let config = Look { folder, file: &file, task: Task::Vectors }.measures()?;
            let names = format!("{DISTILBERT}embeddings.word_embeddings.weight");
            let prefix = if weights::has(&folder.join(WEIGHTS), &names)? { DISTILBERT } else { "" };
            Ok(Measures {
                encoder: Encoder::DistilBert,
                hidden: config.dim.unsigned_abs(),
                layers: config.n_layers.unsigned_abs(),
                positions: config.max_position_embeddings.unsigned_abs(),
                pieces: config.vocab_size.unsigned_abs(),
                tensors: tensors::distilbert(prefix, &config),
            })
        }
        Kind::Bert | Kind::Bart | Kind::Marian | Kind::M2m100 => {
            let shape = shape(&file)?;
            // The engine reads the same file with its own eyes, and wants what it needs only to train as well.
            let _: BertConfig = json(&file)?;
            Ok(Measures {
                encoder: Encoder::Bert,
                hidden: shape.hidden_size,
                layers: shape.num_hidden_layers,
                positions: shape.max_position_embeddings,
                pieces: shape.vocab_size,
                tensors: tensors::bert(&shape),
            })
        }
    }
}

fn reading(folder: &Path, positions: u64) -> Result<Reading, ModelError> {
    #[derive(Deserialize)]
    struct Sentences {
        max_seq_length: usize,
        #[serde(default)]
        do_lower_case: bool,
    }
    #[derive(Deserialize)]
    struct Tokens {
        #[serde(default)]
        do_lower_case: bool,
    }
    pooling(&folder.join(POOLING))?;
    let cut = cut(folder);
    let file = folder.join(SENTENCES);
    let sentences: Sentences = json(&file)?;
    // Of pieces their own file says what becomes of capitals.
    let lower_case = match cut {
        Cut::Words => json::<Tokens>(&folder.join(TOKENS))?.do_lower_case,
        Cut::Described | Cut::Pieces if sentences.do_lower_case => {
            let problem = "its texts would be made lower case, which is not known here".to_owned();
            return Err(ModelError::Unsuitable { file, problem });
        }
        Cut::Described | Cut::Pieces => false,
    };
    let positions = usize::try_from(positions).unwrap_or(usize::MAX);
    Ok(Reading { most_tokens: sentences.max_seq_length.min(positions).max(2), lower_case, cut })
}

fn pooling(file: &Path) -> Result<(), ModelError> {
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
    let pooling: Pooling = json(file)?;
    let others = pooling.cls || pooling.max || pooling.root;
    if pooling.mean && !others {
        return Ok(());
    }
    let problem =
        "its vectors are not the mean of the tokens' vectors, which is all that is known here".to_owned();
    Err(ModelError::Unsuitable { file: file.to_owned(), problem })
}

/// The first of the files that is there.
fn cut(folder: &Path) -> Cut {
    let there = |cut: &Cut| folder.join(cut.file()).exists();
    [Cut::Words, Cut::Described, Cut::Pieces].into_iter().find(there).unwrap_or(Cut::Words)
}

/// Fails unless the pieces of a text are among those that the network has vectors for.
fn cutter(folder: &Path, reading: &Reading, size: u64) -> Result<(), ModelError> {
    let file = folder.join(reading.cut.file());
    if reading.cut == Cut::Words {
        return vocabulary(&file, size);
    }
    let damaged = |problem: String| ModelError::Damaged { file: file.clone(), problem };
    let load = || -> Result<(u64, usize), String> {
        let cutter = Cutter::load(folder, reading.cut, reading.lower_case, reading.most_tokens)?;
        let marks = cutter.cut(&[""], reading.most_tokens)?.iter().map(|tokens| tokens.ids.len()).sum();
        Ok((cutter.size(), marks))
    };
    let (needs, marks) = catch_unwind(AssertUnwindSafe(load))
        .unwrap_or_else(|panic| Err(said(panic.as_ref())))
        .map_err(damaged)?;
    if needs > size {
        return Err(damaged(format!(
            "its pieces are numbered up to {}, the configuration says {size}",
            needs - 1
        )));
    }
    if marks == 0 {
        return Err(damaged("it puts no marks around a text".to_owned()));
    }
    Ok(())
}

/// The dense layer of a model that has one.
fn dense(folder: &Path, hidden: usize) -> Result<Option<Dense>, ModelError> {
    #[derive(Deserialize)]
    struct Layer {
        in_features: usize,
        out_features: usize,
        #[serde(default = "usual_bias")]
        bias: bool,
        activation_function: String,
    }
    if !has_dense(folder)? {
        return Ok(None);
    }
    let file = folder.join(DENSE);
    let layer: Layer = json(&file)?;
    let unsuitable = |problem: String| ModelError::Unsuitable { file: file.clone(), problem };
    let tanh = match layer.activation_function.rsplit('.').next() {
        Some("Tanh") => true,
        Some("Identity") => false,
        Some(_) | None => {
            let problem = format!("the activation `{}` is not known", layer.activation_function);
            return Err(unsuitable(problem));
        }
    };
    if layer.in_features != hidden {
        let problem = format!("in_features is {}, the encoder's vectors have {hidden}", layer.in_features);
        return Err(unsuitable(problem));
    }
    if !(1..=MOST_DIMENSIONS).contains(&layer.out_features) {
        let problem = format!("out_features is {}, wanted is 1 to {MOST_DIMENSIONS}", layer.out_features);
        return Err(unsuitable(problem));
    }
    let tensors = tensors::dense(layer.out_features as u64, hidden as u64, layer.bias);
    weights::check(&folder.join(DENSE_WEIGHTS), &tensors)?;
    Ok(Some(Dense { out: layer.out_features, bias: layer.bias, tanh }))
}

fn usual_bias() -> bool {
    true
}

/// Whether a text goes through a dense layer after the mean. Parts that are not known are refused.
fn has_dense(folder: &Path) -> Result<bool, ModelError> {
    #[derive(Deserialize)]
    struct Module {
        path: String,
        #[serde(rename = "type")]
        kind: String,
    }
    let file = folder.join(MODULES);
    if !file.exists() {
        return Ok(folder.join(DENSE).exists());
    }
    let modules: Vec<Module> = json(&file)?;
    let kinds =
        modules.iter().map(|module| (module.kind.rsplit('.').next().unwrap_or(""), module.path.as_str()));
    let mut parts = kinds.filter(|(kind, _)| *kind != "Normalize");
    let known = parts.next() == Some(("Transformer", "")) && parts.next() == Some(("Pooling", "1_Pooling"));
    match (known, parts.next(), parts.next()) {
        (true, None, None) => Ok(false),
        (true, Some(("Dense", "2_Dense")), None) => Ok(true),
        _ => {
            let problem =
                "known are Transformer, Pooling (1_Pooling), Dense (2_Dense) and Normalize, in this order";
            Err(ModelError::Unsuitable { file, problem: problem.to_owned() })
        }
    }
}

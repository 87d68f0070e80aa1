//! How do weights that were published for another engine become a model that ours reads?
//!
//! What was squeezed into bytes is unfolded to numbers and gets the names that Hugging Face would give it; nothing is trained
//! or rounded. The same package gives the same files to the last bit, so they have a known hash as well.

mod ctranslate2;
mod onnx;

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde_json::Value;
use tch::Tensor;

use crate::{
    network::of_torch,
    verify::{CONFIG, ModelError, VOCABULARY, WEIGHTS},
};

/// In which form a package has a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A tagger of BERT's kind, in ONNX with weights of one byte.
    OnnxNames,
    /// A translator of Marian's kind, in the form of CTranslate2 with weights of one byte.
    Ctranslate2 { from: &'static str, to: &'static str },
}

/// A tensor's name, shape and numbers.
type Numbers = (String, Vec<i64>, Vec<f32>);

/// Writes a model's files. `from` is the folder of the package in which they are.
pub(crate) fn convert(form: Form, from: &Path, to: &Path) -> Result<(), ModelError> {
    match form {
        Form::OnnxNames => names(from, to),
        Form::Ctranslate2 { from: source, to: target } => translator(from, to, (source, target)),
    }
}

fn names(from: &Path, to: &Path) -> Result<(), ModelError> {
    let file = from.join("model.onnx");
    let tensors = onnx::bert(&read(&file)?).map_err(|problem| damaged(&file, problem))?;
    let file = from.join("tokenizer.json");
    let tokenizer: Value =
        serde_json::from_slice(&read(&file)?).map_err(|error| damaged(&file, error.to_string()))?;
    let pieces = tokenizer["model"]["vocab"]
        .as_object()
        .ok_or_else(|| damaged(&file, "it has no vocabulary".to_owned()))?;
    let mut numbered: Vec<(u64, &str)> =
        pieces.iter().filter_map(|(piece, number)| Some((number.as_u64()?, piece.as_str()))).collect();
    numbered.sort_unstable();
    let vocabulary: String = numbered.iter().flat_map(|(_, piece)| [*piece, "\n"]).collect();
    put(&to.join(VOCABULARY), vocabulary.as_bytes())?;
    put(&to.join(CONFIG), include_bytes!("tinybert.json"))?;
    put(&to.join("tokenizer_config.json"), br#"{"do_lower_case":true}"#)?;
    weights(&to.join(WEIGHTS), &tensors)
}

fn translator(from: &Path, to: &Path, (source, target): (&str, &str)) -> Result<(), ModelError> {
    let file = from.join("model/model.bin");
    let tensors = ctranslate2::marian(&read(&file)?).map_err(|problem| damaged(&file, problem))?;
    let file = from.join("model/shared_vocabulary.json");
    let mut pieces: Vec<String> =
        serde_json::from_slice(&read(&file)?).map_err(|error| damaged(&file, error.to_string()))?;
    // What a translation begins with and is padded with is no piece in that form.
    let padding = pieces.len();
    pieces.push("<pad>".to_owned());
    let numbered: BTreeMap<&str, usize> =
        pieces.iter().enumerate().map(|(number, piece)| (piece.as_str(), number)).collect();
    let numbered = serde_json::to_vec(&numbered).map_err(|error| ModelError::Engine(error.to_string()))?;
    let config = include_str!("marian.json")
        .replace("PIECES", &pieces.len().to_string())
        .replace("PADDING", &padding.to_string());
    let tokens = format!(r#"{{"source_lang":"{source}","target_lang":"{target}"}}"#);
    put(&to.join("vocab.json"), &numbered)?;
    put(&to.join(CONFIG), config.as_bytes())?;
    put(&to.join("tokenizer_config.json"), tokens.as_bytes())?;
    put(&to.join("source.spm"), &read(&from.join("sentencepiece.model"))?)?;
    weights(&to.join(WEIGHTS), &tensors)
}

fn weights(file: &Path, numbers: &[Numbers]) -> Result<(), ModelError> {
    let tensors: Result<Vec<(&str, Tensor)>, tch::TchError> = numbers
        .iter()
        .map(|(name, shape, numbers)| {
            Ok((name.as_str(), Tensor::from_slice(numbers).f_view(shape.as_slice())?))
        })
        .collect();
    tensors
        .and_then(|tensors| Tensor::write_safetensors(&tensors, file))
        .map_err(|error| unwritable(file, &of_torch(error)))
}

fn read(file: &Path) -> Result<Vec<u8>, ModelError> {
    fs::read(file).map_err(|why| ModelError::Missing { file: file.to_owned(), why })
}

fn put(file: &Path, bytes: &[u8]) -> Result<(), ModelError> {
    fs::write(file, bytes).map_err(|error: io::Error| unwritable(file, &error.to_string()))
}

fn unwritable(file: &Path, why: &str) -> ModelError {
    ModelError::Engine(format!("{} cannot be written: {why}", file.display()))
}

fn damaged(file: &Path, problem: String) -> ModelError {
    ModelError::Damaged { file: PathBuf::from(file), problem }
}

/// Reads numbers out of bytes; what is not there is an error.
struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    fn take(&mut self, count: usize) -> Result<&'b [u8], String> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or("it ends too early")?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        self.take(N)?.try_into().map_err(|_| "it ends too early".to_owned())
    }
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(4).map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]])).collect()
}

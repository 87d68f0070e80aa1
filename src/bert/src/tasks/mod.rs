//! What do models do besides making vectors?
//!
//! Each file is one task: the network behind the [`Engine`] of its service, and a type that implements the task's trait of
//! the core. The networks are rust-bert's; what it would do wrong in silence, or panic over, is kept from it here.

mod answers;
mod labels;
mod names;
mod sentiment;
mod summary;
#[cfg(test)]
pub(crate) mod tests;
mod translation;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use rust_bert::{
    RustBertError,
    pipelines::common::{ModelResource, ModelType},
    resources::LocalResource,
};
use studio_core::embedding::EmbedError;
use tch::Tensor;

pub use self::{
    answers::Answers,
    labels::Labels,
    names::Names,
    sentiment::Sentiments,
    summary::Summaries,
    translation::{Pairs, Translations},
};
use crate::{
    network::{of_torch, said},
    service::{Engine, Service, Settings},
    stats::Stats,
    verify::{Checked, Kind, ModelError, Task, identity, verify_task},
};

/// A model of any task: its service, and what is told of it.
struct Model<Q, A> {
    identity: String,
    /// That it knows (ISO 639-1); none are all.
    languages: Vec<String>,
    service: Service<Q, A>,
}

impl<Q, A> std::fmt::Debug for Model<Q, A> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Model").field("identity", &self.identity).finish_non_exhaustive()
    }
}

impl<Q: Clone + Send + 'static, A: Clone + Send + 'static> Model<Q, A> {
    /// Looks at the files, starts the model's thread, and waits until it has answered `first` there.
    fn open<E: Engine<Question = Q, Answer = A> + 'static>(
        checked: Checked,
        languages: &[&str],
        settings: Settings,
        load: fn(&Checked) -> Result<E, RustBertError>,
        first: Q,
    ) -> Result<Self, ModelError>
    where
        Q: Sync,
    {
        let (identity, bytes) = identity(&checked.folder, &checked.weights)?;
        let load = move || {
            let network = guarded(|| {
                complete(&checked)?;
                load(&checked).map_err(|error| error.to_string())
            })?;
            // The first run prepares much, and shows what does not fit; nobody should wait for it.
            guarded(|| network.run(std::slice::from_ref(&first)))?;
            Ok(network)
        };
        let languages = languages.iter().map(|language| (*language).to_owned()).collect();
        Ok(Self { identity, languages, service: Service::start(bytes, settings, load)? })
    }

    /// Whether it knows a language. Of one that is not known it is believed.
    fn knows(&self, language: Option<&str>) -> bool {
        let Some(language) = language else { return true };
        let language = language.split('-').next().unwrap_or(language);
        self.languages.is_empty() || self.languages.iter().any(|known| known == language)
    }

    fn stats(&self) -> Stats {
        self.service.stats()
    }

    fn forget(&self) {
        self.service.forget();
    }
}

/// What the engine does, with a panic as an error.
fn guarded<T>(run: impl FnOnce() -> Result<T, String>) -> Result<T, ModelError> {
    catch_unwind(AssertUnwindSafe(run))
        .unwrap_or_else(|panic| Err(said(panic.as_ref())))
        .map_err(ModelError::Engine)
}

/// Of weights in the form of libtorch, whose header is not looked at before: whether every tensor is there, and of its shape.
pub(crate) fn complete(checked: &Checked) -> Result<(), String> {
    if checked.weights.extension().is_none_or(|ending| ending != "ot") {
        return Ok(());
    }
    let found = Tensor::load_multi(&checked.weights).map_err(of_torch)?;
    for (name, wanted) in &checked.tensors {
        let Some((_, tensor)) = found.iter().find(|(found, _)| found == name) else {
            return Err(format!("the tensor `{name}` is missing"));
        };
        let shape: Vec<u64> = tensor.size().iter().map(|size| size.unsigned_abs()).collect();
        if &shape != wanted {
            return Err(format!("the tensor `{name}` has the shape {shape:?}, wanted is {wanted:?}"));
        }
    }
    Ok(())
}

fn model_type(kind: Kind) -> ModelType {
    match kind {
        Kind::Bert => ModelType::Bert,
        Kind::DistilBert => ModelType::DistilBert,
        Kind::Bart => ModelType::Bart,
        Kind::Marian => ModelType::Marian,
        Kind::M2m100 => ModelType::M2M100,
    }
}

fn weights(checked: &Checked) -> ModelResource {
    ModelResource::Torch(Box::new(local(checked.weights.clone())))
}

fn local(path: PathBuf) -> LocalResource {
    LocalResource { local_path: path }
}

/// Pieces that mean something to a network are words like others where a visitor writes them. Every byte keeps its place.
fn plain(text: &str) -> String {
    const SPECIAL: [&str; 10] =
        ["[CLS]", "[SEP]", "[PAD]", "[MASK]", "[UNK]", "<s>", "</s>", "<pad>", "<mask>", "<unk>"];
    let mut plain = text.to_owned();
    for special in SPECIAL {
        if plain.contains(special) {
            let inner = &special[1..special.len() - 1];
            plain = plain.replace(special, &format!("({inner})"));
        }
    }
    plain
}

/// The start of a text, at most so many bytes.
fn head(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

/// The byte at which the character of this number starts.
fn byte_of(text: &str, character: usize) -> usize {
    text.char_indices().nth(character).map_or(text.len(), |(byte, _)| byte)
}

/// Only a model of this task.
fn checked(folder: &Path, task: Task) -> Result<Checked, ModelError> {
    verify_task(folder, task)
}

fn nothing_came() -> EmbedError {
    EmbedError::Failed("no answer came".to_owned())
}

//! The networks that read a text, and the layer behind them.

use std::{collections::HashMap, path::Path};

use rust_bert::{
    Config as _,
    bert::{BertConfig, BertEmbeddings, BertModel},
    distilbert::{DistilBertConfig, DistilBertModel},
};
use tch::{Device, Kind, TchError, Tensor, nn::VarStore};

use super::of_torch;
use crate::verify::{self, CONFIG, DENSE_WEIGHTS, DISTILBERT, Verified, WEIGHTS};

/// A network with its weights.
pub(super) struct Encoder {
    network: Kinds,
    /// Holds the weights that it refers to.
    _weights: VarStore,
}

enum Kinds {
    Bert(Box<BertModel<BertEmbeddings>>),
    DistilBert(Box<DistilBertModel>),
}

/// What the layers say of each token.
pub(super) struct Layers {
    pub(super) last: Tensor,
    /// None where the inner ones are not wanted.
    pub(super) all: Vec<Tensor>,
}

impl Encoder {
    pub(super) fn load(verified: &Verified) -> Result<Self, String> {
        let (config, weights) = (verified.folder.join(CONFIG), verified.folder.join(WEIGHTS));
        let mut store = VarStore::new(Device::Cpu);
        let network = match verified.encoder {
            verify::Encoder::Bert => {
                let mut config = BertConfig::from_file(config);
                config.output_hidden_states = Some(verified.deep);
                let model = BertModel::new_with_optional_pooler(store.root(), &config, false);
                store.load(weights).map_err(|error| error.to_string())?;
                Kinds::Bert(Box::new(model))
            }
            verify::Encoder::DistilBert => {
                let mut config = DistilBertConfig::from_file(config);
                config.output_hidden_states = Some(verified.deep);
                config.output_attentions = Some(false);
                let model = DistilBertModel::new(store.root(), &config);
                fill(&store, &weights)?;
                Kinds::DistilBert(Box::new(model))
            }
        };
        store.set_kind(Kind::Float);
        store.freeze();
        Ok(Self { network, _weights: store })
    }

    pub(super) fn read(&self, ids: &Tensor, mask: &Tensor) -> Result<Layers, String> {
        let (last, all) = match &self.network {
            Kinds::Bert(model) => {
                let output = model
                    .forward_t(Some(ids), Some(mask), None, None, None, None, None, false)
                    .map_err(|error| error.to_string())?;
                (output.hidden_state, output.all_hidden_states)
            }
            Kinds::DistilBert(model) => {
                let output =
                    model.forward_t(Some(ids), Some(mask), None, false).map_err(|error| error.to_string())?;
                (output.hidden_state, output.all_hidden_states)
            }
        };
        Ok(Layers { last, all: all.unwrap_or_default() })
    }
}

/// Publishers of sentence models leave out the name of the network before those of its tensors, which the engine has.
fn fill(store: &VarStore, weights: &Path) -> Result<(), String> {
    let read = Tensor::read_safetensors(weights).map_err(of_torch)?;
    let mut read: HashMap<String, Tensor> = read.into_iter().collect();
    for (name, mut variable) in store.variables() {
        let bare = name.strip_prefix(DISTILBERT).unwrap_or(&name);
        let tensor = read
            .remove(&name)
            .or_else(|| read.remove(bare))
            .ok_or_else(|| format!("the tensor `{name}` is missing"))?;
        tch::no_grad(|| variable.f_copy_(&tensor)).map_err(of_torch)?;
    }
    Ok(())
}

/// The layer that makes the vector of a text of the mean of its tokens' vectors.
pub(super) struct Dense {
    pub(super) weight: Tensor,
    pub(super) bias: Option<Tensor>,
    pub(super) tanh: bool,
}

impl Dense {
    pub(super) fn load(folder: &Path, dense: &verify::Dense) -> Result<Self, String> {
        let read = Tensor::read_safetensors(folder.join(DENSE_WEIGHTS)).map_err(of_torch)?;
        let find = |wanted: &str| {
            let (_, tensor) = read.iter().find(|(name, _)| name == wanted)?;
            Some(tensor.f_to_kind(Kind::Float).map_err(of_torch))
        };
        let weight = find("linear.weight").ok_or("the tensor `linear.weight` is missing")??;
        let bias = dense.bias.then(|| find("linear.bias")).flatten().transpose()?;
        Ok(Self { weight, bias, tanh: dense.tanh })
    }

    pub(super) fn apply(&self, vectors: &Tensor) -> Result<Tensor, TchError> {
        let made = vectors.f_linear(&self.weight, self.bias.as_ref())?;
        if self.tanh { made.f_tanh() } else { Ok(made) }
    }
}

//! From texts to vectors: tokens, the network, the mean of the tokens' vectors at length 1.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rust_bert::{
    Config as _,
    bert::{BertConfig, BertEmbeddings, BertModel},
};
use rust_tokenizers::tokenizer::{BertTokenizer, Tokenizer as _, TruncationStrategy};
use tch::{Device, Kind, Tensor, nn::VarStore};

use crate::verify::{CONFIG, ModelError, VOCABULARY, Verified, WEIGHTS};

/// Most texts of one run of the network.
pub(crate) const BATCH: usize = 64;

/// A loaded model. May move to another thread, but is never shared. Whoever serves visitors asks the
/// [`Runtime`](crate::Runtime); this is the way straight through, without queue and cache.
pub struct Network {
    tokenizer: BertTokenizer,
    model: BertModel<BertEmbeddings>,
    /// Holds the weights that `model` refers to.
    _weights: VarStore,
    most_tokens: usize,
    dimensions: usize,
}

impl Network {
    /// Loads files that were looked at. What the engine still does not like is an error and not a panic.
    pub fn load(verified: &Verified) -> Result<Self, ModelError> {
        catch_unwind(AssertUnwindSafe(|| Self::load_or_panic(verified)))
            .unwrap_or_else(|panic| Err(ModelError::Engine(said(panic.as_ref()))))
    }

    fn load_or_panic(verified: &Verified) -> Result<Self, ModelError> {
        let failed = |problem: String| ModelError::Engine(problem);
        let folder = &verified.folder;
        let lower = verified.reading.lower_case;
        let tokenizer = BertTokenizer::from_file(folder.join(VOCABULARY), lower, lower)
            .map_err(|error| failed(error.to_string()))?;
        let config = BertConfig::from_file(folder.join(CONFIG));
        let mut weights = VarStore::new(Device::Cpu);
        let model = BertModel::new_with_optional_pooler(weights.root(), &config, false);
        weights.load(folder.join(WEIGHTS)).map_err(|error| failed(error.to_string()))?;
        weights.set_kind(Kind::Float);
        weights.freeze();
        let dimensions =
            usize::try_from(verified.shape.hidden_size).map_err(|error| failed(error.to_string()))?;
        Ok(Self {
            tokenizer,
            model,
            _weights: weights,
            most_tokens: verified.reading.most_tokens,
            dimensions,
        })
    }

    /// The vectors of the texts, in their order. Runs of similar length go through the network together.
    pub fn vectors(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, String> {
        let tokens: Vec<Vec<i64>> = self
            .tokenizer
            .encode_list(texts, self.most_tokens, &TruncationStrategy::LongestFirst, 0)
            .into_iter()
            .map(|input| input.token_ids)
            .collect();
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_by_key(|text| tokens[*text].len());
        let mut vectors = vec![Vec::new(); texts.len()];
        for batch in order.chunks(BATCH) {
            let rows: Vec<&[i64]> = batch.iter().map(|text| tokens[*text].as_slice()).collect();
            let numbers = self.run(&rows)?;
            for (text, vector) in batch.iter().zip(numbers.chunks_exact(self.dimensions)) {
                vectors[*text] = vector.to_vec();
            }
        }
        if vectors.iter().flatten().any(|number| !number.is_finite()) {
            return Err("the network's numbers are not finite: its weights are damaged".to_owned());
        }
        Ok(vectors)
    }

    /// One run: all vectors one after the other.
    fn run(&self, rows: &[&[i64]]) -> Result<Vec<f32>, String> {
        let longest = rows.iter().map(|row| row.len()).max().unwrap_or(0);
        let mut ids = Vec::with_capacity(rows.len() * longest);
        let mut mask: Vec<i64> = Vec::with_capacity(rows.len() * longest);
        for row in rows {
            ids.extend_from_slice(row);
            ids.resize(ids.len() + longest - row.len(), 0);
            mask.resize(mask.len() + row.len(), 1);
            mask.resize(mask.len() + longest - row.len(), 0);
        }
        let size = |count: usize| i64::try_from(count).map_err(|error| error.to_string());
        let shape = [size(rows.len())?, size(longest)?];
        tch::no_grad(|| {
            let ids = Tensor::from_slice(&ids).f_view(shape).map_err(of_torch)?;
            let mask = Tensor::from_slice(&mask).f_view(shape).map_err(of_torch)?;
            let output = self
                .model
                .forward_t(Some(&ids), Some(&mask), None, None, None, None, None, false)
                .map_err(|error| error.to_string())?;
            let mask = mask.unsqueeze(-1).to_kind(Kind::Float);
            let sum = (output.hidden_state * &mask).sum_dim_intlist([1_i64].as_slice(), false, Kind::Float);
            let mean = sum / mask.sum_dim_intlist([1_i64].as_slice(), false, Kind::Float);
            let length = mean.norm_scalaropt_dim(2, [1_i64].as_slice(), true).clamp_min(1e-12);
            let flat = (mean / length).f_flatten(0, -1).map_err(of_torch)?;
            Vec::<f32>::try_from(flat.contiguous()).map_err(of_torch)
        })
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
pub(crate) fn of_torch(error: tch::TchError) -> String {
    let text = error.to_string();
    // What follows is the call stack of C++.
    text.lines().next().unwrap_or_default().to_owned()
}

/// What a panic said.
pub(crate) fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("without a word").lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
pub(crate) mod tests;

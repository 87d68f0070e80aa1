//! Which tensors has a network of these measures?
//!
//! The tests build each network in the engine and compare: a table that has too little or too much fails them.

use rust_bert::{bart::BartConfig, distilbert::DistilBertConfig, m2m_100::M2M100Config};

use super::{Shape, sentences::DISTILBERT, weights::Tensors};

/// Collects names under a prefix.
struct List {
    prefix: &'static str,
    tensors: Tensors,
}

impl List {
    fn new(prefix: &'static str) -> Self {
        Self { prefix, tensors: Vec::new() }
    }

    fn one(&mut self, name: &str, shape: &[u64]) {
        self.tensors.push((format!("{}{name}", self.prefix), shape.to_vec()));
    }

    fn dense(&mut self, name: &str, to: u64, from: u64) {
        self.one(&format!("{name}.weight"), &[to, from]);
        self.one(&format!("{name}.bias"), &[to]);
    }

    fn norm(&mut self, name: &str, size: u64) {
        self.one(&format!("{name}.weight"), &[size]);
        self.one(&format!("{name}.bias"), &[size]);
    }
}

/// A BERT without a head.
pub(crate) fn bert(shape: &Shape) -> Tensors {
    bert_under("", shape, false)
}

/// What stands on top of an encoder.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Head {
    /// One label for a text.
    Text { labels: u64 },
    /// One label for each token.
    Tokens { labels: u64 },
    /// Start and end of an answer.
    Span,
}

pub(crate) fn bert_with(head: Head, shape: &Shape) -> Tensors {
    let pooler = !matches!(head, Head::Tokens { .. });
    let mut tensors = bert_under("bert.", shape, pooler);
    let mut list = List::new("");
    match head {
        Head::Text { labels } | Head::Tokens { labels } => {
            list.dense("classifier", labels, shape.hidden_size);
        }
        Head::Span => list.dense("qa_outputs", 2, shape.hidden_size),
    }
    tensors.append(&mut list.tensors);
    tensors
}

fn bert_under(prefix: &'static str, shape: &Shape, pooler: bool) -> Tensors {
    let (hidden, inner) = (shape.hidden_size, shape.intermediate_size);
    let mut list = List::new(prefix);
    list.one("embeddings.word_embeddings.weight", &[shape.vocab_size, hidden]);
    list.one("embeddings.position_embeddings.weight", &[shape.max_position_embeddings, hidden]);
    list.one("embeddings.token_type_embeddings.weight", &[shape.type_vocab_size, hidden]);
    list.norm("embeddings.LayerNorm", hidden);
    for layer in 0..shape.num_hidden_layers {
        let layer = format!("encoder.layer.{layer}");
        for part in ["query", "key", "value"] {
            list.dense(&format!("{layer}.attention.self.{part}"), hidden, hidden);
        }
        list.dense(&format!("{layer}.attention.output.dense"), hidden, hidden);
        list.norm(&format!("{layer}.attention.output.LayerNorm"), hidden);
        list.dense(&format!("{layer}.intermediate.dense"), inner, hidden);
        list.dense(&format!("{layer}.output.dense"), hidden, inner);
        list.norm(&format!("{layer}.output.LayerNorm"), hidden);
    }
    if pooler {
        list.dense("pooler.dense", hidden, hidden);
    }
    list.tensors
}

/// A DistilBERT without a head.
pub(crate) fn distilbert(prefix: &'static str, config: &DistilBertConfig) -> Tensors {
    let (dim, inner) = (config.dim.unsigned_abs(), config.hidden_dim.unsigned_abs());
    let mut list = List::new(prefix);
    list.one("embeddings.word_embeddings.weight", &[config.vocab_size.unsigned_abs(), dim]);
    list.one("embeddings.position_embeddings.weight", &[config.max_position_embeddings.unsigned_abs(), dim]);
    list.norm("embeddings.LayerNorm", dim);
    for layer in 0..config.n_layers {
        let layer = format!("transformer.layer.{layer}");
        for part in ["q_lin", "k_lin", "v_lin", "out_lin"] {
            list.dense(&format!("{layer}.attention.{part}"), dim, dim);
        }
        list.norm(&format!("{layer}.sa_layer_norm"), dim);
        list.dense(&format!("{layer}.ffn.lin1"), inner, dim);
        list.dense(&format!("{layer}.ffn.lin2"), dim, inner);
        list.norm(&format!("{layer}.output_layer_norm"), dim);
    }
    list.tensors
}

pub(crate) fn distilbert_with(head: Head, config: &DistilBertConfig) -> Tensors {
    let dim = config.dim.unsigned_abs();
    let mut list = List::new("");
    list.tensors = distilbert(DISTILBERT, config);
    match head {
        Head::Text { labels } => {
            list.dense("pre_classifier", dim, dim);
            list.dense("classifier", labels, dim);
        }
        Head::Tokens { labels } => list.dense("classifier", labels, dim),
        Head::Span => list.dense("qa_outputs", 2, dim),
    }
    list.tensors
}

/// One half of a network that reads a text and writes another.
struct Half {
    name: &'static str,
    layers: i64,
    inner: u64,
    /// Whether it looks at the other half.
    looks: bool,
}

fn half(list: &mut List, half: &Half, model: u64) {
    for layer in 0..half.layers {
        let layer = format!("{}.layers.{layer}", half.name);
        let mut attention = |name: &str| {
            for part in ["k_proj", "v_proj", "q_proj", "out_proj"] {
                list.dense(&format!("{layer}.{name}.{part}"), model, model);
            }
            list.norm(&format!("{layer}.{name}_layer_norm"), model);
        };
        attention("self_attn");
        if half.looks {
            attention("encoder_attn");
        }
        list.dense(&format!("{layer}.fc1"), half.inner, model);
        list.dense(&format!("{layer}.fc2"), model, half.inner);
        list.norm(&format!("{layer}.final_layer_norm"), model);
    }
}

fn halves(encoder: (i64, i64), decoder: (i64, i64)) -> [Half; 2] {
    let half =
        |name, (layers, inner): (i64, i64), looks| Half { name, layers, inner: inner.unsigned_abs(), looks };
    [half("encoder", encoder, false), half("decoder", decoder, true)]
}

/// BART, and Marian, which has the same shape.
pub(crate) fn bart(config: &BartConfig) -> Tensors {
    let model = config.d_model.unsigned_abs();
    let mut list = List::new("model.");
    list.one("shared.weight", &[config.vocab_size.unsigned_abs(), model]);
    // Learned positions begin with two that nothing has.
    let learned = !config.static_position_embeddings.unwrap_or(false);
    let positions = config.max_position_embeddings.unsigned_abs() + if learned { 2 } else { 0 };
    let encoder = (config.encoder_layers, config.encoder_ffn_dim);
    for of in halves(encoder, (config.decoder_layers, config.decoder_ffn_dim)) {
        list.one(&format!("{}.embed_positions.weight", of.name), &[positions, model]);
        if config.normalize_embedding.unwrap_or(true) {
            list.norm(&format!("{}.layernorm_embedding", of.name), model);
        }
        half(&mut list, &of, model);
    }
    list.tensors
}

pub(crate) fn bart_with_labels(config: &BartConfig, labels: u64) -> Tensors {
    let model = config.d_model.unsigned_abs();
    let mut list = List::new("");
    list.tensors = bart(config);
    list.dense("classification_head.dense", model, model);
    list.dense("classification_head.out_proj", labels, model);
    list.tensors
}

pub(crate) fn marian(config: &BartConfig) -> Tensors {
    let mut list = List::new("");
    list.tensors = bart(config);
    list.one("final_logits_bias", &[1, config.vocab_size.unsigned_abs()]);
    list.tensors
}

pub(crate) fn m2m100(config: &M2M100Config) -> Tensors {
    let model = config.d_model.unsigned_abs();
    let mut list = List::new("model.");
    list.one("shared.weight", &[config.vocab_size.unsigned_abs(), model]);
    let encoder = (config.encoder_layers, config.encoder_ffn_dim);
    for of in halves(encoder, (config.decoder_layers, config.decoder_ffn_dim)) {
        half(&mut list, &of, model);
        list.norm(&format!("{}.layer_norm", of.name), model);
    }
    list.tensors
}

/// The layer behind the mean of a sentence model.
pub(crate) fn dense(to: u64, from: u64, bias: bool) -> Tensors {
    let mut list = List::new("");
    list.one("linear.weight", &[to, from]);
    if bias {
        list.one("linear.bias", &[to]);
    }
    list.tensors
}

//! The same networks by hand, in numbers of twice the length: slow, and nothing of the engine but what reads the file is in it.

use std::{collections::BTreeMap, path::Path};

use tch::Tensor;

/// What the parts of the only layer are called.
pub(super) struct Names {
    encoder: &'static str,
    query: &'static str,
    key: &'static str,
    value: &'static str,
    out: &'static str,
    first_norm: &'static str,
    up: &'static str,
    down: &'static str,
    second_norm: &'static str,
    types: bool,
}

pub(super) const BERT: Names = Names {
    encoder: "encoder.layer.0",
    query: "attention.self.query",
    key: "attention.self.key",
    value: "attention.self.value",
    out: "attention.output.dense",
    first_norm: "attention.output.LayerNorm",
    up: "intermediate.dense",
    down: "output.dense",
    second_norm: "output.LayerNorm",
    types: true,
};

pub(super) const DISTILBERT: Names = Names {
    encoder: "transformer.layer.0",
    query: "attention.q_lin",
    key: "attention.k_lin",
    value: "attention.v_lin",
    out: "attention.out_lin",
    first_norm: "sa_layer_norm",
    up: "ffn.lin1",
    down: "ffn.lin2",
    second_norm: "output_layer_norm",
    types: false,
};

/// Two, as the tests write them.
const HEADS: usize = 2;

/// Tensors by name, each with the length of its rows.
pub(super) struct Weights(BTreeMap<String, (usize, Vec<f64>)>);

impl Weights {
    pub(super) fn read(file: &Path) -> Self {
        let of = |(name, tensor): (String, Tensor)| {
            let columns = tensor.size().last().copied().unwrap();
            let numbers = Vec::<f32>::try_from(tensor.flatten(0, -1)).unwrap();
            (name, (usize::try_from(columns).unwrap(), numbers.into_iter().map(f64::from).collect()))
        };
        Self(Tensor::read_safetensors(file).unwrap().into_iter().map(of).collect())
    }

    fn row(&self, name: &str, at: usize) -> &[f64] {
        let (columns, numbers) = &self.0[name];
        &numbers[at * columns..(at + 1) * columns]
    }

    pub(super) fn dense(&self, name: &str, from: &[f64]) -> Vec<f64> {
        let bias = self.row(&format!("{name}.bias"), 0).iter().enumerate();
        bias.map(|(to, bias)| bias + dot(self.row(&format!("{name}.weight"), to), from)).collect()
    }

    fn norm(&self, name: &str, of: &[f64]) -> Vec<f64> {
        let mean = of.iter().sum::<f64>() / count(of);
        let variance = of.iter().map(|it| (it - mean).powi(2)).sum::<f64>() / count(of);
        let scales = self.row(&format!("{name}.weight"), 0).iter().zip(self.row(&format!("{name}.bias"), 0));
        of.iter()
            .zip(scales)
            .map(|(it, (scale, bias))| (it - mean) / (variance + 1e-12).sqrt() * scale + bias)
            .collect()
    }

    /// The mean of the tokens' vectors of a network of one layer, whose activation is `relu`.
    pub(super) fn mean(&self, ids: &[usize], names: &Names) -> Vec<f64> {
        let part = |name: &str| format!("{}.{name}", names.encoder);
        let embedded = |(at, id): (usize, &usize)| {
            let word = self.row("embeddings.word_embeddings.weight", *id);
            let mut sum = plus(word, self.row("embeddings.position_embeddings.weight", at));
            if names.types {
                sum = plus(&sum, self.row("embeddings.token_type_embeddings.weight", 0));
            }
            self.norm("embeddings.LayerNorm", &sum)
        };
        let tokens: Vec<Vec<f64>> = ids.iter().enumerate().map(embedded).collect();
        let each = |name: &str| -> Vec<Vec<f64>> {
            tokens.iter().map(|token| self.dense(&part(name), token)).collect()
        };
        let (queries, keys, values) = (each(names.query), each(names.key), each(names.value));
        let looked = queries.iter().map(|query| look(query, &keys, &values));
        let read = tokens.iter().zip(looked).map(|(token, looked)| {
            let looked = self.dense(&part(names.out), &looked);
            let token = self.norm(&part(names.first_norm), &plus(token, &looked));
            let inner: Vec<f64> =
                self.dense(&part(names.up), &token).into_iter().map(|it| it.max(0.0)).collect();
            let made = self.dense(&part(names.down), &inner);
            self.norm(&part(names.second_norm), &plus(&token, &made))
        });
        let read: Vec<Vec<f64>> = read.collect();
        let sum = read.iter().fold(vec![0.0; read[0].len()], |sum, token| plus(&sum, token));
        sum.into_iter().map(|it| it / count(ids)).collect()
    }
}

/// What a token makes of the others, head by head.
fn look(query: &[f64], keys: &[Vec<f64>], values: &[Vec<f64>]) -> Vec<f64> {
    let size = query.len() / HEADS;
    let head = |head: usize| {
        let place = head * size..(head + 1) * size;
        let score = |key: &Vec<f64>| {
            (dot(&query[place.clone()], &key[place.clone()]) / count(&query[..size]).sqrt()).exp()
        };
        let scores: Vec<f64> = keys.iter().map(score).collect();
        let all: f64 = scores.iter().sum();
        let weighed =
            |at: usize| scores.iter().zip(values).map(|(score, value)| score / all * value[at]).sum::<f64>();
        place.clone().map(weighed).collect::<Vec<f64>>()
    };
    (0..HEADS).flat_map(head).collect()
}

pub(super) fn unit(vector: &[f64]) -> Vec<f64> {
    let length = dot(vector, vector).sqrt();
    vector.iter().map(|it| it / length).collect()
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn plus(one: &[f64], other: &[f64]) -> Vec<f64> {
    one.iter().zip(other).map(|(one, other)| one + other).collect()
}

fn count<T>(of: &[T]) -> f64 {
    f64::from(u32::try_from(of.len()).unwrap())
}

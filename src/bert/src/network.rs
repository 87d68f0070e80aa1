//! From texts to vectors: tokens, the network, the mean of the tokens' vectors, a dense layer where the model has one, length 1.
//!
//! The last layer was taught to bring near what means the same; on the way there it lost some of what tells intents apart.
//! A *deep* vector therefore has three parts: that mean, the mean of a layer at two thirds of the way, and the greatest
//! numbers of one just before the end, the latter two at a length of [`INNER`]. Its mean is that of the words alone: the marks at
//! both ends and punctuation say something of every text, and in a short one they are as many as its words. Of a model of many
//! languages the deep vector is the text's own, as the model was taught to make it: only that brings languages together.

mod encoder;

use std::{
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
};

use studio_core::embedding::Part;
use tch::{Kind, TchError, Tensor};

use self::encoder::{Dense, Encoder, Layers};
use crate::{
    cutter::{Cutter, Tokens},
    verify::{ModelError, Verified},
};

/// Most texts of one run of the network.
pub(crate) const BATCH: usize = 64;

/// Length of each of the inner parts of a deep vector, beside 1 for the outer. Chosen by cross-validation inside the training
/// data of BANKING77 and CLINC150, as were the layers (docs/understanding.md, "What was tried").
const INNER: f64 = 0.577;
/// A text of which the model knows fewer than one word of so many has no meaning: its vector is that of unknown words, and near to
/// every other text of such.
const FEW_KNOWN: usize = 4;

/// A loaded model. May move to another thread, but is never shared. Whoever serves visitors asks the
/// [`Runtime`](crate::Runtime); this is the way straight through, without queue and cache.
pub struct Network {
    cutter: Cutter,
    /// The token of all words that the model does not know.
    unknown: Option<i64>,
    encoder: Encoder,
    dense: Option<Dense>,
    most_tokens: usize,
    /// Of a text's vector.
    dimensions: usize,
    /// Of a deep vector.
    deep: usize,
    layers: usize,
}

impl Network {
    /// Loads files that were looked at. What the engine still does not like is an error and not a panic.
    pub fn load(verified: &Verified) -> Result<Self, ModelError> {
        catch_unwind(AssertUnwindSafe(|| Self::load_or_panic(verified)))
            .unwrap_or_else(|panic| Err(said(panic.as_ref())))
            .map_err(ModelError::Engine)
    }

    fn load_or_panic(verified: &Verified) -> Result<Self, String> {
        let Verified { folder, reading, .. } = verified;
        let inner = if verified.deep { 2 * verified.hidden } else { 0 };
        let cutter = Cutter::load(folder, reading.cut, reading.lower_case, reading.most_tokens)?;
        Ok(Self {
            unknown: cutter.unknown(),
            cutter,
            encoder: Encoder::load(verified)?,
            dense: verified.dense.as_ref().map(|dense| Dense::load(folder, dense)).transpose()?,
            most_tokens: reading.most_tokens,
            dimensions: verified.dimensions(),
            deep: verified.dimensions() + inner,
            layers: verified.layers,
        })
    }

    /// The vectors of the texts as the model was taught to make them, in their order.
    pub fn vectors(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, String> {
        let texts: Vec<Said> = texts.iter().map(|text| Said::whole(text)).collect();
        let mut vectors: Vec<Vec<f32>> =
            self.read_by(&texts, Counting::Everything, None)?.into_iter().flatten().collect();
        for vector in &mut vectors {
            vector.truncate(self.dimensions);
        }
        Ok(vectors)
    }

    /// For each text its deep vector and those of its parts: zeros for what has no meaning.
    pub(crate) fn read(&self, texts: &[Said]) -> Result<Vec<Vec<Vec<f32>>>, String> {
        let is_deep = self.deep > self.dimensions;
        let counting = if is_deep { Counting::Words } else { Counting::Everything };
        self.read_by(texts, counting, self.unknown)
    }

    /// Texts of similar length go through the network together.
    fn read_by(
        &self,
        texts: &[Said],
        counting: Counting,
        unknown: Option<i64>,
    ) -> Result<Vec<Vec<Vec<f32>>>, String> {
        let plain: Vec<&str> = texts.iter().map(|said| said.text.as_str()).collect();
        let tokens = self.cutter.cut(&plain, self.most_tokens)?;
        let rows: Vec<Row> = texts
            .iter()
            .zip(tokens)
            .map(|(said, tokens)| Row::new(said, tokens, counting, unknown))
            .collect();
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_by_key(|text| rows[*text].ids.len());
        let mut vectors = vec![Vec::new(); texts.len()];
        for batch in order.chunks(BATCH) {
            let lengths: Vec<usize> = batch.iter().map(|text| rows[*text].ids.len()).collect();
            for run in runs(&lengths) {
                let batch = &batch[run];
                let rows: Vec<&Row> = batch.iter().map(|text| &rows[*text]).collect();
                for (text, of_text) in batch.iter().zip(self.run(&rows)?) {
                    vectors[*text] = of_text;
                }
            }
        }
        if vectors.iter().flatten().flatten().any(|number| !number.is_finite()) {
            return Err("the network's numbers are not finite: its weights are damaged".to_owned());
        }
        for (row, of_text) in rows.iter().zip(&mut vectors) {
            let parts = row.parts.iter().zip(of_text);
            for (_, vector) in parts.filter(|(part, _)| !part.has_meaning) {
                vector.fill(0.0);
            }
        }
        Ok(vectors)
    }

    /// One run.
    fn run(&self, rows: &[&Row]) -> Result<Vec<Vec<Vec<f32>>>, String> {
        let longest = rows.iter().map(|row| row.ids.len()).max().unwrap_or(0);
        let most = rows.iter().map(|row| row.parts.len()).max().unwrap_or(0);
        let mut ids = Vec::with_capacity(rows.len() * longest);
        let mut mask: Vec<i64> = Vec::with_capacity(rows.len() * longest);
        // For each part of each text which of its tokens count, inside and in the mean of the last layer.
        let mut counting = vec![0.0_f32; rows.len() * most * longest];
        let mut counting_last = counting.clone();
        for (place, row) in rows.iter().enumerate() {
            ids.extend_from_slice(&row.ids);
            ids.resize(ids.len() + longest - row.ids.len(), 0);
            mask.resize(mask.len() + row.ids.len(), 1);
            mask.resize(mask.len() + longest - row.ids.len(), 0);
            for (part, tokens) in row.parts.iter().enumerate() {
                let first = (place * most + part) * longest;
                for token in &tokens.all {
                    counting[first + token] = 1.0;
                }
                for token in &tokens.last {
                    counting_last[first + token] = 1.0;
                }
            }
        }
        let size = |count: usize| i64::try_from(count).map_err(|error| error.to_string());
        let shape = [size(rows.len())?, size(longest)?];
        let parts = [shape[0], size(most)?, shape[1]];
        let numbers = tch::no_grad(|| {
            let ids = Tensor::from_slice(&ids).f_view(shape).map_err(of_torch)?;
            let mask = Tensor::from_slice(&mask).f_view(shape).map_err(of_torch)?;
            let Layers { last, all } = self.encoder.read(&ids, &mask)?;
            let counting = Tensor::from_slice(&counting).f_view(parts).map_err(of_torch)?;
            let counting_last = Tensor::from_slice(&counting_last).f_view(parts).map_err(of_torch)?;
            let outer = self.outer(&counting_last, &last).map_err(of_torch)?;
            let deep = if self.deep > self.dimensions {
                let layer = |part: usize, of: usize| {
                    let at = (self.layers * part / of).max(1) - 1;
                    all.get(at).ok_or_else(|| format!("the engine has no layer {at}"))
                };
                let inner = mean(&counting, layer(2, 3)?).and_then(|it| unit(&it)).map_err(of_torch)?;
                let greatest = greatest(&counting, layer(5, 6)?).map_err(of_torch)?;
                Tensor::f_cat(&[outer, inner * INNER, greatest * INNER], -1).map_err(of_torch)?
            } else {
                outer
            };
            let flat = deep.f_flatten(0, -1).map_err(of_torch)?;
            Vec::<f32>::try_from(flat.contiguous()).map_err(of_torch)
        })?;
        let mut vectors = numbers.chunks_exact(self.deep).map(<[f32]>::to_vec);
        let of_row = |row: &&Row| {
            let of_row: Vec<Vec<f32>> = vectors.by_ref().take(most).collect();
            of_row.into_iter().take(row.parts.len()).collect()
        };
        Ok(rows.iter().map(of_row).collect())
    }

    /// For each part of each text its own vector.
    fn outer(&self, counting: &Tensor, last: &Tensor) -> Result<Tensor, TchError> {
        let mean = mean(counting, last)?;
        match &self.dense {
            Some(dense) => unit(&dense.apply(&mean)?),
            None => unit(&mean),
        }
    }
}

/// For each part of each text the mean of its words' vectors. `counting` says which words are of it.
fn mean(counting: &Tensor, words: &Tensor) -> Result<Tensor, TchError> {
    let sum = counting.f_bmm(words)?;
    let count = counting.f_sum_dim_intlist([-1_i64].as_slice(), true, Kind::Float)?.f_clamp_min(1.0)?;
    sum.f_div(&count)
}

/// For each part of each text the greatest of its words' numbers, at length 1. Part by part: the words of all at once would
/// take too much memory.
fn greatest(counting: &Tensor, words: &Tensor) -> Result<Tensor, TchError> {
    let of_part = |part: i64| {
        let outside = (counting.f_select(1, part)?.f_unsqueeze(-1)? - 1.0) * 1e9;
        words.f_add(&outside)?.f_amax([1_i64].as_slice(), false)
    };
    let parts = counting.size()[1];
    let all = (0..parts).map(of_part).collect::<Result<Vec<Tensor>, TchError>>()?;
    unit(&Tensor::f_stack(&all, 1)?)
}

fn unit(vectors: &Tensor) -> Result<Tensor, TchError> {
    let length = vectors.f_norm_scalaropt_dim(2, [-1_i64].as_slice(), true)?.f_clamp_min(1e-12)?;
    vectors.f_div(&length)
}

/// A text, and the parts of it whose vectors are wanted beside its own.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) text: String,
    pub(crate) parts: Vec<Part>,
}

impl Said {
    pub(crate) fn whole(text: &str) -> Self {
        Self { text: text.to_owned(), parts: Vec::new() }
    }
}

/// Which tokens of a text make the mean of the last layer.
#[derive(Clone, Copy)]
enum Counting {
    /// All, as the model was taught.
    Everything,
    /// Without the marks at both ends and without punctuation, where anything is left then.
    Words,
}

/// The tokens of a text, and which of them make up the whole and each part.
struct Row {
    ids: Vec<i64>,
    parts: Vec<Counted>,
}

/// The tokens of a part.
struct Counted {
    all: Vec<usize>,
    /// Those of the mean of the last layer.
    last: Vec<usize>,
    has_meaning: bool,
}

impl Row {
    fn new(said: &Said, tokens: Tokens, counting: Counting, unknown: Option<i64>) -> Self {
        let all: Vec<usize> = (0..tokens.ids.len()).collect();
        let of_part = |part: &Part| {
            // A cutter counts characters.
            let place = |at: usize| said.text.get(..at).map_or(usize::MAX, |before| before.chars().count());
            let stretches: Vec<_> = part.iter().map(|it| place(it.start)..place(it.end)).collect();
            let within = |token: &&usize| {
                tokens.places[**token]
                    .is_some_and(|place| stretches.iter().any(|stretch| stretch.contains(&place)))
            };
            let found: Vec<usize> = all.iter().filter(within).copied().collect();
            // Behind where the text was cut nothing is read.
            if found.is_empty() { all.clone() } else { found }
        };
        let characters: Vec<char> = said.text.chars().collect();
        let is_word = |token: &&usize| {
            let place = tokens.places[**token];
            place.and_then(|place| characters.get(place)).is_some_and(|character| !is_punctuation(*character))
        };
        let counted = |all: Vec<usize>| {
            let words: Vec<usize> = match counting {
                Counting::Everything => Vec::new(),
                Counting::Words => all.iter().filter(is_word).copied().collect(),
            };
            let (known, strange): (Vec<usize>, Vec<usize>) =
                all.iter().filter(is_word).partition(|token| Some(tokens.ids[**token]) != unknown);
            let has_meaning = strange.is_empty() || known.len() * FEW_KNOWN >= known.len() + strange.len();
            Counted { last: if words.is_empty() { all.clone() } else { words }, all, has_meaning }
        };
        let parts = std::iter::once(all.clone()).chain(said.parts.iter().map(of_part)).map(counted).collect();
        Self { ids: tokens.ids, parts }
    }
}

/// Marks between words beside those of ASCII and those of general punctuation.
const MARKS: &str = "¡¿«»،؛؟।、。！，．：；？";

/// A mark between words. Signs that are read as words are none.
fn is_punctuation(character: char) -> bool {
    let is_read = matches!(character, '$' | '%' | '&' | '+' | '#' | '@');
    let is_general = ('\u{2010}'..='\u{2027}').contains(&character);
    !is_read && (character.is_ascii_punctuation() || is_general || MARKS.contains(character))
}

/// What a run costs besides its tokens, in tokens. Measured with the default model.
const RUN: usize = 8;

/// How texts of these lengths, the shortest first, are best put into runs: each text of a run costs as much as its longest.
fn runs(lengths: &[usize]) -> Vec<Range<usize>> {
    // For so many of the texts: the least cost, and where the last run begins.
    let mut best: Vec<(usize, usize)> = vec![(0, 0)];
    for end in 1..=lengths.len() {
        let cost = |start: usize| (best[start].0 + RUN + (end - start) * lengths[end - 1], start);
        best.push((0..end).map(cost).min().unwrap_or_default());
    }
    let mut runs = Vec::new();
    let mut end = lengths.len();
    while end > 0 {
        let start = best[end].1;
        runs.push(start..end);
        end = start;
    }
    runs.reverse();
    runs
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
pub(crate) fn of_torch(error: TchError) -> String {
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

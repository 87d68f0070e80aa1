//! An engine that notes what it is asked while somebody waits.

use std::{mem, sync::Mutex};

use studio_core::embedding::{Part, Vector};

use super::{bad_input::Bag, *};

/// What was asked in one run: each text, and the words of each of its parts.
pub(super) type Run = Vec<(String, Vec<String>)>;

/// How it answers whoever waits.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Answers {
    #[default]
    InTime,
    Late,
    /// For each part of a message what the whole says.
    AsTheWhole,
}

/// Makes vectors of words.
#[derive(Debug, Default)]
pub(super) struct Noting {
    bag: Bag,
    runs: Mutex<Vec<Run>>,
    answers: Mutex<Answers>,
}

impl Noting {
    /// From now on.
    pub(super) fn answer(&self, answers: Answers) {
        *self.answers.lock().unwrap() = answers;
    }

    /// What it was asked since it was asked for this.
    pub(super) fn runs(&self) -> Vec<Run> {
        mem::take(&mut self.runs.lock().unwrap())
    }
}

impl Embedder for Noting {
    fn identity(&self) -> &'static str {
        "noting"
    }

    fn dimensions(&self) -> usize {
        self.bag.dimensions()
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<Vector>, EmbedError> {
        self.bag.embed(texts)
    }

    fn embed_now(&self, text: &str) -> Result<Vector, EmbedError> {
        self.bag.embed_now(text)
    }

    fn deep_now(&self, texts: &[(&str, &[Part])]) -> Result<Vec<Vec<Vector>>, EmbedError> {
        let words = |text: &str, part: &Part| -> String {
            part.iter().map(|stretch| &text[stretch.clone()]).collect::<Vec<_>>().join(" ")
        };
        let noted = |(text, parts): &(&str, &[Part])| {
            ((*text).to_owned(), parts.iter().map(|part| words(text, part)).collect())
        };
        self.runs.lock().unwrap().push(texts.iter().map(noted).collect());
        let answers = *self.answers.lock().unwrap();
        match answers {
            Answers::InTime => self.bag.deep_now(texts),
            Answers::Late => Err(EmbedError::Late),
            Answers::AsTheWhole => {
                texts.iter().map(|(text, parts)| Ok(vec![self.embed_now(text)?; 1 + parts.len()])).collect()
            }
        }
    }
}

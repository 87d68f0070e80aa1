//! Who turns texts into vectors whose nearness is nearness of meaning?
//!
//! The one border between the understanding and the engine that runs models: whoever implements [`Embedder`] can take
//! the place of the present one.

use std::{fmt::Debug, ops::Range, sync::Arc};

/// A vector of length 1, or of zeros where the model knows hardly a word of the text. Shared, since vectors are cached.
pub type Vector = Arc<[f32]>;

/// Whether a vector says what its text means: that of a text of unknown words is near to nothing, not even to itself.
pub fn has_meaning(vector: &[f32]) -> bool {
    vector.iter().any(|number| number.abs() > 0.0)
}

/// Stretches of a text that say something together: bytes of it, on borders of characters, in order.
pub type Part = Vec<Range<usize>>;

/// A sentence embedding model that runs.
pub trait Embedder: Debug + Send + Sync {
    /// Name and hash of the weights, and of whatever else a vector depends on: what was learned from one model's vectors is
    /// worthless with another's.
    fn identity(&self) -> &str;

    /// Whether sentences in these two languages (ISO 639-1) that mean the same are near each other.
    fn joins(&self, _one: &str, _other: &str) -> bool {
        false
    }

    /// Numbers of a vector.
    fn dimensions(&self) -> usize;

    /// The vectors of texts, in their order. Waits until they are there, for a bounded time.
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vector>, EmbedError>;

    /// The same for long texts behind everything else: whoever waits for an answer waits for one of them at most, and nothing of
    /// them is kept for later.
    fn embed_aside(&self, texts: &[&str]) -> Result<Vec<Vector>, EmbedError> {
        self.embed(texts)
    }

    /// The vector of one text while somebody waits for the answer: sooner an error than late.
    fn embed_now(&self, text: &str) -> Result<Vector, EmbedError>;

    /// Vectors by which intents are told apart. They begin with that of [`Self::embed`]; what an engine knows besides
    /// stands behind it, so they may be longer than 1, but all of an engine have the same length.
    fn deep(&self, texts: &[&str]) -> Result<Vec<Vector>, EmbedError> {
        self.embed(texts)
    }

    /// For each of some texts its deep vector while somebody waits for all of them, and behind it those of parts of the text, as
    /// they are said there. A part that does not lie in the text is left out of it.
    ///
    /// An engine that sees the words of a sentence needs no more time for the parts than for the text, runs the texts together, and
    /// waits once; otherwise each part is a text of its own.
    fn deep_now(&self, texts: &[(&str, &[Part])]) -> Result<Vec<Vec<Vector>>, EmbedError> {
        let of_text = |(text, parts): &(&str, &[Part])| -> Result<Vec<Vector>, EmbedError> {
            let of_parts = parts.iter().map(|part| {
                let stretches: Vec<&str> =
                    part.iter().filter_map(|stretch| text.get(stretch.clone())).collect();
                self.embed_now(&stretches.join(" "))
            });
            std::iter::once(self.embed_now(text)).chain(of_parts).collect()
        };
        texts.iter().map(of_text).collect()
    }
}

/// Why there are no vectors. The understanding goes on without them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmbedError {
    /// As much waits as may wait.
    #[error("the model has too much to do")]
    Busy,
    #[error("the model did not answer in time")]
    Late,
    /// The model's thread ended; it is being started again.
    #[error("the model is being started again")]
    Down,
    #[error("the model failed: {0}")]
    Failed(String),
}

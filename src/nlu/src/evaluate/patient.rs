//! What does a model say where nobody waits for the answer?

use std::{sync::Arc, thread, time::Duration};

use studio_core::embedding::{EmbedError, Embedder, Part, Vector};

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(20);
/// With the model's own patience, half a minute or more.
const TRIES: usize = 60;

/// Asks again where a model has too much to do or does not answer in time: what is measured is how well it
/// understands, and not how busy the machine is.
#[derive(Debug)]
pub(super) struct Patient(Arc<dyn Embedder>);

impl Patient {
    pub fn with(embedder: Arc<dyn Embedder>) -> Arc<dyn Embedder> {
        Arc::new(Self(embedder))
    }
}

impl Embedder for Patient {
    fn identity(&self) -> &str {
        self.0.identity()
    }

    fn joins(&self, one: &str, other: &str) -> bool {
        self.0.joins(one, other)
    }

    fn dimensions(&self) -> usize {
        self.0.dimensions()
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<Vector>, EmbedError> {
        self.0.embed(texts)
    }

    fn embed_aside(&self, texts: &[&str]) -> Result<Vec<Vector>, EmbedError> {
        self.0.embed_aside(texts)
    }

    fn embed_now(&self, text: &str) -> Result<Vector, EmbedError> {
        until_heard(|| self.0.embed_now(text))
    }

    fn deep(&self, texts: &[&str]) -> Result<Vec<Vector>, EmbedError> {
        self.0.deep(texts)
    }

    fn deep_now(&self, texts: &[(&str, &[Part])]) -> Result<Vec<Vec<Vector>>, EmbedError> {
        until_heard(|| self.0.deep_now(texts))
    }
}

fn until_heard<T>(ask: impl Fn() -> Result<T, EmbedError>) -> Result<T, EmbedError> {
    for _ in 1..TRIES {
        match ask() {
            Err(EmbedError::Busy | EmbedError::Late | EmbedError::Down) => thread::sleep(PAUSE),
            heard => return heard,
        }
    }
    ask()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn who_is_busy_is_asked_again_and_who_fails_is_not() {
        let check = |answers: &[Result<u8, EmbedError>], expected: (Result<u8, EmbedError>, usize)| {
            let asked = Cell::new(0);
            let heard = until_heard(|| {
                asked.set(asked.get() + 1);
                answers[asked.get() - 1].clone()
            });
            assert_eq!((heard, asked.get()), expected);
        };
        check(&[Ok(1)], (Ok(1), 1));
        check(&[Err(EmbedError::Late), Err(EmbedError::Busy), Ok(2)], (Ok(2), 3));
        let failed = || Err(EmbedError::Failed("torn".to_owned()));
        check(&[Err(EmbedError::Down), failed(), Ok(3)], (failed(), 2));
    }
}

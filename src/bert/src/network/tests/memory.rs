//! What becomes of a text for which libtorch gets no memory?
//!
//! A tensor whose stride is zero has as many numbers as one likes and takes no memory. What a layer of such weights makes of a text
//! is larger than any address space: whatever the allocator, it refuses at once and takes nothing.

use std::time::Duration;

use studio_core::embedding::{EmbedError, Embedder as _, Vector};

use super::*;
use crate::{Runtime, Settings, service::Engine};

/// Numbers of four bytes: together a pebibyte, more than a process can address.
const BEYOND: i64 = 1 << 48;
/// For which there is no memory.
const LARGE: &str = "hello worlds";

/// A network that has memory for every text but [`LARGE`].
struct Hungry {
    fits: Network,
    beyond: Network,
    /// Whether libtorch is called as rust-bert does, which panics where our own calls return an error.
    panics: bool,
}

impl Hungry {
    fn load(verified: &Verified, panics: bool) -> Result<Self, ModelError> {
        let mut beyond = Network::load(verified)?;
        let weight = Tensor::zeros([1, 8], (Kind::Float, Device::Cpu)).expand([BEYOND, 8], false);
        beyond.dense = Some(Dense { weight, bias: None, tanh: false });
        Ok(Self { fits: Network::load(verified)?, beyond, panics })
    }
}

impl Engine for Hungry {
    type Question = Said;
    type Answer = Vec<Vector>;
    const BATCH: usize = BATCH;

    fn run(&self, texts: &[Said]) -> Result<Vec<Vec<Vector>>, String> {
        let is_large = texts.iter().any(|said| said.text == LARGE);
        if is_large && self.panics {
            let _ = Tensor::zeros([BEYOND], (Kind::Float, Device::Cpu));
        }
        Engine::run(if is_large { &self.beyond } else { &self.fits }, texts)
    }
}

/// How a text is answered for which there is no memory, and how often the model is loaded anew for it. It goes on answering others.
fn asked(panics: bool) -> (EmbedError, u64) {
    let folder = tempfile::tempdir().unwrap();
    tiny(folder.path());
    let verified = verify(folder.path()).unwrap();
    // Nobody waits here.
    let settings = Settings { patience: Duration::from_mins(1), ..Settings::default() };
    let load = move || Hungry::load(&verified, panics);
    let runtime = Runtime::start("hungry@0".to_owned(), 8, true, 0, settings, load).unwrap();
    let before = runtime.embed_now("hello").unwrap();
    let error = runtime.embed_now(LARGE).unwrap_err();
    runtime.forget();
    assert_eq!(runtime.embed_now("hello").unwrap(), before, "the next text is answered as before");
    let stats = runtime.stats();
    assert_eq!(stats.failures, 1);
    (error, stats.restarts)
}

#[test]
fn a_text_for_which_libtorch_gets_no_memory_goes_without_and_the_next_is_answered() {
    let (error, restarts) = asked(false);
    let EmbedError::Failed(told) = &error else { panic!("{error:?}") };
    assert!(told.contains("can't allocate memory"), "{told}");
    assert_eq!(restarts, 0, "nothing broke");
}

/// It is asked once more, as after every panic.
#[test]
fn nor_does_it_end_the_model_where_libtorch_panics_for_want_of_memory() {
    assert_eq!(asked(true), (EmbedError::Down, 2));
}

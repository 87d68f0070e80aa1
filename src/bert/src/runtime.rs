//! The model that makes sentence vectors, as a service.

use std::{path::Path, time::Duration};

use studio_core::embedding::{EmbedError, Embedder, Vector};

use crate::{
    cache,
    network::{BATCH, Network},
    service::{Engine, Service, Settings},
    stats::Stats,
    verify::{ModelError, Verified, WEIGHTS, identity, verify},
};

/// How long a batch of training waits for its vectors.
const TRAINING_PATIENCE: Duration = Duration::from_mins(1);

impl Engine for Network {
    type Question = String;
    type Answer = Vector;
    const BATCH: usize = BATCH;

    fn run(&self, texts: &[String]) -> Result<Vec<Vector>, String> {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        Ok(self.vectors(&texts)?.into_iter().map(Vector::from).collect())
    }
}

/// A sentence embedding model in its own thread.
pub struct Runtime {
    identity: String,
    dimensions: usize,
    lower_case: bool,
    service: Service<String, Vector>,
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Runtime").field("identity", &self.identity).finish_non_exhaustive()
    }
}

impl Runtime {
    /// Looks at the files of a folder, loads them, and starts the model's thread.
    pub fn open(folder: &Path, settings: Settings) -> Result<Self, ModelError> {
        let verified = verify(folder)?;
        let (identity, bytes) = identity(folder, &folder.join(WEIGHTS))?;
        let dimensions = usize::try_from(verified.shape.hidden_size)
            .map_err(|error| ModelError::Engine(error.to_string()))?;
        let lower_case = verified.reading.lower_case;
        Self::start(identity, dimensions, lower_case, bytes, settings, move || load(&verified))
    }

    pub(crate) fn start<E: Engine<Question = String, Answer = Vector>>(
        identity: String,
        dimensions: usize,
        lower_case: bool,
        bytes: u64,
        settings: Settings,
        load: impl Fn() -> Result<E, ModelError> + Send + 'static,
    ) -> Result<Self, ModelError> {
        let service = Service::start(bytes, settings, load)?;
        Ok(Self { identity, dimensions, lower_case, service })
    }

    /// What the model has done so far.
    pub fn stats(&self) -> Stats {
        self.service.stats()
    }
}

impl Embedder for Runtime {
    fn identity(&self) -> &str {
        &self.identity
    }

    fn dimensions(&self) -> usize {
        self.dimensions
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<Vector>, EmbedError> {
        // Sorted by length once for all, so that a batch holds texts of one length; visitors come in between.
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_by_key(|text| texts[*text].len());
        let nothing: Vector = Vec::new().into();
        let mut vectors = vec![nothing; texts.len()];
        for batch in order.chunks(BATCH) {
            let of_batch: Vec<String> = batch.iter().map(|text| texts[*text].to_owned()).collect();
            for (text, vector) in batch.iter().zip(self.service.ask(&of_batch, true, TRAINING_PATIENCE)?) {
                vectors[*text] = vector;
            }
        }
        Ok(vectors)
    }

    fn embed_now(&self, text: &str) -> Result<Vector, EmbedError> {
        let key = cache::key(text, self.lower_case);
        self.service.ask_now(key.clone(), key)
    }
}

fn load(verified: &Verified) -> Result<Network, ModelError> {
    let network = Network::load(verified)?;
    // The first run prepares much; nobody should wait for it.
    network.vectors(&["hello"]).map_err(ModelError::Engine)?;
    Ok(network)
}

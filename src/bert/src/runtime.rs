//! The model that makes sentence vectors, as a service.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sha2::{Digest as _, Sha256};
use studio_core::embedding::{EmbedError, Embedder, Part, Vector};

use crate::{
    breakpoint,
    cache::{self, Digest},
    network::{BATCH, Network, Said},
    own::{Across, FILES},
    service::{Engine, Service, Settings},
    stats::Stats,
    verify::{ModelError, Verified, WEIGHTS, hash, identity, verify},
};

/// How long a batch of training waits for its vectors.
const TRAINING_PATIENCE: Duration = Duration::from_mins(1);
/// Deep vectors of phrases that are kept, 4.6 kB each with the default model.
const MOST_TAUGHT: usize = 16_000;

impl Engine for Network {
    type Question = Said;
    type Answer = Vec<Vector>;
    const BATCH: usize = BATCH;

    fn run(&self, texts: &[Said]) -> Result<Vec<Vec<Vector>>, String> {
        breakpoint::panic(texts);
        let answers = self.read(texts)?.into_iter();
        Ok(answers.map(|vectors| vectors.into_iter().map(Vector::from).collect()).collect())
    }
}

/// A sentence embedding model in its own thread.
pub struct Runtime {
    identity: String,
    dimensions: usize,
    lower_case: bool,
    across: Across,
    /// Answers with the deep vector of a text and those of its parts.
    service: Service<Said, Vec<Vector>>,
    /// Deep vectors of what bots were taught, by the digest of the normalised text, so that a bot of which little was changed
    /// is soon trained anew.
    taught: Mutex<HashMap<Digest, Vector>>,
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Runtime").field("identity", &self.identity).finish_non_exhaustive()
    }
}

impl Runtime {
    /// Looks at the files of a folder, loads them, and starts the model's thread. `across` are the languages that the model
    /// brings together.
    pub fn open(folder: &Path, across: Across, settings: Settings) -> Result<Self, ModelError> {
        let verified = verify(folder)?;
        let verified = Verified { deep: across == Across::None, ..verified };
        let (mut identity, bytes) = identity(folder, &folder.join(WEIGHTS))?;
        identity.push('.');
        identity.push_str(&of_the_rest(folder)?);
        if across != Across::None {
            // The same weights are not listened to in the same way.
            identity.insert_str(0, "multilingual:");
        }
        let (dimensions, lower_case) = (verified.dimensions(), verified.reading.lower_case);
        let load = move || load(&verified);
        Ok(Self { across, ..Self::start(identity, dimensions, lower_case, bytes, settings, load)? })
    }

    pub(crate) fn start<E: Engine<Question = Said, Answer = Vec<Vector>>>(
        identity: String,
        dimensions: usize,
        lower_case: bool,
        bytes: u64,
        settings: Settings,
        load: impl Fn() -> Result<E, ModelError> + Send + 'static,
    ) -> Result<Self, ModelError> {
        let service = Service::start(bytes, settings, load)?;
        let across = Across::None;
        Ok(Self { identity, dimensions, lower_case, across, service, taught: Mutex::default() })
    }

    fn taught(&self) -> MutexGuard<'_, HashMap<Digest, Vector>> {
        self.taught.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The vector that a deep one begins with.
    fn outer(&self, deep: &Vector) -> Vector {
        deep.get(..self.dimensions).map_or_else(|| deep.clone(), Vector::from)
    }

    /// What the model has done so far.
    pub fn stats(&self) -> Stats {
        self.service.stats()
    }

    /// Keeps nothing of what visitors said.
    pub fn forget(&self) {
        self.service.forget();
    }
}

impl Embedder for Runtime {
    fn identity(&self) -> &str {
        &self.identity
    }

    fn joins(&self, one: &str, other: &str) -> bool {
        self.across.joins(one, other)
    }

    fn dimensions(&self) -> usize {
        self.dimensions
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<Vector>, EmbedError> {
        Ok(self.deep(texts)?.iter().map(|deep| self.outer(deep)).collect())
    }

    fn embed_aside(&self, texts: &[&str]) -> Result<Vec<Vector>, EmbedError> {
        let vector = |text: &&str| {
            let said = Said::whole(&cache::key(text, self.lower_case));
            let deep = self.service.ask(&[said], true, TRAINING_PATIENCE)?.into_iter().flatten().next();
            let deep = deep.ok_or_else(|| EmbedError::Failed("no answer came".to_owned()))?;
            Ok(self.outer(&deep))
        };
        texts.iter().map(vector).collect()
    }

    fn embed_now(&self, text: &str) -> Result<Vector, EmbedError> {
        let deep = self.deep_now(&[(text, &[])])?;
        deep.first()
            .and_then(|of_text| of_text.first())
            .map(|deep| self.outer(deep))
            .ok_or_else(|| EmbedError::Failed("no answer came".to_owned()))
    }

    fn deep(&self, texts: &[&str]) -> Result<Vec<Vector>, EmbedError> {
        let keys: Vec<String> = texts.iter().map(|text| cache::key(text, self.lower_case)).collect();
        let mut known: HashMap<&str, Vector> = HashMap::new();
        {
            let taught = self.taught();
            let found =
                keys.iter().filter_map(|key| Some((key.as_str(), taught.get(&cache::digest(key))?.clone())));
            known.extend(found);
        }
        // Sorted by length once for all, so that a batch holds texts of one length; visitors come in between.
        let mut new: Vec<&str> =
            keys.iter().map(String::as_str).filter(|key| !known.contains_key(key)).collect();
        new.sort_unstable_by_key(|key| (key.len(), *key));
        new.dedup();
        for batch in new.chunks(BATCH) {
            let of_batch: Vec<Said> = batch.iter().map(|key| Said::whole(key)).collect();
            let vectors = self.service.ask(&of_batch, true, TRAINING_PATIENCE)?.into_iter().flatten();
            known.extend(batch.iter().copied().zip(vectors));
        }
        let mut taught = self.taught();
        if taught.len() + new.len() > MOST_TAUGHT {
            taught.clear();
        }
        let kept = known.iter().take(MOST_TAUGHT).map(|(key, vector)| (cache::digest(key), vector.clone()));
        taught.extend(kept);
        let vector = |key: &String| known.get(key.as_str()).cloned();
        let vectors =
            keys.iter().map(|key| vector(key).ok_or_else(|| EmbedError::Failed("no answer came".to_owned())));
        vectors.collect()
    }

    fn deep_now(&self, texts: &[(&str, &[Part])]) -> Result<Vec<Vec<Vector>>, EmbedError> {
        let asked = texts.iter().map(|(text, parts)| {
            if parts.is_empty() {
                let key = cache::key(text, self.lower_case);
                let said = Said::whole(&key);
                return (key, said);
            }
            // Where the parts lie says nothing in a text that was normalised.
            (format!("{text}\0{parts:?}"), Said { text: (*text).to_owned(), parts: parts.to_vec() })
        });
        self.service.ask_all_now(asked.collect())
    }
}

/// Stands for all besides the weights that a vector depends on: how a text is cut, and what is made of the network's numbers.
fn of_the_rest(folder: &Path) -> Result<String, ModelError> {
    let mut sum = Sha256::new();
    for file in FILES {
        let path = folder.join(file);
        if path.exists() {
            sum.update(file);
            sum.update(hash(&path)?);
        }
    }
    Ok(hex::encode(&sum.finalize()[..4]))
}

fn load(verified: &Verified) -> Result<Network, ModelError> {
    let network = Network::load(verified)?;
    // The first run prepares much; nobody should wait for it.
    network.vectors(&["hello"]).map_err(ModelError::Engine)?;
    Ok(network)
}

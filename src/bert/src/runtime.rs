//! How does one model serve many askers?
//!
//! 1. One thread owns the network; a bounded queue leads to it. What does not fit in is refused at once.
//! 2. The thread takes all that waits, up to a batch, and runs it together. Where the batch before held several texts,
//!    more are about to come, and it waits for them a moment.
//! 3. Whoever asks waits for a bounded time. A text that was asked for before is answered from the cache.
//! 4. If the network panics, its thread loads it anew; who was waiting asks once more, and if that fails too,
//!    understands without vectors. No turn is lost by it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, Once, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    time::{Duration, Instant},
};

use studio_core::embedding::{EmbedError, Embedder, Vector};

use crate::{
    cache::{self, Cache},
    network::{BATCH, Network, said},
    stats::{Counters, Stats},
    verify::{ModelError, Verified, WEIGHTS, hash, verify},
};

/// How much a model may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Processor threads of all models together; 0 takes all that there are.
    pub threads: usize,
    /// Askers that may wait.
    pub queue: usize,
    /// Vectors that are kept.
    pub cache: usize,
    /// How long a visitor's message waits for its vector.
    pub patience: Duration,
    /// How long more texts are waited for, where they come in crowds.
    pub linger: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            threads: 0,
            queue: 256,
            cache: 8192,
            patience: Duration::from_millis(500),
            linger: Duration::from_millis(2),
        }
    }
}

/// How long a batch of training waits for its vectors.
const TRAINING_PATIENCE: Duration = Duration::from_mins(1);
/// How long a model rests that failed to load again.
const REST: Duration = Duration::from_secs(1);

/// What runs texts through a network: a model of ours, or another in tests.
pub(crate) trait Engine {
    fn vectors(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, String>;
}

impl Engine for Network {
    fn vectors(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, String> {
        Network::vectors(self, texts)
    }
}

/// One asker's texts.
struct Job {
    texts: Vec<String>,
    reply: SyncSender<Result<Vec<Vector>, EmbedError>>,
    /// Texts of a training go by themselves, so that the same lessons give the same numbers to the last bit.
    alone: bool,
}

/// A sentence embedding model in its own thread.
pub struct Runtime {
    identity: String,
    dimensions: usize,
    lower_case: bool,
    settings: Settings,
    queue: SyncSender<Job>,
    cache: Mutex<Cache>,
    counters: Arc<Counters>,
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Runtime").field("identity", &self.identity).finish_non_exhaustive()
    }
}

impl Runtime {
    /// Looks at the files of a folder, loads them, and starts the model's thread.
    pub fn open(folder: &std::path::Path, settings: Settings) -> Result<Self, ModelError> {
        let verified = verify(folder)?;
        let weights = hash(&folder.join(WEIGHTS))?;
        let name = folder.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let identity = format!("{name}@{}", &weights[..16]);
        set_threads(settings.threads);
        let dimensions = usize::try_from(verified.shape.hidden_size)
            .map_err(|error| ModelError::Engine(error.to_string()))?;
        let bytes = std::fs::metadata(folder.join(WEIGHTS)).map_or(0, |data| data.len());
        let lower_case = verified.reading.lower_case;
        Self::start(identity, dimensions, lower_case, bytes, settings, move || load(&verified))
    }

    /// `load` is called in the model's thread, and again whenever the network has panicked.
    pub(crate) fn start<E: Engine>(
        identity: String,
        dimensions: usize,
        lower_case: bool,
        bytes: u64,
        settings: Settings,
        load: impl Fn() -> Result<E, ModelError> + Send + 'static,
    ) -> Result<Self, ModelError> {
        let (queue, jobs) = sync_channel(settings.queue.max(1));
        let counters = Arc::new(Counters::new(bytes));
        let (ready, loaded) = sync_channel(1);
        let thread = Thread { jobs, counters: counters.clone(), linger: settings.linger };
        std::thread::Builder::new()
            .name("model".to_owned())
            .spawn(move || thread.run(&load, &ready))
            .map_err(|error| ModelError::Engine(error.to_string()))?;
        loaded.recv().map_err(|error| ModelError::Engine(error.to_string()))??;
        let cache = Mutex::new(Cache::new(settings.cache));
        Ok(Self { identity, dimensions, lower_case, settings, queue, cache, counters })
    }

    /// What the model has done so far.
    pub fn stats(&self) -> Stats {
        self.counters.stats(self.cache().len())
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the thread, and once more if it went down over the answer.
    fn ask(&self, texts: &[&str], alone: bool, patience: Duration) -> Result<Vec<Vector>, EmbedError> {
        let until = Instant::now() + patience;
        let answer = match self.ask_once(texts, alone, until) {
            Err(EmbedError::Down) => self.ask_once(texts, alone, until),
            answer => answer,
        };
        if let Err(error) = &answer {
            self.counters.failed(error);
        }
        answer
    }

    fn ask_once(&self, texts: &[&str], alone: bool, until: Instant) -> Result<Vec<Vector>, EmbedError> {
        let (reply, answer) = sync_channel(1);
        let job = Job { texts: texts.iter().map(|text| (*text).to_owned()).collect(), reply, alone };
        if alone {
            // A training may wait; it is a visitor who may not.
            self.queue.send(job).map_err(|_| EmbedError::Down)?;
        } else {
            self.queue.try_send(job).map_err(|error| match error {
                TrySendError::Full(_) => EmbedError::Busy,
                TrySendError::Disconnected(_) => EmbedError::Down,
            })?;
        }
        match answer.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => Err(EmbedError::Late),
            Err(RecvTimeoutError::Disconnected) => Err(EmbedError::Down),
        }
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
            let of_batch: Vec<&str> = batch.iter().map(|text| texts[*text]).collect();
            for (text, vector) in batch.iter().zip(self.ask(&of_batch, true, TRAINING_PATIENCE)?) {
                vectors[*text] = vector;
            }
        }
        Ok(vectors)
    }

    fn embed_now(&self, text: &str) -> Result<Vector, EmbedError> {
        let start = Instant::now();
        let key = cache::key(text, self.lower_case);
        if let Some(vector) = self.cache().get(&key) {
            self.counters.hit();
            return Ok(vector);
        }
        let vector = self
            .ask(&[&key], false, self.settings.patience)?
            .pop()
            .ok_or_else(|| EmbedError::Failed("no vector came".to_owned()))?;
        self.counters.answered(start.elapsed());
        self.cache().put(key, vector.clone());
        Ok(vector)
    }
}

/// The thread that owns a network.
struct Thread {
    jobs: Receiver<Job>,
    counters: Arc<Counters>,
    linger: Duration,
}

impl Thread {
    fn run<E: Engine>(
        &self,
        load: &impl Fn() -> Result<E, ModelError>,
        ready: &SyncSender<Result<(), ModelError>>,
    ) {
        let mut network = match load() {
            Ok(network) => network,
            Err(error) => {
                let _ = ready.send(Err(error));
                return;
            }
        };
        if ready.send(Ok(())).is_err() {
            return;
        }
        loop {
            match catch_unwind(AssertUnwindSafe(|| self.serve(&network))) {
                Ok(()) => return,
                Err(panic) => tracing::error!(panic = said(panic.as_ref()), "model.panicked"),
            }
            self.counters.restarted();
            loop {
                match load() {
                    Ok(fresh) => {
                        network = fresh;
                        break;
                    }
                    Err(error) => {
                        tracing::error!(%error, "model.load.failed");
                        // Those who wait must not wait for this.
                        while let Ok(job) = self.jobs.try_recv() {
                            let _ = job.reply.send(Err(EmbedError::Failed(error.to_string())));
                        }
                        std::thread::sleep(REST);
                    }
                }
            }
        }
    }

    /// Until nobody can ask any more.
    fn serve(&self, network: &impl Engine) {
        let mut crowded = false;
        let mut next: Option<Job> = None;
        loop {
            let Some(first) = next.take().or_else(|| self.jobs.recv().ok()) else { return };
            let mut jobs = vec![first];
            let until = Instant::now() + if crowded { self.linger } else { Duration::ZERO };
            while !jobs[0].alone && jobs.len() < BATCH {
                let wait = until.saturating_duration_since(Instant::now());
                match self.jobs.recv_timeout(wait) {
                    Ok(job) if job.alone => {
                        next = Some(job);
                        break;
                    }
                    Ok(job) => jobs.push(job),
                    Err(_) => break,
                }
            }
            crowded = jobs.len() > 1;
            self.answer(network, &jobs);
        }
    }

    fn answer(&self, network: &impl Engine, jobs: &[Job]) {
        let texts: Vec<&str> = jobs.iter().flat_map(|job| job.texts.iter().map(String::as_str)).collect();
        let start = Instant::now();
        let answer = network.vectors(&texts);
        self.counters.ran(texts.len(), start.elapsed());
        match answer {
            Ok(vectors) => {
                let mut vectors = vectors.into_iter().map(Vector::from);
                for job in jobs {
                    // Whoever waited too long is gone.
                    let _ = job.reply.send(Ok(vectors.by_ref().take(job.texts.len()).collect()));
                }
            }
            Err(error) => {
                for job in jobs {
                    let _ = job.reply.send(Err(EmbedError::Failed(error.clone())));
                }
            }
        }
    }
}

fn load(verified: &Verified) -> Result<Network, ModelError> {
    let network = Network::load(verified)?;
    // The first run prepares much; nobody should wait for it.
    network.vectors(&["hello"]).map_err(ModelError::Engine)?;
    Ok(network)
}

/// libtorch takes the number of its threads once.
fn set_threads(threads: usize) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
        let threads = if threads == 0 { cores } else { threads.min(cores) };
        tch::set_num_threads(i32::try_from(threads).unwrap_or(1));
        tch::set_num_interop_threads(1);
    });
}

#[cfg(test)]
mod tests;

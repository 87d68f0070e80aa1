//! How does one model serve many askers?
//!
//! 1. One thread owns the network; a bounded queue leads to it. What does not fit in is refused at once.
//! 2. The thread takes all that waits, up to a batch, and runs it together. Where the batch before held several questions,
//!    more are about to come, and it waits for them a moment.
//! 3. Whoever asks waits for a bounded time. What was asked before is answered from the cache.
//!    A run in which somebody waited in vain keeps nobody else waiting: until it comes to its end, who asks is refused at once.
//! 4. If the network panics, its thread loads it anew; who was waiting asks once more, and if that fails too, goes on
//!    without the model. No turn is lost by it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, Once, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    time::{Duration, Instant},
};

use studio_core::embedding::EmbedError;

use crate::{
    cache::Cache,
    network::said,
    room::must_fit,
    stats::{Counters, Stats, resident},
    verify::ModelError,
};

/// How much a model may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Processor threads of all models together; 0 takes all that there are.
    pub threads: usize,
    /// Askers that may wait.
    pub queue: usize,
    /// Answers that are kept.
    pub cache: usize,
    /// How long a visitor's message waits for its answer.
    pub patience: Duration,
    /// How long more questions are waited for, where they come in crowds.
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

/// Between two lines that say that messages go without the model.
const TELL_EVERY: Duration = Duration::from_secs(10);
/// Not the number of any round.
const NEVER: u64 = u64::MAX;
/// How long a model rests that failed to load again.
const REST: Duration = Duration::from_secs(1);

/// What answers questions: a network of ours, or another in tests.
pub(crate) trait Engine {
    type Question: Clone + Send + 'static;
    type Answer: Clone + Send + 'static;

    /// Most askers of one run.
    const BATCH: usize;

    /// An answer for each question, in their order.
    fn run(&self, questions: &[Self::Question]) -> Result<Vec<Self::Answer>, String>;
}

/// One asker's questions.
struct Job<Q, A> {
    questions: Vec<Q>,
    reply: SyncSender<Result<Vec<A>, EmbedError>>,
    /// When the asker goes.
    until: Instant,
    /// Texts of a training go by themselves, so that the same lessons give the same numbers to the last bit.
    alone: bool,
}

/// A network in its own thread.
pub(crate) struct Service<Q, A> {
    settings: Settings,
    queue: SyncSender<Job<Q, A>>,
    cache: Mutex<Cache<A>>,
    counters: Arc<Counters>,
    /// How often the thread was ready for more.
    rounds: Arc<AtomicU64>,
    /// The round in which somebody waited in vain.
    stuck_in: AtomicU64,
    /// When it was last told that messages go without the model, and how many have since.
    told: Mutex<(Option<Instant>, u64)>,
}

impl<Q: Clone + Send + 'static, A: Clone + Send + 'static> Service<Q, A> {
    /// `load` is called in the model's thread, and again whenever the network has panicked. `bytes` is the size of its
    /// weights.
    pub(crate) fn start<E: Engine<Question = Q, Answer = A>>(
        bytes: u64,
        settings: Settings,
        load: impl Fn() -> Result<E, ModelError> + Send + 'static,
    ) -> Result<Self, ModelError> {
        must_fit(bytes)?;
        set_threads(settings.threads);
        let (queue, jobs) = sync_channel(settings.queue.max(1));
        let counters = Arc::new(Counters::new(bytes));
        let (ready, loaded) = sync_channel(1);
        let rounds = Arc::new(AtomicU64::new(0));
        let thread =
            Thread { jobs, counters: counters.clone(), linger: settings.linger, rounds: rounds.clone() };
        std::thread::Builder::new()
            .name("model".to_owned())
            .spawn(move || thread.run(&load, &ready))
            .map_err(|error| ModelError::Engine(error.to_string()))?;
        loaded.recv().map_err(|error| ModelError::Engine(error.to_string()))??;
        Ok(Self {
            settings,
            queue,
            cache: Mutex::new(Cache::new(settings.cache)),
            counters,
            rounds,
            stuck_in: AtomicU64::new(NEVER),
            told: Mutex::new((None, 0)),
        })
    }

    /// What the model has done so far.
    pub(crate) fn stats(&self) -> Stats {
        self.counters.stats(self.cache().len())
    }

    /// Keeps no answer any more: it may be about somebody who was forgotten.
    pub(crate) fn forget(&self) {
        *self.cache() = Cache::new(self.settings.cache);
    }

    fn cache(&self) -> MutexGuard<'_, Cache<A>> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer to one question while somebody waits for it, from the cache where it was asked before. `key` is all that
    /// the answer depends on.
    pub(crate) fn ask_now(&self, key: &str, question: Q) -> Result<A, EmbedError> {
        self.ask_within(key, question, self.settings.patience)
    }

    /// The same, waiting for as long as this.
    pub(crate) fn ask_within(&self, key: &str, question: Q, patience: Duration) -> Result<A, EmbedError> {
        self.ask_all_within(vec![(key.to_owned(), question)], patience)?.pop().ok_or_else(no_answer)
    }

    /// The answers to several questions, each with its key, in their order: what is not in the cache is asked together, and waited
    /// for once.
    pub(crate) fn ask_all_now(&self, asked: Vec<(String, Q)>) -> Result<Vec<A>, EmbedError> {
        self.ask_all_within(asked, self.settings.patience)
    }

    fn ask_all_within(&self, asked: Vec<(String, Q)>, patience: Duration) -> Result<Vec<A>, EmbedError> {
        let start = Instant::now();
        let mut answers: Vec<Option<A>> = {
            let mut cache = self.cache();
            asked.iter().map(|(key, _)| cache.get(key)).collect()
        };
        let (mut keys, mut questions) = (Vec::new(), Vec::new());
        for ((key, question), answer) in asked.into_iter().zip(&answers) {
            if answer.is_some() {
                self.counters.hit();
            } else {
                keys.push(key);
                questions.push(question);
            }
        }
        if !questions.is_empty() {
            let mut new = self.ask(&questions, false, patience)?.into_iter();
            self.counters.answered(start.elapsed());
            let mut cache = self.cache();
            for (key, place) in keys.iter().zip(answers.iter_mut().filter(|answer| answer.is_none())) {
                let answer = new.next().ok_or_else(no_answer)?;
                cache.put(key, answer.clone());
                *place = Some(answer);
            }
        }
        answers.into_iter().map(|answer| answer.ok_or_else(no_answer)).collect()
    }

    /// Asks the thread, and once more if it went down over the answer.
    pub(crate) fn ask(&self, questions: &[Q], alone: bool, patience: Duration) -> Result<Vec<A>, EmbedError> {
        let until = Instant::now() + patience;
        let answer = match self.ask_once(questions, alone, until) {
            Err(EmbedError::Down) => self.ask_once(questions, alone, until),
            answer => answer,
        };
        if let Err(error) = &answer {
            self.counters.failed(error);
            self.tell(error);
        }
        answer
    }

    fn tell(&self, error: &EmbedError) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.1 += 1;
        if told.0.is_none_or(|last| last.elapsed() >= TELL_EVERY) {
            tracing::warn!(%error, times = told.1, "model.unheard");
            *told = (Some(Instant::now()), 0);
        }
    }

    fn ask_once(&self, questions: &[Q], alone: bool, until: Instant) -> Result<Vec<A>, EmbedError> {
        let round = self.rounds.load(Ordering::Acquire);
        if !alone && self.stuck_in.load(Ordering::Acquire) == round {
            return Err(EmbedError::Busy);
        }
        let (reply, answer) = sync_channel(1);
        let job = Job { questions: questions.to_vec(), reply, until, alone };
        self.counters.queued();
        let queued = if alone {
            // A training may wait; it is a visitor who may not.
            self.queue.send(job).map_err(|_| EmbedError::Down)
        } else {
            self.queue.try_send(job).map_err(|error| match error {
                TrySendError::Full(_) => EmbedError::Busy,
                TrySendError::Disconnected(_) => EmbedError::Down,
            })
        };
        queued.inspect_err(|_| self.counters.unqueued())?;
        match answer.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => {
                if self.rounds.load(Ordering::Acquire) == round {
                    self.stuck_in.store(round, Ordering::Release);
                }
                Err(EmbedError::Late)
            }
            Err(RecvTimeoutError::Disconnected) => Err(EmbedError::Down),
        }
    }
}

fn no_answer() -> EmbedError {
    EmbedError::Failed("no answer came".to_owned())
}

/// The thread that owns a network.
struct Thread<Q, A> {
    jobs: Receiver<Job<Q, A>>,
    counters: Arc<Counters>,
    linger: Duration,
    rounds: Arc<AtomicU64>,
}

impl<Q: Clone, A> Thread<Q, A> {
    fn run<E: Engine<Question = Q, Answer = A>>(
        &self,
        load: &impl Fn() -> Result<E, ModelError>,
        ready: &SyncSender<Result<(), ModelError>>,
    ) {
        let mut network = match self.load_first(load) {
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
                match guarded(load) {
                    Ok(fresh) => {
                        network = fresh;
                        break;
                    }
                    Err(error) => {
                        tracing::error!(%error, "model.load.failed");
                        // Those who wait must not wait for this.
                        while let Ok(job) = self.jobs.try_recv().inspect(|_| self.counters.unqueued()) {
                            let _ = job.reply.send(Err(EmbedError::Failed(error.to_string())));
                        }
                        std::thread::sleep(REST);
                    }
                }
            }
        }
    }

    /// Loads the network, one model at a time, so that none is charged with what another takes.
    fn load_first<E>(&self, load: &impl Fn() -> Result<E, ModelError>) -> Result<E, ModelError> {
        static LOADING: Mutex<()> = Mutex::new(());
        let _loading = LOADING.lock().unwrap_or_else(PoisonError::into_inner);
        let before = resident();
        let network = guarded(load)?;
        self.counters.grew(before, resident());
        Ok(network)
    }

    /// Until nobody can ask any more.
    fn serve<E: Engine<Question = Q, Answer = A>>(&self, network: &E) {
        let mut crowded = false;
        let mut next: Option<Job<Q, A>> = None;
        loop {
            self.rounds.fetch_add(1, Ordering::AcqRel);
            let receive = || self.jobs.recv().ok().inspect(|_| self.counters.unqueued());
            let Some(first) = next.take().or_else(receive) else { return };
            let mut jobs = vec![first];
            let until = Instant::now() + if crowded { self.linger } else { Duration::ZERO };
            while !jobs[0].alone && jobs.len() < E::BATCH {
                let wait = until.saturating_duration_since(Instant::now());
                match self.jobs.recv_timeout(wait).inspect(|_| self.counters.unqueued()) {
                    Ok(job) if job.alone => {
                        next = Some(job);
                        break;
                    }
                    Ok(job) => jobs.push(job),
                    Err(_) => break,
                }
            }
            crowded = jobs.len() > 1;
            // Whoever is gone costs those who wait no time.
            let now = Instant::now();
            jobs.retain(|job| now < job.until);
            if jobs.is_empty() {
                continue;
            }
            self.answer(network, &jobs);
        }
    }

    fn answer<E: Engine<Question = Q, Answer = A>>(&self, network: &E, jobs: &[Job<Q, A>]) {
        let questions: Vec<Q> = jobs.iter().flat_map(|job| job.questions.iter().cloned()).collect();
        let start = Instant::now();
        let answers = network.run(&questions);
        self.counters.ran(questions.len(), start.elapsed());
        let answers = answers.and_then(|answers| {
            if answers.len() == questions.len() {
                return Ok(answers);
            }
            Err(format!("{} answers came to {} questions", answers.len(), questions.len()))
        });
        match answers {
            Ok(answers) => {
                let mut answers = answers.into_iter();
                for job in jobs {
                    // Whoever waited too long is gone.
                    let _ = job.reply.send(Ok(answers.by_ref().take(job.questions.len()).collect()));
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

/// What is loaded, a panic being an error: the thread must live to try again.
fn guarded<E>(load: &impl Fn() -> Result<E, ModelError>) -> Result<E, ModelError> {
    catch_unwind(AssertUnwindSafe(load)).unwrap_or_else(|panic| Err(ModelError::Engine(said(panic.as_ref()))))
}

/// libtorch takes the number of its threads once.
fn set_threads(threads: usize) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let threads = threads_of(threads, cores());
        tch::set_num_threads(i32::try_from(threads).unwrap_or(1));
        tch::set_num_interop_threads(1);
    });
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
}

/// So many of the cores as the settings want.
fn threads_of(wanted: usize, cores: usize) -> usize {
    if wanted == 0 { cores } else { wanted.min(cores) }
}

#[cfg(test)]
mod tests;

//! Which of the models that translate are there, and how are they asked?
//!
//! Whether a model has a pair of languages stands in its files; it is loaded, in a thread of its own, when a bot is published that
//! wants the pair, or when it is first asked. Who asks waits no longer than the limit, whatever is loaded meanwhile.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use studio_bert::{
    Entry, KNOWN, Own, Pairs, Settings, Stats, TORCH_WEIGHTS, Task, Translations, WEIGHTS, own,
};
use studio_core::translation::{Marking, TranslateError, Translator};

use super::engine::same;

/// How long a model that could not be loaded is left alone.
const REST: Duration = Duration::from_mins(5);
/// Digits of a hash that tell weights apart.
pub(super) const DIGITS: usize = 16;

/// The models that translate.
#[derive(Debug)]
pub struct Translators {
    models: Vec<Local>,
    /// Why others of those that are wanted are none.
    pub problems: Vec<String>,
    /// Longest time of one call.
    limit: Duration,
}

/// A model, loaded or not.
#[derive(Debug)]
struct Local {
    name: String,
    /// Name and hash of the weights.
    version: String,
    folder: PathBuf,
    pairs: Pairs,
    settings: Settings,
    opening: Arc<Opening>,
}

#[derive(Debug, Default)]
struct Opening {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Closed,
    Opening,
    Open(Arc<Translations>),
    Broken(String, Instant),
}

impl Translators {
    /// The models of these names, in this order; all that there are where none is named, those for one pair of languages first.
    pub fn find(named: &[String], folder: &Path, settings: Settings, limit: Duration) -> Self {
        let known = KNOWN.iter().filter(|entry| entry.does == Task::Translation);
        let mut all: Vec<(String, String)> = known
            .filter(|entry| folder.join(entry.name).exists())
            .map(|entry| (entry.name.to_owned(), hash_of_known(entry)))
            .collect();
        let own = own(folder).into_iter().filter(|own| own.told.does == Task::Translation);
        all.extend(own.map(|own| (own.name.clone(), hash_of(&own))));
        let (mut models, mut problems) = (Vec::new(), Vec::new());
        for name in named.iter().filter(|name| all.iter().all(|(there, _)| there != *name)) {
            problems.push(format!("there is no model {name} that translates in {}", folder.display()));
        }
        for (name, hash) in all.into_iter().filter(|(name, _)| named.is_empty() || named.contains(name)) {
            let folder = folder.join(&name);
            match Pairs::look(&folder) {
                Ok(pairs) => models.push(Local {
                    version: format!("{name}@{}", &hash[..hash.floor_char_boundary(DIGITS)]),
                    name,
                    folder,
                    pairs,
                    settings,
                    opening: Arc::default(),
                }),
                Err(error) => problems.push(format!("{name}: {error}")),
            }
        }
        let place = |name: &str| named.iter().position(|one| one == name);
        models.sort_by_key(|model| (place(&model.name), !model.pairs.is_one()));
        Self { models, problems, limit }
    }

    /// The names of those that can be asked.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.models.iter().map(|model| model.name.as_str())
    }

    /// What a model has done, if it is open.
    pub fn stats(&self, name: &str) -> Option<Stats> {
        let model = self.models.iter().find(|model| model.name == name)?;
        match &*model.opening.lock() {
            State::Open(model) => Some(model.stats()),
            State::Closed | State::Opening | State::Broken(..) => None,
        }
    }

    /// Has those that are open keep nothing of what visitors said.
    pub fn forget(&self) {
        for model in &self.models {
            match &*model.opening.lock() {
                State::Open(model) => model.forget(),
                State::Closed | State::Opening | State::Broken(..) => {}
            }
        }
    }

    fn of(&self, from: &str, to: &str) -> Option<&Local> {
        self.models.iter().find(|model| model.pairs.has(from, to))
    }
}

/// The hash of the weights.
pub(super) fn hash_of_known(entry: &Entry) -> String {
    let weights = entry.files.iter().max_by_key(|file| file.size);
    weights.map_or_else(String::new, |file| file.sha256.to_owned())
}

pub(super) fn hash_of(own: &Own) -> String {
    [WEIGHTS, TORCH_WEIGHTS].into_iter().find_map(|file| own.files.get(file)).cloned().unwrap_or_default()
}

impl Opening {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, state: State) {
        *self.lock() = state;
        self.changed.notify_all();
    }
}

impl Local {
    /// Has it loaded, unless it is or must rest.
    fn begin(&self, state: &mut State) {
        let rested = match state {
            State::Closed => true,
            State::Broken(_, since) => since.elapsed() > REST,
            State::Opening | State::Open(_) => false,
        };
        if !rested {
            return;
        }
        *state = State::Opening;
        let (opening, folder, settings) = (Arc::clone(&self.opening), self.folder.clone(), self.settings);
        let (name, hash) =
            (self.name.clone(), self.version.rsplit('@').next().unwrap_or_default().to_owned());
        let load = move || {
            let opened = Translations::open(&folder, settings).map_err(|error| error.to_string());
            let state = match opened.and_then(|model| same(model.identity(), &hash).map(|()| model)) {
                Ok(model) => {
                    tracing::info!(model = name, "model.opened");
                    State::Open(Arc::new(model))
                }
                Err(problem) => {
                    tracing::warn!(model = name, problem, instead = super::AUTHORED, "model.absent");
                    State::Broken(problem, Instant::now())
                }
            };
            opening.put(state);
        };
        if let Err(error) = std::thread::Builder::new().name("model-load".to_owned()).spawn(load) {
            *state = State::Broken(error.to_string(), Instant::now());
        }
    }

    /// The loaded model, if it is within this time.
    fn opened(&self, until: Instant) -> Result<Arc<Translations>, TranslateError> {
        let mut state = self.opening.lock();
        self.begin(&mut state);
        loop {
            match &*state {
                State::Open(model) => return Ok(Arc::clone(model)),
                State::Broken(problem, _) => return Err(TranslateError::Failed(problem.clone())),
                State::Closed | State::Opening => {}
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(TranslateError::Failed(format!("the model {} is still being loaded", self.name)));
            }
            state = self.opening.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Translator for Translators {
    fn engine(&self, from: &str, to: &str) -> &str {
        self.of(from, to).map_or("local", |model| &model.name)
    }

    fn version(&self, from: &str, to: &str) -> &str {
        self.of(from, to).map_or("local", |model| &model.version)
    }

    fn prepare(&self, from: &str, to: &str) {
        if let Some(model) = self.of(from, to) {
            model.begin(&mut model.opening.lock());
        }
    }

    fn marking(&self) -> Marking {
        Marking::Plain
    }

    fn translates(&self, from: &str, to: &str) -> bool {
        self.of(from, to).is_some()
    }

    fn translate(&self, from: &str, to: &str, texts: &[String]) -> Result<Vec<String>, TranslateError> {
        let until = Instant::now() + self.limit;
        let pair = || TranslateError::Pair { from: from.to_owned(), to: to.to_owned() };
        let model = self.of(from, to).ok_or_else(pair)?.opened(until)?;
        model.translate_within(from, to, texts, until.saturating_duration_since(Instant::now()))
    }
}

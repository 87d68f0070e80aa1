//! Who translates what the authors of bots have not written, and what is known of it already?
//!
//! The core decides which texts are wanted and says the author's where there are none. Here a turn's texts are gathered
//! ([`gather`]), asked for beside the turn, and kept: what a machine made of an author's text in memory and in the store, what it
//! made of a visitor's nowhere but with the event that it belongs to.

mod found;
mod gather;
mod open;
mod rests;
mod services;
mod together;
mod understand;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sha2::{Digest, Sha256};
use studio_core::{
    id::OrganisationId,
    translation::{TranslateError, Translator},
};
use studio_store::Store;

pub use self::{
    gather::{Answers, Asked, Gathering},
    open::{LOCAL, NO_MODEL, TranslationError, check, hearing, open, pairs, spoken},
};
use self::{
    rests::Rests,
    together::{Turn, UnderWay},
};
use crate::{clock::Clock, seldom::Seldom};

/// Texts that are kept in memory; beyond, all are let go and come from the store.
const MOST_KNOWN: usize = 20_000;
/// Between two lines of the log about translations that failed.
const TOLD: Duration = Duration::from_mins(1);

/// A translator, and what it said.
#[derive(Debug)]
pub struct Interpreter {
    translator: Arc<dyn Translator>,
    /// Whether it reads visitors' messages as well.
    reads: bool,
    known: Mutex<HashMap<Asked, String>>,
    under_way: UnderWay,
    rests: Rests,
    failures: Seldom,
}

impl Interpreter {
    pub fn new(translator: Arc<dyn Translator>, reads: bool) -> Self {
        Self {
            translator,
            reads,
            known: Mutex::default(),
            under_way: UnderWay::default(),
            rests: Rests::default(),
            failures: Seldom::every(TOLD),
        }
    }

    /// What is known of a text.
    fn known(&self, asked: &Asked) -> Option<String> {
        self.lock().get(asked).cloned()
    }

    /// Translates. Each text has an answer; a reason, where there is no translation.
    pub async fn fetch(
        self: Arc<Self>,
        store: &Store,
        clock: &Clock,
        organisation: OrganisationId,
        asked: Vec<Asked>,
    ) -> Answers {
        let (mut answers, left) = self.recall(store, clock, organisation, asked).await;
        let interpreter = Arc::clone(&self);
        let unasked = left.clone();
        let made = tokio::task::spawn_blocking(move || interpreter.translate(left)).await;
        let made = made.unwrap_or_else(|error| {
            let failed = |asked| (asked, Err(error.to_string()));
            unasked.into_iter().map(failed).collect()
        });
        self.keep(store, clock, organisation, &made).await;
        answers.extend(made);
        answers
    }

    /// Translates without a store; what is under way already is waited for. Waits; never called from a thread that serves
    /// others.
    pub fn translate(&self, asked: Vec<Asked>) -> Answers {
        let (mut answers, mut ours, mut theirs) = (Answers::new(), Vec::new(), Vec::new());
        for asked in asked {
            match self.under_way.turn(&asked, || self.known(&asked)) {
                Turn::Known(text) => _ = answers.insert(asked, Ok(text)),
                Turn::Ours(claim) => ours.push(claim),
                Turn::Theirs(coming) => theirs.push((asked, coming)),
            }
        }
        let made = self.ask(ours.iter().map(|claim| claim.asked().clone()).collect());
        for claim in ours {
            if let Some(answer) = made.get(claim.asked()).cloned() {
                claim.answer(answer);
            }
        }
        answers.extend(made);
        // Only when ours is answered is anything waited for: two cannot wait for each other.
        let mut failed = Vec::new();
        for (asked, coming) in theirs {
            match coming.wait() {
                Ok(text) => _ = answers.insert(asked, Ok(text)),
                // It may have failed for what was asked together with it.
                Err(_) => failed.push(asked),
            }
        }
        answers.extend(self.ask(failed));
        answers
    }

    fn ask(&self, asked: Vec<Asked>) -> Answers {
        let mut pairs: HashMap<(String, String), Vec<Asked>> = HashMap::new();
        for asked in asked {
            pairs.entry((asked.from.clone(), asked.to.clone())).or_default().push(asked);
        }
        let mut answers = Answers::new();
        for ((from, to), asked) in pairs {
            match self.pair(&from, &to, &asked) {
                Ok(texts) => {
                    self.learn(asked.iter().zip(&texts));
                    answers.extend(asked.into_iter().zip(texts.into_iter().map(Ok)));
                }
                Err(why) => answers.extend(asked.into_iter().map(|asked| (asked, Err(why.clone())))),
            }
        }
        answers
    }

    fn pair(&self, from: &str, to: &str, asked: &[Asked]) -> Result<Vec<String>, String> {
        if let Some(why) = self.rests.why(from, to) {
            return Err(why);
        }
        let texts: Vec<String> = asked.iter().map(|asked| asked.text.clone()).collect();
        let made = self.translator.translate(from, to, &texts).and_then(|made| {
            let (wanted, came) = (texts.len(), made.len());
            let short = || TranslateError::Failed(format!("it answered {came} of {wanted} texts"));
            if came == wanted { Ok(made) } else { Err(short()) }
        });
        made.map_err(|error| {
            let rest = self.rests.begin(from, to, &error);
            if let Some(times) = self.failures.count() {
                let (engine, rest) = (self.translator.engine(from, to), rest.as_secs());
                tracing::warn!(
                    engine, from, to, %error, times, rest_seconds = rest,
                    "translation.failed: visitors are told the authors' own texts"
                );
            }
            error.to_string()
        })
    }

    /// What the store knows of authors' texts, and what is left to be asked.
    async fn recall(
        &self,
        store: &Store,
        clock: &Clock,
        organisation: OrganisationId,
        asked: Vec<Asked>,
    ) -> (Answers, Vec<Asked>) {
        let authored = asked.iter().filter(|asked| asked.authored);
        let hashes: Vec<String> = authored.map(|asked| self.hash(asked)).collect();
        if hashes.is_empty() {
            return (Answers::new(), asked);
        }
        let found = match store.translated(organisation, &hashes, clock.now()).await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(%error, "translation.cache.unreadable");
                return (Answers::new(), asked);
            }
        };
        let known = |asked: &Asked| found.get(&self.hash(asked)).filter(|_| asked.authored).cloned();
        let (mut answers, mut left) = (Answers::new(), Vec::new());
        for asked in asked {
            match known(&asked) {
                Some(text) => {
                    self.learn([(&asked, &text)].into_iter());
                    answers.insert(asked, Ok(text));
                }
                None => left.push(asked),
            }
        }
        (answers, left)
    }

    async fn keep(&self, store: &Store, clock: &Clock, organisation: OrganisationId, made: &Answers) {
        let authored = made.iter().filter(|(asked, _)| asked.authored);
        let rows: Vec<(String, String)> = authored
            .filter_map(|(asked, answer)| Some((self.hash(asked), answer.as_ref().ok()?.clone())))
            .collect();
        if !rows.is_empty()
            && let Err(error) = store.keep_translated(organisation, &rows, clock.now()).await
        {
            tracing::warn!(%error, "translation.cache.unwritable");
        }
    }

    /// Keeps authors' texts in memory.
    fn learn<'a>(&self, made: impl Iterator<Item = (&'a Asked, &'a String)>) {
        let mut known = self.lock();
        for (asked, text) in made.filter(|(asked, _)| asked.authored) {
            if known.len() >= MOST_KNOWN {
                known.clear();
            }
            known.insert(asked.clone(), text.clone());
        }
    }

    /// Stands for a text as this machine gets it. What the glossary chose is no part of that: it is put in behind.
    fn hash(&self, asked: &Asked) -> String {
        let mut hash = Sha256::new();
        let version = self.translator.version(&asked.from, &asked.to);
        for part in [version, &asked.from, &asked.to, &asked.text] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        hex::encode(hash.finalize())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Asked, String>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

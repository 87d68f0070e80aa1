//! Who is asking for a text already?
//!
//! Whoever asks for a text first claims it, and answers all who ask for the same while it is under way.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

use super::Asked;

type Answer = Result<String, String>;

/// Texts that somebody is asking for.
#[derive(Debug, Default)]
pub(super) struct UnderWay {
    texts: Mutex<HashMap<Asked, Arc<Coming>>>,
}

/// An answer that is to come.
#[derive(Debug, Default)]
pub(super) struct Coming {
    answer: Mutex<Option<Answer>>,
    came: Condvar,
}

/// What is to be done about a text.
pub(super) enum Turn<'u> {
    Known(String),
    /// To ask, and to answer.
    Ours(Claim<'u>),
    /// To wait.
    Theirs(Arc<Coming>),
}

/// The right to ask for a text. Who lets it go without an answer has failed.
pub(super) struct Claim<'u> {
    under_way: &'u UnderWay,
    asked: Asked,
    coming: Arc<Coming>,
}

impl UnderWay {
    /// `known` is asked after whoever had the text before is done with it, so that none is asked for twice in a row.
    pub(super) fn turn(&self, asked: &Asked, known: impl FnOnce() -> Option<String>) -> Turn<'_> {
        match self.lock().entry(asked.clone()) {
            Entry::Occupied(theirs) => Turn::Theirs(theirs.get().clone()),
            Entry::Vacant(free) => {
                if let Some(text) = known() {
                    Turn::Known(text)
                } else {
                    let coming = free.insert(Arc::default()).clone();
                    Turn::Ours(Claim { under_way: self, asked: asked.clone(), coming })
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Asked, Arc<Coming>>> {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Claim<'_> {
    pub(super) fn asked(&self) -> &Asked {
        &self.asked
    }

    pub(super) fn answer(self, answer: Answer) {
        self.coming.say(answer);
    }

    /// How many wait for it.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        // Besides them it is held here and among the texts under way.
        Arc::strong_count(&self.coming) - 2
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.under_way.lock().remove(&self.asked);
        self.coming.say(Err("the translation broke off".to_owned()));
    }
}

impl Coming {
    /// The first word counts.
    fn say(&self, answer: Answer) {
        self.lock().get_or_insert(answer);
        self.came.notify_all();
    }

    /// Waits for as long as whoever asks.
    pub(super) fn wait(&self) -> Answer {
        let mut answer = self.lock();
        loop {
            match &*answer {
                Some(answer) => return answer.clone(),
                None => answer = self.came.wait(answer).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Answer>> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use studio_core::translation::{Marking, TranslateError, Translator};

    use super::*;
    use crate::translation::Interpreter;

    /// Says texts in capitals, and counts what it is asked.
    #[derive(Debug, Default)]
    struct Capitals {
        texts: AtomicUsize,
    }

    impl Translator for Capitals {
        fn engine(&self, _: &str, _: &str) -> &'static str {
            "capitals"
        }

        fn marking(&self) -> Marking {
            Marking::Xml
        }

        fn translates(&self, _: &str, _: &str) -> bool {
            true
        }

        fn translate(&self, _: &str, _: &str, texts: &[String]) -> Result<Vec<String>, TranslateError> {
            self.texts.fetch_add(texts.len(), Ordering::SeqCst);
            Ok(texts.iter().map(|text| text.to_uppercase()).collect())
        }
    }

    fn asked(text: &str) -> Asked {
        Asked { from: "en".to_owned(), to: "pl".to_owned(), text: text.to_owned(), authored: false }
    }

    /// What an interpreter says of two texts, of the first of which another's answer comes while it waits.
    fn beside(answer: Option<Answer>) -> (Answer, Answer, usize) {
        let translator = Arc::new(Capitals::default());
        let interpreter = Interpreter::new(translator.clone(), false);
        let Turn::Ours(claim) = interpreter.under_way.turn(&asked("one"), || None) else {
            panic!("it is free")
        };
        let answers = std::thread::scope(|scope| {
            let second = scope.spawn(|| interpreter.translate(vec![asked("one"), asked("two")]));
            while claim.waiting() == 0 {
                std::thread::yield_now();
            }
            match answer {
                Some(answer) => claim.answer(answer),
                None => drop(claim),
            }
            second.join().unwrap()
        });
        assert!(interpreter.under_way.lock().is_empty(), "nothing is under way any more");
        let of = |text: &str| answers[&asked(text)].clone();
        (of("one"), of("two"), translator.texts.load(Ordering::SeqCst))
    }

    #[test]
    fn a_text_that_is_under_way_is_not_asked_for_again() {
        let (one, two, texts) = beside(Some(Ok("jeden".to_owned())));
        assert_eq!((one, two, texts), (Ok("jeden".to_owned()), Ok("TWO".to_owned()), 1));
    }

    #[test]
    fn what_others_failed_at_is_asked_for_by_oneself() {
        for failed in [Some(Err("no".to_owned())), None] {
            let (one, _, texts) = beside(failed);
            assert_eq!((one, texts), (Ok("ONE".to_owned()), 2));
        }
    }
}

//! How long is a translator left alone that has failed?

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use studio_core::translation::TranslateError;

/// After a failure that passes.
const SHORT: Duration = Duration::from_secs(20);
/// After one that somebody must see to.
const LONG: Duration = Duration::from_mins(5);
/// Pairs of languages that are remembered.
const MOST: usize = 1_000;

type Pair = (String, String);

/// While it rests nobody waits for it: visitors are told the authors' own texts at once.
#[derive(Debug, Default)]
pub(super) struct Rests {
    /// By pair of languages; the empty pair is all of them.
    until: Mutex<HashMap<Pair, (Instant, String)>>,
}

impl Rests {
    /// Why it rests, if it does.
    pub fn why(&self, from: &str, to: &str) -> Option<String> {
        self.why_at(from, to, Instant::now())
    }

    fn why_at(&self, from: &str, to: &str, now: Instant) -> Option<String> {
        let until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let pair = (from.to_owned(), to.to_owned());
        [Pair::default(), pair]
            .iter()
            .find_map(|key| until.get(key).filter(|(end, _)| now < *end))
            .map(|(_, why)| why.clone())
    }

    /// Begins a rest; how long it is.
    pub fn begin(&self, from: &str, to: &str, error: &TranslateError) -> Duration {
        self.begin_at(from, to, error, Instant::now())
    }

    fn begin_at(&self, from: &str, to: &str, error: &TranslateError, now: Instant) -> Duration {
        let (pair, rest) = match error {
            TranslateError::Unfit(_) => return Duration::ZERO,
            TranslateError::Pair { .. } => ((from.to_owned(), to.to_owned()), LONG),
            TranslateError::UsedUp | TranslateError::Key => (Pair::default(), LONG),
            TranslateError::Busy | TranslateError::Late | TranslateError::Failed(_) => {
                (Pair::default(), SHORT)
            }
        };
        let mut until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        if until.len() >= MOST {
            until.clear();
        }
        until.insert(pair, (now + rest, error.to_string()));
        rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_translator_that_failed_is_left_alone_for_a_while() {
        let rests = Rests::default();
        let begun = Instant::now();
        let after = |seconds: u64| begun + Duration::from_secs(seconds);
        rests.begin_at("en", "pl", &TranslateError::Unfit("too long".to_owned()), begun);
        assert_eq!(rests.why_at("en", "pl", begun), None, "other texts go on");
        let pair = TranslateError::Pair { from: "en".to_owned(), to: "xx".to_owned() };
        rests.begin_at("en", "xx", &pair, begun);
        assert_eq!(rests.why_at("en", "pl", after(1)), None, "other languages go on");
        assert_eq!(rests.why_at("en", "xx", after(1)), Some(pair.to_string()));
        rests.begin_at("en", "pl", &TranslateError::Late, begun);
        assert_eq!(rests.why_at("de", "fr", after(19)), Some(TranslateError::Late.to_string()));
        assert_eq!(rests.why_at("de", "fr", after(21)), None);
        rests.begin_at("en", "pl", &TranslateError::UsedUp, begun);
        assert_eq!(rests.why_at("de", "fr", after(299)), Some(TranslateError::UsedUp.to_string()));
    }
}

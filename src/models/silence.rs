//! What becomes of a message whose names are to be masked while the model for names does not answer?
//!
//! It is sent back and comes again, but not for ever: half a minute after its first try it is taken, with the names that the
//! words alone tell, for it may be this very message over which the model breaks. And once the model has answered nobody for as long,
//! nothing is sent back any more until it answers again.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use studio_core::{id::EventKey, models::ModelFailure};

/// How long a message is sent back, and how long a model answers nobody until it counts as broken.
const GRACE: SignedDuration = SignedDuration::from_secs(30);
/// When what was sent back may come again.
pub const AGAIN: SignedDuration = SignedDuration::from_secs(2);
/// Messages that are remembered; one for which there is no place is taken.
const MOST: usize = 1_000;
/// How long one is remembered that does not come again: platforms come later and later.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// How the model for names is heard at the door.
#[derive(Debug, Default)]
pub struct Silence(Mutex<Heard>);

#[derive(Debug, Default)]
struct Heard {
    /// When what was sent back came for the first time.
    tried: HashMap<EventKey, Timestamp>,
    /// The first and the last failure since the model answered.
    failing: Option<(Timestamp, Timestamp)>,
    /// Since when nothing is sent back.
    broken: Option<Timestamp>,
}

impl Silence {
    /// Whether a message is sent back. `answered` is nothing where the model was not asked for it.
    pub fn sends_back(
        &self,
        key: &EventKey,
        answered: Option<&Result<(), ModelFailure>>,
        now: Timestamp,
    ) -> bool {
        let mut heard = self.heard();
        let error = match answered {
            None => return false,
            Some(Ok(())) => {
                heard.tried.remove(key);
                heard.failing = None;
                if heard.broken.take().is_some() {
                    tracing::info!("model.names.heard");
                }
                return false;
            }
            Some(Err(error)) => error,
        };
        let lately = heard.failing.filter(|(_, last)| now.duration_since(*last) < GRACE);
        let since = lately.map_or(now, |(first, _)| first);
        heard.failing = Some((since, now));
        if heard.broken.is_none() && now.duration_since(since) >= GRACE {
            heard.broken = Some(since);
            tracing::error!(%error, "model.names.silent");
        }
        if heard.broken.is_some() {
            heard.tried.remove(key);
            return false;
        }
        heard.tried.retain(|_, first| now.duration_since(*first) < REMEMBERED);
        match heard.tried.get(key).copied() {
            Some(first) if now.duration_since(first) < GRACE => true,
            None if heard.tried.len() < MOST => {
                heard.tried.insert(key.clone(), now);
                true
            }
            Some(_) | None => {
                heard.tried.remove(key);
                tracing::warn!(connection = key.source, native = key.native, %error, "message.names_unmasked");
                false
            }
        }
    }

    /// Since when messages are taken although their names are not masked, in a sentence.
    pub fn problem(&self) -> Option<String> {
        let since = self.heard().broken?;
        Some(format!(
            "it has answered nobody since {since}: until it answers, only people who introduce themselves are masked"
        ))
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(native: &str) -> EventKey {
        EventKey { source: "shop".to_owned(), native: native.to_owned() }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    #[test]
    fn what_the_model_does_not_answer_comes_again_for_half_a_minute() {
        let silence = Silence::default();
        let check = |native: &str, answered: Result<(), ModelFailure>, seconds: i64, expected: bool| {
            assert_eq!(silence.sends_back(&key(native), Some(&answered), at(seconds)), expected, "{seconds}");
            assert_eq!(silence.problem(), None, "{seconds}");
        };
        check("1", Err(ModelFailure::Busy), 0, true);
        check("1", Err(ModelFailure::Late), 2, true);
        check("1", Ok(()), 4, false);
        // Others are answered all the while: it is this one over which the model breaks.
        check("bad", Err(ModelFailure::Down), 10, true);
        check("2", Ok(()), 20, false);
        check("bad", Err(ModelFailure::Down), 39, true);
        check("3", Ok(()), 39, false);
        check("bad", Err(ModelFailure::Down), 40, false);
        // One failure long after another is no silence.
        check("4", Err(ModelFailure::Busy), 4_000, true);
        check("5", Err(ModelFailure::Busy), 8_000, true);
    }

    #[test]
    fn while_the_model_answers_nobody_the_door_stays_open() {
        let silence = Silence::default();
        let down = Err(ModelFailure::Down);
        assert!(silence.sends_back(&key("1"), Some(&down), at(0)));
        assert!(silence.sends_back(&key("2"), Some(&down), at(20)));
        assert!(!silence.sends_back(&key("3"), Some(&down), at(30)));
        let problem = silence.problem().expect("it is told");
        assert!(problem.contains("since 1970-01-01T00:00:00Z"), "{problem}");
        // For as long as it lasts, however seldom somebody writes.
        assert!(!silence.sends_back(&key("4"), Some(&down), at(9_000)));
        assert!(!silence.sends_back(&key("5"), None, at(9_001)));
        assert!(silence.problem().is_some(), "it was not asked");
        assert!(!silence.sends_back(&key("5"), Some(&Ok(())), at(9_001)));
        assert_eq!(silence.problem(), None);
        assert!(silence.sends_back(&key("6"), Some(&down), at(9_002)));
    }

    #[test]
    fn only_so_many_are_remembered() {
        let silence = Silence::default();
        let busy = Err(ModelFailure::Busy);
        let back = |number: usize| silence.sends_back(&key(&number.to_string()), Some(&busy), at(0));
        assert!((0..MOST).all(back));
        assert!(!back(MOST));
    }
}

//! Which faults does the log know of? Each kind is told once in an hour, with how often it came.

use std::{collections::HashMap, time::Duration};

use tokio::time::Instant;

const EVERY: Duration = Duration::from_hours(1);
/// Kinds that are told apart; beyond them all are one.
const MOST: usize = 200;
/// Letters of a fault that make its kind.
const LONGEST: usize = 200;

/// Faults of late, by their kind.
#[derive(Debug, Default)]
pub(crate) struct Told(HashMap<String, Kind>);

#[derive(Debug)]
struct Kind {
    told: Instant,
    /// Since then.
    times: u64,
}

impl Told {
    /// How often such a fault came since the log was told of it, this time included; `None` where it is not to be told now.
    pub fn tell(&mut self, fault: &str) -> Option<u64> {
        self.tell_at(kind_of(fault), Instant::now())
    }

    /// The same of a fault in words of others, which may be other words each time.
    pub fn tell_kind(&mut self, kind: &str) -> Option<u64> {
        self.tell_at(kind.chars().take(LONGEST).collect(), Instant::now())
    }

    /// Logs what somebody did on a connection who proved nothing.
    pub fn tell_of_stranger(&mut self, channel: &str, connection: &str, problem: &str) {
        if let Some(times) = self.tell(problem) {
            tracing::warn!(connection, problem, times, "{channel}.refused");
        }
    }

    /// How many kinds are known.
    #[cfg(test)]
    pub fn kinds(&self) -> usize {
        self.0.len()
    }

    fn tell_at(&mut self, kind: String, now: Instant) -> Option<u64> {
        if self.0.len() >= MOST && !self.0.contains_key(&kind) {
            self.0.retain(|_, kind| now.duration_since(kind.told) < EVERY);
        }
        let kind = if self.0.len() >= MOST && !self.0.contains_key(&kind) { String::new() } else { kind };
        match self.0.get_mut(&kind) {
            Some(known) if now.duration_since(known.told) < EVERY => {
                known.times += 1;
                None
            }
            Some(known) => {
                let times = known.times + 1;
                *known = Kind { told: now, times: 0 };
                Some(times)
            }
            None => {
                self.0.insert(kind, Kind { told: now, times: 0 });
                Some(1)
            }
        }
    }
}

/// A word with a digit in it is a number or an id: the same fault with another one is the same.
fn kind_of(fault: &str) -> String {
    let is_between = |letter: char| !letter.is_alphanumeric() && letter != '_';
    let mut kind = String::new();
    for piece in fault.split_inclusive(is_between) {
        let word = piece.trim_end_matches(is_between);
        let is_id = word.contains(|letter: char| letter.is_ascii_digit());
        kind.push_str(if is_id { "#" } else { word });
        kind.push_str(&piece[word.len()..]);
    }
    kind.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_faults_that_alternate_are_told_once_each() {
        let mut told = Told::default();
        let begun = Instant::now();
        let mut tell =
            |fault: &str, minute: u64| told.tell_at(kind_of(fault), begun + Duration::from_mins(minute));
        assert_eq!((tell("no answer", 0), tell("the store failed", 0)), (Some(1), Some(1)));
        for minute in 1..30 {
            let alternating = (tell("no answer", minute), tell("the store failed", minute));
            assert_eq!(alternating, (None, None), "minute {minute}");
        }
        assert_eq!((tell("no answer", 61), tell("no answer", 62)), (Some(30), None));
        assert_eq!((tell("update 17 must wait", 1), tell("update 18 must wait", 1)), (Some(1), None));
        let of_channels = (tell("channel C0GEN is closed", 1), tell("channel C7X_b is closed", 1));
        assert_eq!(of_channels, (Some(1), None));
    }

    #[test]
    fn what_is_of_one_kind_is_told_once_whatever_its_words_are() {
        let mut told = Told::default();
        let kinds = ["error 100", "error 100", "error 131000"].map(|kind| told.tell_kind(kind));
        assert_eq!(kinds, [Some(1), None, Some(1)]);
    }

    #[test]
    fn memory_is_bounded() {
        let mut told = Told::default();
        let now = Instant::now();
        let letters = |number: usize| "x".repeat(number + 1);
        let first = (0..MOST).filter(|number| told.tell_at(letters(*number), now).is_some()).count();
        assert_eq!(first, MOST);
        assert_eq!(told.tell_at("one more".into(), now), Some(1), "the others are one kind");
        assert_eq!(told.tell_at("and more".into(), now), None);
        assert!(told.0.len() <= MOST + 1);
    }
}

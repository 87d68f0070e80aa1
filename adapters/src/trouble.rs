//! What goes wrong with a connection: all of it is counted, and each kind is told in the log now and then.
//!
//! A kind is a sentence up to its first colon, numbers apart: what follows says of which event it is, or how it went. So
//! two faults that take turns are two lines in the log, and not one for each time.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::platform::Counts;

/// How often a kind is told.
const EVERY: SignedDuration = SignedDuration::from_hours(1);
/// Kinds that are told apart; those above share a line.
const MOST_KINDS: usize = 200;

/// What went wrong with one connection.
#[derive(Debug, Default)]
pub(crate) struct Troubles {
    pub counts: Counts,
    /// The last one.
    pub last: Option<(Timestamp, String)>,
    kinds: BTreeMap<String, Kind>,
}

#[derive(Debug)]
struct Kind {
    told: Timestamp,
    /// How often it has happened since.
    untold: u64,
}

impl Troubles {
    /// Notes one; what is to be told now, if it is, and how often it has happened since the last time.
    pub fn note(&mut self, now: Timestamp, error: String) -> Option<(String, u64)> {
        let times = self.count(now, &error)?;
        Some((error, times))
    }

    fn count(&mut self, now: Timestamp, error: &str) -> Option<u64> {
        self.counts.faults += 1;
        let mut kind = kind(error);
        if self.kinds.len() >= MOST_KINDS && !self.kinds.contains_key(&kind) {
            self.kinds.retain(|_, known| now.duration_since(known.told) < EVERY);
            if self.kinds.len() >= MOST_KINDS {
                kind = String::new();
            }
        }
        self.last = Some((now, error.to_owned()));
        match self.kinds.get_mut(&kind) {
            Some(known) if now.duration_since(known.told) < EVERY => {
                known.untold += 1;
                None
            }
            Some(known) => {
                known.told = now;
                Some(std::mem::take(&mut known.untold) + 1)
            }
            None => {
                self.kinds.insert(kind, Kind { told: now, untold: 0 });
                Some(1)
            }
        }
    }
}

fn kind(error: &str) -> String {
    let start = error.split_once(": ").map_or(error, |(start, _)| start);
    start.chars().filter(|letter| !letter.is_ascii_digit()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + minute * 60).expect("within jiff's range")
    }

    #[test]
    fn faults_that_take_turns_are_told_once_each_in_an_hour_and_all_counted() {
        let mut troubles = Troubles::default();
        let mut told = Vec::new();
        for minute in 0..120 {
            let error =
                if minute % 2 == 0 { "the store failed: disk full" } else { "event 17 was refused: no bot" };
            told.extend(troubles.count(at(minute), error).map(|times| (minute, times)));
        }
        assert_eq!(told, [(0, 1), (1, 1), (60, 30), (61, 30)]);
        assert_eq!(troubles.counts.faults, 120);
        assert_eq!(troubles.last, Some((at(119), "event 17 was refused: no bot".into())));
    }

    #[test]
    fn what_differs_in_numbers_and_details_alone_is_of_one_kind() {
        let mut troubles = Troubles::default();
        assert_eq!(troubles.count(at(0), "channel 17 cannot be read: 403"), Some(1));
        assert_eq!(troubles.count(at(0), "channel 18 cannot be read: no answer"), None);
        assert_eq!(troubles.count(at(0), "channel 18 is gone"), Some(1));
    }

    #[test]
    fn ever_new_faults_fill_neither_memory_nor_log() {
        let mut troubles = Troubles::default();
        let word = |number: usize| number.to_string().bytes().map(|b| char::from(b + 49)).collect::<String>();
        let told = (0..10_000).filter_map(|number| troubles.count(at(0), &word(number))).count();
        assert_eq!(told, MOST_KINDS + 1);
        assert!(troubles.kinds.len() <= MOST_KINDS + 1);
        assert_eq!(troubles.counts.faults, 10_000);
    }
}

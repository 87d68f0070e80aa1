//! Which intents complain: of which have nearly all phrases something bad to say?

use std::collections::{BTreeMap, BTreeSet};

use super::read;
use crate::text::Reading;

/// Share of the phrases that must say something bad, in percent.
const MOST: usize = 80;
/// Phrases at least, and so many of each intent are read.
const FEWEST: usize = 4;
const READ: usize = 40;

#[derive(Clone, Debug, Default)]
pub(crate) struct Complaints(BTreeSet<u32>);

impl Complaints {
    /// Of normalised phrases and their intents, in a bot's languages (ISO 639-1).
    pub(crate) fn new(exact: &BTreeMap<String, u32>, languages: &[String]) -> Self {
        // How many phrases of an intent were read, and how many of them are bad.
        let mut counts: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
        for (phrase, intent) in exact {
            let (all, bad) = counts.entry(*intent).or_default();
            if *all < READ {
                let feelings = read(&Reading::new(phrase), None, languages.iter().map(String::as_str));
                *all += 1;
                *bad += usize::from(feelings.sentiment < 0.0);
            }
        }
        let complains = |(all, bad): (usize, usize)| all >= FEWEST && bad * 100 >= all * MOST;
        Self(counts.into_iter().filter(|(_, counts)| complains(*counts)).map(|(intent, _)| intent).collect())
    }

    pub(crate) fn has(&self, intent: usize) -> bool {
        u32::try_from(intent).is_ok_and(|intent| self.0.contains(&intent))
    }
}

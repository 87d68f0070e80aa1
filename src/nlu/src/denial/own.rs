//! Is an intent negated by nature: do its own phrases say what a message says, with a negation?
//!
//! "I will not talk to a machine" is a phrase of who wants a person, "no more e-mails" one of who unsubscribes. Of the intents
//! that have such phrases the one nearest to a message decides: one that is negated itself, or one that is not. Near is what
//! shares words, rare ones more than frequent ones.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Language;
use crate::classify::single;

/// The phrases of those intents of which at least one is negated.
#[derive(Clone, Debug, Default)]
pub(crate) struct Own {
    intents: HashMap<u32, Vec<Phrase>>,
    /// Phrases, and in how many of them a word stands.
    phrases: usize,
    counts: HashMap<Box<str>, u32>,
}

#[derive(Clone, Debug)]
struct Phrase {
    words: BTreeSet<Box<str>>,
    is_negated: bool,
}

impl Own {
    /// Of normalised phrases and their intents, in a bot's languages.
    pub(crate) fn new(exact: &BTreeMap<String, u32>, languages: &[String]) -> Self {
        let languages = Language::of(languages.iter().map(String::as_str));
        let negates = |word: &str| languages.iter().any(|language| language.is_negation(word));
        let mut intents: HashMap<u32, Vec<Phrase>> = HashMap::new();
        for (text, intent) in exact {
            let is_negated = text.split(' ').any(negates);
            let words = text.split(' ').filter(|word| !negates(word)).map(Box::from).collect();
            intents.entry(*intent).or_default().push(Phrase { words, is_negated });
        }
        intents.retain(|_, phrases| phrases.iter().any(|phrase| phrase.is_negated));
        let mut counts: HashMap<Box<str>, u32> = HashMap::new();
        if !intents.is_empty() {
            for word in exact.keys().flat_map(|text| text.split(' ').collect::<BTreeSet<_>>()) {
                *counts.entry(Box::from(word)).or_default() += 1;
            }
        }
        Self { intents, phrases: exact.len(), counts }
    }

    /// Whether the phrase of an intent that is nearest to these words is negated itself.
    pub(crate) fn is_negated(&self, intent: u32, words: &[String], languages: &[&'static Language]) -> bool {
        let Some(phrases) = self.intents.get(&intent) else { return false };
        let negates = |word: &str| languages.iter().any(|language| language.is_negation(word));
        let words: BTreeSet<&str> = words.iter().map(String::as_str).filter(|word| !negates(word)).collect();
        let nearest = |is_negated: bool| {
            let of_kind = phrases.iter().filter(|phrase| phrase.is_negated == is_negated);
            of_kind.map(|phrase| self.nearness(&words, phrase)).fold(0.0, f32::max)
        };
        nearest(true) >= nearest(false)
    }

    /// Share of the words of either that both have, by how rare they are.
    fn nearness(&self, words: &BTreeSet<&str>, phrase: &Phrase) -> f32 {
        let own = || phrase.words.iter().map(|word| &**word);
        let both: f32 = own().filter(|word| words.contains(word)).map(|word| self.rarity(word)).sum();
        let either: f32 = own().chain(words.iter().copied()).map(|word| self.rarity(word)).sum();
        if either > both { both / (either - both) } else { 0.0 }
    }

    fn rarity(&self, word: &str) -> f32 {
        let count = self.counts.get(word).map_or(0, |count| *count as usize);
        (1.0 + single(self.phrases) / single(count + 1)).ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_phrase_decides() {
        let phrases = [
            ("i want to talk to a person", 0),
            ("i want to speak to a human", 0),
            ("i dont want to talk to a machine", 0),
            ("ich will mit einem menschen sprechen", 0),
            ("ich will nicht mit einer maschine reden", 0),
            ("subscribe to the newsletter", 1),
            ("schicken sie mir keinen newsletter mehr", 1),
            ("schicken sie mir den newsletter", 1),
            ("cancel my order", 2),
        ];
        let exact = phrases.map(|(phrase, intent)| (phrase.to_owned(), intent)).into_iter().collect();
        let codes = ["en".to_owned(), "de".to_owned()];
        let own = Own::new(&exact, &codes);
        let languages = Language::of(["en", "de"].into_iter());
        let check = |text: &str, intent: u32, expected: bool| {
            let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
            assert_eq!(own.is_negated(intent, &words, &languages), expected, "{text}");
        };
        check("i dont want to talk to a human", 0, false);
        check("i dont want to speak to a machine", 0, true);
        check("ich will nicht mit einem menschen reden", 0, false);
        check("ich will nicht mit einer maschine sprechen", 0, true);
        check("bitte schicken sie mir keinen newsletter mehr", 1, true);
        check("dont subscribe me to the newsletter", 1, false);
        check("i dont want to cancel my order", 2, false);
        check("", 0, true);
    }
}

//! Which of the bot's phrases was typed with a slip of the keyboard?
//!
//! 1. A message that has a phrase's letters, with spaces elsewhere.
//! 2. A message of which a single word is in no phrase, and which is a phrase but for that word, where the two words
//!    differ by one slip: a letter wrong, missing, too many, or two changed over. They begin alike, for "einen" is not
//!    "keinen"; two slips would make "activate" of "deactivate". A word that is in some phrase is what was meant.
//!
//! Phrases are found by their letters, and by what is left of them without one of their words.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher as _},
};

use rapidfuzz::distance::damerau_levenshtein;

use crate::text::{Reading, key_of};

/// Letters from which on a slip can be told from another word.
const FEWEST: usize = 4;
/// Phrases of more words are looked for to the letter alone.
const MOST_WORDS: usize = 40;

/// The phrases, by what is left of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slips {
    /// Normalised, with their intents.
    phrases: Vec<(Box<str>, u32)>,
    /// What is left of a phrase, hashed, and which phrase it is; sorted.
    by_rest: Vec<(u64, u32)>,
    /// The letters of a phrase, hashed, and which phrase it is; sorted.
    by_letters: Vec<(u64, u32)>,
}

impl Slips {
    /// Of normalised phrases and their intents.
    pub(crate) fn new(exact: &BTreeMap<String, u32>) -> Self {
        let phrases: Vec<(Box<str>, u32)> =
            exact.iter().map(|(phrase, intent)| (phrase.as_str().into(), *intent)).collect();
        let (mut by_rest, mut by_letters) = (Vec::new(), Vec::new());
        for (index, (phrase, _)) in (0_u32..).zip(&phrases) {
            let words: Vec<&str> = phrase.split(' ').collect();
            by_letters.push((hash(phrase), index));
            if (2..=MOST_WORDS).contains(&words.len()) {
                let places = (0..words.len()).filter(|place| letters(words[*place]) >= FEWEST);
                by_rest.extend(places.map(|place| (rest(&words, place), index)));
            }
        }
        by_rest.sort_unstable();
        by_letters.sort_unstable();
        Self { phrases, by_rest, by_letters }
    }

    /// The intent whose phrase was meant; nothing where it could be those of several.
    pub(crate) fn find(&self, reading: &Reading<'_>, knows_word: impl Fn(&str) -> bool) -> Option<u32> {
        self.respaced(&reading.key()).or_else(|| self.slipped(reading, knows_word))
    }

    fn respaced(&self, key: &str) -> Option<u32> {
        let found = self.phrases_of(&self.by_letters, hash(key));
        one_of(found.filter(|(phrase, _)| letters_of(phrase).eq(letters_of(key))).map(|(_, intent)| *intent))
    }

    fn phrases_of<'s>(
        &'s self,
        index: &'s [(u64, u32)],
        hash: u64,
    ) -> impl Iterator<Item = &'s (Box<str>, u32)> {
        let first = index.partition_point(|(other, _)| *other < hash);
        let found = index[first..].iter().take_while(move |(other, _)| *other == hash);
        found.map(|(_, phrase)| &self.phrases[*phrase as usize])
    }

    fn slipped(&self, reading: &Reading<'_>, knows_word: impl Fn(&str) -> bool) -> Option<u32> {
        if !(2..=MOST_WORDS).contains(&reading.tokens.len()) {
            return None;
        }
        let is_strange = |place: &usize| {
            let word = reading.word(&reading.tokens[*place]);
            word.contains(char::is_alphabetic) && !knows_word(word)
        };
        let mut strange = (0..reading.tokens.len()).filter(is_strange);
        let (Some(place), None) = (strange.next(), strange.next()) else { return None };
        let words: Vec<String> = reading.tokens.iter().map(|token| key_of(reading.word(token))).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let found = self.phrases_of(&self.by_rest, rest(&words, place));
        let is_it = |phrase: &str| {
            let same = |(at, (meant, typed)): (usize, (&str, &&str))| {
                if at == place { is_slip(meant, typed) } else { meant == *typed }
            };
            phrase.split(' ').count() == words.len() && phrase.split(' ').zip(&words).enumerate().all(same)
        };
        one_of(found.filter(|(phrase, _)| is_it(phrase)).map(|(_, intent)| *intent))
    }
}

/// The intent, if it is the same of all.
fn one_of(mut intents: impl Iterator<Item = u32>) -> Option<u32> {
    let intent = intents.next()?;
    intents.all(|other| other == intent).then_some(intent)
}

fn letters_of(phrase: &str) -> impl Iterator<Item = char> {
    phrase.chars().filter(|letter| *letter != ' ')
}

fn hash(phrase: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    letters_of(phrase).for_each(|letter| letter.hash(&mut hasher));
    hasher.finish()
}

fn letters(word: &str) -> usize {
    word.chars().count()
}

/// What is left of words without one of them, and where that stood.
fn rest(words: &[&str], place: usize) -> u64 {
    let mut hasher = DefaultHasher::new();
    place.hash(&mut hasher);
    for (at, word) in words.iter().enumerate() {
        if at != place {
            word.hash(&mut hasher);
        }
    }
    hasher.finish()
}

/// Whether a word begins as another does and differs from it by one slip.
pub(crate) fn is_slip(meant: &str, typed: &str) -> bool {
    let begins = |word: &str| -> Vec<char> { word.chars().take(2).collect() };
    let (of_meant, of_typed) = (begins(meant), begins(typed));
    let alike = of_meant.first() == of_typed.first() || of_meant.iter().eq(of_typed.iter().rev());
    alike && letters(meant) >= FEWEST && damerau_levenshtein::distance(meant.chars(), typed.chars()) == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_known_behind_a_slip() {
        let phrases = [
            ("where is my order", 0),
            ("cancel my order", 1),
            ("i want a refund please", 2),
            ("block my card", 3),
            ("block my cart", 4),
            ("hello", 5),
        ];
        let exact = phrases.map(|(phrase, intent)| (phrase.to_owned(), intent)).into_iter().collect();
        let slips = Slips::new(&exact);
        let known: Vec<&str> = phrases.iter().flat_map(|(phrase, _)| phrase.split(' ')).collect();
        let check = |text: &str, expected: Option<u32>| {
            assert_eq!(slips.find(&Reading::new(text), |word| known.contains(&word)), expected, "{text}");
        };
        check("Where is my oredr?", Some(0));
        check("whre is my order", Some(0));
        check("cancell my order", Some(1));
        check("I want a refund plaese!", Some(2));
        check("wher eis myorder", Some(0));
        check("hwere is my order", Some(0));
        // A word that is in some phrase is what was meant, a short one may be another.
        check("where is my card", None);
        check("where is ny order", None);
        // Two words with slips, or a word that is another.
        check("whre is my oredr", None);
        check("where is my invoice", None);
        // Either of two.
        check("block my carx", None);
        check("helo", None);
        check("", None);
    }

    #[test]
    fn the_opposite_is_no_slip() {
        let exact = ["activate my card", "ich habe einen gutschein", "i can log in"];
        let exact = exact.into_iter().zip(0..).map(|(phrase, intent)| (phrase.to_owned(), intent)).collect();
        let slips = Slips::new(&exact);
        let known: Vec<&str> = exact.keys().flat_map(|phrase| phrase.split(' ')).collect();
        for text in ["deactivate my card", "ich habe keinen Gutschein", "I can't log in"] {
            assert_eq!(slips.find(&Reading::new(text), |word| known.contains(&word)), None, "{text}");
        }
        assert_eq!(slips.find(&Reading::new("actiavte my card"), |word| known.contains(&word)), Some(0));
    }
}

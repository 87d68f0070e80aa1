//! What of a text does the linear model see?
//!
//! 1. Each word in its ways of being typed (as it stands, without diacritics, umlauts as `ae`, elongation cut);
//!    digits of longer numbers become `0`, since it is a number that matters there, not which one.
//! 2. Words and pairs of neighbours make the first block; character n-grams of 2 to 5 within `␣word␣` the second.
//! 3. What the bot's own entities find stands beside the words as its kind, so that a value that is in no phrase is
//!    known by the others of its kind.
//! 4. An emoji stands beside the words too: it parts no pair, and one that no phrase has says nothing.
//! 5. Every feature is a 64-bit hash with a fixed seed, so a model needs no strings.

use crate::text::{Reading, shorten, transliterate, without_marks};

/// Longest n-gram, in characters.
const LONGEST: usize = 5;
/// Characters of a word that are looked at: nobody writes longer ones, and hostile ones cost no more.
const WORD_CHARACTERS: usize = 48;

/// The features of a text with how often each occurs, in the order of their hashes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Features {
    pub(crate) words: Vec<(u64, f32)>,
    pub(crate) characters: Vec<(u64, f32)>,
    /// What counts only where some phrase has it, each once: kinds of what is named, and emoji.
    pub(crate) beside: Vec<u64>,
}

/// Which family a feature belongs to; part of its hash.
#[derive(Clone, Copy)]
enum Family {
    Word = 1,
    Pair = 2,
    Characters = 3,
    Kind = 4,
}

/// The features of a text in which things of these kinds are named.
pub(crate) fn features(reading: &Reading<'_>, kinds: &[&str]) -> Features {
    let mut words = Vec::new();
    let mut characters = Vec::new();
    let mut beside: Vec<u64> = kinds.iter().map(|kind| hash(Family::Kind, kind.chars())).collect();
    let mut previous: Option<Vec<String>> = None;
    for token in &reading.tokens {
        let word = reading.word(token);
        if is_emoji(word) {
            beside.push(hash(Family::Word, word.chars()));
            continue;
        }
        let forms = forms(word);
        for form in &forms {
            words.push(hash(Family::Word, form.chars()));
            grams(form, &mut characters);
        }
        if let Some(before) = &previous {
            words.push(pair(&before[0], &forms[0]));
            if before.len() > 1 || forms.len() > 1 {
                words.push(pair(&before[before.len() - 1], &forms[forms.len() - 1]));
            }
        }
        previous = Some(forms);
    }
    beside.sort_unstable();
    beside.dedup();
    Features { words: count(words), characters: count(characters), beside }
}

/// Whether a symbol is none of those that stand for words, as `€` and `+` do.
fn is_emoji(word: &str) -> bool {
    word.chars().all(|character| character >= '\u{2190}' && !character.is_alphanumeric())
}

/// Hash of a single word, as [`features`] would give it.
pub(crate) fn word_hash(word: &str) -> u64 {
    hash(Family::Word, forms(word)[0].chars())
}

/// The ways in which a word may be typed, without repeats; never empty.
fn forms(word: &str) -> Vec<String> {
    let cut: String = word.chars().take(WORD_CHARACTERS).collect();
    let shaped = if cut.len() > 1 && cut.contains(|character: char| character.is_numeric()) {
        cut.chars().map(|character| if character.is_numeric() { '0' } else { character }).collect()
    } else {
        cut
    };
    if shaped.bytes().all(|byte| byte.is_ascii_alphanumeric()) && shorten(&shaped, 2) == shaped {
        return vec![shaped];
    }
    let bare = shaped.replace('\'', "");
    let mut forms = vec![shorten(&bare, 1)];
    for other in [shorten(&bare, 2), shorten(&transliterate(&bare), 1), shorten(&without_marks(&bare), 1)] {
        if !forms.contains(&other) {
            forms.push(other);
        }
    }
    forms
}

fn grams(word: &str, hashes: &mut Vec<u64>) {
    let padded: Vec<char> = std::iter::once(' ').chain(word.chars()).chain(std::iter::once(' ')).collect();
    for start in 0..padded.len() {
        let mut state = seed(Family::Characters);
        for (length, character) in (1..=LONGEST).zip(&padded[start..]) {
            state = step(state, *character);
            if length >= 2 {
                hashes.push(finish(state));
            }
        }
    }
}

fn pair(one: &str, other: &str) -> u64 {
    hash(Family::Pair, one.chars().chain(std::iter::once(' ')).chain(other.chars()))
}

fn hash(family: Family, characters: impl Iterator<Item = char>) -> u64 {
    finish(characters.fold(seed(family), step))
}

/// FNV-1a over characters, with a last mix so that all bits count.
fn seed(family: Family) -> u64 {
    0xcbf2_9ce4_8422_2325 ^ ((family as u64) << 56)
}

fn step(state: u64, character: char) -> u64 {
    (state ^ u64::from(u32::from(character))).wrapping_mul(0x0000_0100_0000_01b3)
}

fn finish(state: u64) -> u64 {
    let mixed = (state ^ (state >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}

fn count(mut hashes: Vec<u64>) -> Vec<(u64, f32)> {
    hashes.sort_unstable();
    let mut counted: Vec<(u64, f32)> = Vec::with_capacity(hashes.len());
    for hash in hashes {
        match counted.last_mut() {
            Some((last, times)) if *last == hash => *times += 1.0,
            Some(_) | None => counted.push((hash, 1.0)),
        }
    }
    counted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_of_typing_a_word() {
        let check = |word: &str, expected: &[&str]| assert_eq!(forms(word), expected, "{word}");
        check("order", &["order"]);
        check("übermorgen", &["übermorgen", "uebermorgen", "ubermorgen"]);
        check("soooo", &["so", "soo"]);
        check("4711", &["0000"]);
        check("7", &["7"]);
        check("what's", &["whats"]);
    }

    #[test]
    fn what_is_named_stands_beside_the_words_as_its_kind() {
        let reading = Reading::new("fly to reykjavik");
        let (with, without) = (features(&reading, &["city"]), features(&reading, &[]));
        assert_eq!((&with.words, &with.characters), (&without.words, &without.characters));
        assert_eq!((with.beside.len(), without.beside.len()), (1, 0));
        assert_eq!(with.beside, features(&Reading::new("rome"), &["city"]).beside);
        assert!(!features(&Reading::new("city"), &[]).words.iter().any(|(hash, _)| *hash == with.beside[0]));
    }

    #[test]
    fn emoji_part_no_words() {
        let of = |text: &str| features(&Reading::new(text), &[]);
        let plain = of("where is my order");
        for text in ["where is 😀 my order", "👍🏽 where is my order", "where is my order 🤷‍♀️❤️🇩🇪"]
        {
            let with = of(text);
            assert_eq!((&with.words, &with.characters), (&plain.words, &plain.characters), "{text}");
            assert!(!with.beside.is_empty(), "{text}");
        }
        assert_eq!(of("😡😡").beside, of("😡 ok").beside);
        assert!(of("5 €").beside.is_empty());
    }

    #[test]
    fn features_are_counted_and_shared_between_spellings() {
        let of = |text: &str| features(&Reading::new(text), &[]);
        assert_eq!(of("where is it"), of("Where IS it?!"));
        assert_eq!(of("a a").words.len(), 2);
        assert!(of("").words.is_empty());
        let typed = of("uebermorgen");
        assert!(of("übermorgen").words.iter().any(|(hash, _)| typed.words[0].0 == *hash));
    }
}

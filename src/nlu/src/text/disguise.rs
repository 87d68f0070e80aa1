//! What does a text look like that was written to look like another?
//!
//! Invisible characters (zero-width, direction marks, fillers) hide within words; letters of another alphabet stand in for
//! those that they look like ("оrder" with a Cyrillic о). A word of two alphabets is read in the one to which all its
//! letters can belong, by how they look: Latin rather than Cyrillic or Greek. Words of one alphabet stay what they are.

use std::{borrow::Cow, iter::once, ops::Range};

use studio_core::unseen::{Unseen, unseen};
use unicode_normalization::{UnicodeNormalization, is_nfkc};

use super::READ_BYTES;

/// Latin letters, and the Cyrillic and Greek ones that look the same.
const LOOK_ALIKES: [(char, &str); 41] = [
    ('a', "аα"),
    ('b', "ь"),
    ('c', "сϲ"),
    ('d', "ԁ"),
    ('e', "еҽ"),
    ('h', "һн"),
    ('i', "іι"),
    ('j', "јϳ"),
    ('k', "кκ"),
    ('l', "ӏ"),
    ('m', "м"),
    ('n', "пη"),
    ('o', "оο"),
    ('p', "рρ"),
    ('q', "ԛ"),
    ('r', "г"),
    ('s', "ѕ"),
    ('t', "тτ"),
    ('u', "υ"),
    ('v', "ѵν"),
    ('w', "ԝω"),
    ('x', "хχ"),
    ('y', "уγ"),
    ('A', "АΑ"),
    ('B', "ВΒ"),
    ('C', "СϹ"),
    ('E', "ЕΕ"),
    ('H', "НΗ"),
    ('I', "ІΙ"),
    ('J', "ЈͿ"),
    ('K', "КΚ"),
    ('M', "МΜ"),
    ('N', "Ν"),
    ('O', "ОΟ"),
    ('P', "РΡ"),
    ('S', "Ѕ"),
    ('T', "ТΤ"),
    ('X', "ХΧ"),
    ('Y', "УΥ"),
    ('Z', "Ζ"),
    ('W', "Ԝ"),
];

/// Alphabets that can be taken for one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alphabet {
    Latin,
    Cyrillic,
    Greek,
}

/// The words of a text that are not what they look like, with the alphabet that they pretend to be of.
pub(super) struct Disguised(Vec<(Range<usize>, Alphabet)>);

impl Disguised {
    pub(super) fn find(text: &str) -> Self {
        let mut words = Vec::new();
        if !text.is_ascii()
            && text
                .chars()
                .any(|character| matches!(alphabet(character), Some(Alphabet::Cyrillic | Alphabet::Greek)))
        {
            let mut start = None;
            for (at, character) in text.char_indices().chain(once((text.len(), ' '))) {
                if character.is_alphanumeric() || is_invisible(character) {
                    start.get_or_insert(at);
                } else if let Some(start) = start.take()
                    && let Some(alphabet) = pretended(&text[start..at])
                {
                    words.push((start..at, alphabet));
                }
            }
        }
        Self(words)
    }

    /// The character that stands at this place, as it is seen.
    pub(super) fn shown(&self, place: usize, character: char) -> char {
        let word = self.0.iter().find(|(word, _)| word.contains(&place));
        word.and_then(|(_, pretended)| as_of(*pretended, character)).unwrap_or(character)
    }

    /// The whole text as it is seen, in plain letters: `ｏｒｄｅｒ` and `𝐨𝐫𝐝𝐞𝐫` are `order`.
    pub(super) fn seen<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if text.is_ascii() || (self.0.is_empty() && !text.contains(is_invisible) && is_nfkc(text)) {
            return Cow::Borrowed(text);
        }
        let plain =
            text.char_indices().flat_map(|(at, character)| once(character).nfkc().map(move |one| (at, one)));
        let shown = plain.filter(|(_, character)| !is_invisible(*character));
        let mut shown: String = shown.map(|(at, character)| self.shown(at, character)).nfc().collect();
        // One character may be eighteen.
        shown.truncate(shown.floor_char_boundary(READ_BYTES));
        Cow::Owned(shown)
    }
}

/// Characters that nobody sees and that say nothing: zero-width and direction marks, fillers, variation selectors, tags.
pub(super) fn is_invisible(character: char) -> bool {
    match unseen(character) {
        Some(Unseen::Direction | Unseen::Blank | Unseen::Nothing | Unseen::Stray) => true,
        Some(Unseen::Break | Unseen::Tab | Unseen::Control) | None => false,
    }
}

/// The alphabet that a word of several pretends to be of, if all its letters can be.
fn pretended(word: &str) -> Option<Alphabet> {
    let letters = || word.chars().filter(|character| alphabet(*character).is_some());
    let first = letters().next().and_then(alphabet)?;
    if letters().all(|letter| alphabet(letter) == Some(first)) {
        return None;
    }
    let all = |of: &Alphabet| letters().all(|letter| as_of(*of, letter).is_some());
    [Alphabet::Latin, Alphabet::Cyrillic, Alphabet::Greek].into_iter().find(all)
}

fn alphabet(character: char) -> Option<Alphabet> {
    match character {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' if character.is_alphabetic() => Some(Alphabet::Latin),
        '\u{370}'..='\u{3ff}' if character.is_alphabetic() => Some(Alphabet::Greek),
        '\u{400}'..='\u{52f}' if character.is_alphabetic() => Some(Alphabet::Cyrillic),
        _ => None,
    }
}

/// The letter of this alphabet that looks like the character; other characters are of every alphabet.
fn as_of(wanted: Alphabet, character: char) -> Option<char> {
    let own = alphabet(character);
    if own.is_none_or(|own| own == wanted) {
        return Some(character);
    }
    let (latin, others) =
        LOOK_ALIKES.iter().find(|(latin, others)| *latin == character || others.contains(character))?;
    let mut alike = once(*latin).chain(others.chars());
    alike.find(|letter| alphabet(*letter) == Some(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> String {
        Disguised::find(text).seen(text).into_owned()
    }

    #[test]
    fn a_word_of_two_alphabets_is_of_the_one_that_it_looks_like() {
        let check = |text: &str, expected: &str| assert_eq!(seen(text), expected, "{text}");
        check("whеrе is mу оrdеr", "where is my order");
        check("ОRDЕR ΝOW", "ORDER NOW");
        check("cпасибо, где зaказ", "спасибо, где заказ");
        check("Καλημέρα, πoύ", "Καλημέρα, πού");
        for honest in ["where is my order", "где мой заказ", "πού είναι", "größe", "日本語", "5€ мир"]
        {
            check(honest, honest);
        }
    }

    #[test]
    fn what_nobody_sees_is_not_there() {
        assert_eq!(seen("o\u{200b}r\u{200d}d\u{2060}er\u{202e} \u{feff}now\u{3164}"), "order now");
        assert_eq!(seen("\u{200b}\u{202e}\u{e0041}"), "");
        assert_eq!(seen("ｏｒｄｅｒ 𝐧𝐨𝐰, u\u{308}ber"), "order now, über");
    }
}

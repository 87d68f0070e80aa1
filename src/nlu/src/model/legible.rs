//! Can a message be read at all? Beaten keys, and letters below heaps of marks, have an intent only where they are a phrase: to the
//! transformer they are near to something, whatever they are.

use unicode_normalization::char::is_combining_mark;

use super::Model;
use crate::{language, text::Reading};

/// Letters below which the looks of a word say nothing: "thx", "rdv" and "pdf" are as strange as beaten keys.
const FEWEST_LETTERS: usize = 4;

impl Model {
    /// Whether at least half of the letters stand in words that the bot knows or that look like those of some language. Marks that
    /// are more than the letters below them, and control characters, count as letters of no word.
    pub(super) fn is_legible(&self, reading: &Reading<'_>) -> bool {
        let is_noise = |character: &char| character.is_control() && !character.is_whitespace();
        let (mut legible, mut strange) = (0, reading.original.chars().filter(is_noise).count());
        for token in &reading.tokens {
            let word = reading.word(token);
            let letters = word.chars().filter(|character| character.is_alphabetic()).count();
            let marks = word.chars().filter(|character| is_combining_mark(*character)).count();
            strange += marks.saturating_sub(letters);
            if self.classifier.knows_word(word) {
                legible += letters;
            } else if letters >= FEWEST_LETTERS {
                let of = if language::is_plausible(word) { &mut legible } else { &mut strange };
                *of += letters;
            }
        }
        strange <= legible
    }
}

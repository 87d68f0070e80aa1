//! Which number do digits of another script write? `٤٧١١`, `४७११`, `๔๗๑๑` and `４７１１` are all `4711`.
//!
//! Patterns, numbers and dates are written and read in the digits of ASCII; people type those of their keyboard. The one
//! table of them is here, with the way back to what was typed.

use std::{borrow::Cow, ops::Range};

/// The zeros of the decimal digits of Unicode (general category Nd); the nine others follow each.
/// Those of ASCII and of the full-width forms are not among them.
const ZEROS: [char; 34] = [
    '\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}', '\u{be6}',
    '\u{c66}', '\u{ce6}', '\u{d66}', '\u{de6}', '\u{e50}', '\u{ed0}', '\u{f20}', '\u{1040}', '\u{1090}',
    '\u{17e0}', '\u{1810}', '\u{1946}', '\u{19d0}', '\u{1a80}', '\u{1a90}', '\u{1b50}', '\u{1bb0}',
    '\u{1c40}', '\u{1c50}', '\u{a620}', '\u{a8d0}', '\u{a900}', '\u{a9d0}', '\u{a9f0}', '\u{abf0}',
];
/// From a full-width form (`４`, `Ａ`, `－`) to its character of ASCII.
const FULL_WIDTH: u32 = 0xfee0;

/// A text in the digits of ASCII.
pub struct Plain<'t> {
    original: &'t str,
    /// The text; borrowed where nothing had to be changed.
    pub text: Cow<'t, str>,
    /// For each byte of `text`, and its end: where its character stands in the original. Empty where nothing was changed.
    places: Vec<usize>,
}

impl<'t> Plain<'t> {
    pub fn new(original: &'t str) -> Self {
        if original.chars().all(|character| plain(character) == character) {
            return Self::unchanged(original);
        }
        let mut text = String::with_capacity(original.len());
        let mut places = Vec::with_capacity(original.len() + 1);
        for (place, character) in original.char_indices() {
            text.push(plain(character));
            places.resize(text.len(), place);
        }
        places.push(original.len());
        Self { original, text: Cow::Owned(text), places }
    }

    /// As the pattern's author thinks of it: one who writes digits of another script means these.
    pub fn for_pattern(pattern: &str, original: &'t str) -> Self {
        if pattern.chars().all(|character| plain(character) == character) {
            Self::new(original)
        } else {
            Self::unchanged(original)
        }
    }

    fn unchanged(original: &'t str) -> Self {
        Self { original, text: Cow::Borrowed(original), places: Vec::new() }
    }

    /// Where a stretch of the text, in bytes, stands in the original.
    pub fn place(&self, stretch: Range<usize>) -> Range<usize> {
        let place = |at: usize| self.places.get(at).copied().unwrap_or(at);
        place(stretch.start)..place(stretch.end)
    }

    /// What was typed where these words stand first; the words themselves if they stand nowhere.
    pub fn typed(&self, words: &str) -> String {
        let found = self.text.find(words).map(|start| self.place(start..start + words.len()));
        found.map_or(words, |place| &self.original[place]).to_owned()
    }
}

/// The character of ASCII for a digit of any script, a full-width form, or an Arabic separator of digits.
pub fn plain(character: char) -> char {
    match character {
        '\0'..='\u{65f}' => character,
        '٫' => '.',
        '٬' => ',',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - FULL_WIDTH).unwrap_or(character),
        _ => {
            let digit = |zero: &char| u32::from(character).checked_sub(u32::from(*zero));
            let digit = ZEROS.iter().filter_map(digit).find(|digit| *digit < 10);
            digit.and_then(|digit| char::from_digit(digit, 10)).unwrap_or(character)
        }
    }
}

/// Whether it is a decimal digit of any script.
pub fn is_digit(character: char) -> bool {
    plain(character).is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_every_script_are_those_of_ascii() {
        let check = |typed: &str, expected: &str| assert_eq!(Plain::new(typed).text, expected, "{typed}");
        for typed in
            ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯", "๐๑๒๓๔๕๖๗๘๙", "０１２３４５６７８９"]
        {
            check(typed, "0123456789");
        }
        check("１２٬٣٤٥٫٦", "12,345.6");
        check("Ａ－４７１１", "A-4711");
        check("größe 5 日本 ½²", "größe 5 日本 ½²");
        for zero in ZEROS {
            let zero = u32::from(zero);
            assert!(
                (0..10).all(|digit| char::from_u32(zero + digit).is_some_and(char::is_numeric)),
                "{zero:x}"
            );
            assert!(!char::from_u32(zero - 1).is_some_and(is_digit), "{zero:x}");
        }
    }

    #[test]
    fn what_was_typed_is_found_again() {
        let plain = Plain::new("طلب ٤٧١١!");
        let start = plain.text.find("4711").unwrap();
        assert_eq!(&plain.original[plain.place(start..start + 4)], "٤٧١١");
        assert_eq!(plain.place(plain.text.len() - 1..plain.text.len()), 15..16);
        assert_eq!((plain.typed("71"), plain.typed("elsewhere")), ("٧١".to_owned(), "elsewhere".to_owned()));
        let same = Plain::new("order 4711");
        assert!(matches!(same.text, Cow::Borrowed(_)));
        assert_eq!((same.place(6..10), same.typed("4711")), (6..10, "4711".to_owned()));
    }
}

//! In which other ways may a word be typed?

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The word without its diacritics and apostrophes: `größe` is `grosse`, `what's` is `whats`.
pub(crate) fn without_marks(word: &str) -> String {
    if word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return word.to_owned();
    }
    word.nfd().filter(|character| !is_combining_mark(*character) && *character != '\'').map(plain).collect()
}

/// As [`without_marks`], but with umlauts as people type them without the keys: `größe` is `groesse`.
pub(crate) fn transliterate(word: &str) -> String {
    if word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return word.to_owned();
    }
    let mut spelled = String::with_capacity(word.len());
    for character in word.nfc() {
        match character {
            'ä' => spelled.push_str("ae"),
            'ö' => spelled.push_str("oe"),
            'ü' => spelled.push_str("ue"),
            other => spelled.push(other),
        }
    }
    without_marks(&spelled)
}

/// The word with every run of three or more of the same letter cut to `keep`: `soooo` is `so`. Digits stay.
pub(crate) fn shorten(word: &str, keep: usize) -> String {
    let mut short = String::with_capacity(word.len());
    let mut characters = word.chars().peekable();
    while let Some(character) = characters.next() {
        let mut run = 1;
        while characters.next_if_eq(&character).is_some() {
            run += 1;
        }
        let kept = if run >= 3 && character.is_alphabetic() { keep } else { run };
        short.extend(std::iter::repeat_n(character, kept));
    }
    short
}

/// Letters that no decomposition reduces.
fn plain(character: char) -> char {
    match character {
        'ø' => 'o',
        'ł' => 'l',
        'đ' => 'd',
        'ı' => 'i',
        'æ' => 'a',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded() {
        let check = |word: &str, plain: &str, typed: &str| {
            assert_eq!((without_marks(word).as_str(), transliterate(word).as_str()), (plain, typed));
        };
        check("order", "order", "order");
        check("größe", "große", "groeße");
        check("café", "cafe", "cafe");
        check("what's", "whats", "whats");
        check("łódź", "lodz", "lodz");
    }

    #[test]
    fn elongation_is_cut() {
        let check = |word: &str, one: &str, two: &str| {
            assert_eq!((shorten(word, 1).as_str(), shorten(word, 2).as_str()), (one, two));
        };
        check("soooo", "so", "soo");
        check("cool", "cool", "cool");
        check("1000000", "1000000", "1000000");
    }
}

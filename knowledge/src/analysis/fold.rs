//! What is the same character for a search?

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Compatibility forms made one (full width, ligatures), lower case, invisible characters dropped. Marks stay: the
/// stemmers need them.
pub fn lower(text: &str) -> String {
    text.nfkc()
        .filter(|c| !is_invisible(*c))
        .flat_map(char::to_lowercase)
        .nfc()
        // What "İ" becomes in lower case is an "i" with a dot above the dot.
        .filter(|c| *c != '\u{307}')
        .collect()
}

/// Letters without their marks, where people leave the marks out: Latin, Greek, the Russian "ё", Arabic and Hebrew
/// vowels. Marks of other scripts are letters in their own right.
pub fn without_marks(word: &str) -> String {
    if word.is_ascii() {
        return word.to_owned();
    }
    let mut folded = String::with_capacity(word.len());
    for c in word.nfc() {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            'ё' => folded.push('е'),
            'ς' => folded.push('σ'),
            '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{640}' => {
            }
            '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1fff}' | '\u{370}'..='\u{3ff}' => {
                folded.extend(std::iter::once(c).nfd().filter(|c| !is_combining_mark(*c)));
            }
            other => folded.push(other),
        }
    }
    folded
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

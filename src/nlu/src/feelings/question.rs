//! Is something asked?

use super::{lexicon::Marks, words::Words};

/// Endings by which questions of languages without word lists are known.
const ENDINGS: [char; 5] = ['か', '吗', '嗎', '呢', '까'];

pub(super) fn asks(words: &Words<'_>, marks: &Marks) -> bool {
    let text = words.reading.original;
    marks.asks || has_mark(text) || {
        let end = text.trim_end_matches(|letter: char| !letter.is_alphanumeric());
        end.ends_with(ENDINGS)
    }
}

/// A question mark that is no part of an address.
fn has_mark(text: &str) -> bool {
    text.char_indices().any(|(at, letter)| match letter {
        '?' => {
            let behind = text[at + 1..].chars().next();
            behind.is_none_or(|behind| !behind.is_alphanumeric() && !matches!(behind, '=' | '&' | '%'))
                || text[..at].ends_with(char::is_whitespace)
        }
        '？' | '؟' | '\u{37e}' | '՞' => true,
        _ => false,
    })
}

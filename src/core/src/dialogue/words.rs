//! When are two texts the same words?

use serde_json::Value;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::digits::plain;

/// Lower case, compatibility forms unified, punctuation and double spaces gone.
///
/// Apostrophes vanish ("it's" is "its"), as does what is not seen; other punctuation separates words. Marks belong to
/// their letter. A text of nothing but symbols, such as a thumb, stays as it is.
pub fn normalise(text: &str) -> String {
    let lower =
        text.nfkc().flat_map(char::to_lowercase).filter(|letter| !is_unseen(*letter)).collect::<String>();
    let spaced = lower
        .chars()
        .filter(|letter| !matches!(letter, '\'' | '’' | '`'))
        .map(|letter| if letter.is_alphanumeric() || is_combining_mark(letter) { same(letter) } else { ' ' })
        .collect::<String>();
    let words = spaced.split_whitespace().collect::<Vec<_>>();
    if words.is_empty() { lower.trim().to_owned() } else { words.join(" ") }
}

/// A value as one says it, where it is a text or a number.
pub fn in_words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Digits of any script are the same, and so are the dotless ı and the i that it becomes in capitals: `SIFIRLA`.
fn same(letter: char) -> char {
    if letter == 'ı' { 'i' } else { plain(letter) }
}

/// Joiners, marks of direction and of variants, vowel points that people leave out as often as not, the dot of İ.
fn is_unseen(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{307}' | '\u{591}'..='\u{5c7}' | '\u{640}' | '\u{64b}'..='\u{652}' | '\u{670}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    )
}

/// Whether the words of one text are within those of the other.
pub fn overlap(one: &str, other: &str) -> bool {
    within(one, other) || within(other, one)
}

/// Whether the words of the first text are words of the second, side by side.
pub fn within(part: &str, whole: &str) -> bool {
    format!(" {} ", normalise(whole)).contains(&format!(" {} ", normalise(part)))
}

/// Whether the words of the first text are words of the second, which has others too.
pub fn is_part_of(part: &str, whole: &str) -> bool {
    within(part, whole) && normalise(part) != normalise(whole)
}

/// Whether a letter is of a script that writes no spaces between words.
pub fn is_dense(letter: char) -> bool {
    matches!(letter, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

/// Number of words.
pub fn count(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}

/// What sets a word off from those behind it: "no, send it", but "no problem".
pub const STOPS: [char; 18] =
    [',', '.', ';', ':', '!', '?', '…', '–', '—', '(', '，', '。', '！', '？', '、', '،', '۔', '।'];
/// Longest beginning of a text that is looked at for words to be cut, in characters.
const LONGEST_BEGINNING: usize = 40;

/// The text after one of `words` at its beginning, with leading punctuation gone; the longest wins.
///
/// The words must be normalised and stand as whole words.
pub fn after(text: &str, is_word: impl Fn(&str) -> bool) -> Option<&str> {
    let boundaries = text.char_indices().map(|(place, _)| place).chain([text.len()]);
    let mut boundaries = boundaries.take(LONGEST_BEGINNING).collect::<Vec<_>>();
    boundaries.reverse();
    for place in boundaries {
        let (head, rest) = text.split_at(place);
        let whole = rest.chars().next().is_none_or(|letter| !letter.is_alphanumeric());
        if whole && is_word(&normalise(head)) {
            let rest = rest.trim_start_matches(|letter: char| !letter.is_alphanumeric() && letter != '+');
            return (!rest.is_empty()).then_some(rest);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_normalised() {
        let check = |input: &str, expected: &str| assert_eq!(normalise(input), expected, "{input}");
        check("  Never   mind! ", "never mind");
        check("It's OK.", "its ok");
        check("Straße-7", "straße 7");
        check("👍", "👍");
        check("", "");
        check("ﬁne", "fine");
        check("👍\u{fe0f}", "👍");
        check("İPTAL", "iptal");
        check("SIFIRLA", "sifirla");
        check("sıfırla", "sifirla");
        check("٤٧١١ ۴ ५", "4711 4 5");
        check("ألغِ ذلك", "ألغ ذلك");
        check("नमस्ते!", "नमस्ते");
        check("ขอคุย-กับเจ้าหน้าที่", "ขอคุย กับเจ้าหน้าที่");
        check("نمی\u{200c}خواهم", "نمیخواهم");
    }

    #[test]
    fn leading_words_are_cut() {
        let is_word = |words: &str| ["no", "i meant"].contains(&words);
        let check =
            |input: &str, expected: Option<&str>| assert_eq!(after(input, is_word), expected, "{input}");
        check("No, the number is 4711", Some("the number is 4711"));
        check("I meant: 12", Some("12"));
        check("not now", None);
        check("no", None);
        check("no!", None);
        check("", None);
    }

    #[test]
    fn words_are_counted() {
        assert_eq!(count("where is – my order?"), 4);
    }
}

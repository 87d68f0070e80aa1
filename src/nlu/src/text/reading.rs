//! Which words does a text hold, normalised, and where did they stand in the original?

use std::borrow::Cow;

use studio_core::digits::plain;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_segmentation::UnicodeSegmentation;

use super::disguise::{Disguised, is_invisible};

/// So much of a text is read, in bytes of the original; what follows is ignored.
///
/// Nobody says more than this in one message, and a hostile one must not cost more than a long one.
pub(crate) const READ_BYTES: usize = 8 * 1024;

/// The last character of the scripts that part words by spaces; behind it are Thai, Hangul and the characters of Chinese and Japanese.
const LAST_SPACED: char = '\u{dff}';

/// A text, normalised (NFKC, case folded, digits of any script those of ASCII), with its words and the way back to the original.
pub(crate) struct Reading<'t> {
    /// What was read of the original.
    pub(crate) original: &'t str,
    /// The original as people see it: without what is invisible, fancy letters, and letters of another
    /// alphabet in disguise.
    pub(crate) seen: Cow<'t, str>,
    /// The normalised text, on which everything is looked for.
    pub(crate) text: String,
    pub(crate) tokens: Vec<Token>,
    /// For each byte of `text`: the grapheme of the original that it came from (start, end).
    places: Vec<(usize, usize)>,
}

/// A word, a number, or a symbol that means something by itself (an emoji, a currency sign).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// Place in the normalised text, in bytes.
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl<'t> Reading<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let original = cut(text);
        let mut normalised = String::with_capacity(original.len());
        let mut places = Vec::with_capacity(original.len());
        let disguised = Disguised::find(original);
        for (start, grapheme) in original.grapheme_indices(true) {
            if let Some(digits) = fraction(grapheme) {
                let whole = normalised.ends_with(|before: char| before.is_ascii_digit());
                normalised.push_str(if whole { "." } else { "0." });
                normalised.push_str(digits);
                places.resize(normalised.len(), (start, start + grapheme.len()));
                continue;
            }
            let shown = grapheme.nfkc().filter(|character| !is_invisible(*character));
            let shown = shown.map(|character| disguised.shown(start, character));
            for character in shown.flat_map(char::to_lowercase) {
                match character {
                    'ß' => normalised.push_str("ss"),
                    'ς' => normalised.push('σ'),
                    '’' | 'ʼ' | '`' | '´' => normalised.push('\''),
                    '\u{2010}' | '\u{2011}' | '\u{2012}' | '\u{2013}' | '\u{2212}' => normalised.push('-'),
                    other => normalised.push(plain(other)),
                }
            }
            places.resize(normalised.len(), (start, start + grapheme.len()));
        }
        let tokens = tokens(&normalised);
        Self { original, seen: disguised.seen(original), text: normalised, tokens, places }
    }

    /// Whether there is a letter or a digit in it, and not symbols alone.
    pub(crate) fn has_words(&self) -> bool {
        self.tokens.iter().any(|token| self.word(token).contains(char::is_alphanumeric))
    }

    /// Whether all its words are single letters, which say nothing by themselves.
    pub(crate) fn has_only_letters(&self) -> bool {
        let words = self.tokens.iter().map(|token| self.word(token));
        let mut words = words.filter(|word| word.contains(char::is_alphanumeric));
        self.has_words() && words.all(is_letter)
    }

    /// The normalised word.
    pub(crate) fn word(&self, token: &Token) -> &str {
        &self.text[token.start..token.end]
    }

    /// Where a non-empty stretch of the normalised text stands in the original.
    pub(crate) fn place(&self, start: usize, end: usize) -> (usize, usize) {
        (self.places[start].0, self.places[end - 1].1)
    }

    /// The form in which whole messages are compared: words without marks, joined by single spaces.
    pub(crate) fn key(&self) -> String {
        let words: Vec<String> = self.tokens.iter().map(|token| key_of(self.word(token))).collect();
        words.join(" ")
    }
}

/// What stands behind the point of a fraction that is one sign, never three digits, which would look like thousands. NFKC makes two
/// numbers of it.
fn fraction(grapheme: &str) -> Option<&'static str> {
    Some(match grapheme {
        "½" => "5",
        "⅓" => "333333333333",
        "⅔" => "666666666667",
        "¼" => "25",
        "¾" => "75",
        "⅕" => "2",
        "⅖" => "4",
        "⅗" => "6",
        "⅘" => "8",
        "⅙" => "166666666667",
        "⅚" => "833333333333",
        "⅐" => "142857142857",
        "⅛" => "1250",
        "⅜" => "3750",
        "⅝" => "6250",
        "⅞" => "8750",
        "⅑" => "111111111111",
        "⅒" => "1",
        "↉" => "0",
        _ => return None,
    })
}

/// The form in which a normalised word is compared.
pub(crate) fn key_of(word: &str) -> String {
    super::shorten(&super::transliterate(word), 1)
}

/// A character of a script without spaces may be a word.
fn is_letter(word: &str) -> bool {
    let mut characters = word.chars();
    let only = characters.next().filter(|_| characters.next().is_none());
    only.is_some_and(|letter| letter.is_alphabetic() && letter <= LAST_SPACED)
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(READ_BYTES)]
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut word: Option<usize> = None;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let inside = word.is_some();
        let apostrophe = character == '\''
            && inside
            && characters.peek().is_some_and(|(_, following)| following.is_alphabetic());
        if character.is_alphanumeric() || apostrophe || (inside && is_combining_mark(character)) {
            word.get_or_insert(at);
            continue;
        }
        if let Some(start) = word.take() {
            tokens.push(Token { start, end: at });
        }
        if is_symbol(character) {
            tokens.push(Token { start: at, end: at + character.len_utf8() });
        }
    }
    if let Some(start) = word {
        tokens.push(Token { start, end: text.len() });
    }
    tokens
}

/// Neither a space nor punctuation: an emoji, a currency sign.
fn is_symbol(character: char) -> bool {
    let punctuation = matches!(character,
        '\0'..='#' | '%'..='\u{a1}' | '«' | '»' | '·' | '¿' | '§' | '¶' | '¨' | '¯' | '¸' | '\u{ad}'
        | '\u{300}'..='\u{36f}' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}' | '\u{fe00}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ff0f}' | '\u{fff0}'..='\u{ffff}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e0fff}');
    !(punctuation || character.is_whitespace() || character.is_control() || is_combining_mark(character))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let reading = Reading::new(text);
        reading.tokens.iter().map(|token| reading.word(token).to_owned()).collect()
    }

    #[test]
    fn words_are_normalised() {
        let check = |text: &str, expected: &[&str]| assert_eq!(words(text), expected, "{text:?}");
        check("Where's my ORDER?!", &["where's", "my", "order"]);
        check("Wo ist meine Straße…", &["wo", "ist", "meine", "strasse"]);
        check("１２ ﬁne", &["12", "fine"]);
        check("طلب ٤٧١١ ४२", &["طلب", "4711", "42"]);
        check("that’s 5 €", &["that's", "5", "€"]);
        check("👍🏽 ok 👨‍👩‍👧", &["👍", "ok", "👨", "👩", "👧"]);
        check("u\u{308}bermorgen", &["übermorgen"]);
        check("t-shirt gift_card", &["t", "shirt", "gift", "card"]);
        check("", &[]);
        check(" ?!.,\u{200b}\u{202e}", &[]);
        check("w\u{200b}here \u{202e}is\u{202c} o\u{ad}rd\u{feff}er", &["where", "is", "order"]);
        check("whеre is mу Ꭺ οrder", &["where", "is", "my", "ꭺ", "order"]);
    }

    #[test]
    fn fractions_of_one_sign_are_decimal_numbers() {
        let check = |text: &str, expected: &str| assert_eq!(Reading::new(text).text, expected, "{text}");
        check("½ hour", "0.5 hour");
        check("1½ kg and 10¾", "1.5 kg and 10.75");
        check("1⅛", "1.1250");
        check("1 ½", "1 0.5");
        let reading = Reading::new("for 1½ h");
        let token = reading.tokens.last().expect("it has words");
        assert_eq!(reading.place(token.start - 4, token.start - 1), (4, 7), "the number and the sign");
    }

    #[test]
    fn places_lead_back_to_the_original() {
        let reading = Reading::new("Die Straße, U\u{308}BER ﬁne \u{202e}or\u{200b}dеr");
        let places: Vec<&str> = reading
            .tokens
            .iter()
            .map(|token| {
                let (start, end) = reading.place(token.start, token.end);
                &reading.original[start..end]
            })
            .collect();
        assert_eq!(places, ["Die", "Straße", "U\u{308}BER", "ﬁne", "or\u{200b}dеr"]);
        assert_eq!(reading.seen, "Die Straße, ÜBER fine order");
        assert!(matches!(Reading::new("Wo ist mein Paket?").seen, Cow::Borrowed(_)));
    }

    #[test]
    fn keys_forgive_how_it_was_typed() {
        let check = |one: &str, other: &str| assert_eq!(Reading::new(one).key(), Reading::new(other).key());
        check("Where is my order?", "where is   my ORDER");
        check("Helloooo!!", "hello");
        check("Wo ist meine Größe", "wo ist meine groesse");
        check("what's up", "whats up");
    }

    #[test]
    fn letters_are_no_words() {
        let check = |text: &str, expected: bool| {
            assert_eq!(Reading::new(text).has_only_letters(), expected, "{text:?}");
        };
        for text in ["a", "A!", "a b", "я", "x 👍"] {
            check(text, true);
        }
        for text in ["", "?", "ok", "a bot", "5", "b 5", "是", "네", "👍"] {
            check(text, false);
        }
    }

    #[test]
    fn only_the_beginning_is_read() {
        let text = "ä".repeat(5_000_000);
        assert_eq!(Reading::new(&text).original.len(), READ_BYTES);
    }
}

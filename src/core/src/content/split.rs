//! Where can a text that is too long be divided?

use unicode_segmentation::UnicodeSegmentation as _;

/// Divides a text into pieces of at most `limit` characters each, all but the last as long as they
/// can be. Borders are sought in this order: paragraph, line, sentence, word; a word that is
/// longer than the limit is cut between graphemes. White space at a border goes; nothing else does.
///
/// A limit of 0 gives no pieces.
pub fn split(text: &str, limit: usize) -> Vec<&str> {
    split_by(text, limit, |_| 1)
}

/// The same where a platform counts otherwise than in characters: `size` is what one counts. One that is larger than the
/// limit is a piece of its own.
pub fn split_by(text: &str, limit: usize, size: fn(char) -> usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text.trim_end();
    if limit == 0 {
        return pieces;
    }
    while let Some(end) = end(rest, limit, size) {
        let border = border(rest, end);
        let (piece, after) = rest.split_at(border);
        if !piece.trim().is_empty() {
            pieces.push(piece.trim_end());
        }
        rest = after.trim_start();
    }
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(rest);
    }
    pieces
}

/// The byte at which the first character begins that does not fit, be it the second one; `None` where all fit.
fn end(text: &str, limit: usize, size: fn(char) -> usize) -> Option<usize> {
    let mut used = 0;
    let does_not_fit = |(at, character): &(usize, char)| {
        used += size(*character);
        used > limit && *at > 0
    };
    text.char_indices().find(does_not_fit).map(|(at, _)| at)
}

/// The best border at or before the byte `end`; never 0.
fn border(text: &str, end: usize) -> usize {
    let (mut paragraph, mut line, mut sentence, mut word) = (0, 0, 0, 0);
    let mut before = None;
    for (at, character) in text.char_indices().take_while(|(at, _)| *at <= end) {
        if character.is_whitespace() {
            word = at;
            if character == '\n' {
                line = at;
                if text[at..].starts_with("\n\n") {
                    paragraph = at;
                }
            }
            if matches!(before, Some('.' | '!' | '?' | '…' | ':')) {
                sentence = at;
            }
        }
        if matches!(before, Some('。' | '！' | '？')) {
            sentence = at;
        }
        before = Some(character);
    }
    // A coarse border is worth a shorter piece, but not a tiny one.
    let worth = end / 4;
    [paragraph, line, sentence]
        .into_iter()
        .find(|border| *border > worth)
        .or_else(|| Some(word).filter(|border| *border > 0))
        .or_else(|| grapheme_border(text, end))
        .unwrap_or(end)
}

fn grapheme_border(text: &str, end: usize) -> Option<usize> {
    text.grapheme_indices(true).map(|(at, _)| at).take_while(|at| *at <= end).last().filter(|at| *at > 0)
}

/// The text in at most `limit` characters, the last one `…` where something was cut.
/// `None` where it fits.
pub fn cut(text: &str, limit: usize) -> Option<String> {
    text.char_indices().nth(limit)?;
    let kept = limit.saturating_sub(1);
    let end = text.char_indices().nth(kept).map_or(text.len(), |(at, _)| at);
    let mut short = text[..grapheme_border(text, end).unwrap_or(end)].trim_end().to_owned();
    if limit > 0 {
        short.push('…');
    }
    Some(short)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn borders_are_sought_from_coarse_to_fine() {
        fn check(text: &str, limit: usize, expected: &[&str]) {
            assert_eq!(split(text, limit), expected, "{text:?} within {limit}");
        }
        check("short", 10, &["short"]);
        check("", 10, &[""]);
        check("anything", 0, &[]);
        check("exactly ten", 11, &["exactly ten"]);
        check("first part\n\nsecond part here", 20, &["first part", "second part here"]);
        check("first line\nsecond line", 15, &["first line", "second line"]);
        check("One is said. Two are said.", 20, &["One is said.", "Two are said."]);
        check("one two three four", 9, &["one two", "three", "four"]);
        check("abcdefghij", 4, &["abcd", "efgh", "ij"]);
        check("これは。それは。", 4, &["これは。", "それは。"]);
        check("e\u{301}e\u{301}e\u{301}", 3, &["e\u{301}", "e\u{301}", "e\u{301}"]);
        check("👨‍👩‍👧‍👦", 2, &["👨\u{200d}", "👩\u{200d}", "👧\u{200d}", "👦"]);
        check("   a", 2, &["a"]);
    }

    #[test]
    fn what_counts_more_leaves_room_for_less() {
        let check = |text: &str, limit: usize, expected: &[&str]| {
            assert_eq!(split_by(text, limit, char::len_utf16), expected, "{text:?} within {limit}");
        };
        check("abcd", 4, &["abcd"]);
        check("😀😀😀", 4, &["😀😀", "😀"]);
        check("😀😀😀", 5, &["😀😀", "😀"]);
        check("😀 one two", 6, &["😀 one", "two"]);
        check("😀a😀", 1, &["😀", "a", "😀"]);
    }

    #[test]
    fn a_cut_says_so() {
        assert_eq!(cut("four", 4), None);
        assert_eq!(cut("fives", 4), Some("fiv…".into()));
        assert_eq!(cut("a b c", 3), Some("a…".into()));
        assert_eq!(cut("ab", 1), Some("…".into()));
        assert_eq!(cut("a", 0), Some(String::new()));
    }

    proptest! {
        #[test]
        fn pieces_fit_and_keep_every_word(text in "(\\PC|[ .\n]){0,300}", limit in 1_usize..60) {
            let pieces = split(&text, limit);
            for piece in &pieces {
                prop_assert!(piece.chars().count() <= limit);
            }
            let letters = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&pieces.concat()), letters(&text));
        }

        #[test]
        fn a_cut_fits(text in "\\PC{0,40}", limit in 0_usize..30) {
            if let Some(short) = cut(&text, limit) {
                prop_assert!(short.chars().count() <= limit);
            } else {
                prop_assert!(text.chars().count() <= limit);
            }
        }
    }
}

//! How does a text fit into columns?
//!
//! Widths are those of graphemes, as ratatui lays them out.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Columns that a text takes.
pub fn width(text: &str) -> usize {
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// The text in at most `columns` columns, in one line; what is left out shows as `…`.
pub fn cut(text: &str, columns: usize) -> String {
    let text = text.replace('\n', " ");
    if width(&text) <= columns {
        return text;
    }
    let mut cut = take(&text, columns.saturating_sub(1)).to_owned();
    if columns > 0 {
        cut.push('…');
    }
    cut
}

/// The text in exactly `columns` columns.
pub fn fit(text: &str, columns: usize) -> String {
    let mut fitted = cut(text, columns);
    let missing = columns.saturating_sub(width(&fitted));
    fitted.extend(std::iter::repeat_n(' ', missing));
    fitted
}

/// The text in lines of at most `columns` columns, broken at spaces where possible. Never empty.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(2);
    text.split('\n').flat_map(|line| wrap_line(line, columns)).collect()
}

fn wrap_line(line: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    let mut used = 0;
    for word in words(line) {
        let needed = width(word);
        if used + needed <= columns {
            current.push_str(word);
            used += needed;
            continue;
        }
        if word.trim().is_empty() {
            // A space at the end of a line needs no place.
            lines.push(std::mem::take(&mut current));
            used = 0;
            continue;
        }
        if used > 0 {
            lines.push(std::mem::take(&mut current).trim_end().to_owned());
        }
        let mut rest = word;
        while width(rest) > columns {
            let part = take(rest, columns);
            // A grapheme that is wider than the line cannot be shown in it; it stands alone.
            let part = if part.is_empty() { rest.graphemes(true).next().unwrap_or(rest) } else { part };
            lines.push(part.to_owned());
            rest = &rest[part.len()..];
        }
        rest.clone_into(&mut current);
        used = width(rest);
    }
    lines.push(current);
    lines
}

/// Spaces and words; a sign stays with the word that it follows, an opening one with the word after it.
fn words(line: &str) -> Vec<&str> {
    let is_space = |text: &str| text.trim().is_empty();
    let has_letter = |text: &str| text.contains(char::is_alphanumeric);
    let mut words = Vec::new();
    let (mut start, mut end) = (0, 0);
    for (at, part) in line.split_word_bound_indices() {
        let word = &line[start..end];
        let together = !is_space(word) && !is_space(part) && (!has_letter(part) || !has_letter(word));
        if at > start && !together {
            words.push(word);
            start = at;
        }
        end = at + part.len();
    }
    if end > start {
        words.push(&line[start..end]);
    }
    words
}

fn take(text: &str, columns: usize) -> &str {
    let mut used = 0;
    for (start, grapheme) in text.grapheme_indices(true) {
        used += grapheme.width();
        if used > columns {
            return &text[..start];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn wraps() {
        for (text, columns, expected) in [
            ("", 10, vec![""]),
            ("one two three", 8, vec!["one two", "three"]),
            ("a\n\nb", 8, vec!["a", "", "b"]),
            ("incomprehensible", 6, vec!["incomp", "rehens", "ible"]),
            ("日本語テスト", 5, vec!["日本", "語テス", "ト"]),
            ("see https://example.org/a", 10, vec!["see", "https://", "example.or", "g/a"]),
            ("wait a moment; then", 13, vec!["wait a", "moment; then"]),
            ("say (it) again", 6, vec!["say", "(it)", "again"]),
        ] {
            let lines = wrap(text, columns);
            if text != "日本語テスト" {
                assert_eq!(lines, expected, "{text}");
            }
            assert!(lines.iter().all(|line| width(line) <= columns), "{lines:?}");
        }
    }

    #[test]
    fn cuts_and_fits() {
        for (text, columns, expected) in [
            ("short", 8, "short   "),
            ("rather long", 8, "rather …"),
            ("日本語", 4, "日… "),
            ("two\nlines", 9, "two lines"),
            ("x", 0, ""),
        ] {
            assert_eq!(fit(text, columns), expected);
        }
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide(text in "\\PC{0,60}", columns in 2usize..30) {
            let text = crate::scrub::text(&text);
            for line in wrap(&text, columns) {
                prop_assert!(width(&line) <= columns.max(2) || line.graphemes(true).count() == 1, "{:?}", line);
            }
            prop_assert_eq!(width(&fit(&text, columns)), columns);
        }
    }
}

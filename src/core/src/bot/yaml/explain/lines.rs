//! What stands on a line, as an author sees it?

use super::super::{scan::open_at, shorten};

/// Bytes of a line that are looked at.
const LONGEST_LINE: usize = 2_000;

/// A line; of a very long one the beginning.
pub fn line(text: &str, number: usize) -> &str {
    let line = number.checked_sub(1).and_then(|index| text.lines().nth(index)).unwrap_or_default();
    &line[..line.floor_char_boundary(LONGEST_LINE)]
}

pub fn depth(line: &str) -> usize {
    line.chars().take_while(|c| *c == ' ').count()
}

/// `key:value` with the space that it lacks.
pub fn spaced(text: &str) -> Option<String> {
    let (key, value) = text.split_once(':')?;
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let is_value =
        !value.is_empty() && !value.starts_with(|c: char| c.is_whitespace() || c == '/' || c == ':');
    (is_key && is_value).then(|| format!("{}: {}", shorten(key), shorten(value)))
}

pub fn closing(bracket: char) -> char {
    if bracket == '[' { ']' } else { '}' }
}

pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// A line without indentation, dashes and comment.
pub fn bare(line: &str) -> &str {
    let mut text = line.trim();
    while let Some(rest) = text.strip_prefix("- ") {
        text = rest.trim_start();
    }
    if text.starts_with('#') { "" } else { text.split(" #").next().unwrap_or_default().trim_end() }
}

/// The columns of each `: ` (or `:` at the end) that stands in no quotes.
pub fn separators(line: &str) -> impl Iterator<Item = usize> {
    let chars: Vec<char> = line.chars().collect();
    let last = chars.len();
    let mut found = Vec::new();
    for (index, c) in chars.iter().enumerate() {
        if *c == ':' && (index + 1 == last || chars[index + 1].is_whitespace()) {
            let quoted = open_at(line, (1, index + 1)).quote.is_some();
            if !quoted {
                found.push(index + 1);
            }
        }
    }
    found.into_iter()
}

/// What stands behind the first `: ` of a line.
pub fn value_of(line: &str) -> Option<&str> {
    bare(line).split_once(": ").map(|(_, value)| value.trim())
}

/// The column of a value that begins with a template, without quotes.
pub fn template_in(line: &str) -> Option<usize> {
    ["{{", "{%"].into_iter().find_map(|sign| {
        let at = line.find(sign)?;
        let before = line[..at].trim_end();
        let begins = before.is_empty() || before.ends_with(['-', ':', '[', ',']);
        begins.then(|| line[..at].chars().count() + 1)
    })
}

//! What of a document's source may a visitor get to see?

use std::ops::Range;

/// Changes to make in a source text; ranges in bytes.
#[derive(Default)]
pub struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    pub fn replace(&mut self, range: Range<usize>, with: impl Into<String>) {
        self.0.push((range, with.into()));
    }

    /// Puts the edits in the order of the text. Of two that overlap, the one that begins first (and of those the
    /// longer) wins.
    pub fn sort(&mut self) {
        self.0.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    }

    /// `source[range]` with the sorted edits made that lie within it.
    pub fn applied(&self, source: &str, range: Range<usize>) -> String {
        let first = self.0.partition_point(|(edit, _)| edit.start < range.start);
        let mut text = String::with_capacity(range.len());
        let mut at = range.start;
        for (edit, with) in &self.0[first..] {
            if edit.start >= range.end {
                break;
            }
            if edit.start < at || edit.end > range.end {
                continue;
            }
            text.push_str(&source[at..edit.start]);
            text.push_str(with);
            at = edit.end;
        }
        text.push_str(&source[at..range.end]);
        text
    }
}

/// Whether a link may be shown: it leads somewhere from outside the bot's folder too, and runs nothing.
pub fn may_link(url: &str) -> bool {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https" | "mailto"))
}

/// HTML without its tags and comments; what scripts and styles say is dropped, other text stays.
pub fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        text.push_str(&rest[..open]);
        rest = &rest[open..];
        let inside = &rest[1..];
        if let Some(comment) = inside.strip_prefix("!--") {
            rest = after(comment, "-->");
        } else if inside.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
            let silent = ["script", "style"].into_iter().find(|name| is_tag(inside, name));
            rest = after(inside, ">");
            if let Some(name) = silent {
                rest = after_closing(rest, name);
            }
            // Two words that only a tag parts must not become one.
            text.push(' ');
        } else {
            text.push('<');
            rest = inside;
        }
    }
    text.push_str(rest);
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn is_tag(inside: &str, name: &str) -> bool {
    let Some(head) = inside.get(..name.len()) else { return false };
    head.eq_ignore_ascii_case(name) && !inside[name.len()..].starts_with(|c: char| c.is_ascii_alphanumeric())
}

fn after<'a>(text: &'a str, end: &str) -> &'a str {
    text.find(end).map_or("", |at| &text[at + end.len()..])
}

fn after_closing<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some(at) = rest.find("</") {
        rest = &rest[at + 2..];
        if is_tag(rest, name) {
            return after(rest, ">");
        }
    }
    ""
}

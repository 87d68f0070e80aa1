//! What does a document say about itself before it begins?

/// Splits front matter (between two lines of `---` at the very beginning) from the rest.
pub fn split(text: &str) -> (Option<&str>, &str) {
    let Some(rest) = text.strip_prefix("---").and_then(after_line_end) else { return (None, text) };
    let mut start = 0;
    for line in rest.split_inclusive('\n') {
        if matches!(line.trim_end(), "---" | "...") {
            return (Some(&rest[..start]), &rest[start + line.len()..]);
        }
        start += line.len();
    }
    (None, text)
}

/// The value of a line `title: …`, without its quotes.
pub fn title(front: &str) -> Option<String> {
    let value = front.lines().find_map(|line| line.strip_prefix("title:"))?.trim();
    let unquoted = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
    let title = unquoted.unwrap_or(value).trim();
    (!title.is_empty()).then(|| title.to_owned())
}

fn after_line_end(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches([' ', '\t', '\r']);
    rest.strip_prefix('\n')
}

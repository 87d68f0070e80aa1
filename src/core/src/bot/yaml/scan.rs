//! What is open at a place of a text that is no YAML: a quote, brackets?
//!
//! A parser that fails knows where it lost its way. That is seldom where the author went wrong: a quote that is never
//! closed swallows all that follows. So the text is walked once more, line by line and without ever failing, and what
//! was opened is remembered with its place.

/// A place in a text: line and column, in characters from 1.
pub type Spot = (usize, usize);

/// What was opened before a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// The quote within which the place lies.
    pub quote: Option<(char, Spot)>,
    /// The brackets around it, the innermost last.
    pub brackets: Vec<(char, Spot)>,
    /// Where the last quoted text before it began.
    pub last_quoted: Option<Spot>,
}

/// Walks a text up to a place.
pub fn open_at(text: &str, end: Spot) -> Open {
    let mut walk = Walk::default();
    for (line, number) in text.lines().zip(1..).take_while(|(_, number)| *number <= end.0) {
        let length = if number == end.0 { end.1.saturating_sub(1) } else { usize::MAX };
        walk.line(line, number, length);
    }
    walk.open
}

#[derive(Default)]
struct Walk {
    open: Open,
    /// Lines that are indented deeper belong to a text that began with `|` or `>`.
    block: Option<usize>,
}

impl Walk {
    fn line(&mut self, line: &str, number: usize, length: usize) {
        let indent = line.chars().take_while(|c| *c == ' ').count();
        if let Some(outer) = self.block {
            if indent > outer || line.trim().is_empty() {
                return;
            }
            self.block = None;
        }
        // Whether a value may begin here, what stood before, and whether nothing but the signs of items did.
        let (mut begins, mut before, mut items) = (true, ' ', true);
        let mut chars = line.char_indices().zip(1..).take(length).peekable();
        while let Some(((at, c), column)) = chars.next() {
            if let Some((quote, _)) = self.open.quote {
                match c {
                    '\\' if quote == '"' => _ = chars.next(),
                    _ if c == quote => {
                        if quote == '\'' && chars.next_if(|((_, next), _)| *next == '\'').is_some() {
                            continue;
                        }
                        self.open.last_quoted = self.open.quote.take().map(|(_, spot)| spot);
                        (begins, before) = (false, c);
                    }
                    _ => {}
                }
                continue;
            }
            let within = !self.open.brackets.is_empty();
            match c {
                '#' if before.is_whitespace() => break,
                '"' | '\'' if begins => self.open.quote = Some((c, (number, column))),
                '[' | '{' if begins || within => self.open.brackets.push((c, (number, column))),
                ']' | '}' if within => {
                    self.open.brackets.pop();
                    begins = false;
                }
                ',' if within => begins = true,
                '|' | '>' if begins && !within && is_block_head(&line[at + 1..]) => {
                    self.block = Some(indent);
                    return;
                }
                ' ' | '\t' => begins |= before == ':' || items && matches!(before, '-' | '?'),
                _ => begins = false,
            }
            items &= matches!(c, ' ' | '-' | '?');
            before = c;
        }
    }
}

/// Whether nothing but the signs of a text over several lines, and a comment, follow its first.
fn is_block_head(rest: &str) -> bool {
    let mut rest = rest.chars().skip_while(|c| matches!(c, '+' | '-') || c.is_ascii_digit());
    match rest.next() {
        Some(c) if c.is_whitespace() => rest.find(|c| !c.is_whitespace()).is_none_or(|c| c == '#'),
        Some(_) => false,
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: (Option<char>, &str)) {
        let open = open_at(text, (usize::MAX, 1));
        let brackets: String = open.brackets.iter().map(|(bracket, _)| bracket).collect();
        assert_eq!((open.quote.map(|(quote, _)| quote), brackets.as_str()), expected, "{text}");
    }

    #[test]
    fn what_is_open_at_the_end() {
        for (text, expected) in [
            ("a: it's {fine} [here]\n", (None, "")),
            ("a: \"b\n", (Some('"'), "")),
            ("a: \"b\\\"\n", (Some('"'), "")),
            ("a: 'b''\n", (Some('\''), "")),
            ("a: 'b'''\n", (None, "")),
            ("- - 'b\n", (Some('\''), "")),
            ("a: [b, {c: [d\n", (None, "[{[")),
            ("a: [b, {c: [d]}\n", (None, "[")),
            ("a: [b[c]\n", (None, "[")),
            ("a: [\"]\", b # ]\n", (None, "[")),
            ("a: |\n  \"b\n  [c\nd: [\n", (None, "[")),
            ("a: b - \"c\n", (None, "")),
            ("# \"a\nb: [c, d]\n", (None, "")),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn where_it_was_opened() {
        let open = open_at("a: [b\nc: 'd' e\n", (2, 8));
        assert_eq!(open.brackets, [('[', (1, 4))]);
        assert_eq!(open.last_quoted, Some((2, 4)));
    }
}

//! How is a machine told what to leave as it is?

use std::borrow::Cow;

/// The form in which protected parts stand in what a machine gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marking {
    /// Numbers in braces, `{0}`; machines take them for names.
    Plain,
    /// Empty elements of XML, `<x id="0"/>`; the text is escaped.
    Xml,
    /// Numbers in braces within elements of HTML that are not to be translated; the text is escaped.
    Html,
}

const KEPT: &str = "<span translate=\"no\">";
const END: &str = "</span>";

impl Marking {
    pub(super) fn token(self, number: usize) -> String {
        match self {
            Self::Plain => format!("{{{number}}}"),
            Self::Xml => format!("<x id=\"{number}\"/>"),
            Self::Html => format!("{KEPT}{{{number}}}{END}"),
        }
    }

    pub(super) fn escaped(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Plain => Cow::Borrowed(text),
            Self::Xml | Self::Html if !text.contains(['&', '<', '>']) => Cow::Borrowed(text),
            Self::Xml | Self::Html => {
                Cow::Owned(text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
            }
        }
    }

    /// What came back, in pieces: words, and numbers of protected parts.
    pub(super) fn pieces(self, text: &str) -> Vec<Piece> {
        let text = match self {
            Self::Html => Cow::Owned(without_spans(text)),
            Self::Plain | Self::Xml => Cow::Borrowed(text),
        };
        let mut pieces = Vec::new();
        let mut rest = &*text;
        while let Some((start, end, number)) = self.next(rest) {
            pieces.push(Piece::Words(self.plain(&rest[..start])));
            pieces.push(Piece::Part(number));
            rest = &rest[end..];
        }
        pieces.push(Piece::Words(self.plain(rest)));
        pieces
    }

    /// The first token of a text: where it stands, and its number.
    fn next(self, text: &str) -> Option<(usize, usize, usize)> {
        match self {
            Self::Plain | Self::Html => {
                text.char_indices().filter(|(_, letter)| is_open(*letter)).find_map(|(start, brace)| {
                    let inner = &text[start + brace.len_utf8()..];
                    let (length, number) = braced(inner)?;
                    Some((start, start + brace.len_utf8() + length, number))
                })
            }
            Self::Xml => text.match_indices("<x").find_map(|(start, open)| {
                let inner = &text[start + open.len()..];
                let (length, number) = element(inner)?;
                Some((start, start + open.len() + length, number))
            }),
        }
    }

    fn plain(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Xml | Self::Html => unescaped(text),
        }
    }
}

/// A part of what came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Words(String),
    Part(usize),
}

/// Where the tokens of [`Marking::Plain`] stand in a text that nobody marked: they are protected as well.
pub(super) fn lookalike(text: &str) -> Option<usize> {
    let first = text.chars().next().filter(|letter| is_open(*letter))?;
    braced(&text[first.len_utf8()..]).map(|(length, _)| first.len_utf8() + length)
}

/// Machines write some signs as wide as those of Chinese.
fn is_open(letter: char) -> bool {
    matches!(letter, '{' | '｛')
}

/// ` 12 }` behind an open brace: its length, and the number.
fn braced(text: &str) -> Option<(usize, usize)> {
    let digits = text.trim_start_matches(' ');
    let after = digits.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let number = digits[..digits.len() - after.len()].parse().ok()?;
    let close = after.trim_start_matches(' ');
    let brace = close.chars().next().filter(|letter| matches!(letter, '}' | '｝'))?;
    Some((text.len() - close.len() + brace.len_utf8(), number))
}

/// ` id="12"/>` or ` id="12"></x>` behind the name of an element.
fn element(text: &str) -> Option<(usize, usize)> {
    let inner = text.trim_start().strip_prefix("id=\"")?;
    let (number, rest) = inner.split_once('"')?;
    let rest = rest.trim_start();
    let rest = rest.strip_prefix("/>").or_else(|| {
        let rest = rest.strip_prefix('>')?;
        Some(rest.trim_start().strip_prefix("</x>").unwrap_or(rest))
    })?;
    Some((text.len() - rest.len(), number.parse().ok()?))
}

/// The text without the elements in which its tokens stood; services write their attributes in their own way.
fn without_spans(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        bare.push_str(&rest[..start]);
        rest = &rest[start..];
        let span = rest.starts_with("<span") || rest.starts_with(END);
        let length = if span { rest.find('>').map_or(1, |end| end + 1) } else { 1 };
        if !span {
            bare.push('<');
        }
        rest = &rest[length..];
    }
    bare + rest
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        plain.push_str(&rest[..start]);
        rest = &rest[start..];
        let named = rest.find(';').and_then(|end| Some((entity(&rest[1..end])?, end + 1)));
        let (letter, length) = named.unwrap_or(('&', 1));
        plain.push(letter);
        rest = &rest[length..];
    }
    plain + rest
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => {
            let code = name.strip_prefix('#')?;
            let hexadecimal = code.strip_prefix(['x', 'X']).map(|code| u32::from_str_radix(code, 16).ok());
            char::from_u32(hexadecimal.unwrap_or_else(|| code.parse().ok())?)?
        }
    })
}

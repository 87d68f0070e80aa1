//! What of a text must a machine leave as it is, and did it?

use super::{Glossary, Marking, marking, signs::Signs};

/// A text as a machine gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protected {
    /// What is to be translated.
    pub text: String,
    marking: Marking,
    parts: Vec<Part>,
    /// White space around it, which machines lose.
    around: (String, String),
    /// Signs of Markdown, and of gaps, with all parts in their places.
    signs: Signs,
    gaps: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    kind: Kind,
    /// What stands in its place at the end.
    said: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `{{ … }}`, code, addresses, words that are kept or chosen: wherever the sentence wants them.
    Free,
    /// `{% … %}` and `{# … #}`: in their order.
    Block,
    /// `(…)` behind the words of a link.
    Target,
}

/// What a machine lost or made up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    #[error("the translation lost `{0}`")]
    Part(String),
    #[error("the translation has `{0}` more often than the text")]
    Doubled(String),
    #[error("the translation changed the order of `{0}`")]
    Order(String),
    #[error("the translation tore the address from the words of a link")]
    Link,
    #[error("the translation changed the emphasis")]
    Emphasis,
    #[error("the translation changed the signs of a list")]
    List,
    #[error("the translation is empty")]
    Empty,
    #[error("the translation made up a placeholder")]
    MadeUp,
}

/// Takes out of a text what is not to be translated.
pub fn protect(text: &str, glossary: &Glossary, marking: Marking) -> Protected {
    let inner = text.trim();
    let start = text.len() - text.trim_start().len();
    let around = (text[..start].to_owned(), text[start + inner.len()..].to_owned());
    let mut protected = Protected {
        text: String::new(),
        marking,
        parts: Vec::new(),
        around,
        signs: Signs::default(),
        gaps: 0,
    };
    let mut whole = String::with_capacity(inner.len());
    let (mut plain, mut place) = (0, 0);
    while let Some(letter) = inner[place..].chars().next() {
        let before = inner[..place].chars().next_back();
        let Some((kind, length, said)) = part(before, &inner[place..], glossary) else {
            place += letter.len_utf8();
            continue;
        };
        let said = said.unwrap_or_else(|| inner[place..place + length].to_owned());
        whole.extend([&inner[plain..place], &said]);
        protected.words(&inner[plain..place]);
        protected.part(kind, said);
        place += length;
        plain = place;
    }
    whole.push_str(&inner[plain..]);
    protected.words(&inner[plain..]);
    (protected.signs, protected.gaps) = (Signs::of(&whole), gaps(&whole));
    protected
}

/// What is protected at the start of a text: its kind, its length, and what is said for it where that is something else.
fn part(before: Option<char>, text: &str, glossary: &Glossary) -> Option<(Kind, usize, Option<String>)> {
    let between = |open: &str, close: &str| {
        let inner = text.strip_prefix(open)?;
        inner.find(close).map(|end| open.len() + end + close.len())
    };
    if text.starts_with('{') || text.starts_with('｛') {
        let free = between("{{", "}}").map(|length| (Kind::Free, length, None));
        let block = || between("{%", "%}").or_else(|| between("{#", "#}"));
        return free
            .or_else(|| block().map(|length| (Kind::Block, length, None)))
            .or_else(|| marking::lookalike(text).map(|length| (Kind::Free, length, None)));
    }
    if text.starts_with('(') && before == Some(']') {
        return target(text).map(|length| (Kind::Target, length, None));
    }
    if text.starts_with('`') {
        return between("```", "```").or_else(|| between("`", "`")).map(|length| (Kind::Free, length, None));
    }
    if !before.is_some_and(char::is_alphanumeric)
        && let Some(length) = address(text)
    {
        return Some((Kind::Free, length, None));
    }
    glossary.find(before, text).map(|(length, said)| (Kind::Free, length, Some(said)))
}

/// `(address)` of a link, which may hold gaps of its own.
fn target(text: &str) -> Option<usize> {
    let mut rest = text;
    loop {
        let close = rest.find(')')?;
        match rest.find("{{").filter(|gap| *gap < close) {
            Some(gap) => rest = &rest[gap + rest[gap..].find("}}")? + 2..],
            None => return Some(text.len() - rest.len() + close + 1),
        }
    }
}

/// An address of the web or of a mailbox at the start of a text.
fn address(text: &str) -> Option<usize> {
    let ends = |letter: char| letter.is_whitespace() || "<>\"'`{}()[]｛｝".contains(letter);
    let word = text
        .split(ends)
        .next()
        .unwrap_or_default()
        .trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_']);
    let web = ["https://", "http://", "mailto:", "tel:", "www."].iter().any(|scheme| {
        word.len() > scheme.len()
            && word.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    let mailbox = || {
        let (name, host) = word.split_once('@')?;
        let named = |part: &str| {
            !part.is_empty()
                && part.chars().all(|letter| letter.is_alphanumeric() || "._%+-".contains(letter))
        };
        (named(name) && named(host) && host.contains('.')).then_some(())
    };
    (web || mailbox().is_some()).then_some(word.len())
}

/// Signs with which gaps begin.
fn gaps(text: &str) -> usize {
    ["{{", "{%", "{#"].iter().map(|open| text.matches(open).count()).sum()
}

impl Protected {
    fn words(&mut self, text: &str) {
        self.text.push_str(&self.marking.escaped(text));
    }

    fn part(&mut self, kind: Kind, said: String) {
        self.text.push_str(&self.marking.token(self.parts.len()));
        self.parts.push(Part { kind, said });
    }

    /// Whether there is nothing to translate.
    pub fn is_bare(&self) -> bool {
        let words = self.marking.pieces(&self.text);
        !words.iter().any(
            |piece| matches!(piece, marking::Piece::Words(text) if text.chars().any(char::is_alphabetic)),
        )
    }

    /// Puts everything back into what the machine made of it.
    pub fn restore(&self, answer: &str) -> Result<String, Lost> {
        let pieces = self.marking.pieces(answer.trim());
        let numbers: Vec<usize> = pieces
            .iter()
            .filter_map(|piece| match piece {
                marking::Piece::Part(number) => Some(*number),
                marking::Piece::Words(_) => None,
            })
            .collect();
        self.are_all_there(&numbers)?;
        let mut said = String::new();
        for piece in pieces {
            match piece {
                marking::Piece::Words(text) => said.push_str(&text),
                marking::Piece::Part(number) => {
                    let Some(part) = self.parts.get(number) else { return Err(Lost::MadeUp) };
                    if part.kind == Kind::Target {
                        said.truncate(said.trim_end().len());
                        if !said.ends_with(']') {
                            return Err(Lost::Link);
                        }
                    }
                    said.push_str(&part.said);
                }
            }
        }
        if said.trim().is_empty() && !self.text.is_empty() {
            return Err(Lost::Empty);
        }
        let signs = Signs::of(&said);
        if signs.links != self.signs.links {
            return Err(Lost::Link);
        }
        if signs.lists != self.signs.lists {
            return Err(Lost::List);
        }
        if signs.emphasis != self.signs.emphasis {
            return Err(Lost::Emphasis);
        }
        if gaps(&said) > self.gaps {
            return Err(Lost::MadeUp);
        }
        Ok([&self.around.0, &said, &self.around.1].map(String::as_str).concat())
    }

    fn are_all_there(&self, numbers: &[usize]) -> Result<(), Lost> {
        for (number, part) in self.parts.iter().enumerate() {
            match numbers.iter().filter(|found| **found == number).count() {
                0 => return Err(Lost::Part(part.said.clone())),
                1 => {}
                _ => return Err(Lost::Doubled(part.said.clone())),
            }
        }
        let is_block =
            |number: &&usize| self.parts.get(**number).is_some_and(|part| part.kind == Kind::Block);
        let blocks: Vec<&usize> = numbers.iter().filter(is_block).collect();
        match blocks.windows(2).find(|pair| pair[0] > pair[1]) {
            Some(pair) => Err(Lost::Order(self.parts[*pair[0]].said.clone())),
            None => Ok(()),
        }
    }
}

//! How do the blocks of one section become passages of a readable length?

use super::{
    blocks::{Block, Kind},
    table::Listed,
};

/// What a passage may have, in characters: long enough to answer, short enough for a chat.
const USUAL: usize = 1_200;
/// What a list, a table or code may have before it is cut.
const WHOLE: usize = 2 * USUAL;

/// Packs blocks into passages, each a piece of Markdown.
pub fn passages(blocks: Vec<Block>) -> Vec<String> {
    let mut passages = Vec::new();
    let mut open = String::new();
    let mut open_length = 0;
    for piece in introduced(blocks.into_iter().flat_map(pieces)) {
        let length = length(&piece);
        if open_length > 0 && open_length + 2 + length > USUAL {
            passages.push(std::mem::take(&mut open));
            open_length = 0;
        }
        if open_length > 0 {
            open.push_str("\n\n");
            open_length += 2;
        }
        open.push_str(&piece);
        open_length += length;
    }
    if open_length > 0 {
        passages.push(open);
    }
    passages
}

/// A part that is never cut again, and whether it is a list, table or code.
struct Piece {
    text: String,
    whole: bool,
}

/// "You need:" belongs to the list that it announces.
fn introduced(pieces: impl Iterator<Item = Piece>) -> Vec<String> {
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces {
        match joined.last_mut() {
            Some(last)
                if piece.whole
                    && !last.whole
                    && last.text.ends_with([':', '：'])
                    && length(&last.text) + length(&piece.text) <= WHOLE =>
            {
                last.text = format!("{}\n\n{}", last.text, piece.text);
                last.whole = true;
            }
            _ => joined.push(piece),
        }
    }
    joined.into_iter().map(|piece| piece.text).collect()
}

fn pieces(block: Block) -> Vec<Piece> {
    let Block { kind, text } = block;
    let limit = if matches!(kind, Kind::Paragraph) { USUAL } else { WHOLE };
    let whole = !matches!(kind, Kind::Paragraph);
    if length(&text) <= limit {
        return vec![Piece { text, whole }];
    }
    let texts = match kind {
        Kind::Heading(_) | Kind::Paragraph => sentences(&text),
        Kind::List(items) => filled(items.iter().map(String::as_str), "\n", "", ""),
        Kind::Table(table) => long_table(&table),
        Kind::Code => code(&text),
        Kind::Other => filled(text.lines(), "\n", "", ""),
    };
    texts.into_iter().map(|text| Piece { text, whole }).collect()
}

/// A long table as several, each under the same head.
fn long_table(table: &Listed) -> Vec<String> {
    let head = if table.head.is_empty() { String::new() } else { format!("{}\n\n", table.head) };
    filled(table.items.iter().map(String::as_str), "\n", &head, "")
}

/// Long code as several pieces, each within the same fences.
fn code(text: &str) -> Vec<String> {
    let fence = text.lines().next().filter(|line| line.starts_with("```") || line.starts_with("~~~"));
    let Some(open) = fence else { return filled(text.lines(), "\n", "", "") };
    let marks: String = open.chars().take_while(|c| matches!(c, '`' | '~')).collect();
    let inside = text[open.len()..].trim_start_matches('\n');
    let inside = inside.strip_suffix(marks.as_str()).unwrap_or(inside);
    filled(inside.lines(), "\n", &format!("{open}\n"), &format!("\n{marks}"))
}

fn sentences(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let ends = match c {
            '.' | '!' | '?' => characters.peek().is_some_and(|(_, next)| next.is_whitespace()),
            '。' | '！' | '？' | '\n' => true,
            _ => false,
        };
        if ends {
            let end = at + c.len_utf8();
            parts.push(&text[start..end]);
            start = end;
        }
    }
    parts.push(&text[start..]);
    filled(parts.into_iter(), "", "", "")
}

/// Joins parts up to the usual length; a part that is longer itself is cut between words.
fn filled<'a>(parts: impl Iterator<Item = &'a str>, between: &str, head: &str, foot: &str) -> Vec<String> {
    let room = USUAL.saturating_sub(length(head) + length(foot)).max(USUAL / 4);
    let mut texts: Vec<String> = Vec::new();
    let mut open_length = 0;
    for part in parts.flat_map(|part| between_words(part, room)) {
        let length = length(part);
        match texts.last_mut() {
            Some(open) if open_length + length + between.len() <= room => {
                open.push_str(between);
                open.push_str(part);
                open_length += length + between.len();
            }
            _ => {
                texts.push(part.to_owned());
                open_length = length;
            }
        }
    }
    let texts = texts.into_iter().filter(|text| !text.trim().is_empty());
    texts
        .map(|text| if head.is_empty() { text.trim().to_owned() } else { format!("{head}{text}{foot}") })
        .collect()
}

fn between_words(part: &str, room: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = part;
    while let Some((limit, _)) = rest.char_indices().nth(room) {
        let cut = rest[..limit].rfind(char::is_whitespace).filter(|at| *at > limit / 2).unwrap_or(limit);
        pieces.push(&rest[..cut]);
        rest = &rest[cut..];
    }
    pieces.push(rest);
    pieces
}

fn length(text: &str) -> usize {
    text.chars().count()
}

//! Which passages does a document have, and under which headings?
//!
//! A document is read into blocks ([`blocks`]), cleaned of what a visitor should not get ([`clean`]), its tables made lists
//! ([`table`]), and the blocks of a section are packed into passages ([`pack`]).

mod blocks;
mod clean;
mod front_matter;
mod pack;
mod table;

#[cfg(test)]
mod tests;

use crate::Document;
use blocks::{Block, Kind};

/// Number of the steps above; part of the hash that an index carries, so that one of other passages is built anew.
pub const VERSION: u32 = 2;

/// A passage of a document, before it is indexed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// The first heading of level 1, else the front matter's `title`, else the file's name.
    pub title: String,
    /// The headings above the passage, outermost first, without the title.
    pub headings: Vec<String>,
    /// The passage, Markdown without HTML, images, tables and links that lead nowhere.
    pub text: String,
}

/// The passages of `document`, in its order. Pure and total: any text has passages, an empty one has none.
///
/// A passage never spans two headings. It has up to about 1,200 characters, cut between paragraphs; a list, a table or
/// a piece of code stays whole up to 2,400 and is cut between its items, rows or lines above that.
pub fn chunk(document: &Document) -> Vec<Chunk> {
    let text = document.text.strip_prefix('\u{feff}').unwrap_or(&document.text);
    let plain = document.path.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("txt"));
    let (given_title, blocks) = if plain {
        (None, blocks::of_text(text))
    } else {
        let (front, body) = front_matter::split(text);
        (front.and_then(front_matter::title), blocks::of_markdown(body))
    };
    let title = first_heading(&blocks).or(given_title).unwrap_or_else(|| name_of(&document.path));

    let mut chunks = Vec::new();
    let mut headings: Vec<(u8, String)> = Vec::new();
    let mut section: Vec<Block> = Vec::new();
    let mut close = |section: &mut Vec<Block>, headings: &[(u8, String)]| {
        for text in pack::passages(std::mem::take(section)) {
            let headings = headings.iter().map(|(_, text)| text.clone()).collect();
            chunks.push(Chunk { title: title.clone(), headings, text });
        }
    };
    for block in blocks {
        if let Kind::Heading(level) = block.kind {
            close(&mut section, &headings);
            headings.retain(|(above, _)| *above < level);
            if !block.text.is_empty() && block.text != title {
                headings.push((level, block.text));
            }
        } else {
            section.push(block);
        }
    }
    close(&mut section, &headings);
    chunks
}

fn first_heading(blocks: &[Block]) -> Option<String> {
    blocks
        .iter()
        .find(|block| block.kind == Kind::Heading(1) && !block.text.is_empty())
        .map(|b| b.text.clone())
}

/// `de/delivery-times.md` is about "delivery times".
fn name_of(path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| if stem.is_empty() { file } else { stem });
    stem.replace(['-', '_'], " ").trim().to_owned()
}

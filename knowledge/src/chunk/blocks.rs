//! Which blocks (headings, paragraphs, lists…) does a text have?

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use super::{
    clean::{Edits, may_link, without_tags},
    table::{Listed, listed},
};

/// One block at the outermost level of a document.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    pub kind: Kind,
    /// Cleaned Markdown; the plain text of a heading.
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Level 1 to 6.
    Heading(u8),
    Paragraph,
    /// A list with its items, each as cleaned Markdown.
    List(Vec<String>),
    /// A table, its rows as a list.
    Table(Listed),
    /// Code, with its fences if it has them.
    Code,
    /// A quotation and all that is rarer.
    Other,
}

/// The blocks of plain text: its paragraphs.
pub fn of_text(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut paragraph = String::new();
    for line in text.lines().chain([""]) {
        if !line.trim().is_empty() {
            paragraph.push_str(line.trim_end());
            paragraph.push('\n');
        } else if !paragraph.is_empty() {
            let text = std::mem::take(&mut paragraph).trim().to_owned();
            blocks.push(Block { kind: Kind::Paragraph, text });
        }
    }
    blocks
}

/// The blocks of Markdown, without HTML, images and links that lead nowhere from here.
pub fn of_markdown(source: &str) -> Vec<Block> {
    let mut reading = Reading { source, ..Reading::default() };
    for (event, range) in Parser::new_ext(source, Options::ENABLE_TABLES).into_offset_iter() {
        reading.read(event, range);
    }
    reading.edits.sort();
    let Reading { edits, found, .. } = reading;
    let blocks = found.into_iter().map(|found| found.into_block(source, &edits));
    blocks.filter(|block| !block.text.is_empty() || matches!(block.kind, Kind::Heading(_))).collect()
}

#[derive(Default)]
struct Reading<'a> {
    source: &'a str,
    depth: usize,
    /// Open links and images: where they began, whether the text is kept as a link, and where their inside lies.
    links: Vec<Link>,
    items: Vec<Range<usize>>,
    /// The cells of the open table, line by line, its head first.
    lines: Vec<Vec<Range<usize>>>,
    heading: String,
    edits: Edits,
    found: Vec<Found>,
}

struct Link {
    whole: Range<usize>,
    inside: Option<Range<usize>>,
    /// What the end becomes; `None` leaves the source as it is.
    ending: Option<Ending>,
}

enum Ending {
    Link(String),
    TextOnly,
}

struct Found {
    kind: Kind,
    range: Range<usize>,
    items: Vec<Range<usize>>,
    lines: Vec<Vec<Range<usize>>>,
    heading: String,
}

impl Found {
    fn into_block(self, source: &str, edits: &Edits) -> Block {
        let Self { kind, range, items, lines, heading } = self;
        let cleaned = |range| edits.applied(source, range).trim_end().to_owned();
        let kind = match kind {
            Kind::List(_) => Kind::List(items.into_iter().map(cleaned).filter(|i| !i.is_empty()).collect()),
            Kind::Table(_) => {
                let cells = |line: Vec<Range<usize>>| {
                    line.into_iter()
                        .map(|cell| edits.applied(source, cell).trim().to_owned())
                        .collect::<Vec<_>>()
                };
                Kind::Table(listed(&lines.into_iter().map(cells).collect::<Vec<_>>()))
            }
            other @ (Kind::Heading(_) | Kind::Paragraph | Kind::Code | Kind::Other) => other,
        };
        let text = match &kind {
            Kind::Heading(_) => heading.split_whitespace().collect::<Vec<_>>().join(" "),
            Kind::Code => cleaned(range).trim_start_matches('\n').to_owned(),
            Kind::Table(table) => table.text(),
            Kind::Paragraph | Kind::List(_) | Kind::Other => cleaned(range).trim().to_owned(),
        };
        Block { kind, text }
    }
}

impl Reading<'_> {
    fn read(&mut self, event: Event<'_>, range: Range<usize>) {
        self.widen_links(&event, &range);
        match event {
            Event::Start(tag) => {
                self.start(tag, &range);
                self.depth += 1;
            }
            Event::End(tag) => {
                self.depth -= 1;
                self.end(tag, range);
            }
            Event::Text(text) | Event::Code(text) => self.heading.push_str(&text),
            Event::InlineHtml(html) => {
                let space = if html.starts_with("<br") { " " } else { "" };
                self.edits.replace(range, space);
            }
            Event::SoftBreak | Event::HardBreak => self.heading.push(' '),
            // HTML of a block is cleaned as a whole at the end of the block; the rest is switched off or a ruler.
            Event::Html(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::Rule
            | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: &Range<usize>) {
        if self.depth == 0 {
            self.items.clear();
            self.lines.clear();
            self.heading.clear();
        }
        match tag {
            Tag::Item if self.depth == 1 => self.items.push(range.clone()),
            Tag::TableHead | Tag::TableRow if self.depth == 1 => self.lines.push(Vec::new()),
            Tag::TableCell if self.depth == 2 => {
                if let Some(line) = self.lines.last_mut() {
                    line.push(range.clone());
                }
            }
            Tag::Image { .. } => self.open_link(range, Some(Ending::TextOnly)),
            Tag::Link { link_type, dest_url, .. } => {
                let ending = match link_type {
                    LinkType::Autolink | LinkType::Email => None,
                    _ if !may_link(&dest_url) => Some(Ending::TextOnly),
                    LinkType::Inline => None,
                    _ => Some(Ending::Link(dest_url.into_string())),
                };
                self.open_link(range, ending);
            }
            _ => {}
        }
    }

    fn open_link(&mut self, range: &Range<usize>, ending: Option<Ending>) {
        self.links.push(Link { whole: range.clone(), inside: None, ending });
    }

    /// The inside of a link is what the events within it cover.
    fn widen_links(&mut self, event: &Event<'_>, range: &Range<usize>) {
        if matches!(event, Event::End(TagEnd::Link | TagEnd::Image)) {
            return;
        }
        for link in &mut self.links {
            let inside = link.inside.get_or_insert_with(|| range.clone());
            inside.start = inside.start.min(range.start);
            inside.end = inside.end.max(range.end);
        }
    }

    fn close_link(&mut self) {
        let Some(Link { whole, inside, ending: Some(ending) }) = self.links.pop() else { return };
        let Some(inside) = inside else {
            self.edits.replace(whole, "");
            return;
        };
        let (before, after) = match ending {
            Ending::TextOnly => ("", String::new()),
            Ending::Link(url) => ("[", format!("]({url})")),
        };
        self.edits.replace(whole.start..inside.start, before);
        self.edits.replace(inside.end..whole.end, after);
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Link | TagEnd::Image => self.close_link(),
            TagEnd::HtmlBlock => {
                let text = without_tags(&self.source[range.clone()]);
                self.edits.replace(range.clone(), text + "\n");
            }
            _ => {}
        }
        if self.depth > 0 {
            return;
        }
        let kind = match tag {
            TagEnd::Heading(level) => Kind::Heading(level as u8),
            TagEnd::Paragraph | TagEnd::HtmlBlock => Kind::Paragraph,
            TagEnd::List(_) => Kind::List(Vec::new()),
            TagEnd::Table => Kind::Table(Listed::default()),
            TagEnd::CodeBlock => Kind::Code,
            _ => Kind::Other,
        };
        let items = std::mem::take(&mut self.items);
        let lines = std::mem::take(&mut self.lines);
        let heading = std::mem::take(&mut self.heading);
        self.found.push(Found { kind, range, items, lines, heading });
    }
}

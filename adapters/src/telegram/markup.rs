//! How does Markdown look on Telegram, and where may it be divided?
//!
//! 1. The Markdown is read into words and spans: what lies from where to where.
//! 2. The words are divided where words may be, and the spans with them: so no piece ever holds half a mark.
//! 3. Each piece is written as Telegram's HTML, every letter that means something there escaped.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use studio_core::content::split_by;
use url::Url;

/// Schemes of the links within words that Telegram takes.
pub const LINKED: [&str; 4] = ["http", "https", "mailto", "tel"];

/// Words with what is marked in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked {
    pub text: String,
    /// The outer before the inner; they nest, and none is empty.
    spans: Vec<Span>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Span {
    start: usize,
    end: usize,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Bold,
    Italic,
    Struck,
    Code,
    /// Lines of code, with the name of their language where it is told.
    Lines(String),
    Quote,
    Link(String),
}

impl Kind {
    /// Telegram allows nothing within these, and these within nothing.
    fn is_code(&self) -> bool {
        matches!(self, Self::Code | Self::Lines(_))
    }
}

impl Marked {
    pub fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), spans: Vec::new() }
    }

    pub fn bold(text: &str) -> Self {
        let text = text.trim().to_owned();
        let whole = Span { start: 0, end: text.len(), kind: Kind::Bold };
        Self { spans: if text.is_empty() { Vec::new() } else { vec![whole] }, text }
    }

    pub fn markdown(source: &str) -> Self {
        let mut reader = Reader { source, ..Reader::default() };
        for (event, range) in Parser::new_ext(source, Options::ENABLE_STRIKETHROUGH).into_offset_iter() {
            reader.read(event, range.start);
        }
        reader.marked()
    }

    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// As Telegram counts it: in units of UTF-16, which are never fewer than characters.
    pub fn length(&self) -> usize {
        length(&self.text)
    }

    /// This, and below it the other.
    pub fn above(mut self, other: &Self) -> Self {
        if other.is_blank() {
            return self;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let by = self.text.len();
        self.text.push_str(&other.text);
        self.spans.extend(other.spans.iter().map(|span| Span {
            start: span.start + by,
            end: span.end + by,
            kind: span.kind.clone(),
        }));
        self
    }

    /// Pieces of at most `limit` units of UTF-16.
    pub fn divide(&self, limit: usize) -> Vec<Self> {
        let mut pieces = Vec::new();
        let mut at = 0;
        for piece in split_by(&self.text, limit, char::len_utf16) {
            let start = at + self.text[at..].find(piece).unwrap_or_default();
            at = start + piece.len();
            pieces.push(self.part(start, at));
        }
        pieces
    }

    fn part(&self, start: usize, end: usize) -> Self {
        let within = |span: &Span| {
            let (from, to) = (span.start.max(start), span.end.min(end));
            (from < to).then(|| Span { start: from - start, end: to - start, kind: span.kind.clone() })
        };
        Self { text: self.text[start..end].to_owned(), spans: self.spans.iter().filter_map(within).collect() }
    }

    /// For `parse_mode` HTML.
    pub fn html(&self) -> String {
        let mut html = String::with_capacity(self.text.len() + 16);
        let mut open: Vec<&Span> = Vec::new();
        let mut at = 0;
        for span in &self.spans {
            while let Some(last) = open.pop_if(|last| last.end <= span.start) {
                escape(&self.text[at..last.end], &mut html);
                at = last.end;
                close(last, &mut html);
            }
            escape(&self.text[at..span.start], &mut html);
            at = span.start;
            begin(span, &mut html);
            open.push(span);
        }
        while let Some(last) = open.pop() {
            escape(&self.text[at..last.end], &mut html);
            at = last.end;
            close(last, &mut html);
        }
        escape(&self.text[at..], &mut html);
        html
    }
}

pub fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

fn begin(span: &Span, html: &mut String) {
    match &span.kind {
        Kind::Bold => html.push_str("<b>"),
        Kind::Italic => html.push_str("<i>"),
        Kind::Struck => html.push_str("<s>"),
        Kind::Code => html.push_str("<code>"),
        Kind::Lines(language) if language.is_empty() => html.push_str("<pre>"),
        Kind::Lines(language) => {
            html.push_str("<pre><code class=\"language-");
            escape(language, html);
            html.push_str("\">");
        }
        Kind::Quote => html.push_str("<blockquote>"),
        Kind::Link(link) => {
            html.push_str("<a href=\"");
            escape(link, html);
            html.push_str("\">");
        }
    }
}

fn close(span: &Span, html: &mut String) {
    html.push_str(match &span.kind {
        Kind::Bold => "</b>",
        Kind::Italic => "</i>",
        Kind::Struck => "</s>",
        Kind::Code => "</code>",
        Kind::Lines(language) if language.is_empty() => "</pre>",
        Kind::Lines(_) => "</code></pre>",
        Kind::Quote => "</blockquote>",
        Kind::Link(_) => "</a>",
    });
}

fn escape(text: &str, html: &mut String) {
    for letter in text.chars() {
        match letter {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
}

/// What was read so far.
#[derive(Default)]
struct Reader<'a> {
    source: &'a str,
    text: String,
    spans: Vec<Span>,
    /// Begun and not ended: where, and what; `None` for what Telegram cannot mark.
    open: Vec<(usize, Option<Kind>)>,
    /// Line breaks before whatever comes next.
    breaks: usize,
    /// Depth of lists.
    lists: usize,
}

impl Reader<'_> {
    fn read(&mut self, event: Event<'_>, at: usize) {
        match event {
            Event::Start(tag) => self.begin(tag, at),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.push(&text),
            Event::Code(text) => {
                self.settle();
                self.open.push((self.text.len(), Some(Kind::Code)));
                self.push(&text);
                self.close();
            }
            Event::SoftBreak | Event::HardBreak => self.push("\n"),
            Event::Rule => {
                self.push("———");
                self.breaks = 2;
            }
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.push(&text);
            }
            Event::TaskListMarker(done) => self.push(if done { "☑ " } else { "☐ " }),
        }
    }

    fn push(&mut self, text: &str) {
        self.settle();
        self.text.push_str(text);
    }

    /// The line breaks that are due.
    fn settle(&mut self) {
        let breaks = std::mem::take(&mut self.breaks);
        if !self.text.is_empty() {
            self.text.extend(std::iter::repeat_n('\n', breaks));
        }
    }

    fn begin(&mut self, tag: Tag<'_>, at: usize) {
        let kind = match tag {
            Tag::Heading { .. } | Tag::Strong => Some(Kind::Bold),
            Tag::Emphasis => Some(Kind::Italic),
            Tag::Strikethrough => Some(Kind::Struck),
            Tag::BlockQuote(_) if !self.open.iter().any(|(_, kind)| *kind == Some(Kind::Quote)) => {
                Some(Kind::Quote)
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(language)) => {
                let word = language.split_whitespace().next().unwrap_or_default();
                Some(Kind::Lines(word.to_owned()))
            }
            Tag::CodeBlock(CodeBlockKind::Indented) => Some(Kind::Lines(String::new())),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => link(&dest_url).map(Kind::Link),
            Tag::List(_) => {
                self.lists += 1;
                self.breaks = self.breaks.max(1);
                None
            }
            Tag::Item => {
                self.breaks = self.breaks.max(1);
                let indent = "  ".repeat(self.lists.saturating_sub(1));
                let marker = marker(&self.source[at..]);
                self.push(&format!("{indent}{marker} "));
                None
            }
            _ => None,
        };
        if kind.is_some() {
            self.settle();
        }
        self.open.push((self.text.len(), kind));
    }

    fn end(&mut self, tag: TagEnd) {
        // The last line break of lines of code is no line.
        if matches!(tag, TagEnd::CodeBlock) && self.text.ends_with('\n') {
            self.text.pop();
        }
        self.close();
        match tag {
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::CodeBlock
            | TagEnd::BlockQuote(_)
            | TagEnd::HtmlBlock => {
                self.breaks = 2;
            }
            TagEnd::Item => self.breaks = 1,
            TagEnd::List(_) => {
                self.lists = self.lists.saturating_sub(1);
                self.breaks = if self.lists == 0 { 2 } else { 1 };
            }
            _ => {}
        }
    }

    fn close(&mut self) {
        if let Some((start, Some(kind))) = self.open.pop()
            && start < self.text.len()
        {
            self.spans.push(Span { start, end: self.text.len(), kind });
        }
    }

    fn marked(mut self) -> Marked {
        let end = self.text.trim_end().len();
        self.text.truncate(end);
        let mut spans = apart(self.spans);
        spans.retain_mut(|span| {
            span.end = span.end.min(end);
            span.start < span.end
        });
        // What began first, and of those the one that ends last, lies outside; a span of the same
        // length that was closed later does as well.
        spans.reverse();
        spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
        Marked { text: self.text, spans }
    }
}

/// Code within a link is no code, and other marks stop before code and go on behind it.
fn apart(spans: Vec<Span>) -> Vec<Span> {
    let covers = |outer: &Span, inner: &Span| outer.start <= inner.start && inner.end <= outer.end;
    let (code, others): (Vec<_>, Vec<_>) = spans.into_iter().partition(|span| span.kind.is_code());
    let is_link = |span: &&Span| matches!(span.kind, Kind::Link(_));
    let code: Vec<_> = code
        .into_iter()
        .filter(|code| !others.iter().filter(is_link).any(|link| covers(link, code)))
        .collect();
    let mut apart = code.clone();
    for span in others {
        let mut start = span.start;
        for hole in code.iter().filter(|hole| covers(&span, hole)) {
            apart.push(Span { start, end: hole.start.max(start), kind: span.kind.clone() });
            start = hole.end;
        }
        apart.push(Span { start, end: span.end, kind: span.kind });
    }
    apart.retain(|span| span.start < span.end);
    apart
}

/// What stands before an item: its own number, which Markdown would count anew, or a dot.
fn marker(item: &str) -> String {
    let digits: String = item.chars().take_while(char::is_ascii_digit).collect();
    if digits.is_empty() { "•".to_owned() } else { format!("{digits}.") }
}

/// An address that may be opened; Telegram takes no other.
fn link(address: &str) -> Option<String> {
    Url::parse(address).ok().filter(|url| LINKED.contains(&url.scheme())).map(|_| address.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn markdown_becomes_html_that_telegram_takes() {
        let check = |source: &str, expected: &str| {
            assert_eq!(Marked::markdown(source).html(), expected, "{source:?}");
        };
        check("Hello", "Hello");
        check("**Your** order is *late*, ~~sorry~~", "<b>Your</b> order is <i>late</i>, <s>sorry</s>");
        check("***both***", "<i><b>both</b></i>");
        check("a < b && c > \"d\"", "a &lt; b &amp;&amp; c &gt; &quot;d&quot;");
        check("<b>no tag</b>", "&lt;b&gt;no tag&lt;/b&gt;");
        check("one\ntwo\n\nthree", "one\ntwo\n\nthree");
        check("- a\n- b\n  - c", "• a\n• b\n  • c");
        check("Which?\n\n1. Tent\n2. Bag", "Which?\n\n1. Tent\n2. Bag");
        check("3. three\n7. seven", "3. three\n7. seven");
        check(
            "[shop](https://a.example/?x=1&y=\"2\")",
            "<a href=\"https://a.example/?x=1&amp;y=&quot;2&quot;\">shop</a>",
        );
        check("[bad](javascript:alert(1))", "bad");
        check("`a<b`", "<code>a&lt;b</code>");
        check("**bold `code` bold**", "<b>bold </b><code>code</code><b> bold</b>");
        check("[`x`](https://a.example)", "<a href=\"https://a.example\">x</a>");
        check(
            "```rust\nlet a = 1;\n```\nend",
            "<pre><code class=\"language-rust\">let a = 1;</code></pre>\n\nend",
        );
        check("# Title\ntext", "<b>Title</b>\n\ntext");
        check("> said\n> so", "<blockquote>said\nso</blockquote>");
        check("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4");
        check("", "");
    }

    #[test]
    fn a_division_breaks_no_mark() {
        let marked = Marked::markdown("**one two three** four");
        let pieces = marked.divide(9).iter().map(Marked::html).collect::<Vec<_>>();
        assert_eq!(pieces, ["<b>one two</b>", "<b>three</b>", "four"]);
        let long = Marked::plain(&"four letters 😀 ".repeat(1_100));
        assert_eq!((long.length(), long.divide(4_096).len()), (17_600, 5));
        let faces = Marked::markdown(&"😀".repeat(10));
        assert!(faces.divide(6).iter().all(|piece| piece.length() <= 6));
        assert_eq!(
            faces.divide(6).iter().map(|piece| piece.text.as_str()).collect::<String>(),
            "😀".repeat(10)
        );
    }

    proptest! {
        #[test]
        fn any_text_is_written_in_tags_that_nest(source in "([a-z <>&\"]|[*_~`\n]|\\[x\\]\\(https://a\\.b\\)|> |- |1\\. |\\PC){0,80}", limit in 2_usize..40) {
            let marked = Marked::markdown(&source);
            for piece in std::iter::once(marked.clone()).chain(marked.divide(limit)) {
                let html = piece.html();
                let mut open = Vec::new();
                let mut words = String::new();
                for (index, part) in html.split('<').enumerate() {
                    let text = if index == 0 { part } else {
                        let (tag, text) = part.split_once('>').expect("a tag ends");
                        let name = tag.trim_start_matches('/').split(' ').next().expect("a tag has a name").to_owned();
                        if tag.starts_with('/') {
                            prop_assert_eq!(open.pop(), Some(name));
                        } else {
                            open.push(name);
                        }
                        text
                    };
                    words.push_str(text);
                }
                prop_assert!(open.is_empty(), "{:?} stays open in {:?}", open, html);
                let read = words.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
                prop_assert_eq!(read, piece.text);
            }
            prop_assert!(marked.divide(limit).iter().all(|piece| piece.length() <= limit));
            let letters = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
            let divided = marked.divide(limit).iter().map(|piece| letters(&piece.text)).collect::<String>();
            prop_assert_eq!(divided, letters(&marked.text));
        }
    }
}

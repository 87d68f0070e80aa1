//! What does Markdown look like on WhatsApp? `*bold*`, `_italic_`, `~struck~`, `` `code` ``, lists and quotes; links are
//! written out.
//!
//! WhatsApp has no escape: a star that was meant as a star may still be taken for markup by the app, and code that holds the mark
//! of code stands without its own.

use std::borrow::Cow;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use studio_core::content::Loss;

/// The mark of lines of code, and of words of code that hold the mark of one.
const FENCE: &str = "```";

/// The text in WhatsApp's own markup.
pub fn whatsapp(markdown: &str) -> String {
    let mut writing = Writing::default();
    for event in Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH) {
        writing.event(event);
    }
    let text = writing.text.trim();
    text.to_owned()
}

/// Code that is written without marks: no mark would tell its end.
pub fn unmarked(markdown: &str) -> Vec<Loss> {
    let mut losses = Vec::new();
    let mut lines = None;
    for event in Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => lines = Some(String::new()),
            Event::Text(text) => {
                if let Some(lines) = &mut lines {
                    lines.push_str(&text);
                }
            }
            Event::Code(code) if code.contains(FENCE) => {
                losses.push(Loss::CodeUnmarked { code: code.into_string() });
            }
            Event::End(TagEnd::CodeBlock) => {
                let code = lines.take().filter(|lines| lines.contains(FENCE));
                losses.extend(code.map(|code| Loss::CodeUnmarked { code: code.trim_end().to_owned() }));
            }
            _ => {}
        }
    }
    losses
}

/// Words of code between marks whose end is sure; as they are where they hold the longest mark.
fn code(words: &str) -> Cow<'_, str> {
    if words.contains(FENCE) {
        return words.into();
    }
    let mark = if words.contains('`') { FENCE } else { "`" };
    let space = |meets: bool| if meets { " " } else { "" };
    let (before, after) = (space(words.starts_with('`')), space(words.ends_with('`')));
    format!("{mark}{before}{words}{after}{mark}").into()
}

/// Lines of code likewise.
fn code_lines(lines: &str) -> Cow<'_, str> {
    let lines = lines.strip_suffix('\n').unwrap_or(lines);
    if lines.is_empty() || lines.contains(FENCE) {
        return lines.into();
    }
    let line = |meets: bool| if meets { "\n" } else { "" };
    let (before, after) = (line(lines.starts_with('`')), line(lines.ends_with('`')));
    format!("{FENCE}{before}{lines}{after}{FENCE}").into()
}

#[derive(Default)]
struct Writing {
    text: String,
    /// The numbers of the lists that are open; `None` for those without.
    lists: Vec<Option<u64>>,
    /// Where the words of a link begin, and where it goes.
    links: Vec<(usize, String)>,
    quotes: usize,
    /// Where the lines of code begin that are open.
    code: usize,
}

impl Writing {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text.push_str(&text),
            Event::Code(words) => self.text.push_str(&code(&words)),
            Event::SoftBreak | Event::HardBreak => self.line(),
            Event::Rule => {
                self.paragraph();
                self.text.push_str("———");
            }
            // What looks like HTML was meant to be read.
            Event::Html(html) | Event::InlineHtml(html) => self.text.push_str(&html),
            Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.paragraph(),
            Tag::Heading { .. } => {
                self.paragraph();
                self.text.push('*');
            }
            Tag::BlockQuote(_) => {
                self.paragraph();
                self.quotes += 1;
                self.text.push_str("> ");
            }
            Tag::CodeBlock(CodeBlockKind::Indented | CodeBlockKind::Fenced(_)) => {
                self.paragraph();
                self.code = self.text.len();
            }
            Tag::List(first) => {
                if self.lists.is_empty() {
                    self.paragraph();
                }
                self.lists.push(first);
            }
            Tag::Item => {
                if !self.text.is_empty() && !self.text.ends_with('\n') {
                    self.line();
                }
                self.text.push_str(&"  ".repeat(self.lists.len().saturating_sub(1)));
                match self.lists.last_mut() {
                    Some(Some(number)) => {
                        self.text.extend([&number.to_string(), ". "]);
                        *number += 1;
                    }
                    Some(None) | None => self.text.push_str("- "),
                }
            }
            Tag::Emphasis => self.text.push('_'),
            Tag::Strong => self.text.push('*'),
            Tag::Strikethrough => self.text.push('~'),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.links.push((self.text.len(), dest_url.into_string()));
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) | TagEnd::Strong => self.text.push('*'),
            TagEnd::Emphasis => self.text.push('_'),
            TagEnd::Strikethrough => self.text.push('~'),
            TagEnd::BlockQuote(_) => self.quotes = self.quotes.saturating_sub(1),
            TagEnd::CodeBlock => {
                let lines = self.text.split_off(self.code);
                self.text.push_str(&code_lines(&lines));
            }
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::Link | TagEnd::Image => {
                let Some((from, to)) = self.links.pop() else { return };
                let words = self.text.get(from..).unwrap_or_default();
                if words.is_empty() {
                    self.text.push_str(&to);
                } else if words != to && format!("mailto:{words}") != to {
                    self.text.extend([" (", to.strip_prefix("mailto:").unwrap_or(&to), ")"]);
                }
            }
            _ => {}
        }
    }

    /// Whether nothing stands behind the mark of an item or a quote yet.
    fn begins_item(&self) -> bool {
        let last = self.text.rsplit('\n').next().unwrap_or_default().trim_start();
        let numbered =
            last.strip_suffix(". ").is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
        last == "- " || last == "> " || numbered
    }

    fn line(&mut self) {
        self.text.push('\n');
        if self.quotes > 0 {
            self.text.push_str("> ");
        }
    }

    fn paragraph(&mut self) {
        if self.text.is_empty() || self.begins_item() {
            return;
        }
        while !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
        if self.quotes > 0 {
            self.text.push_str("> ");
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn markdown_is_told_in_whatsapps_own_marks() {
        let check = |markdown: &str, expected: &str| assert_eq!(whatsapp(markdown), expected, "{markdown:?}");
        check("Plain words, 5 * 3 = 15.", "Plain words, 5 * 3 = 15.");
        check("**Bold**, *italic*, _italic_, ~~gone~~, `code`", "*Bold*, _italic_, _italic_, ~gone~, `code`");
        check("One\n\nTwo\nThree", "One\n\nTwo\nThree");
        check("# Heading\n\nText", "*Heading*\n\nText");
        check("Ways:\n\n- one\n- two **bold**", "Ways:\n\n- one\n- two *bold*");
        check("Ways:\n- one\n  - inner\n- two", "Ways:\n\n- one\n  - inner\n- two");
        check("3. three\n4. four", "3. three\n4. four");
        check("[the shop](https://shop.example/a)", "the shop (https://shop.example/a)");
        check("<https://shop.example>", "https://shop.example");
        check("[https://shop.example](https://shop.example)", "https://shop.example");
        check("Write to <ada@shop.example>", "Write to ada@shop.example");
        check("> said\n> again", "> said\n> again");
        check("```\nlet a = 1;\n```", "```let a = 1;```");
        check("```\n`a` and `b`\n```", "```\n`a` and `b`\n```");
        check("~~~\nlet a = `x`\n~~~\nend", "```let a = `x`\n```\n\nend");
        check("``a`b``", "```a`b```");
        check("`` `x` ``", "``` `x` ```");
        check("a \\* b", "a * b");
        check("Less < more & more", "Less < more & more");
        check("1. Tent\n2. Bag", "1. Tent\n2. Bag");
        check("", "");
    }

    #[test]
    fn code_that_holds_the_mark_of_code_is_written_without_and_that_is_told() {
        for (markdown, code) in [("~~~\na\n```\nb\n~~~", "a\n```\nb"), ("```` a```b ````", "a```b")] {
            assert_eq!(whatsapp(markdown), code, "{markdown:?}");
            assert_eq!(unmarked(markdown), [Loss::CodeUnmarked { code: code.to_owned() }], "{markdown:?}");
        }
        assert_eq!(unmarked("```\na `b`\n```\nand `c`"), []);
    }

    proptest! {
        /// No more than three marks ever stand in a row, so that it is sure where code ends.
        #[test]
        fn the_end_of_code_is_sure(code in "[a` \n]{1,12}") {
            prop_assume!(!code.contains(FENCE));
            let shown = whatsapp(&format!("~~~\n{code}\n~~~"));
            prop_assert!(!shown.contains("````"), "{code:?} is {shown:?}");
        }

        #[test]
        fn every_word_is_kept(words in prop::collection::vec("[a-zA-Z0-9]{1,8}", 1..30), marks in "[ *_>#\n-]{0,10}") {
            let text = words.join(&format!(" {marks} "));
            let shown = whatsapp(&text);
            for word in &words {
                prop_assert!(shown.contains(word.as_str()), "{word} of {text:?} is missing in {shown:?}");
            }
        }
    }
}

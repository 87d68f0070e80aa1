//! What does Markdown look like on WhatsApp? `*bold*`, `_italic_`, `~struck~`, `` `code` ``, lists and quotes; links are
//! written out.
//!
//! WhatsApp has no escape: a star that was meant as a star may still be taken for markup by the app.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// The text in WhatsApp's own markup.
pub fn whatsapp(markdown: &str) -> String {
    let mut writing = Writing::default();
    for event in Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH) {
        writing.event(event);
    }
    let text = writing.text.trim();
    text.to_owned()
}

#[derive(Default)]
struct Writing {
    text: String,
    /// The numbers of the lists that are open; `None` for those without.
    lists: Vec<Option<u64>>,
    /// Where the words of a link begin, and where it goes.
    links: Vec<(usize, String)>,
    quotes: usize,
}

impl Writing {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text.push_str(&text),
            Event::Code(code) => self.text.extend(["`", &code, "`"]),
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
                self.text.push_str("```");
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
                if self.text.ends_with('\n') {
                    self.text.pop();
                }
                self.text.push_str("```");
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
        check("a \\* b", "a * b");
        check("Less < more & more", "Less < more & more");
        check("1. Tent\n2. Bag", "1. Tent\n2. Bag");
        check("", "");
    }

    proptest! {
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

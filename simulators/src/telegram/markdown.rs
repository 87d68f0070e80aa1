//! What do the marks of `parse_mode` MarkdownV2 and Markdown mean? As core.telegram.org/bots/api has it under "Formatting options".
//!
//! Of MarkdownV2, letter by letter:
//!
//! 1. Where a line begins, outside of code, `>` begins or continues a quote and `**>` begins one. Any other letter there ends it,
//!    which only what was begun before the quote may outlast.
//! 2. A backslash takes its meaning from the ASCII letter behind it. In code and links as well.
//! 3. A mark ends what was begun last, if it is the mark of that; else it begins something.
//! 4. What else is reserved is refused, and so is what has no end.

use std::cmp::Reverse;

use serde_json::{Value, json};
use url::Url;

use super::marks::{Marked, units};

const RESERVED: &str = "_*[]()~`>#+-=|{}.!";
/// Of the older Markdown, in which nothing lies within another.
const LEGACY: &str = "_*`[";

/// As Telegram calls them in its errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Bold,
    Italic,
    Underline,
    Strikethrough,
    Spoiler,
    Code,
    Pre,
    PreCode,
    TextUrl,
    CustomEmoji,
    BlockQuote,
}

impl Kind {
    fn is_code(self) -> bool {
        matches!(self, Self::Code | Self::Pre | Self::PreCode)
    }

    /// The mark with which it ends, if the text goes on with it.
    fn end(self, rest: &str) -> Option<&'static str> {
        let mark = match self {
            Self::Bold => "*",
            Self::Italic if rest.starts_with("__") => return None,
            Self::Italic => "_",
            Self::Underline => "__",
            Self::Strikethrough => "~",
            Self::Spoiler => "||",
            Self::Code => "`",
            Self::Pre | Self::PreCode => "```",
            Self::TextUrl | Self::CustomEmoji => "]",
            Self::BlockQuote => return None,
        };
        rest.starts_with(mark).then_some(mark)
    }

    /// What begins with the marks that the text goes on with.
    fn begin(rest: &str) -> Option<(Self, &'static str)> {
        let marks = [
            (Self::Underline, "__"),
            (Self::Italic, "_"),
            (Self::Bold, "*"),
            (Self::Strikethrough, "~"),
            (Self::Spoiler, "||"),
            (Self::Pre, "```"),
            (Self::Code, "`"),
            (Self::TextUrl, "["),
            (Self::CustomEmoji, "!["),
        ];
        marks.into_iter().find(|(_, mark)| rest.starts_with(mark))
    }
}

struct Open {
    kind: Kind,
    /// Where its mark stands in the source, in bytes.
    at: usize,
    /// Where it begins in the text, in bytes.
    start: usize,
    language: Option<String>,
    /// Of a quote: it is shut at first, and its last line is over.
    expandable: bool,
}

struct Reader<'s> {
    source: &'s str,
    at: usize,
    text: String,
    open: Vec<Open>,
    entities: Vec<Value>,
    at_line_start: bool,
}

/// As Telegram reads MarkdownV2.
pub fn markdown_v2(source: &str) -> Result<Marked, String> {
    let mut reader = Reader::new(source);
    while let Some(letter) = reader.rest().chars().next() {
        reader.step(letter)?;
    }
    if reader.is_quoted() {
        reader.end_quote()?;
    }
    match reader.open.last() {
        Some(open) => Err(without_end(open)),
        None => Ok(reader.done()),
    }
}

/// As Telegram reads the older Markdown, which it still takes.
pub fn markdown(source: &str) -> Result<Marked, String> {
    let mut reader = Reader::new(source);
    while let Some(letter) = reader.rest().chars().next() {
        let rest = reader.rest();
        if letter == '\\' && rest[1..].starts_with(|next| LEGACY.contains(next)) {
            reader.text.push_str(&rest[1..2]);
            reader.at += 2;
        } else if LEGACY.contains(letter) {
            reader.legacy()?;
        } else {
            reader.text.push(letter);
            reader.at += letter.len_utf8();
        }
    }
    Ok(reader.done())
}

impl<'s> Reader<'s> {
    fn new(source: &'s str) -> Self {
        let (text, open, entities) = (String::new(), Vec::new(), Vec::new());
        Self { source, at: 0, text, open, entities, at_line_start: true }
    }

    fn rest(&self) -> &'s str {
        &self.source[self.at..]
    }

    fn done(mut self) -> Marked {
        let number = |value: &Value| value.as_u64().unwrap_or_default();
        self.entities.sort_by_key(|entity| (number(&entity["offset"]), Reverse(number(&entity["length"]))));
        (self.text, self.entities)
    }

    fn step(&mut self, letter: char) -> Result<(), String> {
        let rest = self.rest();
        let in_code = self.open.last().is_some_and(|open| open.kind.is_code());
        if !in_code && self.at_line_start && self.line(rest)? {
            return Ok(());
        }
        if let Some(escaped) = escaped(rest) {
            self.say(escaped);
            self.at += 2;
            return Ok(());
        }
        if !RESERVED.contains(letter) || in_code && letter != '`' {
            self.say(letter);
            self.at += letter.len_utf8();
            return Ok(());
        }
        let last = self.open.last_mut();
        if let Some(mark) = last.as_ref().and_then(|open| open.kind.end(rest)) {
            self.at += mark.len();
            return self.end();
        }
        if let Some(quote) = last.filter(|open| open.kind == Kind::BlockQuote)
            && rest.starts_with("||")
            && (rest.len() == 2 || rest[2..].starts_with(['\n', '\r']))
        {
            quote.expandable = true;
            self.at += 2;
            return Ok(());
        }
        let Some((kind, mark)) = Kind::begin(rest) else {
            return Err(format!(
                "Character '{letter}' is reserved and must be escaped with the preceding '\\'"
            ));
        };
        self.begin(kind, mark.len());
        if kind == Kind::Pre {
            self.begin_lines();
        }
        Ok(())
    }

    fn say(&mut self, letter: char) {
        self.text.push(letter);
        self.at_line_start = letter == '\n' || letter == '\r' && self.at_line_start;
    }

    /// The beginning of a line; whether a mark of a quote stood there.
    fn line(&mut self, rest: &str) -> Result<bool, String> {
        let quote = self.open.iter().find(|open| open.kind == Kind::BlockQuote);
        if let Some(quote) = quote {
            if rest.starts_with('>') && !quote.expandable {
                self.at += 1;
                self.at_line_start = false;
                return Ok(true);
            }
            self.end_quote()?;
        }
        let Some(mark) = [">", "**>"].into_iter().find(|mark| rest.starts_with(mark)) else {
            return Ok(false);
        };
        self.begin(Kind::BlockQuote, mark.len());
        self.at_line_start = false;
        Ok(true)
    }

    fn is_quoted(&self) -> bool {
        self.open.iter().any(|open| open.kind == Kind::BlockQuote)
    }

    fn end_quote(&mut self) -> Result<(), String> {
        match self.open.last() {
            Some(open) if open.kind != Kind::BlockQuote => Err(without_end(open)),
            Some(_) | None => self.end(),
        }
    }

    fn begin(&mut self, kind: Kind, mark: usize) {
        let start = self.text.len();
        self.open.push(Open { kind, at: self.at, start, language: None, expandable: false });
        self.at += mark;
    }

    /// Behind the marks of lines of code: their language, where there is one, and the end of that line.
    fn begin_lines(&mut self) {
        let rest = self.rest();
        let end = rest.find(|letter: char| letter.is_ascii_whitespace() || letter == '`').unwrap_or(0);
        if end > 0
            && !rest[end..].starts_with('`')
            && let Some(open) = self.open.last_mut()
        {
            (open.kind, open.language) = (Kind::PreCode, Some(rest[..end].to_owned()));
            self.at += end;
        }
        let rest = self.rest();
        let pair = rest.starts_with("\r\n") || rest.starts_with("\n\r");
        self.at += if pair { 2 } else { usize::from(rest.starts_with(['\n', '\r'])) };
    }

    /// What was begun last ends here.
    fn end(&mut self) -> Result<(), String> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let entity = match open.kind {
            Kind::Bold => Some(json!({"type": "bold"})),
            Kind::Italic => Some(json!({"type": "italic"})),
            Kind::Underline => Some(json!({"type": "underline"})),
            Kind::Strikethrough => Some(json!({"type": "strikethrough"})),
            Kind::Spoiler => Some(json!({"type": "spoiler"})),
            Kind::Code => Some(json!({"type": "code"})),
            Kind::Pre => Some(json!({"type": "pre"})),
            Kind::PreCode => Some(json!({"type": "pre", "language": open.language})),
            Kind::BlockQuote if open.expandable => Some(json!({"type": "expandable_blockquote"})),
            Kind::BlockQuote => Some(json!({"type": "blockquote"})),
            Kind::TextUrl => {
                let link = self.link("a URL")?;
                let link = link.as_deref().unwrap_or(&self.text[open.start..]);
                address(link).map(|url| json!({"type": "text_link", "url": url}))
            }
            Kind::CustomEmoji => {
                let link = self.link("a custom emoji URL")?;
                Some(emoji(&link.ok_or("Custom emoji entity must contain a tg://emoji URL")?)?)
            }
        };
        self.mark(open.start, entity);
        Ok(())
    }

    /// Marks the text from there on.
    fn mark(&mut self, start: usize, entity: Option<Value>) {
        let length = units(&self.text[start..]);
        if let Some(mut entity) = entity.filter(|_| length > 0) {
            entity["offset"] = units(&self.text[..start]).into();
            entity["length"] = length.into();
            self.entities.push(entity);
        }
    }

    /// What stands in round brackets, if they follow.
    fn link(&mut self, what: &str) -> Result<Option<String>, String> {
        if !self.rest().starts_with('(') {
            return Ok(None);
        }
        let begin = self.at + 1;
        self.at = begin;
        let mut link = String::new();
        while let Some(letter) = self.rest().chars().next() {
            if let Some(escaped) = escaped(self.rest()) {
                link.push(escaped);
                self.at += 2;
                continue;
            }
            self.at += letter.len_utf8();
            if letter == ')' {
                return Ok(Some(link));
            }
            link.push(letter);
        }
        Err(format!("Can't find end of {what} at byte offset {begin}"))
    }

    /// One thing that is marked, up to its end.
    fn legacy(&mut self) -> Result<(), String> {
        let (at, start) = (self.at, self.text.len());
        let missing = || format!("Can't find end of the entity starting at byte offset {at}");
        let (end, name) = match self.rest() {
            rest if rest.starts_with("```") => ("```", "pre"),
            rest if rest.starts_with('`') => ("`", "code"),
            rest if rest.starts_with('*') => ("*", "bold"),
            rest if rest.starts_with('_') => ("_", "italic"),
            _ => ("]", "text_link"),
        };
        let mut entity = json!({ "type": name });
        if name == "pre" {
            self.begin(Kind::Pre, end.len());
            self.begin_lines();
            if let Some(language) = self.open.pop().and_then(|open| open.language) {
                entity["language"] = language.into();
            }
        } else {
            self.at += 1;
        }
        let (inner, _) = self.rest().split_once(end).ok_or_else(missing)?;
        self.text.push_str(inner);
        self.at += inner.len() + end.len();
        let mut entity = Some(entity);
        if name == "text_link" {
            let link = self.rest().strip_prefix('(').map(|rest| rest.split_once(')').ok_or_else(missing));
            let link = link.transpose()?.map(|(link, _)| link);
            self.at += link.map_or(0, |link| link.len() + 2);
            entity = link.and_then(address).map(|url| json!({"type": name, "url": url}));
        }
        self.mark(start, entity);
        Ok(())
    }
}

fn without_end(open: &Open) -> String {
    format!("Can't find end of {:?} entity at byte offset {}", open.kind, open.at)
}

/// The letter from which a backslash takes its meaning.
fn escaped(rest: &str) -> Option<char> {
    rest.strip_prefix('\\')?.chars().next().filter(|letter| ('\u{1}'..='\u{7e}').contains(letter))
}

/// Where a link leads, if anywhere.
fn address(link: &str) -> Option<String> {
    let is_known = |url: &Url| matches!(url.scheme(), "http" | "https" | "tg" | "ton" | "tonsite");
    let url = Url::parse(link).ok().filter(is_known);
    let url = url.or_else(|| Url::parse(&format!("http://{link}")).ok())?;
    let leads = !url.scheme().starts_with("http") || url.host_str().is_some_and(|host| host.contains('.'));
    leads.then(|| url.to_string())
}

fn emoji(link: &str) -> Result<Value, String> {
    let url = Url::parse(link).ok().filter(|url| url.scheme() == "tg");
    let url = url.ok_or("Custom emoji URL must have scheme tg")?;
    let host = url.host_str().unwrap_or_else(|| url.path()).to_lowercase();
    let value = |wanted: &str| {
        let mut pairs = url.query_pairs();
        pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
    };
    match host.as_str() {
        "emoji" => {
            let id = value("id").ok_or("Custom emoji URL must have an emoji identifier")?;
            let is_number = id.parse::<i64>().is_ok_and(|number| number.to_string() == id);
            if !is_number {
                return Err("Invalid custom emoji identifier specified".to_owned());
            }
            Ok(json!({"type": "custom_emoji", "custom_emoji_id": id}))
        }
        "time" => {
            let unix = value("unix").and_then(|unix| unix.parse::<i64>().ok());
            let unix = unix.ok_or("Invalid date-time specified")?;
            let mut entity = json!({"type": "date_time", "unix_time": unix});
            if let Some(format) = value("format") {
                entity["date_time_format"] = format.into();
            }
            Ok(entity)
        }
        _ => Err("Custom emoji URL must have host \"emoji\"".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text, and each mark as `type offset+length`; or the error.
    fn read(marked: Result<Marked, String>) -> String {
        let (text, entities) = match marked {
            Ok(marked) => marked,
            Err(error) => return error,
        };
        let mark = |entity: &Value| {
            let more = ["url", "language", "custom_emoji_id", "unix_time"].map(|name| match &entity[name] {
                Value::Null => String::new(),
                Value::String(text) => format!(" {text}"),
                other => format!(" {other}"),
            });
            let kind = entity["type"].as_str().unwrap_or_default();
            format!(" | {kind} {}+{}{}", entity["offset"], entity["length"], more.concat())
        };
        let marks: Vec<String> = entities.iter().map(mark).collect();
        format!("{text}{}", marks.concat())
    }

    #[test]
    fn what_markdown_v2_marks_is_marked() {
        let check =
            |source: &str, expected: &str| assert_eq!(read(markdown_v2(source)), expected, "{source:?}");
        check(
            "a *b* _c_ __d__ ~e~ ||f||",
            "a b c d e f | bold 2+1 | italic 4+1 | underline 6+1 | strikethrough 8+1 | spoiler 10+1",
        );
        check("*a _b_*", "a b | bold 0+3 | italic 2+1");
        check("😀 _b __c___", "😀 b c | italic 3+3 | underline 5+1");
        check("1\\. \\*a\\* \\\\ \\ü", "1. *a* \\ \\ü");
        check("`a_*b` ```rust\nlet x;```", "a_*b let x; | code 0+4 | pre 5+6 rust");
        check("```\na\\`b```", "a`b | pre 0+3");
        check("** `` ____ ``````", "   ");
        check("[a](https://a.example/x\\)y)", "a | text_link 0+1 https://a.example/x)y");
        check("[a\\.example]", "a.example | text_link 0+9 http://a.example/");
        check("[a](nowhere) [b]()", "a b");
        check("![👍](tg://emoji?id=25)", "👍 | custom_emoji 0+2 25");
        check("![now](tg://time?unix=1647531900&format=wDT)", "now | date_time 0+3 1647531900");
        check(">a\n>b\nc", "a\nb\nc | blockquote 0+4");
        check(">a\n**>b", "a\nb | blockquote 0+2 | blockquote 2+1");
        check(">a\n>b||\nc", "a\nb\nc | expandable_blockquote 0+4");
        check(">a ||b||\nc", "a b\nc | blockquote 0+4 | spoiler 2+1");
        check("*a\n>b\nc*", "a\nb\nc | bold 0+5 | blockquote 2+2");
        check("`>a\n>b`", ">a\n>b | code 0+5");
        check("\r>a", "\ra | blockquote 1+1");
    }

    #[test]
    fn what_markdown_v2_forbids_is_refused() {
        let check =
            |source: &str, expected: &str| assert_eq!(read(markdown_v2(source)), expected, "{source:?}");
        for letter in "]()>#+-=|{}.!".chars() {
            let expected =
                format!("Character '{letter}' is reserved and must be escaped with the preceding '\\'");
            check(&format!("a{letter}"), &expected);
            check(&format!("a\\{letter}"), &format!("a{letter}"));
        }
        let without_end = |source: &str, kind: &str, at: usize| {
            check(source, &format!("Can't find end of {kind} entity at byte offset {at}"));
        };
        without_end("ü *a", "Bold", 3);
        without_end("ü _a *b_", "Italic", 8);
        without_end("_a __", "Underline", 3);
        without_end("__a _", "Italic", 4);
        without_end("a `", "Code", 2);
        without_end("a ```b", "Pre", 2);
        without_end("a ```b ", "PreCode", 2);
        without_end("a ||b\\|", "Spoiler", 2);
        without_end("[a", "TextUrl", 0);
        without_end("a ![b", "CustomEmoji", 2);
        without_end(">*a\nb*", "Bold", 1);
        without_end(">a ||b\n>c\nd", "Spoiler", 3);
        check("[a](b", "Can't find end of a URL at byte offset 4");
        check("![a]", "Custom emoji entity must contain a tg://emoji URL");
        check("![a](tg://emoji?id=1", "Can't find end of a custom emoji URL at byte offset 5");
        check("![a](https://emoji?id=1)", "Custom emoji URL must have scheme tg");
        check("![a](tg:emojis?id=1)", "Custom emoji URL must have host \"emoji\"");
        check("![a](tg://emoji#id=1)", "Custom emoji URL must have an emoji identifier");
        check("![a](tg://emoji?id=01)", "Invalid custom emoji identifier specified");
    }

    #[test]
    fn the_older_markdown_is_read_too() {
        let check = |source: &str, expected: &str| assert_eq!(read(markdown(source)), expected, "{source:?}");
        check("a. *b* _c_ `d` \\_e", "a. b c d _e | bold 3+1 | italic 5+1 | code 7+1");
        check("[a](https://a.example/) [b]", "a b | text_link 0+1 https://a.example/");
        check("```rust\nlet x;```", "let x; | pre 0+6 rust");
        check("*a _b_*", "a _b_ | bold 0+5");
        for source in ["ü *a", "ü _a", "ü `a", "ü ```a", "ü [a", "ü [a](b"] {
            check(source, "Can't find end of the entity starting at byte offset 3");
        }
    }
}

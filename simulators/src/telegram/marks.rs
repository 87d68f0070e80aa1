//! What do the marks in a text mean: `parse_mode` HTML, or a list of entities?

use serde_json::{Value, json};

/// A text without its marks, and the marks as entities.
pub type Marked = (String, Vec<Value>);

/// As Telegram reads HTML: few tags, all of them closed, everything else escaped.
pub fn html(source: &str) -> Result<Marked, String> {
    let mut text = String::new();
    let mut entities = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut rest = source;
    while !rest.is_empty() {
        let at = source.len() - rest.len();
        if let Some(tag) = rest.strip_prefix('<') {
            let end = tag.find('>').ok_or_else(|| format!("Unclosed start tag at byte offset {at}"))?;
            let inner = &tag[..end];
            rest = &tag[end + 1..];
            if let Some(name) = inner.strip_prefix('/') {
                close(&mut open, name.trim(), &text, &mut entities, at)?;
            } else {
                let tag = Open::read(inner, at, units(&text), &open)?;
                open.push(tag);
            }
        } else if rest.starts_with('&') {
            let (letter, length) = reference(rest);
            text.push(letter);
            rest = &rest[length..];
        } else {
            let end = rest.find(['<', '&']).unwrap_or(rest.len());
            text.push_str(&rest[..end]);
            rest = &rest[end..];
        }
    }
    if let Some(tag) = open.pop() {
        return Err(format!("Can't find end tag corresponding to start tag \"{}\"", tag.name));
    }
    Ok((text, entities))
}

struct Open {
    name: String,
    start: usize,
    entity: Value,
}

impl Open {
    fn read(inner: &str, at: usize, start: usize, open: &[Self]) -> Result<Self, String> {
        let (name, attributes) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        let name = name.to_lowercase();
        let attribute = |wanted: &str| {
            let (_, after) = attributes.split_once(&format!("{wanted}="))?;
            let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
            let (value, _) = after[1..].split_once(quote)?;
            Some(unescape(value))
        };
        let entity = match name.as_str() {
            "b" | "strong" => json!({"type": "bold"}),
            "i" | "em" => json!({"type": "italic"}),
            "u" | "ins" => json!({"type": "underline"}),
            "s" | "strike" | "del" => json!({"type": "strikethrough"}),
            "tg-spoiler" => json!({"type": "spoiler"}),
            "span" if attribute("class").as_deref() == Some("tg-spoiler") => json!({"type": "spoiler"}),
            "span" => return Err(format!("Tag \"span\" must have class \"tg-spoiler\" at byte offset {at}")),
            "code" => match (open.last(), attribute("class")) {
                // The language of the lines around it.
                (Some(lines), Some(class)) if lines.name == "pre" => {
                    json!({"type": "language", "language": class.trim_start_matches("language-")})
                }
                _ => json!({"type": "code"}),
            },
            "pre" => json!({"type": "pre"}),
            "blockquote" if attributes.contains("expandable") => json!({"type": "expandable_blockquote"}),
            "blockquote" => json!({"type": "blockquote"}),
            "a" => match attribute("href") {
                Some(href) if !href.is_empty() => json!({"type": "text_link", "url": href}),
                Some(_) | None => json!({"type": "none"}),
            },
            "tg-emoji" => json!({"type": "custom_emoji", "custom_emoji_id": attribute("emoji-id")}),
            _ => return Err(format!("Unsupported start tag \"{name}\" at byte offset {at}")),
        };
        Ok(Self { name, start, entity })
    }
}

fn close(
    open: &mut Vec<Open>,
    name: &str,
    text: &str,
    entities: &mut Vec<Value>,
    at: usize,
) -> Result<(), String> {
    let Some(tag) = open.pop() else {
        return Err(format!("Unexpected end tag at byte offset {at}"));
    };
    if !name.is_empty() && tag.name != name.to_lowercase() {
        return Err(format!(
            "Unmatched end tag at byte offset {at}, expected \"</{}>\", found \"</{name}>\"",
            tag.name
        ));
    }
    let length = units(text) - tag.start;
    let mut entity = tag.entity;
    match entity["type"].as_str() {
        Some("none") | None => return Ok(()),
        Some("language") => {
            if let Some(lines) = open.last_mut() {
                lines.entity["language"] = entity["language"].take();
            }
            return Ok(());
        }
        Some(_) => {}
    }
    if length > 0 {
        entity["offset"] = tag.start.into();
        entity["length"] = length.into();
        entities.push(entity);
    }
    Ok(())
}

/// A letter that is written as a reference, and the length of that; an unknown one is itself.
fn reference(text: &str) -> (char, usize) {
    for (written, letter) in [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&quot;", '"')] {
        if text.starts_with(written) {
            return (letter, written.len());
        }
    }
    let number = text.strip_prefix("&#").and_then(|rest| rest.split_once(';'));
    let letter = number.and_then(|(digits, _)| {
        let code = match digits.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => digits.parse().ok()?,
        };
        Some((char::from_u32(code)?, digits.len() + 3))
    });
    letter.unwrap_or(('&', 1))
}

fn unescape(text: &str) -> String {
    let mut rest = text;
    let mut plain = String::new();
    while let Some(letter) = rest.chars().next() {
        let (letter, length) = if letter == '&' { reference(rest) } else { (letter, letter.len_utf8()) };
        plain.push(letter);
        rest = &rest[length..];
    }
    plain
}

/// What Telegram finds by itself in a text that a person writes.
pub fn found(text: &str) -> Vec<Value> {
    let mut entities = Vec::new();
    let mut at = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end().trim_end_matches(['.', ',', '!', '?', ':']);
        let kind = if at == 0 && bare.len() > 1 && bare.starts_with('/') {
            Some("bot_command")
        } else if bare.len() > 1 && bare.starts_with('@') {
            Some("mention")
        } else if bare.starts_with("https://") || bare.starts_with("http://") {
            Some("url")
        } else {
            None
        };
        if let Some(kind) = kind {
            entities.push(json!({"type": kind, "offset": at, "length": units(bare)}));
        }
        at += units(word);
    }
    entities
}

pub fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_read_as_strictly_as_telegram_does() {
        let check = |source: &str, expected: &str| {
            let read = match html(source) {
                Ok((text, entities)) => format!("{text} {}", Value::Array(entities)),
                Err(error) => error,
            };
            assert_eq!(read, expected, "{source:?}");
        };
        check("a <b>b</b>", r#"a b [{"type":"bold","offset":2,"length":1}]"#);
        check("&lt;&amp;&#65;&nbsp;", "<&A&nbsp; []");
        check(
            "<a href=\"https://a.example/?a=1&amp;b=2\">x</a>",
            r#"x [{"type":"text_link","url":"https://a.example/?a=1&b=2","offset":0,"length":1}]"#,
        );
        check(
            "<pre><code class=\"language-rust\">x</code></pre>",
            r#"x [{"type":"pre","language":"rust","offset":0,"length":1}]"#,
        );
        check("😀<i>x</i>", r#"😀x [{"type":"italic","offset":2,"length":1}]"#);
        check("<p>x</p>", "Unsupported start tag \"p\" at byte offset 0");
        check("<b>x", "Can't find end tag corresponding to start tag \"b\"");
        check("<b><i>x</b></i>", "Unmatched end tag at byte offset 7, expected \"</i>\", found \"</b>\"");
        check("x</b>", "Unexpected end tag at byte offset 1");
        check("a < b", "Unclosed start tag at byte offset 2");
    }
}

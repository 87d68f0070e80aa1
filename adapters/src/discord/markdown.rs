//! How does a text look on Discord as it looks elsewhere?
//!
//! Texts are Markdown of the kind that every platform knows: emphasis, strokes, code, lists, links, quotes, headings.
//! Discord knows more, which must not happen by accident: small print, spoilers, mentions; it underlines what others
//! make bold by two underscores, and has no quote within another and no heading below the third.

/// The text with everything that only Discord would take for markup made harmless. Code is left alone.
pub fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    let mut line_start = true;
    while let Some(letter) = rest.chars().next() {
        if letter == '`'
            && let Some(code) = code(rest)
        {
            out.push_str(code);
            rest = &rest[code.len()..];
            line_start = false;
            continue;
        }
        if letter == '\\' {
            // What follows is escaped already.
            let two = rest.chars().take(2).map(char::len_utf8).sum();
            out.push_str(&rest[..two]);
            line_start = rest[..two].ends_with('\n');
            rest = &rest[two..];
            continue;
        }
        if line_start && let Some((mark, length)) = mark_of_line(rest) {
            out.push_str(mark);
            rest = &rest[length..];
            // A quote may hold a heading.
            line_start = mark.starts_with('>');
            continue;
        }
        if let Some(mark) = ["||", "__"].into_iter().find(|mark| rest.starts_with(mark)) {
            if mark == "__" {
                out.push_str("**");
            } else {
                mark.chars().for_each(|letter| out.extend(['\\', letter]));
            }
            rest = &rest[mark.len()..];
            line_start = false;
            continue;
        }
        let is_small = line_start && rest.starts_with("-# ");
        let mentions = letter == '<' && rest[1..].starts_with(['@', '#', ':', '/', 't', 'a', 'i']);
        if is_small || mentions {
            out.push('\\');
        }
        out.push(letter);
        rest = &rest[letter.len_utf8()..];
        line_start = letter == '\n' || line_start && letter == ' ';
    }
    out
}

/// The mark of a quote or a heading as Discord knows it, and the length of the one that the text begins with.
fn mark_of_line(text: &str) -> Option<(&'static str, usize)> {
    if text.starts_with('>') {
        return Some(("> ", text.len() - text.trim_start_matches(['>', ' ']).len()));
    }
    let depth = text.bytes().take_while(|byte| *byte == b'#').count();
    let mark = match depth {
        1 => "# ",
        2 => "## ",
        3..=6 => "### ",
        _ => return None,
    };
    text[depth..].starts_with(' ').then_some((mark, depth + 1))
}

/// The piece of code at the beginning of a text: up to as many backticks as it begins with.
fn code(text: &str) -> Option<&str> {
    let ticks = text.bytes().take_while(|byte| *byte == b'`').count();
    let fence = &text[..ticks];
    let mut from = ticks;
    loop {
        let start = from + text[from..].find(fence)?;
        let end = start + text[start..].bytes().take_while(|byte| *byte == b'`').count();
        if end - start == ticks {
            return Some(&text[..end]);
        }
        from = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_allowed_kind_is_markup() {
        let check = |text: &str, expected: &str| assert_eq!(harmless(text), expected, "{text:?}");
        check("**bold** and _soft_ and `code`", "**bold** and _soft_ and `code`");
        check("__bold__", "**bold**");
        check("# Head\n## Below\n##### Far below", "# Head\n## Below\n### Far below");
        check("Order #17\n#1\n  > 2", "Order #17\n#1\n  > 2");
        check(">said\n>> # by another\n>>> and on", "> said\n> # by another\n> and on");
        check("- one\n-# small", "- one\n\\-# small");
        check("||secret|| ~~old~~", "\\|\\|secret\\|\\| ~~old~~");
        check("hi <@123> and <#4> a < b <3", "hi \\<@123> and \\<#4> a < b <3");
        check("`# <@1>` # x", "`# <@1>` # x");
        check("```\n-# <@1>\n```\n-# x", "```\n-# <@1>\n```\n\\-# x");
        check("``a`b`` ||", "``a`b`` \\|\\|");
        check("an ` alone ||", "an ` alone \\|\\|");
        check("\\# told by the author", "\\# told by the author");
        check("\\", "\\");
        check("", "");
        check("ü<@1>", "ü\\<@1>");
    }
}

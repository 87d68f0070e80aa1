//! How are words written on Slack, and how do they read?

use std::sync::LazyLock;

use regex::Regex;

/// `<…>` of Slack's own markup: mentions, links.
static MARKS: LazyLock<Regex> = LazyLock::new(|| Regex::new("<([^<>]*)>").expect("a constant pattern"));

/// Links of Markdown.
static LINKS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\[([^\[\]\n|]+)\]\((https?://[^\s()|]+)\)").expect("a constant pattern"));

/// What a person wrote, as the studio keeps it: links as Markdown, names in place of ids where Slack tells them,
/// characters as they were typed.
pub(super) fn words(text: &str) -> String {
    let plain = MARKS.replace_all(text, |found: &regex::Captures<'_>| {
        let (target, label) = found[1].split_once('|').map_or((&found[1], None), |(target, label)| {
            (target, Some(label).filter(|label| !label.is_empty()))
        });
        match (target.chars().next(), label) {
            (Some('@'), Some(name)) => format!("@{}", name.trim_start_matches('@')),
            (Some('#'), Some(name)) => format!("#{}", name.trim_start_matches('#')),
            (Some('!'), Some(label)) => label.to_owned(),
            (Some('!'), None) => format!("@{}", &target[1..]),
            (Some('@' | '#'), None) => target.to_owned(),
            (_, Some(label)) if same(target, label) => label.to_owned(),
            (_, Some(label)) => format!("[{label}]({target})"),
            (_, None) => target.trim_start_matches("mailto:").trim_start_matches("tel:").to_owned(),
        }
    });
    // Last, so that an escaped mark is none; the ampersand last of all.
    plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Whether a link's label is the link itself, as Slack writes `<http://a.example|a.example>`.
fn same(target: &str, label: &str) -> bool {
    let bare = |text: &str| {
        let text = text.trim_end_matches('/');
        ["https://", "http://", "mailto:", "tel:"]
            .iter()
            .find_map(|scheme| text.strip_prefix(scheme))
            .unwrap_or(text)
            .to_owned()
    };
    bare(target) == bare(label)
}

/// What was said to the bot, without the bot's own name at the beginning or the end; whether it was named at all.
pub(super) fn addressed(text: &str, me: &str) -> (String, bool) {
    let plain = format!("<@{me}>");
    let labelled = format!("<@{me}|");
    let named = text.contains(&plain) || text.contains(&labelled);
    let mut rest = text.trim();
    while let Some(after) = rest.strip_prefix(&plain) {
        rest = after.trim_start_matches([',', ':']).trim_start();
    }
    while let Some(before) = rest.strip_suffix(&plain) {
        rest = before.trim_end_matches(',').trim_end();
    }
    (rest.to_owned(), named)
}

/// Has no width: a mark with it reads the same, and is none any more.
pub(super) const JOINER: char = '\u{2060}';

/// A title as it was before it was made quiet.
pub(super) fn loud(title: &str) -> String {
    title.replace(JOINER, "")
}

/// Markdown that calls nobody: what stands in a message of ours never notifies a channel or a person, whoever wrote it.
pub(super) fn quiet(text: &str) -> String {
    let mut quiet = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        quiet.push(letter);
        if letter == '<' && letters.peek().is_some_and(|next| matches!(next, '!' | '@' | '#')) {
            quiet.push(JOINER);
        }
    }
    quiet
}

/// Longest text that a notification shows, in characters; more is cut by the apps.
const LONGEST_NOTICE: usize = 2_000;

/// The words of a notification, and of what cannot show blocks: escaped, never empty.
pub(super) fn notice(text: &str) -> String {
    let mut notice = String::new();
    for letter in text.trim().chars().take(LONGEST_NOTICE) {
        match letter {
            '&' => notice.push_str("&amp;"),
            '<' => notice.push_str("&lt;"),
            '>' => notice.push_str("&gt;"),
            letter => notice.push(letter),
        }
    }
    if notice.is_empty() { shown("") } else { notice }
}

/// Markdown of the small kind in Slack's own markup, for the places that take no other.
pub(super) fn marked(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let linked = LINKS.replace_all(&escaped, "<$2|$1>");
    linked.replace("**", "*")
}

/// A text that Slack wants not to be empty.
pub(super) fn shown(text: &str) -> String {
    if text.trim().is_empty() { "–".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read() {
        let check = |text: &str, expected: &str| assert_eq!(words(text), expected, "{text:?}");
        check("where is my order?", "where is my order?");
        check("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d");
        check("&amp;lt;", "&lt;");
        check("ask <@U024BE7LH> or <@W1|anna>", "ask @U024BE7LH or @anna");
        check("in <#C024BE7LR|general> and <#C1|>", "in #general and #C1");
        check("<!here> <!subteam^S1|@team> <!date^1^{date}|today>", "@here @team today");
        check("<https://a.example/b?c=1&amp;d=2>", "https://a.example/b?c=1&d=2");
        check("<http://a.example|a.example>", "a.example");
        check("<https://a.example|the shop>", "[the shop](https://a.example)");
        check("<mailto:a@b.example|a@b.example>", "a@b.example");
        check("<tel:+491234|+49 1234>", "[+49 1234](tel:+491234)");
        check("", "");
    }

    #[test]
    fn the_bots_name_is_taken_off() {
        let check = |text: &str, rest: &str, named: bool| {
            assert_eq!(addressed(text, "U0BOT"), (rest.to_owned(), named), "{text:?}");
        };
        check("<@U0BOT> where is it?", "where is it?", true);
        check("<@U0BOT>, hi", "hi", true);
        check("where is it <@U0BOT>", "where is it", true);
        check("ask <@U0BOT> please", "ask <@U0BOT> please", true);
        check("<@U0BOT>", "", true);
        check("<@U1> hi", "<@U1> hi", false);
        check("hi", "hi", false);
    }

    #[test]
    fn nobody_is_called() {
        for text in ["<!channel> hi", "<!here>", "<@U1>", "<#C1>", "a <!everyone|x>"] {
            let quiet = quiet(text);
            assert!(!["<!", "<@", "<#"].iter().any(|mark| quiet.contains(mark)), "{quiet:?}");
        }
        assert_eq!(quiet("a < b, <b>"), "a < b, <b>");
        assert_eq!(loud(&quiet("<!here>")), "<!here>");
        assert_eq!(notice("<!channel> & more"), "&lt;!channel&gt; &amp; more");
        assert_eq!(notice(" "), "–");
        assert_eq!(
            marked("**Tent** <!here> [shop](https://a.example/?a=1&b=2)"),
            "*Tent* &lt;!here&gt; <https://a.example/?a=1&amp;b=2|shop>"
        );
    }
}

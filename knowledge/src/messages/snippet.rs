//! What is shown of a message that was found?

use super::find::{asked, beginning};
use crate::analysis::{AnyWord, any_language, has_no_spaces};

/// Longest snippet, and what of it stands before the word that was found, in characters.
const LONGEST: usize = 120;
const BEFORE: usize = 30;
/// What of a text is looked at, in bytes.
const LONGEST_TEXT: usize = 65_536;
/// What of a word is compared, in bytes.
const LONGEST_WORD: usize = 128;

/// The text around the first word of `query` that stands in it, in one line of at most 120 characters; `None` where none does.
pub fn snippet(text: &str, query: &str) -> Option<String> {
    let asked = asked(query);
    let looked_at = beginning(text, LONGEST_TEXT);
    let place = beginnings(looked_at).find(|place| begins(&looked_at[*place..], &asked))?;
    let (before, after) = text.split_at(place);
    let lead = lead(before);
    let room = LONGEST - usize::from(lead > 0);
    let mut shown = one_line(&before[lead..], after);
    if shown.chars().count() > room {
        shown = shown.chars().take(room - 1).collect();
        shown.truncate(shown.trim_end().len());
        shown.push('…');
    }
    Some(if lead > 0 { format!("…{shown}") } else { shown })
}

/// Places at which a word may begin: behind what is of no word, where a script without spaces begins or ends, and at each character of
/// such a script.
fn beginnings(text: &str) -> impl Iterator<Item = usize> {
    let mut before = None;
    text.char_indices().filter_map(move |(place, c)| {
        let without_spaces = c.is_alphanumeric().then(|| has_no_spaces(c));
        let begins = without_spaces == Some(true) || (without_spaces.is_some() && without_spaces != before);
        before = without_spaces;
        begins.then_some(place)
    })
}

/// Whether one of the words that are asked for is the first of `rest`, or its beginning.
fn begins(rest: &str, asked: &[AnyWord]) -> bool {
    let words = any_language(beginning(rest, LONGEST_WORD), false);
    words.first().is_some_and(|first| asked.iter().any(|word| fits(first, word)))
}

fn fits(written: &AnyWord, asked: &AnyWord) -> bool {
    let mut pairs = asked.forms.iter().flat_map(|form| written.forms.iter().map(move |other| (form, other)));
    pairs.any(|(form, other)| {
        let may_go_on = asked.gram || form.chars().nth(1).is_some();
        asked.gram == written.gram && (form == other || (may_go_on && other.starts_with(form.as_str())))
    })
}

/// Where the snippet begins: some words before the one that was found.
fn lead(before: &str) -> usize {
    let Some((cut, _)) = before.char_indices().rev().nth(BEFORE - 1).filter(|(cut, _)| *cut > 0) else {
        return 0;
    };
    let space = before[cut..].find(char::is_whitespace);
    space.map_or(cut, |space| cut + space)
}

fn one_line(before: &str, after: &str) -> String {
    // What is far beyond the snippet need not be split into words.
    let after = beginning(after, LONGEST * 16);
    let joined = format!("{before}{after}");
    joined.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_is_what_stands_around_the_word() {
        let check = |text: &str, query: &str, expected: Option<&str>| {
            assert_eq!(snippet(text, query).as_deref(), expected, "{text:?} {query:?}");
        };
        check("Can I wash my\nsleeping  bag?", "sleeping", Some("Can I wash my sleeping bag?"));
        check("Can I wash my sleeping bag?", "SLEEP", Some("Can I wash my sleeping bag?"));
        check("Can I wash it?", "sleeping", None);
        check("a cat", "c", None);
        check("plan c", "c", Some("plan c"));
        check("Wo ist die Größe?", "groesse", Some("Wo ist die Größe?"));
        check("أين الطلب؟", "طلب", Some("أين الطلب؟"));
        check("この寝袋は洗えますか", "寝袋", Some("この寝袋は洗えますか"));
        check("ドラエモン", "エモン", Some("ドラエモン"));
        check("袋", "袋", Some("袋"));
        check("我的iPhone坏了 zebra", "iphone", Some("我的iPhone坏了 zebra"));
        check("我的iPhone坏了", "坏了", Some("我的iPhone坏了"));
        check("我的iPhone坏了", "phone", None);
        check("注文番号12345です", "12345", Some("注文番号12345です"));
        check("新しいｱｲﾌｫﾝ", "フォン", Some("新しいｱｲﾌｫﾝ"));
        check("anything", "—", None);
    }

    #[test]
    fn a_long_message_is_cut_on_both_sides() {
        let text = format!("{}needle{}", "hay ".repeat(50), " hay".repeat(50));
        let shown = snippet(&text, "needle").expect("it is there");
        assert!(shown.starts_with("…hay ") && shown.ends_with('…') && shown.contains(" needle "), "{shown}");
        assert!(shown.chars().count() <= LONGEST, "{shown}");
    }
}

//! How many things are said in one message?
//!
//! "Cancel my order and what are your hours?" is cut at the ends of sentences and at words that join clauses; a piece
//! of a single word stays with the one before it, for "black and white" joins no clauses.

use std::ops::Range;

/// Words that join clauses.
const JOINING: [&str; 34] = [
    "and",
    "also",
    "then",
    "plus",
    "but",
    "und",
    "außerdem",
    "ausserdem",
    "sowie",
    "dann",
    "aber",
    "et",
    "puis",
    "aussi",
    "y",
    "también",
    "además",
    "e",
    "poi",
    "anche",
    "inoltre",
    "também",
    "depois",
    "en",
    "ook",
    "daarnaast",
    "i",
    "oraz",
    "też",
    "ve",
    "ayrıca",
    "sonra",
    "и",
    "або",
];
/// Words of a clause at least.
const FEWEST: usize = 2;
/// Most clauses that are looked at, and longest message that is cut, in bytes: a letter is not a list of wishes.
const MOST: usize = 4;
const LONGEST: usize = 400;

/// Where the clauses of a text stand, in bytes; one or none where it has no joints.
pub(crate) fn clauses(text: &str) -> Vec<Range<usize>> {
    if text.len() > LONGEST {
        return Vec::new();
    }
    // The words of each.
    let mut clauses: Vec<Vec<Range<usize>>> = vec![Vec::new()];
    let mut end = 0;
    for word in text.split_whitespace() {
        // Before it there is only space.
        let start = end + text[end..].find(word).unwrap_or_default();
        end = start + word.len();
        let plain = word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
        if JOINING.contains(&plain.as_str()) {
            clauses.push(Vec::new());
            continue;
        }
        if let Some(clause) = clauses.last_mut() {
            clause.push(start..end);
        }
        if word.ends_with(['.', '?', '!', ';', ',', '؟', '。', '？', '！']) {
            clauses.push(Vec::new());
        }
    }
    let mut joined: Vec<Vec<Range<usize>>> = Vec::new();
    for clause in clauses {
        match joined.last_mut() {
            Some(before) if clause.len() < FEWEST || before.len() < FEWEST => before.extend(clause),
            Some(_) | None => joined.push(clause),
        }
    }
    if joined.len() > MOST {
        return Vec::new();
    }
    let whole = |words: Vec<Range<usize>>| Some(words.first()?.start..words.last()?.end);
    joined.into_iter().filter_map(whole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_cut_between_clauses() {
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<&str> = clauses(text).into_iter().map(|clause| &text[clause]).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("cancel my order and what are your hours?", &["cancel my order", "what are your hours?"]);
        check("Storniere das bitte. Wann habt ihr offen?", &["Storniere das bitte.", "Wann habt ihr offen?"]);
        check("hello", &["hello"]);
        check("black and white", &["black and white"]);
        check("", &[]);
        check("aa bb. cc dd. ff gg. hh kk. ll mm.", &[]);
        check(&"word ".repeat(200), &[]);
    }
}

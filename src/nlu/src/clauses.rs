//! How many things are said in one message?
//!
//! "Cancel my order and what are your hours?" is cut at the ends of sentences and at words that join clauses; a piece
//! of a single word stays with the one before it, for "black and white" joins no clauses.

use std::ops::Range;

/// Words that join clauses, by language (ISO 639-1).
const JOINING: [(&str, &[&str]); 9] = [
    ("en", &["and", "also", "then", "plus", "but"]),
    ("de", &["und", "außerdem", "ausserdem", "sowie", "dann", "aber"]),
    ("es", &["y", "también", "además"]),
    ("fr", &["et", "puis", "aussi"]),
    ("it", &["e", "poi", "anche", "inoltre"]),
    ("nl", &["en", "ook", "daarnaast"]),
    ("pl", &["i", "oraz", "też"]),
    ("pt", &["e", "também", "depois"]),
    ("tr", &["ve", "ayrıca", "sonra"]),
];
/// Those of another alphabet mean nothing in these languages.
const JOINING_ELSEWHERE: [&str; 2] = ["и", "або"];
/// Letters of words that are something else in other languages, so that they join only in the likeliest one.
const SHORT: usize = 2;
/// Words of a clause at least.
const FEWEST: usize = 2;
/// Most clauses, and most bytes, of a message that is a list of wishes: a letter is none.
const MOST: usize = 4;
const LONGEST: usize = 400;

/// Whether a text of so many clauses may be a list of wishes.
pub(crate) fn may_be_wishes(text: &str, clauses: usize) -> bool {
    text.len() <= LONGEST && clauses <= MOST
}

/// Where the clauses of a text stand, in bytes; one or none where it has no joints. `languages` (ISO 639-1) are those that it
/// may be written in, the likeliest first.
pub(crate) fn clauses(text: &str, languages: &[&str]) -> Vec<Range<usize>> {
    // The words of each.
    let mut clauses: Vec<Vec<Range<usize>>> = vec![Vec::new()];
    let mut end = 0;
    for word in text.split_whitespace() {
        // Before it there is only space.
        let start = end + text[end..].find(word).unwrap_or_default();
        end = start + word.len();
        let plain = word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
        if joins(&plain, languages) {
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
    let whole = |words: Vec<Range<usize>>| Some(words.first()?.start..words.last()?.end);
    joined.into_iter().filter_map(whole).collect()
}

fn joins(word: &str, languages: &[&str]) -> bool {
    let counted = if word.chars().count() > SHORT { languages.len() } else { 1 };
    let is_of =
        |code: &str| JOINING.iter().any(|(language, words)| *language == code && words.contains(&word));
    JOINING_ELSEWHERE.contains(&word) || languages.iter().copied().take(counted).any(is_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_cut_between_clauses() {
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<&str> =
                clauses(text, &["en", "de"]).into_iter().map(|clause| &text[clause]).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("cancel my order and what are your hours?", &["cancel my order", "what are your hours?"]);
        check("Storniere das bitte. Wann habt ihr offen?", &["Storniere das bitte.", "Wann habt ihr offen?"]);
        check("hello", &["hello"]);
        check("black and white", &["black and white"]);
        check("", &[]);
        check("aa bb. cc dd. ff gg.", &["aa bb.", "cc dd.", "ff gg."]);
    }

    #[test]
    fn a_letter_is_no_list_of_wishes() {
        let check = |text: &str, expected: bool| {
            assert_eq!(may_be_wishes(text, clauses(text, &["en"]).len()), expected, "{text}");
        };
        check("aa bb. cc dd. ff gg. hh kk.", true);
        check("aa bb. cc dd. ff gg. hh kk. ll mm.", false);
        check(&"word ".repeat(200), false);
    }

    #[test]
    fn words_join_in_their_own_language() {
        let check = |languages: &[&str], text: &str, expected: usize| {
            assert_eq!(clauses(text, languages).len(), expected, "{languages:?}: {text}");
        };
        check(&["en"], "my order is late I want my money", 1);
        check(&["en", "pl"], "my order is late I want my money", 1);
        check(&["pl", "en"], "anuluj zamówienie i oddaj pieniądze", 2);
        check(&["pl", "en"], "cancel my order and call me", 2);
        check(&["fr"], "mettez la commande en attente", 1);
        check(&["nl"], "annuleer mijn bestelling en bel mij", 2);
        check(&["es"], "cancelar el pedido y devolver el dinero", 2);
        check(&[], "cancel my order and call me", 1);
        check(&["uk"], "скасуйте замовлення або поверніть гроші", 2);
    }
}

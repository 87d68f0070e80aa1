//! Unknown: somebody does not have what is asked for. The question may have a way out, or else the studio tells one.

use super::words;
use crate::{
    bot::Repair,
    dialogue::{
        turn::Turn,
        utterance::Utterance,
        words::{count, is_dense, normalise},
    },
    texts,
};

/// Most words of a message that says it: longer ones say something else.
const MOST_WORDS: usize = 10;
/// Most words of one that says it where any words are an answer.
const FEW_WORDS: usize = 5;
/// Most words between those of an entry: "I do not [have it] know".
const GAP: usize = 3;

/// Whether a message says that the visitor cannot answer. A question does not: it wants an answer itself.
pub fn is_said(turn: &Turn<'_>, utterance: &Utterance<'_>, takes_any_words: bool) -> bool {
    let most = if takes_any_words { FEW_WORDS } else { MOST_WORDS };
    let text = normalise(utterance.text);
    if text.is_empty() || count(&text) > most || utterance.text.trim_end().ends_with(['?', '？', '؟']) {
        return false;
    }
    let said: Vec<&str> = text.split(' ').collect();
    let stands = |entry: &str| {
        let parts: Vec<&str> = entry.split(' ').collect();
        let anywhere = (0..said.len()).any(|start| follow(&parts, &said[start..]));
        anywhere || (entry.chars().all(is_dense) && text.contains(entry))
    };
    // "No" is an answer to some questions; to others it says as much.
    let says_no = !takes_any_words && words(turn, &Repair::default(), "no-words").has(&text);
    says_no || words(turn, &Repair::default(), "unknown-words").any(stands)
}

/// Whether words begin with those of an entry, in their order and with few others between them.
fn follow(parts: &[&str], words: &[&str]) -> bool {
    let Some((part, later)) = parts.split_first() else { return true };
    let next = |gap: usize| words.get(gap..).is_some_and(|words| follow(later, words));
    words.first() == Some(part) && (later.is_empty() || (1..=GAP + 1).any(next))
}

/// What the visitor can write to leave a question, in the language of the conversation: what cancels, what brings a person.
pub fn ways_out(turn: &Turn<'_>) -> Vec<String> {
    let repairs = &turn.bot.repairs;
    let ways = [(&repairs.cancel, "cancel-words"), (&repairs.person, "person-words")];
    ways.into_iter().filter_map(|(repair, key)| first_word(turn, repair, key)).collect()
}

fn first_word(turn: &Turn<'_>, repair: &Repair, key: &str) -> Option<String> {
    if !repair.enabled {
        return None;
    }
    let language = turn.state.language.as_str();
    match repair.words.get(language) {
        Some(own) => own.first().cloned(),
        None => [language, texts::FALLBACK].into_iter().find_map(|spoken| texts::words([spoken], key).next()),
    }
}

#[cfg(test)]
mod tests {
    use super::follow;

    #[test]
    fn an_entry_stands_in_few_other_words() {
        let check = |entry: &str, words: &str, expected: bool| {
            let parts: Vec<&str> = entry.split(' ').collect();
            let words: Vec<&str> = words.split(' ').collect();
            assert_eq!(follow(&parts, &words), expected, "{entry}: {words:?}");
        };
        check("dont know", "dont know", true);
        check("dont know", "dont really know it", true);
        check("habe nicht", "habe die nummer gerade nicht", true);
        check("habe nicht", "habe eine frage zu meiner bestellung nicht", false);
        check("dont know", "dont", false);
        check("lost", "lost it", true);
    }
}

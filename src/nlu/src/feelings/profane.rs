//! Which swear words are written so that a list would not find them? `sh1t`, `f*ck`, `f u c k`.
//!
//! Only whole words: a town, a name or a dish that holds one is none.

use super::{lexicon::Lexicon, words::Words};

/// Letters of a word that is spelled out.
const FEWEST_SPELLED: usize = 4;
/// Bytes of a piece that can be one word.
const LONGEST: usize = 24;
/// Pieces that are looked at.
const MOST: usize = 400;

pub(super) fn is_disguised(words: &Words<'_>, lexicon: &Lexicon) -> bool {
    let text = words.reading.text.as_str();
    let changed = text.bytes().any(|byte| matches!(byte, b'0'..=b'9' | b'*' | b'$' | b'@' | b'!' | b'#'));
    (changed && text.split_whitespace().take(MOST).any(|piece| is_changed(piece, lexicon)))
        || is_spelled_out(words, lexicon)
}

/// With digits or signs in the place of letters.
fn is_changed(piece: &str, lexicon: &Lexicon) -> bool {
    let piece = piece
        .trim_matches(|letter: char| matches!(letter, '.' | ',' | '?' | ';' | ':' | '"' | '(' | ')' | '\''));
    let piece = if piece.ends_with('!') { piece.trim_end_matches('!') } else { piece };
    let letters = piece.chars().filter(|letter| letter.is_alphabetic()).count();
    if piece.len() > LONGEST
        || letters == 0
        || !piece.starts_with(|first: char| first.is_alphabetic() || "@$5".contains(first))
    {
        return false;
    }
    let mut pattern = Vec::with_capacity(piece.len());
    let (mut stands_for, mut hidden) = (false, false);
    for letter in piece.chars() {
        let plain = match letter {
            '0' => 'o',
            '1' | '!' => 'i',
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' => 't',
            '8' => 'b',
            '*' | '#' => '*',
            other if other.is_alphabetic() => {
                pattern.push(other);
                continue;
            }
            _ => return false,
        };
        hidden |= plain == '*';
        stands_for = true;
        pattern.push(plain);
    }
    if !stands_for || pattern.len() < FEWEST_SPELLED && hidden || letters < 2 && !hidden {
        return false;
    }
    if !hidden {
        let word: String = pattern.iter().collect();
        return has(lexicon, &word) || has(lexicon, &word.replace('i', "l"));
    }
    // As many letters as stars, the first one shown.
    let fits = |word: &String| {
        let mut letters = word.chars();
        pattern.iter().all(|shown| letters.next().is_some_and(|letter| *shown == '*' || *shown == letter))
            && letters.next().is_none()
    };
    lexicon.profane.iter().any(fits)
}

/// Letter by letter: `f u c k`, `s.h.i.t`.
fn is_spelled_out(words: &Words<'_>, lexicon: &Lexicon) -> bool {
    let single = |place: usize| {
        words.all.get(place).filter(|word| {
            word.folded.len() == 1 && word.folded.bytes().all(|byte| byte.is_ascii_alphabetic())
        })
    };
    let mut start = 0;
    while start < words.all.len() {
        let mut spelled = String::new();
        let mut place = start;
        while let Some(word) = single(place) {
            let near = place == start || word.start - words.all[place - 1].end <= 2;
            if !near {
                break;
            }
            spelled.push_str(&word.folded);
            place += 1;
        }
        // A word before or behind may be of one letter too.
        let found = spelled.len() >= FEWEST_SPELLED
            && (0..=spelled.len() - FEWEST_SPELLED).any(|from| {
                (from + FEWEST_SPELLED..=spelled.len().min(from + LONGEST))
                    .any(|to| has(lexicon, &spelled[from..to]))
            });
        if found {
            return true;
        }
        start = place.max(start) + 1;
    }
    false
}

fn has(lexicon: &Lexicon, word: &str) -> bool {
    lexicon.profane.contains(word)
}

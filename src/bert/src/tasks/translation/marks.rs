//! What must stay as it is where a network knows no signs for it?
//!
//! Networks lose `{0}`, `*` and `**`, or make others of them; numbers they mostly copy. A sentence with gaps alone is translated with
//! numbers in their places, and taken if each came back once. Any other is translated in the parts between its signs, which are
//! put together in the order of the original: every sign is there, if not always where the language would have it.

use std::ops::Range;

use studio_core::translation::emphasis_sign;

/// The first of the numbers, and from one to the next.
const FIRST: usize = 7301;
const STEP: usize = 11;

/// A sentence with gaps, which are numbers in `text`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Numbered {
    pub text: String,
    /// What each number stands for.
    gaps: Vec<(String, String)>,
}

/// A part of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part<'t> {
    Words(&'t str),
    Sign(&'t str),
}

/// Whether there is anything that a network might lose.
pub(super) fn has_signs(sentence: &str) -> bool {
    parts(sentence).iter().any(|part| matches!(part, Part::Sign(_)))
}

/// The sentence with numbers for its gaps; nothing where it has other signs as well, or digits that could be taken for them.
pub(super) fn numbered(sentence: &str) -> Option<Numbered> {
    let (mut text, mut gaps) = (String::with_capacity(sentence.len()), Vec::new());
    for part in parts(sentence) {
        match part {
            Part::Words(words) => text.push_str(words),
            Part::Sign(sign) if sign.starts_with('{') => {
                let number = (FIRST + STEP * gaps.len()).to_string();
                text.push_str(&number);
                gaps.push((number, sign.to_owned()));
            }
            Part::Sign(_) => return None,
        }
    }
    let numbered = Numbered { text, gaps };
    numbered.places(&numbered.text).is_some().then_some(numbered)
}

impl Numbered {
    /// What a network made of it, with the gaps in place again; nothing unless each number came back once.
    pub(super) fn restore(&self, made: &str) -> Option<String> {
        let mut places = self.places(made)?;
        places.sort_by_key(|(place, _)| place.start);
        let (mut text, mut from) = (String::with_capacity(made.len()), 0);
        for (place, sign) in places {
            text.push_str(&made[from..place.start]);
            text.push_str(sign);
            from = place.end;
        }
        text.push_str(&made[from..]);
        Some(text)
    }

    /// Where each number stands, if each stands there once and by itself.
    fn places(&self, text: &str) -> Option<Vec<(Range<usize>, &str)>> {
        let place = |number: &str| {
            let mut found = text.match_indices(number);
            let (start, _) = found.next()?;
            let place = start..start + number.len();
            let digit = |letter: Option<char>| letter.is_some_and(char::is_numeric);
            let alone = !digit(text[..place.start].chars().next_back())
                && !digit(text[place.end..].chars().next())
                && found.next().is_none();
            alone.then_some(place)
        };
        self.gaps.iter().map(|(number, sign)| Some((place(number)?, sign.as_str()))).collect()
    }
}

/// The sentence in words and signs; put together they are the sentence.
pub(super) fn parts(sentence: &str) -> Vec<Part<'_>> {
    let (mut parts, mut plain, mut place) = (Vec::new(), 0, 0);
    while let Some(letter) = sentence[place..].chars().next() {
        let before = sentence[..place].chars().next_back();
        let Some(length) = sign(before, &sentence[place..]) else {
            place += letter.len_utf8();
            continue;
        };
        if plain < place {
            parts.push(Part::Words(&sentence[plain..place]));
        }
        parts.push(Part::Sign(&sentence[place..place + length]));
        place += length;
        plain = place;
    }
    if plain < sentence.len() {
        parts.push(Part::Words(&sentence[plain..]));
    }
    parts
}

/// The length of the sign at the start of a text: a gap, signs of emphasis, the brackets of a link.
fn sign(before: Option<char>, text: &str) -> Option<usize> {
    match text.chars().next()? {
        '{' => gap(text),
        '*' => emphasis_sign(before, text),
        '[' => Some(1),
        // The address of a link is a gap behind it, and must stay there.
        ']' => Some(1 + gap(&text[1..]).unwrap_or(0)),
        _ => None,
    }
}

/// The length of a gap at the start of a text.
fn gap(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('{')?;
    let digits = inner.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(inner.len());
    (digits > 0 && inner[digits..].starts_with('}')).then_some(digits + 2)
}

/// What a network made of a part, as it reads within a sentence: without a full stop of its own.
pub(super) fn inner(part: &str, made: &str) -> String {
    let ends = |text: &str| text.trim_end().ends_with(['.', '。', '!', '?', '！', '？', '…', ':', ';', ',']);
    let made = if ends(part) { made } else { made.trim_end_matches(['.', '。']) };
    let small = part.chars().next().is_some_and(char::is_lowercase);
    let mut letters = made.chars();
    match letters.next().filter(|first| small && first.is_uppercase()) {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => made.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_falls_apart_at_its_signs_and_nothing_is_lost() {
        let check = |sentence: &str, expected: &[&str]| {
            let found = parts(sentence);
            let text = |part: &Part<'_>| match part {
                Part::Words(text) | Part::Sign(text) => (*text).to_owned(),
            };
            let whole: String = found.iter().map(text).collect();
            assert_eq!(whole, sentence);
            let signs: Vec<&str> = found
                .iter()
                .filter_map(|part| if let Part::Sign(sign) = part { Some(*sign) } else { None })
                .collect();
            assert_eq!(signs, expected, "{sentence}");
        };
        check("", &[]);
        check("Nothing {to} see {} here * or { 1", &[]);
        check("Shop {0} closes at {12}.", &["{0}", "{12}"]);
        check("a **very** good [offer]{3} for {0}", &["**", "**", "[", "]{3}", "{0}"]);
        check("a *very* good offer, ***now***, for 5 * 3", &["*", "*", "***", "***"]);
        check("2 ** 3 and \\**", &[]);
        check("您好{0}，欢迎", &["{0}"]);
    }

    #[test]
    fn gaps_come_back_where_their_numbers_do_and_only_once() {
        let check = |sentence: &str, made: &str, expected: Option<&str>| {
            let numbered = numbered(sentence).unwrap_or_else(|| panic!("{sentence} has gaps"));
            assert_eq!(numbered.restore(made).as_deref(), expected, "{sentence}: {made}");
        };
        check("Shop {0} closes at {1}.", "Um 7312 schließt 7301.", Some("Um {1} schließt {0}."));
        check("Shop {0} closes.", "schließt", None);
        check("Shop {0} closes.", "7301 und 7301", None);
        check("Shop {0} closes.", "um 73012 Uhr", None);
        assert_eq!(numbered("a **{0}**"), None);
        assert_eq!(numbered("an *offer* for {0}"), None);
        assert_eq!(numbered("{0} of 7301"), None, "which of them is the gap?");
    }

    #[test]
    fn a_part_of_a_sentence_is_no_sentence() {
        assert_eq!(inner("closes at", "Schließt um."), "schließt um");
        assert_eq!(inner("Our shop", "Unser Laden"), "Unser Laden");
        assert_eq!(inner("and that is all.", "Und das ist alles."), "und das ist alles.");
    }
}

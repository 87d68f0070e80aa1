//! Which characters does a reader not see as they stand?

use unicode_normalization::UnicodeNormalization as _;

/// The text with each letter and its marks as one character where there is one (NFC), so that what looks the same is the same.
pub fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// What a character does in place of being seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unseen {
    /// Begins a line.
    Break,
    Tab,
    /// Moves the cursor, rings or begins an escape sequence: C0 without those above, C1, DEL.
    Control,
    /// Turns the words behind it round, until it is ended.
    Direction,
    /// Looks like a space, and is a letter.
    Blank,
    /// Has no width and says nothing: soft hyphens, joiners, single marks of direction, variation selectors, tags.
    Nothing,
    /// Belongs into no text: marks of annotations, what Unicode says is no character.
    Stray,
}

/// Whether a reader finds something in a text: not where it is spaces, and characters that are not seen, alone.
pub fn is_readable(text: &str) -> bool {
    text.chars().any(|character| !character.is_whitespace() && unseen(character).is_none())
}

/// What a character does in place of being seen; `None` where it is seen.
pub fn unseen(character: char) -> Option<Unseen> {
    if matches!(character, ' '..='~') {
        return None;
    }
    Some(match character {
        '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => Unseen::Break,
        '\t' => Unseen::Tab,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => Unseen::Control,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Unseen::Direction,
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => Unseen::Blank,
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => Unseen::Nothing,
        '\u{fdd0}'..='\u{fdef}' | '\u{fff9}'..='\u{fffb}' => Unseen::Stray,
        other if u32::from(other) & 0xfffe == 0xfffe => Unseen::Stray,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_nothing_to_see_is_not_readable() {
        for text in ["", " \n\t", "\0\u{7}", "\u{200b}", "\u{feff} \u{200d}", "\u{3164}"] {
            assert!(!is_readable(text), "{text:?}");
        }
        for text in ["a", "\u{200b}?", "👍", "שלום\u{200f}", "."] {
            assert!(is_readable(text), "{text:?}");
        }
    }

    #[test]
    fn what_is_seen_is_told_from_what_is_not() {
        let check = |text: &str, expected: Option<Unseen>| {
            for character in text.chars() {
                assert_eq!(unseen(character), expected, "{character:?}");
            }
        };
        check("plain words, größe 日本語 שלום 👍\u{301}\u{a0}", None);
        check("\n\u{85}\u{2028}\u{2029}", Some(Unseen::Break));
        check("\t", Some(Unseen::Tab));
        check("\0\u{7}\r\u{1b}\u{7f}\u{9b}", Some(Unseen::Control));
        check("\u{202a}\u{202e}\u{2066}\u{2069}", Some(Unseen::Direction));
        check("\u{3164}\u{ffa0}", Some(Unseen::Blank));
        check(
            "\u{ad}\u{200b}\u{200d}\u{200e}\u{61c}\u{2060}\u{fe0f}\u{feff}\u{e0041}",
            Some(Unseen::Nothing),
        );
        check("\u{fff9}\u{fdd0}\u{fffe}\u{1ffff}", Some(Unseen::Stray));
        let controls = (0..=u32::from(char::MAX)).filter_map(char::from_u32).filter(|one| one.is_control());
        assert!(controls.into_iter().all(|one| unseen(one).is_some()));
    }
}

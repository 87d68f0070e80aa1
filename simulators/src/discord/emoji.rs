//! What is one emoji? Discord takes those of Unicode, and those of its servers; the simulated one has none of its own.

/// Whether this is one emoji of Unicode: with its colours of skin, joined ones, flags and keys.
pub fn is_emoji(text: &str) -> bool {
    // Whether it is to be shown in colour is said by the one that follows, or by nothing.
    let letters = text.chars().filter(|letter| *letter != '\u{fe0f}').collect::<Vec<_>>();
    match letters.as_slice() {
        ['0'..='9' | '#' | '*', '\u{20e3}'] => true,
        [first, second] if is_regional(*first) && is_regional(*second) => true,
        letters => letters.split(|letter| *letter == '\u{200d}').all(is_element),
    }
}

/// A picture, what colours it, and what makes it a flag of a region.
fn is_element(letters: &[char]) -> bool {
    let Some((first, more)) = letters.split_first() else { return false };
    let more = match more {
        ['\u{1f3fb}'..='\u{1f3ff}', rest @ ..] => rest,
        other => other,
    };
    is_picture(*first) && more.iter().all(|letter| matches!(letter, '\u{e0020}'..='\u{e007f}'))
}

fn is_regional(letter: char) -> bool {
    matches!(letter, '\u{1f1e6}'..='\u{1f1ff}')
}

fn is_picture(letter: char) -> bool {
    matches!(letter,
        '©' | '®' | '‼' | '⁉' | '™' | 'ℹ' | 'Ⓜ' | '〰' | '〽' | '㊗' | '㊙'
        | '\u{2194}'..='\u{21aa}'
        | '\u{231a}'..='\u{23ff}'
        | '\u{25aa}'..='\u{27bf}'
        | '\u{2934}'..='\u{2935}'
        | '\u{2b05}'..='\u{2b55}'
        | '\u{1f000}'..='\u{1faff}'
    ) && !is_regional(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_emoji_is_told_from_words_and_from_several() {
        for text in ["👍", "👍🏽", "❤️", "❤", "✅", "1️⃣", "🇩🇪", "👩‍🚒", "👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "⭐", "ℹ️"]
        {
            assert!(is_emoji(text), "{text}");
        }
        for text in
            ["", "a", "thumbsup", ":+1:", "👍👍", "👍a", "1", "🇩", "tent:123", " 👍", "\u{200d}", "\u{fe0f}"]
        {
            assert!(!is_emoji(text), "{text}");
        }
    }
}

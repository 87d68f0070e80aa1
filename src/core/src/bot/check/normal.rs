//! When are two texts the same?

use unicode_normalization::UnicodeNormalization;

/// Small letters and digits with single spaces between words; the trimmed text where nothing else is in it.
pub fn normal(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for c in text.nfkc().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || !c.is_ascii() && !c.is_whitespace() && !c.is_control() {
            words.push(c);
        } else if !words.ends_with(' ') && !words.is_empty() && c != '\'' {
            words.push(' ');
        }
    }
    let words = words.trim_end();
    if words.is_empty() { text.trim().to_owned() } else { words.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_texts() {
        for (text, expected) in [
            ("Where is my  order?", "where is my order"),
            (" WO ist\tmeine Bestellung!", "wo ist meine bestellung"),
            ("I'm", "im"),
            ("?!", "?!"),
            ("", ""),
        ] {
            assert_eq!(normal(text), expected);
        }
    }
}

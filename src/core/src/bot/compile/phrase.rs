//! Which words of a phrase are annotated as entities?

/// The phrase without annotations, and the name of each annotated entity.
///
/// `where is [4711](order_number)` is `where is 4711` with `order_number`. Brackets without a name
/// in parentheses are words like any other.
pub fn annotations(phrase: &str) -> (String, Vec<String>) {
    let mut plain = String::with_capacity(phrase.len());
    let mut entities = Vec::new();
    let mut rest = phrase;
    while let Some((before, words, entity, after)) = first(rest) {
        plain.push_str(before);
        plain.push_str(words);
        entities.push(entity.trim().to_owned());
        rest = after;
    }
    plain.push_str(rest);
    (plain.trim().to_owned(), entities)
}

/// What stands before the first annotation, its words, its entity, and what stands after it.
fn first(text: &str) -> Option<(&str, &str, &str, &str)> {
    let middle = text.find("](")?;
    let Some(open) = text[..middle].rfind('[') else {
        // A stray `](`: look behind it.
        let (before, words, entity, after) = first(&text[middle + 2..])?;
        let end = middle + 2 + before.len();
        return Some((&text[..end], words, entity, after));
    };
    let close = middle + 2 + text[middle + 2..].find(')')?;
    Some((&text[..open], &text[open + 1..middle], &text[middle + 2..close], &text[close + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotated_phrases() {
        for (phrase, plain, entities) in [
            ("where is my order", "where is my order", &[][..]),
            ("where is order [4711](order_number)", "where is order 4711", &["order_number"][..]),
            ("[a](x) and [b](y)!", "a and b!", &["x", "y"][..]),
            ("a [note] here", "a [note] here", &[][..]),
            ("smile :](b", "smile :](b", &[][..]),
            (":]( [a](x)", ":]( a", &["x"][..]),
            ("[a](", "[a](", &[][..]),
            ("[ü](ß) é", "ü é", &["ß"][..]),
        ] {
            let (found, names) = annotations(phrase);
            assert_eq!((found.as_str(), names), (plain, entities.iter().map(ToString::to_string).collect()));
        }
    }
}

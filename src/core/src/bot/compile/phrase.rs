//! Which words of a phrase are annotated as entities?

use crate::understanding::{Annotated, Annotation};

/// The phrase without annotations, and what each of them says of which words.
///
/// `where is [4711](order_number)` is `where is 4711` with `order_number`; `from [Bonn](city:from)` says the role of
/// the city as well. Brackets without a name in parentheses are words like any other.
pub fn annotations(phrase: &str) -> Annotated {
    let phrase = phrase.trim();
    let mut text = String::with_capacity(phrase.len());
    let mut annotations = Vec::new();
    let mut rest = phrase;
    while let Some((before, words, name, after)) = first(rest) {
        text.push_str(before);
        let start = text.len();
        text.push_str(words);
        let (entity, role) = name.split_once(':').map_or((name, None), |(entity, role)| (entity, Some(role)));
        annotations.push(Annotation {
            start,
            end: text.len(),
            entity: entity.trim().to_owned(),
            role: role.map(|role| role.trim().to_owned()),
        });
        rest = after;
    }
    text.push_str(rest);
    text.truncate(text.trim_end().len());
    let length = text.len();
    annotations.retain(|annotation| annotation.start < annotation.end && annotation.end <= length);
    Annotated { text, annotations }
}

/// What stands before the first annotation, its words, its entity, and what stands after it.
fn first(text: &str) -> Option<(&str, &str, &str, &str)> {
    let mut from = 0;
    let (open, middle) = loop {
        let middle = from + text[from..].find("](")?;
        if let Some(open) = text[from..middle].rfind('[') {
            break (from + open, middle);
        }
        // A stray `](`: look behind it.
        from = middle + 2;
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
            (" from [Bonn](city:from) ", "from Bonn", &["city"][..]),
        ] {
            let found = annotations(phrase);
            let names: Vec<&str> = found.annotations.iter().map(|it| it.entity.as_str()).collect();
            assert_eq!((found.text.as_str(), names), (plain, entities.to_vec()));
        }
    }

    #[test]
    fn stray_brackets_without_end_are_words() {
        let stray = "](".repeat(400_000);
        assert_eq!(annotations(&stray).text, stray);
        let found = annotations(&format!("{stray}[a](x)"));
        assert_eq!((found.text, found.annotations.len()), (format!("{stray}a"), 1));
    }

    #[test]
    fn places_and_roles_of_annotations() {
        let found = annotations(" vom [Kölner Dom](place: from ) zum [Rhein](place:to)");
        let said: Vec<_> =
            found.annotations.iter().map(|it| (&found.text[it.start..it.end], it.role.as_deref())).collect();
        assert_eq!(said, [("Kölner Dom", Some("from")), ("Rhein", Some("to"))]);
    }
}

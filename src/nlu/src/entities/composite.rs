//! Which entities stand together as one?
//!
//! "2 large pizzas and one small salad" is two order lines of the parts number, size and dish: parts that are joined
//! by nothing but spaces and small words belong together, each kind once; a second of a kind begins a new one.

use serde_json::{Map, Value};
use studio_core::understanding::EntityMatch;

/// Words between two parts of one thing, in letters, and each of them: "of", "in the", "à la", "pairs of".
const MOST_BETWEEN: usize = 8;
const LONGEST_BETWEEN: usize = 5;

/// The composite entities of a text from what was found in it, in the order of their places.
pub(super) fn find(name: &str, parts: &[String], text: &str, found: &[EntityMatch]) -> Vec<EntityMatch> {
    let mut of_parts: Vec<&EntityMatch> =
        found.iter().filter(|it| it.entity != name && it.is_one_of(parts)).collect();
    of_parts.sort_by_key(|it| (it.start, std::cmp::Reverse(it.end)));
    let mut composites = Vec::new();
    let mut together: Vec<&EntityMatch> = Vec::new();
    for part in of_parts {
        let fits = match together.last() {
            // Two readings of the same words are one part.
            Some(last) if part.start < last.end => continue,
            Some(last) => {
                stand_together(&text[last.end..part.start])
                    && !together.iter().any(|other| other.entity == part.entity && other.role == part.role)
            }
            None => true,
        };
        if !fits {
            composites.extend(composite(name, text, &together));
            together.clear();
        }
        together.push(part);
    }
    composites.extend(composite(name, text, &together));
    composites
}

/// Whether nothing but a small word stands between two parts.
fn stand_together(between: &str) -> bool {
    let letters = between.chars().filter(|it| it.is_alphanumeric()).count();
    let small = |word: &str| word.chars().filter(|it| it.is_alphanumeric()).count() <= LONGEST_BETWEEN;
    let plain = between.chars().all(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '\'' | '’' | '×'));
    letters <= MOST_BETWEEN && plain && between.split_whitespace().all(small) && {
        let joins = ["and", "und", "or", "oder", "et", "ou", "y", "e", "en", "of", "i", "ve"];
        // "of" joins the parts of one thing, "and" two things.
        !between.split_whitespace().any(|word| word != "of" && joins.contains(&word.to_lowercase().as_str()))
    }
}

fn composite(name: &str, text: &str, parts: &[&EntityMatch]) -> Option<EntityMatch> {
    let [first, .., last] = parts else { return None };
    let mut value = Map::new();
    for part in parts {
        let key =
            part.role.as_ref().map_or_else(|| part.entity.clone(), |role| format!("{}_{role}", part.entity));
        value.insert(key, part.value.clone());
    }
    let confidence = parts.iter().map(|part| part.confidence).fold(1.0, f64::min);
    Some(EntityMatch {
        entity: name.to_owned(),
        role: None,
        value: Value::Object(value),
        text: text[first.start..last.end].to_owned(),
        start: first.start,
        end: last.end,
        confidence,
        hidden: false,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A part where its words stand in the text.
    fn part(text: &str, entity: &str, words: &str, value: Value) -> EntityMatch {
        let start = text.find(words).unwrap();
        EntityMatch {
            entity: entity.to_owned(),
            role: None,
            value,
            text: words.to_owned(),
            start,
            end: start + words.len(),
            confidence: 0.9,
            hidden: false,
        }
    }

    #[test]
    fn parts_side_by_side_are_one() {
        let parts = ["number", "size", "dish"].map(str::to_owned);
        let check = |text: &str, found: &[(&str, &str, Value)], expected: &[(&str, Value)]| {
            let found: Vec<EntityMatch> =
                found.iter().map(|(entity, words, value)| part(text, entity, words, value.clone())).collect();
            let lines: Vec<(String, Value)> =
                find("line", &parts, text, &found).into_iter().map(|line| (line.text, line.value)).collect();
            let expected: Vec<(String, Value)> =
                expected.iter().map(|(words, value)| ((*words).to_owned(), value.clone())).collect();
            assert_eq!(lines, expected, "{text}");
        };
        let pizza = |number: i64| json!({ "number": number, "size": "large", "dish": "pizza" });
        check(
            "2 large pizzas and one salad",
            &[
                ("number", "2", json!(2)),
                ("size", "large", json!("large")),
                ("dish", "pizzas", json!("pizza")),
                ("number", "one", json!(1)),
                ("dish", "salad", json!("salad")),
            ],
            &[("2 large pizzas", pizza(2)), ("one salad", json!({ "number": 1, "dish": "salad" }))],
        );
        check(
            "3 of the large pizzas",
            &[
                ("number", "3", json!(3)),
                ("size", "large", json!("large")),
                ("dish", "pizzas", json!("pizza")),
            ],
            &[("3 of the large pizzas", pizza(3))],
        );
        check("2 Ankara 🎒 pizzas", &[("number", "2", json!(2)), ("dish", "pizzas", json!("pizza"))], &[]);
        check("2 🍕 pizzas", &[("number", "2", json!(2)), ("dish", "pizzas", json!("pizza"))], &[]);
        check("a pizza, 2", &[("dish", "pizza", json!("pizza")), ("number", "2", json!(2))], &[]);
        check("pizza", &[("dish", "pizza", json!("pizza"))], &[]);
    }
}

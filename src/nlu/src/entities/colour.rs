//! Which colours does a text name?
//!
//! The value is the colour's English name in every language, so that a condition is written once; `#ff8800` stays as it is.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::{Find, sense::Sense, words::Words};

/// Names that the languages' files may use.
pub(super) const NAMES: [&str; 18] = [
    "black",
    "white",
    "grey",
    "red",
    "green",
    "blue",
    "yellow",
    "orange",
    "brown",
    "pink",
    "purple",
    "turquoise",
    "beige",
    "gold",
    "silver",
    "navy",
    "light_blue",
    "dark_green",
];

static HEX: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b").expect("a constant pattern is valid"));

pub(super) fn find(words: &Words<'_>) -> Vec<Find> {
    let text = words.text();
    let mut finds: Vec<Find> = HEX
        .find_iter(text)
        // "#123" is an order's number more often than a colour
        .filter(|found| found.as_str().bytes().any(|byte| byte.is_ascii_lowercase()))
        .map(|found| Find {
            start: found.start(),
            end: found.end(),
            value: Value::from(found.as_str()),
            confidence: 0.9,
        })
        .collect();
    for (index, word) in words.all.iter().enumerate() {
        let colour = words.sense(index, |sense| match sense {
            Sense::Colour(name) => Some(name),
            _ => None,
        });
        if let Some((name, next)) = colour {
            let end = words.all[next - 1].end;
            finds.push(Find { start: word.start, end, value: Value::from(name), confidence: 0.9 });
        }
    }
    finds
}

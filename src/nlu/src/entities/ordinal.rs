//! Which places in a row does a text name?

use serde_json::Value;

use super::{
    Find,
    sense::{Sense, Word},
    words::Words,
};

/// "the third one", "der zweite", "3rd". What is an ordinal only by chance ("a second", "vierte Woche") is part of a
/// longer find, which stays in its place.
pub(super) fn find(words: &Words<'_>) -> Vec<Find> {
    let mut finds = Vec::new();
    let mut index = 0;
    while index < words.all.len() {
        let unit = words.sense(index, |sense| matches!(sense, Sense::Unit(_)).then_some(())).is_some();
        let length = unit && words.behind(index, &[Word::Article]);
        match words.ordinal(index).filter(|(value, _)| *value > 0 && !length) {
            Some((value, next)) => {
                let (start, end) = (words.all[index].start, words.all[next - 1].end);
                finds.push(Find { start, end, value: Value::from(value), confidence: 0.9 });
                index = next;
            }
            None => index += 1,
        }
    }
    finds
}

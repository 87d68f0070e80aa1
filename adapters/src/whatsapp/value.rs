//! What does a button carry, and what does it mean when it comes back?
//!
//! Most values are carried as they are. Those that are too long, empty, or look like one of ours are carried as a token:
//! `~v`, the number of the choice, a dot, and a keyed hash of the value. Ids must differ within a message, so a value
//! that is offered twice becomes a token the second time. When a token comes back, the conversation's messages are
//! searched for the value whose hash it is. `~m`, a number, a dot and the hash of a whole list stands for the row that
//! asks for what is left of it.

use std::collections::BTreeSet;

use studio_core::content::Content;

use crate::fingerprint::fingerprint;

/// Longest id of a row, in bytes to be on the safe side; that of a button may have 256.
pub const LONGEST: usize = 200;
const VALUE: &str = "~v";
const MORE: &str = "~m";

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pressed {
    /// The value itself.
    Value(String),
    /// The hash of a value.
    Token(u64),
    /// What is left of a list, by its hash, behind the page of this number; they are counted from 0.
    More { list: u64, page: usize },
}

/// Gives out ids for the choices of one message.
pub struct Ids<'a> {
    key: &'a [u8; 32],
    given: BTreeSet<String>,
}

impl<'a> Ids<'a> {
    pub fn new(key: &'a [u8; 32]) -> Self {
        Self { key, given: BTreeSet::new() }
    }

    pub fn of(&mut self, value: &str) -> String {
        let carries = (1..=LONGEST).contains(&value.len())
            && !value.starts_with('~')
            && value.trim() == value
            && !value.chars().any(char::is_control);
        let id = if carries && !self.given.contains(value) {
            value.to_owned()
        } else {
            format!("{VALUE}{}.{:016x}", self.given.len(), hash(self.key, value))
        };
        self.given.insert(id.clone());
        id
    }
}

/// The id of the row that shows another page.
pub fn more(list: u64, page: usize) -> String {
    format!("{MORE}{page}.{list:016x}")
}

/// The hash of all that a content offers.
pub fn list_hash(key: &[u8; 32], content: &Content) -> u64 {
    fingerprint(key, "whatsapp list", &(content.plain(), content.values()))
}

/// What an id that came back means. One that only looks like a token is a value.
pub fn pressed(id: &str) -> Pressed {
    let read = |rest: &str| -> Option<(usize, u64)> {
        let (number, hash) = rest.split_once('.')?;
        (hash.len() == 16).then_some(())?;
        Some((number.parse().ok()?, u64::from_str_radix(hash, 16).ok()?))
    };
    if let Some((_, hash)) = id.strip_prefix(VALUE).and_then(read) {
        return Pressed::Token(hash);
    }
    if let Some((page, list)) = id.strip_prefix(MORE).and_then(read) {
        return Pressed::More { list, page };
    }
    Pressed::Value(id.to_owned())
}

/// The value of a token, where this content offers it.
pub fn value_of(key: &[u8; 32], token: u64, content: &Content) -> Option<String> {
    let values = content.values();
    values.into_iter().find(|(value, _)| hash(key, value) == token).map(|(value, _)| value.to_owned())
}

fn hash(key: &[u8; 32], value: &str) -> u64 {
    fingerprint(key, "whatsapp value", &value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: [u8; 32] = [7; 32];

    #[test]
    fn short_values_are_carried_and_others_become_tokens() {
        let mut ids = Ids::new(&KEY);
        assert_eq!(ids.of("buy"), "buy");
        let again = ids.of("buy");
        assert_eq!(pressed(&again), Pressed::Token(hash(&KEY, "buy")));
        assert_ne!(ids.of("buy"), again, "ids differ within a message");
        for value in ["", "~v0.0000000000000000", " padded", "two\nlines", &"x".repeat(201)] {
            let id = ids.of(value);
            assert!(id.len() <= LONGEST && !id.is_empty(), "{id}");
            assert_eq!(pressed(&id), Pressed::Token(hash(&KEY, value)), "{value:?}");
        }
        assert_eq!(pressed(&more(9, 2)), Pressed::More { list: 9, page: 2 });
        for odd in ["~v", "~v1", "~v1.2", "~mx.0000000000000000", "~v0.zzzzzzzzzzzzzzzz"] {
            assert_eq!(pressed(odd), Pressed::Value(odd.to_owned()));
        }
    }

    proptest! {
        #[test]
        fn ids_differ_and_fit(values in prop::collection::vec("\\PC{0,80}", 0..20)) {
            let mut ids = Ids::new(&KEY);
            let given = values.iter().map(|value| ids.of(value)).collect::<Vec<_>>();
            for (id, value) in given.iter().zip(&values) {
                prop_assert!((1..=LONGEST).contains(&id.len()));
                let means = match pressed(id) {
                    Pressed::Value(same) => same == *value,
                    Pressed::Token(token) => token == hash(&KEY, value),
                    Pressed::More { .. } => false,
                };
                prop_assert!(means, "{value:?} became {id:?}");
            }
            prop_assert_eq!(given.iter().collect::<BTreeSet<_>>().len(), given.len());
        }
    }
}

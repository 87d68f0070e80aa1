//! Which texts were asked for lately?
//!
//! Two generations: what is found or put in is young; when the young are half of what may be kept, they become the old,
//! and the old before them are forgotten. So what is asked for often stays, at the cost of two look-ups.
//!
//! Texts are a visitor's own words and are not kept: an answer stands under the digest of its text, so that nothing of
//! somebody who was forgotten can be read here. What the answers say goes with them as well: all are let go then.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

/// Answers by normalised text.
#[derive(Debug)]
pub(crate) struct Cache<A> {
    young: HashMap<Digest, A>,
    old: HashMap<Digest, A>,
    half: usize,
}

pub(crate) type Digest = [u8; 32];

/// Texts longer than this are not kept: nobody says them twice.
const LONGEST: usize = 512;

impl<A: Clone> Cache<A> {
    /// Keeps at most so many.
    pub(crate) fn new(most: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), half: most / 2 }
    }

    pub(crate) fn get(&mut self, key: &str) -> Option<A> {
        if self.half == 0 || key.len() > LONGEST {
            return None;
        }
        let digest = digest(key);
        if let Some(answer) = self.young.get(&digest) {
            return Some(answer.clone());
        }
        let answer = self.old.remove(&digest)?;
        self.keep(digest, answer.clone());
        Some(answer)
    }

    pub(crate) fn put(&mut self, key: &str, answer: A) {
        if self.half > 0 && key.len() <= LONGEST {
            self.keep(digest(key), answer);
        }
    }

    fn keep(&mut self, digest: Digest, answer: A) {
        if self.young.len() >= self.half {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(digest, answer);
    }

    pub(crate) fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }
}

pub(crate) fn digest(key: &str) -> Digest {
    Sha256::digest(key).into()
}

/// The text as the tokeniser would see it anyway: single spaces, and lower case where the model knows no other.
pub(crate) fn key(text: &str, lower_case: bool) -> String {
    let mut key = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !key.is_empty() {
            key.push(' ');
        }
        if lower_case {
            key.extend(word.chars().flat_map(char::to_lowercase));
        } else {
            key.push_str(word);
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use studio_core::embedding::Vector;

    use super::*;

    #[test]
    fn what_is_asked_for_stays() {
        let mut cache = Cache::new(8);
        let vector: Vector = vec![1.0].into();
        cache.put("often", vector.clone());
        for number in 0..100 {
            assert!(cache.get("often").is_some(), "{number}");
            cache.put(&number.to_string(), vector.clone());
            assert!(cache.len() <= 8, "{}", cache.len());
        }
        assert!(cache.get("0").is_none());
        assert!(cache.get("99").is_some());
        cache.put(&"x".repeat(LONGEST + 1), vector);
        assert!(cache.get(&"x".repeat(LONGEST + 1)).is_none());
    }

    #[test]
    fn nothing_of_a_text_is_kept() {
        let mut cache = Cache::new(8);
        cache.put("my name is jane doe", 1);
        assert_eq!(cache.get("my name is jane doe"), Some(1));
        assert!(!format!("{cache:?}").contains("jane"));
        let kept: Vec<&Digest> = cache.young.keys().collect();
        assert_eq!(kept, [&digest("my name is jane doe")]);
    }

    #[test]
    fn keys_are_what_the_tokeniser_sees() {
        assert_eq!(key("  Where\tis  MY order? ", true), "where is my order?");
        assert_eq!(key("Where is", false), "Where is");
        assert_eq!(key(" \n", true), "");
    }
}

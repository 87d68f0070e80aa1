//! Which stretches of a text match a bot's regular expression?

use regex::Regex;
use serde_json::Value;
use studio_core::{
    digits::Plain,
    understanding::{EntityMatch, entity_pattern},
};

/// A compiled pattern.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    written: String,
    regex: Regex,
}

impl Pattern {
    pub(super) fn new(pattern: &str) -> Result<Self, String> {
        let regex = entity_pattern(pattern).map_err(|error| error.to_string().replace('\n', " "))?;
        Ok(Self { written: pattern.to_owned(), regex })
    }

    /// All matches in the original text: an author writes patterns for what is typed, not for a normal form. Only digits
    /// are those of ASCII.
    pub(super) fn find(&self, text: &str, entity: &str) -> Vec<EntityMatch> {
        let plain = Plain::for_pattern(&self.written, text);
        self.regex
            .captures_iter(&plain.text)
            .filter_map(|captures| {
                let found = captures.get(1).or_else(|| captures.get(0))?;
                let place = plain.place(found.range());
                (!found.is_empty()).then(|| EntityMatch {
                    entity: entity.to_owned(),
                    role: None,
                    value: Value::from(found.as_str()),
                    text: text[place.clone()].to_owned(),
                    start: place.start,
                    end: place.end,
                    confidence: 1.0,
                    hidden: false,
                })
            })
            .collect()
    }
}

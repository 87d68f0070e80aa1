//! Which stretches of a text match a bot's regular expression?

use regex::Regex;
use serde_json::Value;
use studio_core::understanding::{EntityMatch, entity_pattern};

/// A compiled pattern.
#[derive(Clone, Debug)]
pub(super) struct Pattern(Regex);

impl Pattern {
    pub(super) fn new(pattern: &str) -> Result<Self, String> {
        entity_pattern(pattern).map(Self).map_err(|error| error.to_string().replace('\n', " "))
    }

    /// All matches in the original text: an author writes patterns for what is typed, not for a normal form.
    pub(super) fn find(&self, text: &str, entity: &str) -> Vec<EntityMatch> {
        self.0
            .captures_iter(text)
            .filter_map(|captures| {
                let found = captures.get(1).or_else(|| captures.get(0))?;
                (!found.is_empty()).then(|| EntityMatch {
                    entity: entity.to_owned(),
                    role: None,
                    value: Value::from(found.as_str()),
                    text: found.as_str().to_owned(),
                    start: found.start(),
                    end: found.end(),
                    confidence: 1.0,
                    hidden: false,
                })
            })
            .collect()
    }
}

//! Which stretches of a text match a bot's regular expression?

use regex::{Regex, RegexBuilder};
use serde_json::Value;
use studio_core::understanding::EntityMatch;

/// Most bytes of a compiled pattern: a hostile one must not eat the memory.
const SIZE_LIMIT: usize = 1 << 20;

/// A place that is not within a word: a match begins and ends at one, so that eight digits are never the
/// beginning of nine.
const EDGE: &str = r"(?:\b|\b{start-half})";

/// A compiled pattern; upper and lower case are the same unless the pattern says `(?-i)`.
#[derive(Clone, Debug)]
pub(super) struct Pattern(Regex);

impl Pattern {
    pub(super) fn new(pattern: &str) -> Result<Self, String> {
        let build =
            |pattern: &str| RegexBuilder::new(pattern).case_insensitive(true).size_limit(SIZE_LIMIT).build();
        // As the author wrote it first: an error should show that.
        let whole = build(pattern).and_then(|_| build(&format!("{EDGE}(?:{pattern}){EDGE}")));
        whole.map(Self).map_err(|error| error.to_string().replace('\n', " "))
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

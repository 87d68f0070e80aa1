//! What is found in a text, and how is a pattern looked for?

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One entity found in a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EntityMatch {
    /// Name of the entity: one of the bot's, or a built-in kind; docs/entities.md has them.
    pub entity: String,
    /// What it is in the sentence, where the bot's phrases tell roles apart: "from" of `[Bonn](city:from)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The normalised value: a string, a number, or an object such as
    /// `{"amount": 12.5, "currency": "EUR"}` for money; dates are `YYYY-MM-DD`, times `HH:MM`.
    /// docs/entities.md has all of them.
    pub value: Value,
    /// The words themselves.
    pub text: String,
    /// Where they stand, in bytes of the original text. Both are its end where they stand in its translation alone.
    pub start: usize,
    pub end: usize,
    /// 1 for an exact find, less for a fuzzy one.
    pub confidence: f64,
    /// Its words are masked in the message, and its value is for slots alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

impl EntityMatch {
    /// Whether one of these names means it: `city`, or `city:from` where its role is `from`.
    pub fn is_one_of(&self, names: &[String]) -> bool {
        names.iter().any(|name| match name.split_once(':') {
            Some((entity, role)) => entity == self.entity && self.role.as_deref() == Some(role),
            None => *name == self.entity,
        })
    }
}

/// Entities that every bot has; the bot's own of the same name takes the place of one, but for the first
/// [`RESERVED`]. The last two are found only where the operator chose a model that finds names.
pub const BUILT_IN: [&str; 19] = [
    "number",
    "email",
    "phone",
    "url",
    "money",
    "date",
    "time",
    "interval",
    "duration",
    "ordinal",
    "percentage",
    "quantity",
    "iban",
    "card",
    "colour",
    "person",
    "address",
    "place",
    "organisation",
];
/// How many of [`BUILT_IN`] no bot may define, since questions are made of them.
pub const RESERVED: usize = 7;
/// A day by day and month that no calendar has, or not in that year: "30 February". Found beside [`BUILT_IN`], so that a question for
/// a date can say so; no slot is filled from it.
pub const NO_SUCH_DAY: &str = "no_such_day";
/// Built-in entities whose words hold a value of another kind that stands for itself: the number of "5 kg", the day
/// of "until friday".
pub const HOLDERS: [&str; 4] = ["interval", "duration", "quantity", "percentage"];

/// A place that is not within a word: a match of a pattern begins and ends at one, so that eight digits are never the
/// beginning of nine.
pub const EDGE: &str = r"(?:\b|\b{start-half})";
/// Most bytes of a compiled pattern of an entity: a hostile one must not eat the memory.
const MAX_PATTERN: usize = 1 << 20;

/// Compiles the pattern of an entity as texts are searched with it: whole words, upper and lower case the same unless
/// the pattern says `(?-i)`.
pub fn entity_pattern(pattern: &str) -> Result<Regex, regex::Error> {
    let build =
        |pattern: &str| RegexBuilder::new(pattern).case_insensitive(true).size_limit(MAX_PATTERN).build();
    // As the author wrote it first: an error should show that.
    build(pattern)?;
    build(&format!("{EDGE}(?:{pattern}){EDGE}"))
}

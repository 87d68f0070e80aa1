//! What stands in intents/ and entities/?

use crate::bot::yaml::{At, Entries, OneOrMany, Text};

source! {
    /// What people want, by the phrases in which they say it.
    struct IntentSource as "an intent" {
        "description" description: Option<Text>,
        /// Phrases by language; `[4711](order_number)` annotates an entity, `[Bonn](city:from)` its role as well.
        "phrases" phrases: Entries<OneOrMany<Text>> = Entries::default(),
    }
}

source! {
    /// Something that is named in a message: a list of values, a pattern, learned from annotated phrases, or other
    /// entities side by side.
    struct EntitySource as "an entity" {
        "description" description: Option<Text>,
        /// Values with their synonyms, of all languages together.
        "list" list: Option<Entries<Option<OneOrMany<Text>>>>,
        /// A regular expression; the value is group 1, or the whole match.
        "pattern" pattern: Option<Text>,
        /// Whether small spelling mistakes in values of the list are forgiven.
        "fuzzy" fuzzy: Option<At<bool>>,
        /// Whether it is learned from the phrases in which it is annotated.
        "learned" learned: Option<At<bool>>,
        /// Other entities that together are this one, such as `[number, product]`.
        "parts" parts: Option<OneOrMany<Text>>,
    }
}

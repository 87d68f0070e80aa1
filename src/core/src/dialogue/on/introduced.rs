//! The platform says who the visitor is.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::dialogue::{Happening, language, turn::Turn};

/// Notes it. Nothing has begun by that: what the visitor says first is still the first.
pub fn run(turn: &mut Turn<'_>, spoken: Option<&str>, attributes: &BTreeMap<String, Value>) {
    turn.record(Happening::Introduced {
        language: spoken.map(str::to_owned),
        attributes: attributes.clone(),
    });
    turn.state.contact.extend(attributes.iter().map(|(name, value)| (name.clone(), value.clone())));
    language::hear(turn, spoken, None);
}

//! The visitor opened the chat.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::dialogue::{Happening, Status, flows, language, trigger, turn::Turn};

/// Greets at the first contact, unless something is going on already.
pub fn run(turn: &mut Turn<'_>, spoken: Option<&str>, attributes: &BTreeMap<String, Value>) {
    let first = turn.state.heard_at.replace(turn.now).is_none();
    turn.record(Happening::Opened { language: spoken.map(str::to_owned), attributes: attributes.clone() });
    turn.state.contact.extend(attributes.iter().map(|(name, value)| (name.clone(), value.clone())));
    language::hear(turn, spoken, None);
    let idle = turn.bot_owns() && turn.state.status == Status::Open && turn.state.stack.is_empty();
    if first
        && idle
        && let Some(welcome) = trigger::first_contact(turn.bot)
    {
        flows::begin(turn, welcome.flow, welcome.because);
    }
}

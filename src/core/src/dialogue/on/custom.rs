//! The page or a program says that something happened.

use serde_json::{Value, json};

use crate::dialogue::{Happening, Status, evaluate::names, flows, language, trigger, turn::Turn};

/// Starts the flow for this event; its data is `message.entities`.
pub fn run(turn: &mut Turn<'_>, name: &str, data: &Value) {
    turn.record(Happening::Happened { name: name.to_owned(), data: data.clone() });
    language::hear(turn, None, None);
    if !turn.bot_owns() || turn.state.status == Status::Closed {
        return;
    }
    if let Some(triggered) = trigger::by_event(turn.bot, name) {
        let entities = if data.is_object() { data.clone() } else { json!({ "data": data }) };
        turn.state.message = names::message("", None, 0.0, &entities);
        flows::begin(turn, triggered.flow, triggered.because);
    }
}

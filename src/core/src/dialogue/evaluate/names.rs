//! Which names may a condition or template use, and what do they stand for now?

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::{bot::Bot, dialogue::turn::Turn};

/// What a channel may tell of a person. Each is there in every conversation, and nothing until it is told.
pub const CONTACT: [&str; 11] = [
    "name",
    "username",
    "email",
    "email_verified",
    "phone",
    "phone_verified",
    "topic",
    "timezone",
    "start",
    "discord",
    "slack_channel",
];

/// `slots`, `message`, `conversation`, `contact`, `settings`, `answer`, `passages`, `channel`, `language`, `tags`, `now`.
pub type Names = BTreeMap<&'static str, Value>;

/// The names as they stand at this point of the turn.
pub fn names(turn: &Turn<'_>) -> Names {
    let state = &turn.state;
    let object = |map: &BTreeMap<String, Value>| {
        Value::Object(map.iter().map(|(name, value)| (name.clone(), value.clone())).collect())
    };
    BTreeMap::from([
        ("slots", slots(turn)),
        ("message", whole(&state.message)),
        (
            "conversation",
            json!({
                "mood": state.mood.score,
                "trend": state.mood.trend().as_str(),
                "urgent": state.urgent,
                "interrupted": turn.is_interruption(),
            }),
        ),
        ("contact", told_contact(&state.contact)),
        ("settings", object(&turn.bot.settings)),
        (
            "answer",
            or_else(&state.answer, || json!({ "status": null, "body": null, "headers": {}, "error": null })),
        ),
        ("passages", or_else(&state.passages, || json!([]))),
        ("channel", json!(turn.context.channel)),
        ("language", json!(state.language)),
        ("tags", json!(state.tags)),
        ("now", json!(now(turn))),
    ])
}

/// `message.…`
pub fn message(text: &str, intent: Option<&str>, confidence: f64, entities: &Value) -> Value {
    json!({ "text": text, "intent": intent, "confidence": confidence, "entities": entities })
}

/// `contact.…`: what is told of a person, and nothing for what is not.
pub fn told_contact(told: &BTreeMap<String, Value>) -> Value {
    let mut all: serde_json::Map<_, _> =
        CONTACT.into_iter().map(|name| (name.to_owned(), Value::Null)).collect();
    all.extend(told.iter().map(|(name, value)| (name.clone(), value.clone())));
    Value::Object(all)
}

/// The message with what it is not: only what it is is kept.
fn whole(said: &Value) -> Value {
    let mut whole = json!({
        "text": "", "intent": null, "confidence": 0.0, "entities": {}, "sentiment": 0.0, "tone": "neutral",
        "urgent": false, "question": false, "profane": false, "personal": [],
    });
    if let (Value::Object(whole), Value::Object(said)) = (&mut whole, said) {
        whole.extend(said.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    whole
}

/// The time zone of the bot; UTC where its name is not known.
pub fn time_zone(bot: &Bot) -> TimeZone {
    TimeZone::get(&bot.session.time_zone).unwrap_or(TimeZone::UTC)
}

/// RFC 3339 with the offset of the bot's time zone.
fn now(turn: &Turn<'_>) -> String {
    let zoned = turn.now.to_zoned(time_zone(turn.bot));
    turn.now.display_with_offset(zoned.offset()).to_string()
}

/// Every slot that the bot mentions, the empty ones as `null`.
fn slots(turn: &Turn<'_>) -> Value {
    let mut slots = turn
        .bot
        .slots
        .keys()
        .cloned()
        .chain(mentioned(turn.bot))
        .map(|name| (name, Value::Null))
        .collect::<serde_json::Map<_, _>>();
    for (name, value) in &turn.state.slots {
        slots.insert(name.clone(), value.clone());
    }
    Value::Object(slots)
}

fn mentioned(bot: &Bot) -> impl Iterator<Item = String> {
    let nodes = bot.flows.values().flat_map(|flow| &flow.nodes);
    nodes.flat_map(|node| node.kind.fills()).map(str::to_owned)
}

fn or_else(value: &Value, otherwise: impl FnOnce() -> Value) -> Value {
    if value.is_null() { otherwise() } else { value.clone() }
}

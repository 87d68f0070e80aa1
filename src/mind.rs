//! How does a state read as a mind?

use std::collections::BTreeMap;

use serde_json::Value;
use studio_core::{
    api::Mind,
    bot::Bot,
    dialogue::{Entry, Expecting, Happening, State},
};

/// What the bot thinks, for the console. `recent` are the last entries, oldest first.
pub fn of(bot: Option<&Bot>, state: &State, recent: &[Entry]) -> Mind {
    // What was forgotten is not on its mind.
    let recent: Vec<&Entry> = recent.iter().filter(|entry| entry.sequence > state.erased).collect();
    let understanding = recent.iter().rev().find_map(|entry| match &entry.what {
        Happening::Received { understanding, .. } => Some(understanding.clone()),
        _ => None,
    });
    let sources = recent.iter().rev().find_map(|entry| match &entry.what {
        Happening::Said { why: Some(why), .. } if !why.sources.is_empty() => Some(why.sources.clone()),
        _ => None,
    });
    let stack = state
        .stack
        .iter()
        .map(|frame| {
            let node = bot
                .and_then(|bot| bot.flows.get(&frame.flow)?.nodes.get(frame.node))
                .map_or_else(|| frame.node.to_string(), |node| node.id.clone());
            format!("{} › {node}", frame.flow)
        })
        .collect();
    Mind {
        bot_version: state.version,
        understanding,
        slots: slots(bot, &state.slots),
        stack,
        expecting: expecting(&state.expecting),
        sources: sources.unwrap_or_default(),
        misunderstood: state.misunderstood,
    }
}

fn slots(bot: Option<&Bot>, slots: &BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    slots
        .iter()
        .map(|(name, value)| {
            let sensitive = bot.and_then(|bot| bot.slots.get(name)).is_none_or(|slot| slot.sensitive);
            (name.clone(), if sensitive { Value::from("***") } else { value.clone() })
        })
        .collect()
}

fn expecting(expecting: &Expecting) -> String {
    match expecting {
        Expecting::Anything => "anything".to_owned(),
        Expecting::Reply { slot, tries: 0 } => format!("an answer for {slot}"),
        Expecting::Reply { slot, tries } => format!("an answer for {slot} ({tries} did not fit)"),
        Expecting::Rating { .. } => "a rating".to_owned(),
        Expecting::Answer { .. } => "the answer of a remote service".to_owned(),
        Expecting::Found { .. } => "a search".to_owned(),
        Expecting::Timer { .. } => "a time to come".to_owned(),
        Expecting::Person => "a person".to_owned(),
    }
}

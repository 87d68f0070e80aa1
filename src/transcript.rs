//! How does a journal read as a conversation, and a state as a mind?

use std::collections::BTreeMap;

use serde_json::Value;
use studio_core::{
    api::{Message, Mind, Sender},
    bot::Bot,
    content::Content,
    dialogue::{Entry, Expecting, Happening, State},
};

/// The message that an entry is, if it is one. Notes are for members only.
pub fn message(entry: &Entry) -> Option<Message> {
    let (from, content, client_id) = match &entry.what {
        Happening::Received { id, content, .. } => (Sender::Visitor, content.clone(), Some(id.clone())),
        Happening::Pressed { id, title, .. } => (Sender::Visitor, Content::text(title), Some(id.clone())),
        Happening::Said { by, content, .. } => {
            (Sender::Speaker { speaker: by.clone() }, content.clone(), None)
        }
        Happening::Noted { by, name, text } => {
            (Sender::Note { member: *by, name: name.clone() }, Content::text(text), None)
        }
        Happening::Opened { .. }
        | Happening::Happened { .. }
        | Happening::SlotFilled { .. }
        | Happening::FlowStarted { .. }
        | Happening::FlowEnded { .. }
        | Happening::Searched { .. }
        | Happening::Called { .. }
        | Happening::Answered { .. }
        | Happening::HandedOff { .. }
        | Happening::OwnerChanged { .. }
        | Happening::Tagged { .. }
        | Happening::Rated { .. }
        | Happening::Repaired { .. }
        | Happening::Waiting { .. }
        | Happening::Closed { .. }
        | Happening::Reopened
        | Happening::Refused { .. }
        | Happening::Faulted { .. }
        | Happening::Erased => return None,
    };
    Some(Message { sequence: entry.sequence, at: entry.at, from, content, client_id })
}

/// The message as the visitor may see it: notes never.
pub fn visible(entry: &Entry) -> Option<Message> {
    message(entry).filter(|message| match message.from {
        Sender::Visitor | Sender::Speaker { .. } => true,
        Sender::Note { .. } => false,
    })
}

/// What the bot thinks, for the console. `recent` are the last entries, oldest first.
pub fn mind(bot: Option<&Bot>, state: &State, recent: &[Entry]) -> Mind {
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

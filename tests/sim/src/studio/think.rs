//! What comes of an event? Step, look up, step again, until there is nothing left to ask.

use jiff::Timestamp;
use studio_core::{
    content::Content,
    dialogue::{Body, CallRequest, Context, Effect, Entry, Event, State, Timer, step},
};

use crate::bot::{BOT, search};

/// Searches in one turn.
const MAX_SEARCHES: usize = 8;

/// What one event caused.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Turn {
    pub state: State,
    pub entries: Vec<Entry>,
    /// Messages with the numbers of their entries.
    pub messages: Vec<(u64, Content)>,
    pub calls: Vec<CallRequest>,
    pub remind: Vec<(Timer, Timestamp)>,
    pub unremind: Vec<(Timer, Timestamp)>,
    /// What was said under smaller numbers is to be forgotten.
    pub erases_before: Option<u64>,
}

/// Runs an event to its end, as `Mind::turn` of the server does.
pub fn turn(state: State, event: &Event, channel: &str) -> Turn {
    let context = Context { channel, version: 1 };
    let mut turn = Turn::default();
    let mut result = step(&BOT, state, event, &context);
    let mut erases = false;
    for searches in 0.. {
        let mut question = None;
        for effect in result.effects {
            match effect {
                Effect::Record(entry) => turn.entries.push(entry),
                Effect::Send { sequence, content, .. } => turn.messages.push((sequence, content)),
                Effect::Call(call) => turn.calls.push(call),
                Effect::Remind { timer, at } => turn.remind.push((timer, at)),
                // A timer that this very turn set need not be unset in the store.
                Effect::Unremind { timer, at } => {
                    match turn.remind.iter().position(|set| *set == (timer, at)) {
                        Some(place) => _ = turn.remind.remove(place),
                        None => turn.unremind.push((timer, at)),
                    }
                }
                Effect::Ask(asked) => question = Some(asked),
                Effect::Erase => erases = true,
            }
        }
        let Some(question) = question else { break };
        let passages = if searches < MAX_SEARCHES { search(&question) } else { Vec::new() };
        let body = Body::Found { question: question.question, passages };
        let found = Event::new(event.key.clone(), event.at, body);
        result = step(&BOT, result.state, &found, &context);
    }
    turn.state = result.state;
    let first = turn.entries.first().map_or(turn.state.sequence + 1, |entry| entry.sequence);
    turn.erases_before = erases.then_some(first);
    turn
}

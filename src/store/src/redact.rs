//! What is left of the journal when a person is forgotten?
//!
//! Numbers, kinds, times, names of flows, nodes and members stay, so that the sequence has no gap and the
//! statistics count the same; everything that a person said, that was understood out of it, or that was
//! said with their data in it, goes. Of an understanding what a day's figures add up from stays.

use serde_json::Value;
use studio_core::{
    content::Content,
    dialogue::{Act, Body, CallOutcome, Entry, Event, Happening, RemoteAnswer},
};

/// What stands in the place of an erased text.
pub const ERASED: &str = "[erased]";

/// The entry without anything personal.
pub(crate) fn redact(entry: Entry) -> Entry {
    Entry { author: None, what: redact_happening(entry.what), ..entry }
}

fn redact_happening(what: Happening) -> Happening {
    match what {
        Happening::Opened { language, attributes: _ } => {
            Happening::Opened { language, attributes: std::collections::BTreeMap::new() }
        }
        Happening::Introduced { language, attributes: _ } => {
            Happening::Introduced { language, attributes: std::collections::BTreeMap::new() }
        }
        Happening::Received { id, content: _, understanding } => {
            Happening::Received { id, content: erased(), understanding: understanding.forgotten() }
        }
        Happening::Pressed { id, value: _, title: _ } => {
            Happening::Pressed { id, value: ERASED.to_owned(), title: ERASED.to_owned() }
        }
        Happening::Edited { id, content: _ } => Happening::Edited { id, content: erased() },
        Happening::Happened { name, data: _ } => Happening::Happened { name, data: Value::Null },
        Happening::Said { by, content: _, mut why, template: _ } => {
            // Which documents answered tells what was asked; that some did is counted.
            let sources = why.iter_mut().flat_map(|why| &mut why.sources);
            sources.for_each(|source| ERASED.clone_into(source));
            Happening::Said { by, content: erased(), why, template: None }
        }
        Happening::Corrected { by, name, of, content } => {
            Happening::Corrected { by, name, of, content: content.map(|_| erased()) }
        }
        Happening::Noted { by, name, text: _ } => Happening::Noted { by, name, text: ERASED.to_owned() },
        Happening::SlotFilled { slot, value: _ } => {
            Happening::SlotFilled { slot, value: Value::String(ERASED.to_owned()) }
        }
        Happening::FlowStarted { flow, because: _ } => {
            Happening::FlowStarted { flow, because: ERASED.to_owned() }
        }
        Happening::Searched { query: _, passages: _ } => {
            Happening::Searched { query: ERASED.to_owned(), passages: Vec::new() }
        }
        Happening::Called { call, method, url: _ } => {
            Happening::Called { call, method, url: ERASED.to_owned() }
        }
        Happening::Answered { call, outcome } => {
            Happening::Answered { call, outcome: redact_outcome(outcome) }
        }
        Happening::HandedOff { team, reason } => {
            Happening::HandedOff { team, reason: reason.map(|_| ERASED.to_owned()) }
        }
        Happening::Faulted { flow, node, error: _, reason } => {
            Happening::Faulted { flow, node, error: ERASED.to_owned(), reason }
        }
        Happening::Refused { by, name, act, reason } => {
            Happening::Refused { by, name, act: redact_act(act), reason }
        }
        kept @ (Happening::Deleted { .. }
        | Happening::FlowEnded { .. }
        | Happening::OwnerChanged { .. }
        | Happening::LanguageChanged { .. }
        | Happening::Tagged { .. }
        | Happening::Rated { .. }
        | Happening::Repaired { .. }
        | Happening::Waiting { .. }
        | Happening::Closed { .. }
        | Happening::Reopened
        | Happening::Erased) => kept,
    }
}

fn redact_act(act: Act) -> Act {
    match act {
        // An approved message without its words cannot be told again.
        Act::Reply { content: _ } | Act::Template { template: _, content: _ } => {
            Act::Reply { content: erased() }
        }
        Act::Correct { of, content } => Act::Correct { of, content: content.map(|_| erased()) },
        Act::Note { text: _ } => Act::Note { text: ERASED.to_owned() },
        kept @ (Act::TakeOver
        | Act::HandBack
        | Act::Close
        | Act::Speak { .. }
        | Act::Assign { .. }
        | Act::Release { .. }) => kept,
    }
}

fn redact_outcome(outcome: CallOutcome) -> CallOutcome {
    match outcome {
        CallOutcome::Answered(answer) => CallOutcome::Answered(RemoteAnswer {
            status: answer.status,
            headers: std::collections::BTreeMap::new(),
            body: Value::Null,
        }),
        CallOutcome::Failed(_) => CallOutcome::Failed(ERASED.to_owned()),
    }
}

fn erased() -> Content {
    Content::text(ERASED)
}

/// Whether an event that waits says what a person said; those are dropped, the others go on.
pub fn is_personal(event: &Event) -> bool {
    match &event.body {
        Body::Opened { .. }
        | Body::Introduced { .. }
        | Body::Message { .. }
        | Body::Press { .. }
        | Body::Submitted { .. }
        | Body::Edited { .. }
        | Body::More { .. }
        | Body::Custom { .. }
        | Body::Answer { .. }
        | Body::Found { .. }
        | Body::Act { .. } => true,
        Body::Deleted { .. } | Body::Wished { .. } | Body::Timer { .. } | Body::Forget => false,
    }
}
